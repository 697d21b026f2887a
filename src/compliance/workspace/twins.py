"""Rows that share a key, and rows without a key that are like another.

Suspects are found by digests of their keys, first a share of all digests, then the digests of that share: cheap in a
large table. Only suspects are compared by their keys.
"""

from collections.abc import Sequence

from sqlglot import exp

from compliance.workspace.sql import Stages, all_of, call, column, named, query, selected, sql, staged

_SHARES = "select digest % 1024 as share from digested group by share having count(*) <> count(distinct digest)"
_SUSPECTS = """
    select digest from digested where digest % 1024 in (select share from shares) group by digest having count(*) > 1"""
_SUSPECTED = "select judged.* from judged join suspects on suspects.digest = :digest where judged._key is not null"
_OUTCOMES = """
    select * from (
        select _file, _row,
            case when versions > 1 then 'disputed' when twins._reason is null and nth > 1 then 'repeated' end as outcome
        from twins join variants on :same) as told
    where outcome is not null"""
_ALIKE = """
    select * from (
        select _file, _row, row_number() over (partition by _key order by _file, _row) as nth
        from suspected) as numbered
    where nth > 1"""


def twins(judged: str, identity: Sequence[str], compared: Sequence[str]) -> exp.Select:
    """`_file`, `_row` and `outcome` of rows that share what no two may share: disputed, or repeated and alike."""
    key = [column(each) for each in identity]
    nth = sql("row_number() over (partition by :key order by _file, _row)", key=exp.Tuple(expressions=key))
    held = (column(each) for each in dict.fromkeys((*compared, "_file", "_row")))
    distinct = selected((column(each) for each in compared), "suspected").distinct()
    versions = selected([*(column(each) for each in identity), named(sql("count(*)"), "versions")], "distinct_rows")
    stages: Stages = [
        *_suspected(judged, identity),
        ("twins", selected([*held, named(nth, "nth")], "suspected")),
        ("distinct_rows", distinct),
        ("variants", versions.group_by(*(column(each) for each in identity))),
    ]
    return staged(stages, query(_OUTCOMES, same=_same(identity)))


def alike(judged: str) -> exp.Select:
    """`_file`, `_row` and `nth` (from 2) of rows that are like an earlier one."""
    return staged(_suspected(judged, ["_key"]), query(_ALIKE))


def _suspected(judged: str, identity: Sequence[str]) -> Stages:
    """The stages to rows whose key has the digest of another's."""
    digest = call("hash", *(column(each) for each in identity))
    beside = call("hash", *(column(each, "judged") for each in identity))
    return [
        ("judged", all_of(judged)),
        ("digested", selected([named(digest, "digest")], "judged").where("_key is not null")),
        ("shares", query(_SHARES)),
        ("suspects", query(_SUSPECTS)),
        ("suspected", query(_SUSPECTED, digest=beside)),
    ]


def _same(identity: Sequence[str]) -> exp.Expr:
    """Whether two relations' rows have one identity; a moment that is open equals itself."""
    return exp.and_(
        *(sql(":a is not distinct from :b", a=column(each, "twins"), b=column(each, "variants")) for each in identity)
    )

"""What `response` and `precedence` share: a first record, the second one that it asks for, and how it is told."""

from collections.abc import Mapping

from sqlglot import exp

from compliance.kinds.base import Desk
from compliance.kinds.duties import concerned_then
from compliance.kinds.heartbeat import silence
from compliance.kinds.second import Second, T, X
from compliance.language.blocks import Block
from compliance.language.values import literal
from compliance.sql import all_of, col, expression, named, relation, sql, text, with_

UNSURE = """
    select f.* from first as f left join sure as s on s.record_key = f.record_key where not :in_time
"""
DOUBTFUL = """
    select distinct d.record_key from doubts as d join unsure as u on u.record_key = d.record_key
    where coalesce(:fits, true)
"""
HUSHED = """
    select u.record_key, min(s.told) as silent from unsure as u join silence as s
        on s.day >= :first_day and s.day <= :last_day
    where :concerned
    group by u.record_key
"""
MICROSECOND = exp.Interval(this=exp.Literal.string("1"), unit=exp.Var(this="MICROSECOND"))


def silent(desk: Desk, found: Second, block: Block) -> str | None:
    """The silent days of the expected table, from its first record on."""
    return silence(desk, found.scope.table, block.where)


def hushed(desk: Desk, silence_name: str | None, first_day: exp.Expr, last_day: exp.Expr) -> exp.Select | None:
    """The unsure records in whose time the expected table is silent on a working day."""
    if silence_name is None:
        return None
    holes = {"first_day": first_day, "last_day": last_day, "concerned": concerned_then(desk, "u", desk.ground.whose)}
    return sql(HUSHED, {"silence": silence_name}, **holes)


def since_first_record(found: Second) -> exp.Expr:
    """The day on which the expected table begins."""
    first = found.scope.table.first_at
    return literal(first.date() if first else None).sql


def evidence(
    found: Second,
    first: exp.Query,
    sure: exp.Query,
    parts: Mapping[str, exp.Query],
    sought: Mapping[str, exp.Query] | None = None,
) -> exp.Select:
    """The second record that was found for each breach, in time or not: `sure`, perhaps of what else was `sought`."""
    same = [exp.EQ(this=t.copy(), expression=x.copy()) for t, x in found.keys]
    here = all_of(*same, expression("x._rejected = false and coalesce(:c, false)", c=found.counts))
    rows = exp.select(col("number", "b"), named(text(found.scope.table.name), "record_table"))
    rows = rows.select(named(found.key(), "record_key"), named(found.moment, "happened")).from_(
        relation("breaches", "b")
    )
    rows = rows.join(relation("first", T), on=expression("t.record_key = b.record_key"))
    rows = rows.join(relation("sure", "s"), on=expression("s.record_key = b.record_key"))
    rows = rows.join(relation(found.name, X), on=all_of(here, expression(":m = s.found", m=found.moment)))
    own = expression("t.record_key in (select b.record_key from breaches as b)")
    only = exp.select(exp.Column(this=exp.Star(), table=exp.to_identifier(T))).from_(relation("every", T)).where(own)
    return with_(rows, **parts, every=first, first=only, **(sought or {}), sure=sure)

"""How long each record of an interval holds, and the rows that may have held."""

from dataclasses import dataclass
from itertools import product

from sqlglot import exp

from compliance.kinds.base import Desk
from compliance.kinds.second import moment_of
from compliance.kinds.stretches import LOC, Slices, instant_of
from compliance.language.values import Family, Typed
from compliance.sql import all_of, any_of, col, expression, named, relation, sql, text

HELD = """
    select o.slice, :table as record_table, :key as record_key,
        case when o.since > :starts then o.since else :starts end as starts,
        case when o.until < :ends then o.until else :ends end as ends
    from slices as o join seen on :same
    where not _rejected and coalesce(:counts, false) and :starts is not null
        and (o.since is null or :ends >= o.since) and (o.until is null or :starts < o.until)
"""
BEGUN = """
    select s.slice, cast(null as varchar), cast(null as varchar), s.since, s.since from slices as s
    where s.since is not null
"""
LOOSE = """
    select o.slice, :starts as starts, :ends as ends, :open as open, cast(:local as date) as gap_day
    from slices as o join seen on :same
    where :rows and coalesce(:counts, true)
"""
FOREVER = "timestamp '9999-12-31'"


@dataclass(frozen=True)
class Holds:
    """`sure`: slice, record_table, record_key, starts and ends, as instants; `loose`: those that may hold besides."""

    sure: exp.Query
    loose: exp.Query


def holds(desk: Desk, until: str | None, framed: Slices) -> Holds:
    """From when to when each record holds."""
    scope, reading = framed.scope, framed.scope.reading
    starts = reading.want(moment_of(scope, in_days=False)).sql
    ends, open_ = starts, exp.false()
    if until is not None:
        value = desk.expression(until, scope, (*LOC, "until"))
        told = reading.want(Typed(instant_of(desk, scope, value, (*LOC, "until"), last=True), Family.DATETIME)).sql
        ends = expression(f"coalesce(:t, {FOREVER})", t=told)
        open_ = expression(":t is null", t=told)
    key = reading.technical("_key").sql
    holes = {"starts": starts, "ends": ends, "counts": framed.counts}
    same = all_of(*(expression(":v = :k", v=value, k=col(name, "o")) for value, name in framed.tied))
    sure = sql(HELD, {"seen": reading.name}, table=text(scope.table.name), key=key, same=same, **holes)
    begun = sql(BEGUN)
    return Holds(exp.union(sure, begun, distinct=False), _loose(framed, holes, open_))


def _loose(framed: Slices, holes: dict[str, exp.Expr], open_: exp.Expr) -> exp.Query:
    """Rejected rows, those of an uncertain kind, and those for we know not whom."""
    unclear = expression("_rejected or :c is null", c=framed.counts)
    query: exp.Query | None = None
    for known in product((True, False), repeat=len(framed.tied)):
        same, gone = [], []
        for (value, name), told in zip(framed.tied, known, strict=True):
            (same if told else gone).append(
                expression(":v = :k", v=value, k=col(name, "o")) if told else expression(":v is null", v=value)
            )
        # An accepted row without a bearer is nobody's.
        placed = [name for (_, name), told in zip(framed.tied, known, strict=True) if not told and name != "bearer"]
        rows = all_of(unclear if all(known) else exp.true(), *gone)
        if not placed and not all(known):
            rows = all_of(rows, expression("_rejected"))
        local = framed.scope.local(holes["ends"])
        part = sql(
            LOOSE, {"seen": framed.scope.reading.name}, same=all_of(*same), rows=rows, open=open_, local=local, **holes
        )
        query = part if query is None else exp.union(query, part, distinct=False)
    assert query is not None  # noqa: S101 there is always one way
    return query

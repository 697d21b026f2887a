"""How long each record of an interval holds, and the rows that may have held."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from sqlglot import exp

from compliance.kinds.base import Desk
from compliance.kinds.second import moment_of
from compliance.kinds.stretches import LOC, Slices, instant_of
from compliance.language.values import Family, Typed
from compliance.sql import all_of, col, expression, sql

HELD = """
    select o.number as slice, :key as record_key, :starts as starts, :ends as ends
    from slices as o join seen on :same
    where not _rejected and coalesce(:counts, false) and :starts is not null
"""
# What lies before the moment from which somebody owes, or outside a stretch, is not looked at; each begins
# open.
CLIPPED = """
    select h.slice, h.record_key, case when h.starts < o.since then o.since else h.starts end as starts,
        case when h.ends > o.until then o.until else h.ends end as ends
    from holding as h join slices as o on o.number = h.slice
    where (o.since is null or h.ends > o.since or h.starts >= o.since) and (o.until is null or h.starts < o.until)
"""
OPENED = """
    select s.number as slice, cast(null as varchar), s.since, s.since from slices as s
    where s.since is not null
"""
LOOSE = """
    select o.number as slice, :starts as starts, :ends as ends, :open as open, cast(:local as date) as gap_day
    from slices as o join seen on :same
    where :rows and coalesce(:counts, true)
"""
UNPLACED = """
    select :starts as starts, :ends as ends, :open as open, cast(:local as date) as gap_day
    from seen where :rows and coalesce(:counts, true)
"""
FOREVER = "timestamp '9999-12-31'"


@dataclass(frozen=True)
class Holds:
    """`parts` end in `held`: slice (its number), record_key, starts, ends (instants).

    `loose` may hold besides (queries to be united), and `unplaced`, which may belong to any slice and so names none;
    None where it goes by the slice whether a record counts.
    """

    parts: Mapping[str, exp.Query]
    loose: tuple[exp.Query, ...]
    unplaced: exp.Query | None


def holds(desk: Desk, until: str | None, framed: Slices) -> Holds:
    """From when to when each record holds."""
    scope, reading = framed.scope, framed.scope.reading
    starts = reading.want(moment_of(scope, in_days=False)).sql
    ends: exp.Expr = starts
    open_: exp.Expr = exp.false()
    if until is not None:
        value = desk.expression(until, scope, (*LOC, "until"))
        told = reading.want(Typed(instant_of(desk, scope, value, (*LOC, "until"), last=True), Family.DATETIME)).sql
        ends = expression(f"coalesce(:t, {FOREVER})", t=told)
        open_ = expression(":t is null", t=told)
    key = reading.technical("_key").sql
    holes = {"starts": starts, "ends": ends, "counts": framed.counts}
    same = all_of(*(expression(":v = :k", v=value, k=col(name, "o")) for value, name in framed.tied))
    sure = sql(HELD, {"seen": reading.name}, key=key, same=same, **holes)
    return Holds(_parts(framed, sure), *_loose(framed, holes | {"open": open_}))


def _parts(framed: Slices, sure: exp.Select) -> dict[str, exp.Query]:
    if not framed.begun:
        return {"held": sure}
    return {"holding": sure, "held": exp.union(sql(CLIPPED), sql(OPENED), distinct=False)}


def _loose(framed: Slices, holes: dict[str, exp.Expr]) -> tuple[tuple[exp.Query, ...], exp.Query | None]:
    """Rejected rows, those of an uncertain kind, and those for we know not whom: of some slices, and of any."""
    # An accepted row without a time has not happened.
    known = expression("_rejected or :s is not null", s=holes["starts"])
    unclear = all_of(known, expression("_rejected or :c is null", c=framed.counts))
    seen = {"seen": framed.scope.reading.name}
    local = framed.scope.local(holes["ends"])
    by_slice = any(each.table == "o" for each in framed.counts.find_all(exp.Column))
    queries: list[exp.Query] = []
    unplaced: exp.Query | None = None
    for told in product((True, False), repeat=len(framed.tied)):
        same: list[exp.Expr] = []
        gone: list[exp.Expr] = []
        for (value, name), here in zip(framed.tied, told, strict=True):
            (same if here else gone).append(
                expression(":v = :k", v=value, k=col(name, "o")) if here else expression(":v is null", v=value)
            )
        # An accepted row without a bearer is nobody's.
        nobodys = any(name == "bearer" and not here for (_, name), here in zip(framed.tied, told, strict=True))
        rows = all_of(unclear if all(told) else known, *gone)
        if nobodys:
            rows = all_of(rows, expression("_rejected"))
        if same or by_slice:
            queries.append(sql(LOOSE, seen, same=all_of(*same), rows=rows, local=local, **holes))
        else:
            unplaced = sql(UNPLACED, seen, rows=rows, local=local, **holes)
    return tuple(queries), unplaced

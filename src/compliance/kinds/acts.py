"""Acts: the records of a block that happened in the audited period, by whom, and what each is judged by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlglot import exp

from compliance.clock import to_instant
from compliance.kinds.base import Desk
from compliance.kinds.duties import admitted
from compliance.kinds.readings import BASE, Reading
from compliance.kinds.scopes import RecordScope
from compliance.language.blocks import Block
from compliance.language.values import Family, Typed, literal
from compliance.sql import TRUE, all_of, col, expression, named, relation
from compliance.workspace.tables import Table

Loc = tuple[str | int, ...]


@dataclass(frozen=True)
class Acts:
    """The acts of a rule as a query: record_key, bearer, department, at, instant, counts and what else was wanted.

    `counts` is the block's `where`: true, or null where it can't be told.
    """

    query: exp.Select
    table: Table
    wanted: Mapping[str, Typed]


Builder = Callable[[RecordScope], Typed]
Wanted = Mapping[str, Builder]


def record_scope(desk: Desk, name: str, loc: Loc) -> RecordScope | None:
    """The names of a table's records; None where nobody knows the table."""
    found = desk.table(name, loc)
    if found is None:
        return None
    table, present = found
    reading = desk.ground.reading(desk.number, table) if present else Reading(table, desk.ground.as_of, desk.number)
    day = expression("cast(:at as date)", at=moment(desk, table))
    return RecordScope(desk.ground, desk.prefix, desk.needs, day, table, present, reading, col("_bearer", BASE))


def moment(desk: Desk, table: Table) -> exp.Expr:
    """When a record happened; a table without time is judged as of `as_of`."""
    return col("_at", BASE) if table.has_at else literal(desk.ground.as_of).sql


def acts(desk: Desk, block: Block, loc: Loc, wanted: Wanted, *, past: bool = False) -> Acts | None:
    """Read a block's records of the audited period, with what the kind wants of each.

    `past` gives earlier and later records too, for a kind that looks back; `inside` then tells which are judged.
    """
    scope = record_scope(desk, block.of, (*loc, "of"))
    if scope is None:
        return None
    where = desk.expression(block.where, scope, (*loc, "where"), Family.BOOLEAN) if block.where else literal(value=True)
    bearer = _bearer(desk, scope)
    own = {"record_key": Typed(col("_key", BASE), Family.TEXT), "bearer": bearer, "counts": where}
    own |= {"at": Typed(moment(desk, scope.table), Family.DATETIME), "instant": _instant(desk, scope)}
    own["department"] = _department(desk, scope)
    own |= {name: build(scope) for name, build in wanted.items()}
    fits = all_of(admitted(desk, scope), _in_force(desk, scope.day))
    reading = scope.reading
    columns = {name: reading.want(value) for name, value in own.items()}
    admits = reading.want(Typed(fits, Family.BOOLEAN)).sql
    reading.only(all_of(where.sql, TRUE if past else _happened(desk, scope.table, col("_at", BASE))))
    inside = all_of(admits, _happened(desk, scope.table, columns["at"].sql))
    query = exp.select(*(named(value.sql, name) for name, value in columns.items())).from_(relation(reading.name))
    query = query.where(exp.Not(this=col("_rejected")), expression("coalesce(:w, true)", w=columns["counts"].sql))
    query = query.select(named(inside, "inside")) if past else query.where(inside)
    return Acts(query, scope.table, columns)


def _bearer(desk: Desk, scope: RecordScope) -> Typed:
    """Whoever did the act, or whom `who` names; `bearer.` then speaks of that person."""
    if desk.bearer is not None and desk.bearer.who is not None:
        if desk.bearer.who == "none":
            return Typed(exp.Cast(this=exp.Null(), to=exp.DataType.build("VARCHAR")), Family.TEXT)
        who = desk.expression(desk.bearer.who, scope, ("bearer", "who"), Family.TEXT)
        scope.bearer = who.sql
        return who
    desk.needs_bearer(scope.table)
    return Typed(scope.bearer, Family.TEXT)


def _instant(desk: Desk, scope: RecordScope) -> Typed:
    if scope.table.has_at:
        return Typed(col("_instant", BASE), Family.DATETIME)
    return literal(to_instant(desk.ground.as_of, desk.ground.zone))


def _department(desk: Desk, scope: RecordScope) -> Typed:
    if desk.ground.rostered and "department" in desk.ground.roster.columns:
        return scope.column(("bearer", "department"))
    return Typed(exp.Cast(this=exp.Null(), to=exp.DataType.build("VARCHAR")), Family.TEXT)


def _in_force(desk: Desk, day: exp.Expr) -> exp.Expr | None:
    """The rule's own time, by the date of the act."""
    since = exp.GTE(this=day.copy(), expression=literal(desk.since).sql) if desk.since else None
    until = exp.LTE(this=day.copy(), expression=literal(desk.until).sql) if desk.until else None
    return all_of(since, until) if since or until else None


def _happened(desk: Desk, table: Table, at: exp.Expr) -> exp.Expr:
    """In the audited period; what has no time is judged in every audit."""
    if not table.has_at:
        return exp.true()
    period = desk.ground.period
    return expression(
        ":at >= :start and :at < :stop", at=at, start=literal(period.start).sql, stop=literal(period.end).sql
    )

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
    day_only: bool


Builder = Callable[[RecordScope], Typed]
Wanted = Mapping[str, Builder]


def record_scope(desk: Desk, name: str, loc: Loc, at: str | None = None, *, states: bool = False) -> RecordScope | None:
    """The names of a table's records; None where nobody knows the table. `at` is a block's own column of time.

    Of a history the state of `as_of` is read, with `states` every one.
    """
    found = desk.table(name, (*loc, "of"))
    if found is None:
        return None
    table, present = found
    ground = desk.ground
    read = ground.reading(desk.number, table, states=states) if present else Reading(table, ground.as_of, desk.number)
    moment = col("_at", BASE) if table.has_at else literal(desk.ground.as_of).sql
    bearer = col("_bearer", BASE)
    scope = RecordScope(desk.ground, desk.prefix, desk.needs, _day(moment), table, present, read, bearer)
    scope.moment, scope.timed, scope.day_only = moment, table.has_at, table.at_is_date
    return scope if at is None else _timed(desk, scope, at, (*loc, "at"))


def _timed(desk: Desk, scope: RecordScope, at: str, loc: Loc) -> RecordScope:
    """The scope with another column for the time; what happened after `as_of` is not seen."""
    value = desk.expression(at, scope, loc)
    if value.family not in {Family.DATE, Family.DATETIME, Family.NULL}:
        desk.problem(loc, f"`at` is a date or datetime, not {value.family.value}")
    moment = exp.Cast(this=value.sql, to=exp.DataType.build("TIMESTAMP"))
    scope.moment = expression("case when :m <= :as_of then :m end", m=moment, as_of=literal(desk.ground.as_of).sql)
    scope.timed, scope.day_only, scope.day = True, value.family is Family.DATE, _day(scope.moment)
    return scope


def _day(moment: exp.Expr) -> exp.Expr:
    return expression("cast(:at as date)", at=moment)


def unmatched(desk: Desk, block: Block, kind: str) -> None:
    """Refuse a `match` where there is no other record to belong to."""
    if block.match:
        desk.problem((kind, "match"), "`match` ties records to those of another block, and there is none", key=True)


def acts(desk: Desk, block: Block, loc: Loc, wanted: Wanted, *, past: bool = False) -> Acts | None:
    """Read a block's records of the audited period, with what the kind wants of each.

    `past` gives earlier and later records too, for a kind that looks back; `inside` then tells which are judged.
    """
    unmatched(desk, block, str(loc[0]))
    scope = record_scope(desk, block.of, loc, block.at)
    if scope is None:
        return None
    where = desk.expression(block.where, scope, (*loc, "where"), Family.BOOLEAN) if block.where else literal(value=True)
    bearer = _bearer(desk, scope)
    own = {"record_key": Typed(col("_key", BASE), Family.TEXT), "bearer": bearer, "counts": where}
    own |= {"at": Typed(scope.moment, Family.DATETIME), "instant": _instant(desk, scope)}
    own["department"] = _department(desk, scope)
    own |= {name: build(scope) for name, build in wanted.items()}
    fits = all_of(admitted(desk, scope), _in_force(desk, scope.day))
    reading = scope.reading
    columns = {name: reading.want(value) for name, value in own.items()}
    admits = reading.want(Typed(fits, Family.BOOLEAN)).sql
    reading.only(all_of(where.sql, TRUE if past else _happened(desk, scope, scope.moment)))
    inside = all_of(admits, _happened(desk, scope, columns["at"].sql))
    query = exp.select(*(named(value.sql, name) for name, value in columns.items())).from_(relation(reading.name))
    query = query.where(exp.Not(this=col("_rejected")), expression("coalesce(:w, true)", w=columns["counts"].sql))
    query = query.select(named(inside, "inside")) if past else query.where(inside)
    return Acts(query, scope.table, columns, scope.day_only)


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
    """The moment in UTC: as the source told it, else from local time."""
    if scope.moment == col("_at", BASE):
        return Typed(col("_instant", BASE), Family.DATETIME)
    if not scope.timed:
        return literal(to_instant(desk.ground.as_of, desk.ground.zone))
    return Typed(scope.instant(scope.moment), Family.DATETIME)


def _department(desk: Desk, scope: RecordScope) -> Typed:
    if desk.ground.rostered and "department" in desk.ground.roster.columns:
        return scope.column(("bearer", "department"))
    return Typed(exp.Cast(this=exp.Null(), to=exp.DataType.build("VARCHAR")), Family.TEXT)


def _in_force(desk: Desk, day: exp.Expr) -> exp.Expr | None:
    """The rule's own time, by the date of the act."""
    since = exp.GTE(this=day.copy(), expression=literal(desk.since).sql) if desk.since else None
    until = exp.LTE(this=day.copy(), expression=literal(desk.until).sql) if desk.until else None
    return all_of(since, until) if since or until else None


def _happened(desk: Desk, scope: RecordScope, at: exp.Expr) -> exp.Expr:
    """In the audited period; what has no time is judged in every audit."""
    if not scope.timed:
        return exp.true()
    period = desk.ground.period
    return expression(
        ":at >= :start and :at < :stop", at=at, start=literal(period.start).sql, stop=literal(period.end).sql
    )

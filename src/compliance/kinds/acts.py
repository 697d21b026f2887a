"""Acts: the records of a block that happened in the audited period, by whom, and what each is judged by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlglot import exp

from compliance.clock import to_instant
from compliance.kinds.base import Desk
from compliance.kinds.duties import admitted
from compliance.kinds.linked import condition
from compliance.kinds.opened import Loc, record_scope
from compliance.kinds.readings import BASE
from compliance.kinds.scopes import RecordScope
from compliance.kinds.second import FirstRecord
from compliance.language.blocks import Block
from compliance.language.values import Family, Typed, literal
from compliance.sql import TRUE, all_of, col, expression, named, relation
from compliance.workspace.tables import Table


@dataclass
class Acts(FirstRecord):
    """The acts of a rule: record_key, bearer, department, at, instant, counts and what else was wanted, by name.

    `counts` is the block's condition: true, or null where it can't be told. `fits` tells whether the rule admits the
    bearer and is in force on the day, `happened` whether the act lies in the audited period; with `past` acts before
    and after it stand in the query too, and `inside` tells which are judged.
    """

    fits: exp.Expr = TRUE
    happened: exp.Expr = TRUE
    past: bool = False

    @property
    def table(self) -> Table:
        """The table of the acts."""
        return self.scope.table

    def query(self) -> exp.Select:
        """The acts, as they are judged."""
        inside = all_of(self.fits, self.happened)
        columns = (named(value.sql, name) for name, value in self.columns.items())
        query = exp.select(*columns).from_(relation(self.scope.reading.name))
        counts = expression("coalesce(:w, true)", w=self.columns["counts"].sql)
        query = query.where(exp.Not(this=col("_rejected")), counts)
        if not self.past:
            return self.with_worked(query.where(inside))
        return self.with_worked(query.select(named(inside, "inside"), named(self.fits, "fits")))


Builder = Callable[[RecordScope], Typed]
Wanted = Mapping[str, Builder]


def acts(desk: Desk, block: Block, loc: Loc, wanted: Wanted, *, past: bool = False) -> Acts | None:
    """Read a block's records of the audited period, with what the kind wants of each."""
    scope = record_scope(desk, block.of, loc, block.at)
    if scope is None:
        return None
    bearer = _bearer(desk, scope)
    counts = condition(desk, block, scope, loc)
    found = Acts(scope, past=past)
    found.keep("record_key", Typed(col("_key", BASE), Family.TEXT))
    own = {"bearer": bearer, "counts": Typed(counts, Family.BOOLEAN), "at": Typed(scope.moment, Family.DATETIME)}
    own |= {"instant": _instant(desk, scope), "department": _department(desk, scope)}
    for name, value in (own | {name: build(scope) for name, build in wanted.items()}).items():
        found.keep(name, value)
    fits = all_of(admitted(desk, scope), _in_force(desk, scope.day))
    found.fits = scope.reading.want(Typed(fits, Family.BOOLEAN)).sql
    found.happened = _happened(desk, scope, found.columns["at"].sql)
    scope.reading.only(all_of(counts, TRUE if past else _happened(desk, scope, scope.moment)))
    return found


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

"""Acts: the records of a block that happened in the audited period, by whom, and what each is judged by."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from sqlglot import exp

from compliance.clock import to_instant
from compliance.kinds.base import Desk
from compliance.kinds.behalf import ON_BEHALF_OF
from compliance.kinds.charge import employed_on
from compliance.kinds.duties import admitted, applies
from compliance.kinds.entities import Entities
from compliance.kinds.ground import ROSTER
from compliance.kinds.keys import Keys, keys
from compliance.kinds.linked import asked
from compliance.kinds.meeting import Beside, alone, met, standing, waits
from compliance.kinds.opened import Loc, record_scope
from compliance.kinds.parts import CREATED, entities
from compliance.kinds.readings import BASE
from compliance.kinds.scopes import OwedScope, RecordScope
from compliance.kinds.second import FirstRecord, T
from compliance.language.blocks import NOBODY, Block, ForEach
from compliance.language.values import Family, Typed, kept, literal
from compliance.sql import TRUE, all_of, any_of, col, expression, named, nothing, relation
from compliance.workspace.tables import Table

Names: TypeAlias = RecordScope | Beside
Builder: TypeAlias = Callable[[Names], Typed]
Wanted: TypeAlias = Mapping[str, Builder]
OWNER = "h.bearer = o.owner and cast(:at as date) >= h.since and cast(:at as date) < h.until"
THERE = "coalesce(h.employed_from <= :day and h.employed_to > :day, true)"
LATER = frozenset({"each", "bearer"})  # whose owner answers is known once act and entity have met
LISTED = "(o.listed_until is null or :at < o.listed_until) and (o.listed_since is null or :at >= o.listed_since)"


@dataclass(frozen=True)
class Whose:
    """Whose authority is asked: the bearer's, or that of whom the bearer stood in for, on the day of the act.

    What tells it is joined by `joins`.
    """

    bearer: exp.Expr
    absent: exp.Expr
    day: exp.Expr
    joins: dict[str, exp.Join]


@dataclass
class BesideOwner(Beside):
    """The names of an act beside an entity whose owner answers: `bearer.` is the owner's appointment of that day."""

    owner: OwedScope
    joins: dict[str, exp.Join]

    def column(self, path: tuple[str, ...]) -> Typed:
        """`bearer.x` of the owner, `each.x` of the entity, all else of the act."""
        return self.owner.column(path) if path[0] == "bearer" else super().column(path)

    @property
    def whose(self) -> Whose:
        """The owner's authority, or that of whom the act was done for, where the owner did it."""
        told = col(ON_BEHALF_OF, BASE) if ON_BEHALF_OF in self.records.table.columns else exp.null()
        absent = self.records.reading.want(Typed(told, Family.TEXT)).sql
        return Whose(col("owner", "o"), absent, self.owner.day, self.joins)


ACT_KEY = "act_key"
"""The act's own key as a column, where what is found of it goes by another: a decision names the act alone."""


@dataclass
class Acts(FirstRecord):
    """The acts of a rule: record_key, bearer, department, at, instant, counts and what else was wanted, by name.

    `counts` is the block's condition: true, or null where it can't be told; with `stands`, `open` tells of what counts
    as far as is known whether a row that nobody can read may rule it out by `without`. `fits` tells whether the rule
    admits the bearer and is in force on the day, `happened` whether the act lies in the audited period; with `past`
    acts before and after it stand in the query too, and `inside` tells which are judged. With `each`, an act stands
    there once for each entity that it belongs to by the keys in `tied`; an entity's owner answers for it.
    """

    fits: exp.Expr = TRUE
    in_force: exp.Expr = TRUE
    happened: exp.Expr = TRUE
    past: bool = False
    stands: bool = False
    each: Entities | None = None
    owner: OwedScope | None = None
    tied: Keys = ()
    beside: dict[str, exp.Expr] = field(default_factory=dict)
    joins: dict[str, exp.Join] = field(default_factory=dict)

    @property
    def named_by(self) -> str:
        """The column under which a decision finds the act."""
        return ACT_KEY if ACT_KEY in self.columns else "record_key"

    @property
    def owed_for(self) -> Entities | None:
        """The entities that the acts have met."""
        return self.each

    @property
    def own_key(self) -> Typed:
        """The record's own key, without what of an entity does not follow from it."""
        return self.scope.reading.want(Typed(col("_key", BASE), Family.TEXT))

    @property
    def table(self) -> Table:
        """The table of the acts."""
        return self.scope.table

    @property
    def opens(self) -> bool:
        """Whether `open` is among the columns."""
        return "open" in self.columns

    def column(self, path: tuple[str, ...]) -> Typed:
        """The act's own names, and `each.` of its entity."""
        if path[0] == "each" and self.each is not None:
            return self.keep_beside(f"each {'.'.join(path[1:])}", self.each.each(path[1:]))
        if path[0] == "bearer" and self.owner is not None:
            return self.keep_beside(" ".join(path), self.owner.column(path))
        return super().column(path)

    def keep_beside(self, name: str, value: Typed) -> Typed:
        """Have a value that is known once act and entity have met stand in the query under this name."""
        return kept(value, name, self._hold_beside)

    def _hold_beside(self, name: str, value: exp.Expr) -> exp.Expr:
        self.beside[name] = value
        return col(name, T)

    def want(self, name: str, build: Builder) -> Typed:
        """Have what is built from the names of the act and its entity stand in the query."""
        if self.each is None:
            return self.keep(name, build(self.scope))
        value = self.columns[name] = build(self.beside_entity(self.each))
        return self.keep_beside(name, value)

    def beside_entity(self, each: Entities) -> Beside:
        """The names of the act and its entity."""
        return BesideOwner(self.scope, each, self.owner, self.joins) if self.owner else Beside(self.scope, each)

    def ask_employed(self, desk: Desk) -> None:
        """Have whoever answers for what another did be employed on its day, where a time tells which that is.

        Nothing is owed for days outside employment; for an own act one answers in the nearest position held.
        """
        others = self.owner is not None or (desk.bearer is not None and desk.bearer.who not in {None, NOBODY})
        if others and desk.ground.rostered and self.scope.timed:
            who, at = (self.columns[name].sql for name in ("bearer", "at"))
            own = expression(":who = :doer", who=who, doer=self.scope.reading.technical("_bearer").sql)
            day = expression("cast(:at as date)", at=at)
            there = employed_on(who, day) if self.owner is None else expression(THERE, day=day)
            self.fits = all_of(self.fits, any_of(own, there))

    def leave_open(self) -> None:
        """Have an act that may be ruled out count for nothing known: `counts` is null, and `stands` tells why."""
        counts = self.columns["counts"]
        self.columns["stands"] = counts
        if self.opens:
            known = "case when not coalesce(:o, false) or not coalesce(:c, true) then :c end"
            told = expression(known, o=self.columns["open"].sql, c=counts.sql)
            self.columns["counts"] = replace(counts, sql=told)

    def came_about(self, alias: str) -> exp.Expr:
        """Whether an act has a time, be it one to come; without one it has not happened, and nothing is owed for it."""
        if not self.scope.timed or self.table.ahead:
            return exp.true()
        return expression(":at is not null", at=col("at", alias))

    def query(self) -> exp.Select:
        """The acts, as they are judged."""
        columns = {name: value.sql for name, value in self.columns.items()} | self.beside
        inside = all_of(self.fits, self.happened)
        columns |= {"inside": inside, "fits": self.fits} if self.past else {}
        tests = [exp.Not(this=col("_rejected")), expression("coalesce(:w, true)", w=self.columns["counts"].sql)]
        return self.with_worked(self._beside(columns, [*tests, *([] if self.past else [inside])], ":v = :k"))

    def loose(self, columns: Mapping[str, exp.Expr], *tests: exp.Expr) -> exp.Select:
        """All rows that pass the tests, rejected ones too, beside each entity that they may belong to."""
        return self._beside(columns, tests, ":v is null or :v = :k")

    def _beside(self, columns: Mapping[str, exp.Expr], tests: Sequence[exp.Expr], alike: str) -> exp.Select:
        """Rows of the pass, each beside the entities that it is `alike`, if there are any."""
        query = exp.select(*(named(value, name) for name, value in columns.items()))
        query = query.from_(relation(self.scope.reading.name), copy=False)
        if self.each is not None:
            parts = (*query.expressions, *tests)
            spoken = {column.table for part in parts for column in part.find_all(exp.Column)}
            query = self._met(query, self.each, alike, spoken)
        return query.where(*tests, copy=False)

    def _met(self, query: exp.Select, each: Entities, alike: str, spoken: Container[str]) -> exp.Select:
        """The acts beside their entities, and what is spoken of these: the owners' posts, their authority."""
        same = [expression(alike, v=value.copy(), k=col(name, "o")) for value, name in self.tied]
        # An act meets one state of an entity, and a member that returns once: those of its own time.
        at = self.columns["at"].sql
        same += [expression(f"coalesce({LISTED}, true)", at=at)] if each.of_lists else []
        same += [state_of(at, self.scope.ground.as_of)] if each.stated else []
        query = query.join(relation("entities", "o"), on=all_of(*same), copy=False)
        if "h" in spoken:
            query = query.join(relation(ROSTER, "h"), on=expression(OWNER, at=at), join_type="left", copy=False)
        for join in (join for alias, join in self.joins.items() if alias in spoken):
            query.append("joins", join.copy())
        return query.with_("entities", as_=each.query(), copy=False)


def acts(
    desk: Desk,
    block: Block,
    loc: Loc,
    wanted: Wanted,
    for_each: ForEach = (),
    *,
    past: bool = False,
    nobody: bool = False,
    stands: bool = False,
) -> Acts | None:
    """Read a block's records of the audited period, with what the kind wants of each.

    `nobody` allows a table whose records are nobody's, where an entity's owner answers. `stands`: an act counts until a
    record of `without` is known to match.
    """
    scope = record_scope(desk, block.of, loc, block.at)
    if scope is None:
        return None
    bearer = _bearer(desk, scope, nobody=nobody or bool(for_each))
    later = alone(block, LATER) if for_each else block
    told = asked(desk, later, scope, loc)
    counts = told.stands if stands else told.counts
    found = Acts(scope, past=past, stands=stands)
    found.keep("record_key", Typed(col("_key", BASE), Family.TEXT))
    own = {"bearer": bearer, "counts": Typed(counts, Family.BOOLEAN), "at": Typed(scope.moment, Family.DATETIME)}
    for name, value in (own | {"instant": _instant(desk, scope), "department": _department(desk, scope)}).items():
        found.keep(name, value)
    if desk.ground.by_department:
        found.keep(desk.ground.whose, Typed(scope.bearer, Family.TEXT))
    if stands and told.open is not None:
        found.keep("open", Typed(told.open, Family.BOOLEAN))
    if getattr(block, "unless", None) is not None:
        found.keep("doer", Typed(col("_bearer", BASE), Family.TEXT))
    force = _in_force(desk, scope.day)
    found.fits = scope.reading.want(Typed(all_of(admitted(desk, scope), force), Family.BOOLEAN)).sql
    found.in_force = scope.reading.want(Typed(all_of(force), Family.BOOLEAN)).sql
    begun = _begun(desk, scope)
    told_begun = None if begun is None else scope.reading.want(Typed(begun, Family.BOOLEAN)).sql
    found.happened = all_of(_happened(desk, scope, found.columns["at"].sql), told_begun)
    scope.reading.only(all_of(counts, TRUE if past else all_of(_happened(desk, scope, scope.moment), begun)))
    if for_each and not _for_each(desk, block, found, for_each, loc):
        return None
    for name, build in wanted.items():
        found.want(name, build)
    return found


def _for_each(desk: Desk, block: Block, found: Acts, for_each: ForEach, loc: Loc) -> bool:
    """Have the acts meet their entities; false where these can't be planned."""
    counts = found.columns["counts"]
    seen = Typed(expression("coalesce(:c, true)", c=counts.sql), Family.BOOLEAN)  # whatever may count is judged
    each = entities(desk, for_each, found.scope, seen, (loc[0], "for_each"))
    if each is None:
        return False
    found.each = each
    # A condition may tie an act to an entity; a list's members are asked of every act.
    beside = desk.names_entity or all(part.table is None for part in each.parts)
    tied = keys(desk, block, found.scope, each, loc, beside=beside)
    found.tied = tuple(pair for pair in tied if pair[1] != "bearer")
    who = desk.bearer is not None and desk.bearer.who is not None  # says who owes instead of the owner
    if each.owned and not who:
        day = expression("cast(:at as date)", at=found.columns["at"].sql)
        found.owner = OwedScope(desk.ground, desk.prefix, desk.needs, day, "h")
    _ask_later(desk, block, found, each, loc)
    _name_by_both(found, each)
    if each.stated:
        found.in_force = all_of(found.in_force, state_of(found.columns["at"].sql, desk.ground.as_of))
        found.fits = all_of(found.fits, state_of(found.columns["at"].sql, desk.ground.as_of))
    if each.of_lists:
        in_list = expression(LISTED, at=found.columns["at"].sql)
        found.in_force = all_of(found.in_force, in_list)
        found.fits = all_of(found.fits, in_list)
    if desk.bearer is None and not each.owned:
        found.columns["bearer"] = Typed(nothing("VARCHAR"), Family.TEXT)
    if found.owner is not None:
        found.columns["bearer"] = Typed(col("owner", "o"), Family.TEXT)
        found.columns["department"] = Typed(col("department", "h"), Family.TEXT)
        if desk.ground.by_department:
            found.columns[desk.ground.whose] = found.columns["bearer"]
        found.fits = all_of(found.in_force, expression("coalesce(:a, false)", a=all_of(admitted(desk, found.owner))))
    return True


def _ask_later(desk: Desk, block: Block, found: Acts, each: Entities, loc: Loc) -> None:
    """Have `counts` and `open` heed what could not be asked before act and entity had met."""
    parts = [found.columns["counts"].sql]
    open_ = [found.columns["open"].sql] if found.opens else []
    open_ += [col("open", "o")] if each.opens else []
    if waits(block, LATER) and found.stands:
        later, may_fall = standing(desk, block, found.beside_entity(each), found.tied, loc, LATER)
        parts.append(later)
        open_ += [may_fall] if may_fall is not None else []
    elif waits(block, LATER):
        parts.append(met(desk, block, found.beside_entity(each), found.tied, loc, LATER))
    if open_ and found.stands:
        found.columns["open"] = Typed(any_of(*open_), Family.BOOLEAN)
    elif open_:
        parts.append(expression("case when not :o then true end", o=any_of(*open_)))
    found.columns["counts"] = Typed(all_of(*parts), Family.BOOLEAN)


def _name_by_both(found: Acts, each: Entities) -> None:
    """Have an act be known by its own key, and by what of its entity does not follow from it."""
    told = {name for _, name in found.tied}
    free = [part for part in each.parts if not part.kept and not told & {f"key {part.number}", *part.apart}]
    key = found.columns["record_key"].sql
    if free:
        found.columns[ACT_KEY] = found.own_key
    for part in free:
        key = expression("cast(:k as varchar) || ' / ' || :p", k=key, p=col(f"key {part.number}", "o"))
    found.columns["record_key"] = Typed(key, Family.TEXT)


def state_of(at: exp.Expr, known: datetime) -> exp.Expr:
    """Whether an entity's row is its state at the time of the act, as far as that is known at `as_of`."""
    when = expression("least(coalesce(:at, :as_of), :as_of)", at=at, as_of=literal(known).sql)
    begun, lasts = "(o.state_since is null or o.state_since <= :w)", "(o.state_until is null or o.state_until > :w)"
    return expression(f"{begun} and {lasts}", w=when)


def _bearer(desk: Desk, scope: RecordScope, *, nobody: bool) -> Typed:
    """Whoever did the act, or whom `who` names; `bearer.` then speaks of that person.

    Whom the roster does not know is nobody: a reference that leads nowhere is null.
    """
    if desk.bearer is not None and desk.bearer.who is not None:
        if desk.bearer.who == NOBODY:
            return Typed(exp.Cast(this=exp.Null(), to=exp.DataType.build("VARCHAR")), Family.TEXT)
        who = desk.expression(desk.bearer.who, scope, ("bearer", "who"), Family.TEXT)
        scope.bearer = who.sql
        return scope.known_bearer()
    if not nobody:
        desk.needs_bearer(scope.table)
    return Typed(scope.bearer, Family.TEXT)


def _instant(desk: Desk, scope: RecordScope) -> Typed:
    """The moment in UTC: as the source told it, else from local time."""
    if not scope.timed:
        return literal(to_instant(desk.ground.as_of, desk.ground.zone))
    return Typed(scope.happened, Family.DATETIME)


def _department(desk: Desk, scope: RecordScope) -> Typed:
    if desk.ground.rostered and "department" in desk.ground.roster.columns:
        return scope.column(("bearer", "department"))
    return Typed(exp.Cast(this=exp.Null(), to=exp.DataType.build("VARCHAR")), Family.TEXT)


def _in_force(desk: Desk, day: exp.Expr) -> exp.Expr | None:
    """The rule's own time, by the date of the act."""
    since = exp.GTE(this=day.copy(), expression=literal(desk.since).sql) if desk.since else None
    until = exp.LTE(this=day.copy(), expression=literal(desk.until).sql) if desk.until else None
    met = applies(desk, day)
    return all_of(since, until, met) if since or until or met else None


def _begun(desk: Desk, scope: RecordScope) -> exp.Expr | None:
    """Whether an entity is there already; None where its records have a time, or nothing tells since when they are.

    Somebody not hired by `as_of`, or a client not created by then, is in no state that could be judged.
    """
    told = None if scope.timed else next((name for name in CREATED if name in scope.table.columns), None)
    if told is None:
        return None
    since = scope.column((told,))
    by = "<" if since.family is Family.DATE else "<="  # at 00:00 of a day the one before is asked
    known = f"coalesce(cast(:s as timestamp) {by} :as_of, true)"
    return expression(known, s=since.sql, as_of=literal(desk.ground.as_of).sql)


def _happened(desk: Desk, scope: RecordScope, at: exp.Expr) -> exp.Expr:
    """In the audited period; what has no time is judged in every audit."""
    if not scope.timed:
        return exp.true()
    period = desk.ground.period
    return expression(
        ":at >= :start and :at < :stop", at=at, start=literal(period.start).sql, stop=literal(period.end).sql
    )

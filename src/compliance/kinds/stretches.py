"""Whose gaps an `interval` looks for: a bearer's, an entity's, or those of a stretch that has to be covered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import Field
from sqlglot import exp

from compliance.kinds.acts import Acts, Builder, acts
from compliance.kinds.base import Desk
from compliance.kinds.duties import admitted, bearer_of, ever_admitted, in_force
from compliance.kinds.entities import Entities
from compliance.kinds.keys import Keys, equal_keys, keys
from compliance.kinds.meeting import Beside, met, waits
from compliance.kinds.opened import Loc, needs_time, paired, record_scope
from compliance.kinds.owing import admits, owner
from compliance.kinds.parts import entities
from compliance.kinds.posts import is_named, of_the_post, rostered, seen_bearers
from compliance.kinds.scopes import OwedScope, RecordScope
from compliance.kinds.tally import counted, equals_each
from compliance.language.blocks import NOBODY, Block, Expression, ForEach, Match, Name
from compliance.language.moments import MOMENTS, day
from compliance.language.values import Family, Typed, literal
from compliance.model.base import Strict
from compliance.sql import all_of, col, expression, nothing, sql, text, with_

LOC: Loc = ("interval",)
SEEN = """
    select distinct :bearer as slice, :bearer as bearer, cast(null as timestamp) as since,
        cast(null as timestamp) as until, cast(null as varchar) as record_table, cast(null as varchar) as record_key,
        cast(null as timestamp) as listed_from, cast(null as timestamp) as listed_to,
        cast(null as varchar) as listed
    from seen where not _rejected and coalesce(:counts, false) and :bearer is not null and :known
"""
KNOWN = "select p.bearer from roster as p"
NOBODYS = """
    select '' as slice, cast(null as varchar) as bearer, :since as since, cast(null as timestamp) as until,
        cast(null as varchar) as record_table, cast(null as varchar) as record_key,
        cast(null as timestamp) as listed_from, cast(null as timestamp) as listed_to, cast(null as varchar) as listed
    from (select 1 as one) as n left join roster as o on false
"""
PEOPLE = """
    select o.bearer as slice, o.bearer, :since as since, cast(null as timestamp) as until, 'employees' as record_table,
        o.bearer as record_key, cast(null as timestamp) as listed_from, cast(null as timestamp) as listed_to,
        cast(null as varchar) as listed
    from whom as o
"""
FRAMED = """
    select e.*, coalesce(e.owner, h.bearer) as bearer, h.name, h.position, h.level, h.department, h.superior_id, h.mode,
        h.hired_on, e.record_key || :between || coalesce(e.owner, h.bearer, '') || :state as slice
    from entities as e left join whom as h on :same where :admitted
"""
EACH = """
    select o.* , :from_ as since, cast(null as timestamp) as until, :table as record_table, :listed as listed
    from framed as o
"""
OVER = """
    select t.*, t.record_key as slice, t.over_from as since, t.over_to as until, :table as record_table,
        cast(null as timestamp) as listed_from, cast(null as timestamp) as listed_to, :listed as listed
    from stretches as t where coalesce(t.counts, false) and t.fits and t.over_from < t.over_to and :came_about
"""
LOCATED = """
    select m.*, h.department from gaps_owed as m
        left join roster as h on h.bearer = m.bearer and coalesce(m.due_day, m.first_day) >= h.since
            and coalesce(m.due_day, m.first_day) < h.until
    where :owed
"""
# Everybody by the last appointment who may be admitted; whether the rule admits them is asked on the due day.
EVERYBODY = """
    select h.bearer, h.name, h.position, h.level, h.department, h.superior_id, h.mode, h.hired_on
    from roster as h where h.until >= date '9999-12-31' and :named
"""
SOMEBODY = """
    select s.bearer, cast(null as varchar) as name, cast(null as varchar) as position,
        cast(null as varchar) as level, cast(null as varchar) as department, cast(null as varchar) as superior_id,
        cast(null as varchar) as mode, cast(null as date) as hired_on
    from bearers as s
"""
ADMITTED = """
    :bearer is null or exists (
        select 1 from roster as h where h.bearer = :bearer and :day >= h.since and :day < h.until and :fits
    )
"""
# Windows and joins over every record go by a number: they sort and hash it faster than a name.
NUMBERED = "select s.*, dense_rank() over (order by s.slice) as number from sliced as s"


class Over(Strict):
    """The stretches that have to be covered: records of a table, each from a moment to a last day or moment."""

    of: Name
    where: Expression | None = None
    from_: Expression = Field(alias="from")
    to: Expression
    match: Match = Field(default_factory=dict)


class Framed(Block):
    """A block, and whose gaps are looked for: a bearer's, `from` a moment on; an entity's; or those of a stretch."""

    from_: Expression | None = Field(default=None, alias="from")
    over: Over | None = None
    for_each: ForEach = ()


@dataclass(frozen=True)
class Slices:
    """The slices of an interval: common table expressions that end in `slices`, and how records belong to them.

    `slices` has slice and its number, bearer, since and until (instants, null: open), record_table and record_key of
    what precedes the first record. `counts` and `tied` speak of the pass's columns and of `slices as o`. `opens`: an
    entity may be ruled out by a row that nobody can read, which the column `open` tells.
    """

    desk: Desk
    scope: RecordScope
    parts: Mapping[str, exp.Query | None]
    counts: exp.Expr
    tied: Keys
    framed_by_record: bool = False
    begun: bool = False
    each: Entities | None = None
    opens: bool = False

    @property
    def anew(self) -> bool:
        """Whether a gap may have begun before anybody was asked for it."""
        if not self.begun or self.framed_by_record:
            return False
        return self.desk.since is not None or (self.desk.ground.rostered and not self.owned)

    @property
    def owned(self) -> bool:
        """Whether whoever owns an entity when its gap is too long owes it, from the gap's beginning."""
        return self.each is not None and self.each.owned

    @property
    def stated(self) -> bool:
        """Whether they are of entities that have several states."""
        return self.each is not None and self.each.stated

    def of_state(self, alias: str, due_day: str) -> exp.Expr | None:
        """Whether a gap falls due in its entity's state, before an absence moves it; None where there are none."""
        stop = expression("cast(:d + 1 as timestamp)", d=col(due_day, alias))
        return self.each.then(alias, stop, self.desk.ground.as_of) if self.each is not None else None

    def located(self, gaps: str) -> exp.Select:
        """The gaps with their bearer's department; those that are owed at all."""
        return sql(LOCATED, {"gaps_owed": gaps}, owed=self.owed("m", "due_day"))

    def owed(self, alias: str, due_day: str) -> exp.Expr | None:
        """Whether a gap is owed: wholly in the rule's own time, by somebody whom the rule admits on the due day.

        A stretch to be covered was asked for its own day and bearer before.
        """
        if self.framed_by_record:
            return None
        stop = expression(":d + 1", d=col(due_day, alias))
        return all_of(in_force(self.desk, col("first_day", alias), stop), self._admits(alias, due_day))

    def _admits(self, alias: str, due_day: str) -> exp.Expr | None:
        bearer = self.desk.bearer
        if bearer is None or not bearer.filters or not self.desk.ground.rostered:
            return None
        # In an absence without end nothing falls due: the day on which it would have is asked.
        days = {"d": col(due_day, alias), "p": col("planned_day", alias), "f": col("first_day", alias)}
        day = expression("coalesce(:d, :p, :f)", **days)
        names = OwedScope(self.desk.ground, self.desk.prefix, self.desk.needs, day, "h")
        held = col("held", "h") if of_the_post(self.desk) else None
        fits = all_of(admitted(self.desk, names), held)
        return expression(ADMITTED, bearer=col("bearer", alias), day=day, fits=fits)


def slices(desk: Desk, kind: Framed) -> Slices | None:
    """Plan whose gaps are looked for; None where a table is not known."""
    scope = record_scope(desk, kind.of, LOC, kind.at)
    if scope is None:
        return None
    needs_time(desk, scope, LOC, "say when a record begins to hold with `at`")
    if kind.over is not None:
        return _over(desk, kind, scope)
    counts = counted(desk, kind, scope, LOC, entities=bool(kind.for_each))
    if kind.for_each:
        return _each(desk, kind, scope, counts)
    if desk.bearer is not None and desk.bearer.who == NOBODY:
        return _nobodys(desk, kind, scope, counts)
    bearer = scope.reading.want(bearer_of(desk, scope)).sql
    tied: Keys = ((bearer, "bearer"),)
    if kind.from_ is None:
        # Whom `who` names and the roster does not know is nobody.
        known = exp.In(this=bearer.copy(), query=sql(KNOWN).subquery()) if rostered(desk) else exp.true()
        seen = sql(SEEN, {"seen": scope.reading.name}, bearer=bearer, counts=counts.sql, known=known)
        return Slices(desk, scope, {"sliced": seen, "slices": sql(NUMBERED)}, counts.sql, tied)
    owed = _owed(desk, None)
    people = sql(PEOPLE, since=_moment(desk, scope, kind.from_, owed, (*LOC, "from")))
    parts = {"whom": _whom(desk, scope), "sliced": people, "slices": sql(NUMBERED)}
    return Slices(desk, scope, parts, counts.sql, tied, begun=True)


def _nobodys(desk: Desk, kind: Framed, scope: RecordScope, counts: Typed) -> Slices:
    """Where nobody owes it, gaps lie between any two records."""
    since: exp.Expr = nothing("TIMESTAMP")
    if kind.from_ is not None:
        since = _moment(desk, scope, kind.from_, _owed(desk, None), (*LOC, "from"))
    parts = {"sliced": sql(NOBODYS, since=since), "slices": sql(NUMBERED)}
    return Slices(desk, scope, parts, counts.sql, (), begun=kind.from_ is not None)


def _whom(desk: Desk, scope: RecordScope, *, owned: bool = False) -> exp.Select:
    """Everybody on the roster; without one, the bearers seen in the rule's table."""
    if rostered(desk):
        named = is_named(desk, scope.table, owned=owned)
        return sql(EVERYBODY, named=named if named is not None else ever_admitted(desk, col("bearer", "h")))
    return with_(sql(SOMEBODY), bearers=seen_bearers(desk, scope.table, owned=owned))


def _owed(desk: Desk, each: Entities | None) -> OwedScope:
    day = literal(desk.ground.period.start.date()).sql
    return OwedScope(desk.ground, desk.prefix, desk.needs, day, "o", each.each if each else None)


def _moment(desk: Desk, scope: RecordScope, written: str, names: OwedScope, loc: Loc) -> exp.Expr:
    """A date's 00:00, or a datetime, as an instant."""
    value = desk.expression(written, names, loc)
    return instant_of(desk, scope, value, loc)


def instant_of(desk: Desk, scope: RecordScope, value: Typed, loc: Loc, *, last: bool = False) -> exp.Expr:
    """A moment as an instant; of a last day, its end."""
    if value.family not in {Family.DATE, Family.DATETIME, Family.NULL}:
        help_ = f"write a day of your own as date '{value.text}'" if value.text is not None else ""
        desk.problem(loc, f"a date or datetime is wanted here, not {value.family.value}", help_)
    if value.instant is not None:
        return value.instant
    moment: exp.Expr = exp.cast(value.sql, "TIMESTAMP")
    if last and value.family is Family.DATE:
        moment = expression(":m + interval '1' day", m=moment)
    return scope.instant(moment)


def _each(desk: Desk, kind: Framed, scope: RecordScope, counts: Typed) -> Slices | None:
    each = entities(desk, kind.for_each, scope, counts, (*LOC, "for_each"))
    if each is None:
        return None
    beside = waits(kind)
    tied = keys(desk, kind, scope, each, ("interval",), beside=beside)
    holds = all_of(counts.sql, met(desk, kind, Beside(scope, each), tied, LOC)) if beside else counts.sql
    owed = _owed(desk, each)
    since: exp.Expr = nothing("TIMESTAMP")
    if kind.from_ is not None:
        since = _moment(desk, scope, kind.from_, owed, (*LOC, "from"))
    framed = sql(EACH, from_=since, table=text(each.table), listed=_listed(kind, each))
    # Each state has gaps of its own, of which those are told that fall due in it.
    state = expression("coalesce(' ' || cast(e.state_since as varchar), '')") if each.stated else text("")
    # When an entity began to be is told apart from when it is to be covered from.
    entity = each.query()
    begun = {"since": "listed_from", "until": "listed_to"}
    for one in entity.expressions:
        if one.alias in begun:
            one.set("alias", exp.to_identifier(begun[one.alias], quoted=True))
    parts = {
        "whom": _whom(desk, scope, owned=each.owned),
        "entities": entity,
        "framed": sql(FRAMED, between=text(" / "), state=state, same=owner(desk, each), admitted=admits(desk, each)),
        "sliced": framed,
        "slices": sql(NUMBERED),
    }
    return Slices(desk, scope, parts, holds, tied, begun=kind.from_ is not None, each=each, opens=each.opens)


def _listed(kind: Framed, each: Entities, alias: str = "o") -> exp.Expr:
    """The members of lists to which no condition ties a record: that its gap is theirs does not follow from its key."""
    parts = zip(kind.for_each, each.parts, strict=True)
    loose = [part for given, part in parts if given.item and not equals_each(kind.where or "", given.named)]
    keys = [col(f"key {part.number}", alias) for part in loose]
    listed: exp.Expr = keys[0] if keys else nothing("VARCHAR")
    for key in keys[1:]:
        listed = expression(":a || ' / ' || :b", a=listed, b=key)
    return listed


def _over(desk: Desk, kind: Framed, scope: RecordScope) -> Slices | None:
    over = kind.over
    assert over is not None  # noqa: S101 asked before
    counts = counted(desk, kind, scope, LOC, entities=bool(kind.for_each))
    loc = (*LOC, "over")
    found = acts(desk, Block(of=over.of, where=over.where), loc, {}, kind.for_each, past=True, stands=True)
    if found is None:
        return None
    for name, written, key, last in (("over_from", over.from_, "from", False), ("over_to", over.to, "to", True)):
        value = desk.expression(written, found.scope, (*loc, key))
        instant = instant_of(desk, found.scope, value, (*loc, key), last=last)
        if last:
            instant = expression("coalesce(:i, timestamp '9999-12-31')", i=instant)
        found.keep(name, Typed(instant, Family.DATETIME))
    tied, holds = _matched(desk, kind, scope, found), counts.sql
    listed: exp.Expr = nothing("VARCHAR")
    if found.each is not None:
        own = _tied(desk, scope, found.each)
        tied += own
        holds = all_of(holds, met(desk, kind, Beside(scope, found.each), own, LOC)) if waits(kind) else holds
        listed = _listed(kind, found.each, "t")
        _keep_entity(found, found.each)
    if not tied:
        desk.problem(LOC, "nothing says which records cover which stretch", "add `match`", key=True)
    sliced = sql(OVER, table=text(found.table.name), listed=listed, came_about=found.came_about("t"))
    parts = {"stretches": found.query(), "sliced": sliced, "slices": sql(NUMBERED)}
    return Slices(desk, scope, parts, holds, tied, framed_by_record=True, begun=True, opens=found.opens)


def _matched(desk: Desk, kind: Framed, scope: RecordScope, stretches: Acts) -> Keys:
    """What `match` asks to be equal, here or under `over`: of a record and a stretch, or of a record and `each.`."""
    assert kind.over is not None  # noqa: S101 asked before
    tied: list[tuple[exp.Expr, str]] = []
    pairs = [*kind.match.items(), *((own, other) for other, own in kind.over.match.items())]
    for index, (own, other) in enumerate(pairs):
        value = desk.expression(own, scope, (*LOC, "match"))
        there = stretches.want(f"stretch {index}", _other(desk, other.removeprefix("this.")))
        if {value.family, there.family} == MOMENTS:
            value, there = (
                day(value),
                stretches.want(f"stretch {index}", _other(desk, other.removeprefix("this."), day)),
            )
        value = paired(desk, (*LOC, "match"), (own, other), value, there)
        tied.append((scope.reading.want(value).sql, f"stretch {index}"))
    return tuple(tied)


def _other(desk: Desk, written: str, as_told: Callable[[Typed], Typed] = lambda value: value) -> Builder:
    return lambda names: as_told(desk.expression(written, names, (*LOC, "match")))


def _tied(desk: Desk, scope: RecordScope, each: Entities) -> Keys:
    """A record that names an entity's key covers the stretches of that entity only."""
    parts = [part for part in each.parts if not part.kept]
    named_ = (part for part in parts if all(own in scope.table.columns for own, _ in part.matches))
    return equal_keys(desk, scope, named_, LOC)


def _keep_entity(stretches: Acts, each: Entities) -> None:
    """Have what is asked of the entity stand beside the stretch, under the names that it has there."""
    names = [name for part in each.parts for name in (f"key {part.number}", *part.apart)]
    names += [name for part in each.parts for name, _ in part.wanted.values()]
    stretches.beside |= {name: col(name, "o") for name in names}

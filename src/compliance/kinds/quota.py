"""`quota`: a measure per bearer (and entity) and window, or, without `per`, a standing duty as of `as_of`."""

from dataclasses import replace
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import model_validator
from sqlglot import exp

from compliance.kinds.base import Desk, Kind, Plan
from compliance.kinds.duties import (
    ABSENT,
    ABSENT_IN_PARTS,
    AWAY_NOW,
    HUSHED,
    HUSHED_ALL,
    HUSHED_OWED,
    IN_WINDOW,
    NOBODY_AWAY,
    ON_THE_DAY,
    standing_window,
    windows_table,
)
from compliance.kinds.entities import Entities
from compliance.kinds.heartbeat import silence
from compliance.kinds.lengths import standing_day
from compliance.kinds.measures import Measure, measure, measured
from compliance.kinds.meeting import Beside, names_each
from compliance.kinds.opened import record_scope
from compliance.kinds.owing import GONE, Requirement, owed
from compliance.kinds.parts import entities, nobodys
from compliance.kinds.posts import held
from compliance.kinds.scopes import OwedScope, RecordScope
from compliance.kinds.steps import Steps, steps, yes_or_no
from compliance.kinds.tally import Tally, counted_or_standing, tally
from compliance.kinds.told import Told, asked, figure, those
from compliance.kinds.weighing import Weighing
from compliance.language.blocks import Block, Bound, DurationValue, ForEach, Measured, ParameterRef, PerName
from compliance.language.values import literal
from compliance.model.finding import How, Verdict
from compliance.sql import any_of, col, expression, sql, text, with_
from compliance.windows import Per
from compliance.yamldoc import Misplaced

STANDING = ("at_least", Bound(number=Decimal(1)))


# What an absence `u` could lessen so far that it was done, or that nothing was owed.
LESSENED = """
    {within} and j.how = 'short' and (
        select coalesce(j.most, j.measured) {reaches} case when s.half then greatest(s.share, {least}) else s.share end
            or (s.share = 0 and not s.half)
        from (
            select floor(d.bound * d.left_over / j.total) as share,
                d.bound >= 1 and 2 * d.left_over >= j.total as half
            from (
                select coalesce(j.full_bound, j.required) as bound, greatest(j.present - count(*), 0) as left_over
                from calendar as c
                where c.working and c.day >= greatest(u.since, cast(j.start as date))
                    and c.day < least(u.until, cast(j.stop as date))
            ) as d
        ) as s
    )
"""


class Quota(Kind, Block, Measured):
    """A measure over a block, its bounds, and how often it is owed."""

    name: ClassVar[str] = "quota"
    recurs: ClassVar[bool] = True
    per: PerName | None = None
    for_each: ForEach = ()
    within: DurationValue | None = None
    prorate: bool | Literal["each"] | ParameterRef = True

    @model_validator(mode="after")
    def _stands_or_recurs(self) -> "Quota":
        if self.per is not None and self.within is not None:
            advice = "leave `within` out, or `per` for a standing duty"
            raise Misplaced("`within` belongs to a standing duty, which has no `per`", "within", key=True, help=advice)
        return self

    @model_validator(mode="after")
    def _by_person(self) -> "Quota":
        daily = self.per is not None and Per(self.per).daily
        if not self.by_entity or (self.person is not None and not daily):
            return self
        message = "`prorate: each` is for what is owed for each of `employees`, in windows longer than a day"
        raise Misplaced(message, "prorate", key=True, help="leave it out, or say `for_each: {of: employees}`")

    @property
    def by_entity(self) -> bool:
        """Whether it is owed pro rata of the days on which the person was there for whom it is owed."""
        return self.prorate == "each"

    @property
    def person(self) -> int | None:
        """The part of `for_each` that is a person; None where none is, or several are."""
        found = [number for number, each in enumerate(self.for_each) if each.of == "employees"]
        return found[0] if len(found) == 1 else None

    def plan(self, desk: Desk) -> Plan | None:
        """What was owed, what was done, and the verdict on the difference."""
        scope = record_scope(desk, self.of, ("quota",), self.at)
        if scope is None:
            return None
        counts, stands = counted_or_standing(desk, self, scope, ("quota",), entities=bool(self.for_each))
        parts = self.for_each
        each = entities(desk, parts, scope, counts, ("quota", "for_each")) if parts else nobodys(desk, scope)
        beside = each is not None and names_each(measured(self.measure))
        taken = self._measure(desk, scope, each if beside else None)
        if taken is None or (self.for_each and each is None):
            return None
        taken = taken.heeding(counts, scope.reading)
        per = Per(self.per) if self.per else None
        done = tally(desk, self, scope, per, counts, each, beside=beside, stands=stands)
        given = True if self.prorate == "each" else self.prorate
        rated = steps(desk, given, ("quota", "prorate"), yes_or_no, "yes or no: true or false")
        if rated is None:
            return None
        return _planned(self, desk, done if self.upper else replace(done, stands=None), taken, rated)

    def _measure(self, desk: Desk, scope: RecordScope, each: Entities | None) -> Measure | None:
        """What is measured, in the table's own pass; where it speaks of the entity, once both have met."""
        taken = measure(desk, self.measure, Beside(scope, each) if each else scope, ("quota", "measure"))
        if taken is None:
            return None
        if not self.bounds() and self.per is not None:
            desk.problem(("quota",), "a quota needs a bound", "add at_least, more_than, at_most or less_than", key=True)
        if each is not None:
            return taken
        return taken.read_by(scope.reading)

    @property
    def speaks_of(self) -> tuple[str, ...]:
        """What a message may name."""
        return ("measured", "required", *(("window",) if self.per else ()), *(("record",) if self.for_each else ()))

    @property
    def excusable(self) -> str | None:
        """A day of absence owes no daily duty, and lessens what is owed in a longer window pro rata."""
        if self.per is None:
            return ON_THE_DAY if self.by_entity else None
        if Per(self.per).daily:
            return IN_WINDOW
        counted = self.measure.strip().lower().startswith(("count", "sum"))
        own = self.lower is not None and _is_plain(self.lower[1])
        if not (counted and own and self.prorate) or (self.for_each and not self.by_entity) or self.lower is None:
            return None
        strict = self.lower[0] == "more_than"
        return LESSENED.format(within=IN_WINDOW, reaches=">" if strict else ">=", least=0 if strict else 1)

    @property
    def absentee(self) -> str:
        """Whose absences lessen what is owed."""
        if not self.by_entity or self.person is None:
            return "j.bearer"
        return f"split_part(j.record_key, ' / ', {self.person + 1})" if len(self.for_each) > 1 else "j.record_key"

    def says(self, told: Told) -> str:
        """What was measured of what, when, and the bound that it is held against."""
        when = f" {'on' if len(told.window) == len('2026-03-02') else 'in'} {told.window}" if told.window else ""
        if told.verdict is Verdict.NOT_APPLICABLE:
            return f"{told.about}{self._what}: nothing owed{when}"
        count = "nothing to measure" if told.measured is None else figure(told.measured)
        if told.how is How.SHORT and self._side(told)[0] == "at_least":
            return f"{told.about}{self._what}: {count} of {figure(told.required)}{when}"
        so_far = {Verdict.PENDING: " so far", Verdict.UNDETERMINED: " known"}.get(told.verdict, "")
        return f"{told.about}{self._what}: {count}{so_far}{when}, {asked(self._side(told), told.required)}"

    @property
    def _what(self) -> str:
        """What is measured: the records by their table, or what is worked out of them."""
        return those(self) if self.measure.strip() == "count" else f"{self.measure} of {those(self)}"

    def _side(self, told: Told) -> tuple[str, Bound]:
        """The bound that is told beside the measure: the upper one where that is passed, or the only one."""
        lower = self.lower or (None if self.upper else STANDING)
        upper = self.upper if told.how is How.OVER or lower is None else None
        return upper or lower or STANDING


def _planned(quota: Quota, desk: Desk, done: Tally, taken: Measure, rated: Steps[bool]) -> Plan:
    """The query, one common table expression per thought."""
    each, per = done.entities, done.per
    lower, upper = quota.lower or (None if quota.upper else STANDING), quota.upper
    plain = lower is not None and _is_plain(lower[1])
    own_share = plain and quota.prorate is not False and taken.aggregate.pro_rated
    shared = own_share and each is None and per is not None and not per.daily
    person = quota.person if quota.by_entity else None
    if person is not None:
        # Of whoever is away nothing that stands is asked, whatever it is measured by.
        shared = own_share or (per is None and lower is not None)
    windows = windows_table(per, desk) if per else standing_window(desk)
    owned = each is not None and each.owned
    by: Literal["part", "last_day"] = "part" if each is None or per is None else "last_day"
    post = held(desk, windows, done.scope.table, per, by=by, owned=owned)
    cut = "cuts" in post and per is not None
    done = replace(done, cut=cut)
    start = col("start_day", "o")
    requirement = Requirement(desk, done, taken, lower, upper, rated.when(start, bool) if shared else exp.false())
    scope = OwedScope(desk.ground, desk.prefix, desk.needs, start, "o", each.each if each else None)
    verdict = Weighing(desk, done, taken, requirement, quota.within)
    hushed = silence(desk, done.scope.table, quota.where) if per and lower else None
    required = requirement.parts(scope)
    loose = done.loose()
    parts: dict[str, exp.Query | None] = {
        **post,
        "away": sql(ABSENT_IN_PARTS if cut else ABSENT, unit=text(per.unit)) if per else sql(NOBODY_AWAY),
        "entities": each.query() if each else None,
        GONE: _gone(desk, per) if person is not None else None,
        "owed": owed(desk, windows, each, standing=per is None, person=person),
        "done": done.done(taken),
        "loose": loose,
        **required,
        "weighed": done.weighed(taken),
        "cured": done.cured(any_of(verdict.short, verdict.over)) if loose else None,
        "hushed": _hushed(desk, hushed, windows, per, of_each=each is not None) if hushed and per else None,
    }
    rows = verdict.rows(loose=loose is not None, hushed=hushed is not None)
    wanting = (done.scope.table.name,) if lower else ()
    lessens = rated.when(expression("cast(j.start as date)"), bool) if rated.always is None else None
    return Plan(with_(rows, **parts), done.evidence(), wanting, close=done.close(), excusable=lessens)


def _gone(desk: Desk, per: Per | None) -> exp.Query:
    """Who was away in a window, or is on the day of a standing duty, and on how many working days."""
    if per is None:
        return sql(AWAY_NOW, day=literal(standing_day(desk.ground.as_of)).sql)
    return sql(ABSENT, unit=text(per.unit))


def _hushed(desk: Desk, hushed: str, windows: str, per: Per, *, of_each: bool) -> exp.Query:
    """Whose windows have a silent day; those of an entity without an owner are nobody's."""
    if of_each and not desk.ground.rostered:
        return sql(HUSHED_OWED, {"silence": hushed})
    of_bearers = sql(HUSHED, {"silence": hushed}, unit=text(per.unit))
    if not of_each:
        return of_bearers
    return exp.union(of_bearers, sql(HUSHED_ALL, {"silence": hushed, "windows": windows}), distinct=False)


def _is_plain(bound: Bound) -> bool:
    """Whether a bound is neither a plan, an authority nor a measure."""
    return bound.plan is None and bound.authority is None and bound.previous is None and bound.of is None

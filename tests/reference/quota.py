"""`quota`: a measure per bearer (and entity) and window keeps its bounds; without `per`, as of now over everything."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property

from tests.reference import bounds
from tests.reference.bounds import Bound
from tests.reference.days import ONE, Span, duration, each_day, months_later, span_around, span_named, spans
from tests.reference.entities import Entity, entities
from tests.reference.expressions import Measure, evaluate
from tests.reference.people import appointment, away, days_present, employed, stretches
from tests.reference.records import NOBODY, Record, Taken, asks, bearers, held, named_by, take
from tests.reference.silence import silent
from tests.reference.world import Finding, Rule, World, day_of, midnight

DAILY = ("day", "working_day")
SETTLED_ABOVE = ("count", "distinct", "sum", "max")
"""Measures of which a bound that is reached is decided: the promise says so of every bound; an average or a share
would not be, and a sum is as long as amounts aren't negative."""

COUNTED = ("count", "distinct")
LONG_AGO = date(2018, 1, 1)
"""Before anything that the worlds hold."""
NOT_OWED = "not owed"
MISSING = "missing"


@dataclass(frozen=True)
class Duty:
    """Who owes (and for which entity), in which window, of which only `part` may be theirs; `span` None: standing."""

    rule: Rule
    world: World
    bearer: str | None
    entity: Entity | None
    span: Span | None
    part: Span | None
    kept: dict[object, Taken]
    """What blocks take, the same for all duties of an entity."""

    @property
    def body(self) -> Rule:
        """The keys of the kind."""
        body: Rule = self.rule["quota"]
        return body

    @property
    def on(self) -> date:
        """The day by which parameters and appointments are chosen: the window's first, else that of `as_of`."""
        return self.part[0] if self.part else day_asked(self.world)

    @cached_property
    def seen(self) -> Record:
        """What a bound's expression sees; of an entity's duty the bearer as of the last day: a reading."""
        each = self.entity.each if self.entity else None
        last = self.span[1] - ONE if self.entity and self.span else None
        return Record(self.world, {}, on=self.on, bearer_is=self.bearer, each=each, bearer_on=last)

    def finding(self, verdict: str, **more: object) -> Finding:
        """The finding on this duty."""
        window = (midnight(self.part[0]), midnight(self.part[1])) if self.part else None
        key = self.entity.key if self.entity else None
        return Finding(self.rule["id"], verdict, self.bearer, window, key, **more)  # type: ignore[arg-type]


def judge(rule: Rule, world: World) -> list[Finding]:
    """The findings of a quota."""
    return [_verdict(duty, _records(duty)) for duty in _duties(rule, world, {})]


# --- who owes what and when -----------------------------------------------------------------


def day_asked(world: World) -> date:
    """The day of `as_of`; at 00:00 the day before."""
    return day_of(world.as_of - timedelta(microseconds=1))


def _duties(rule: Rule, world: World, kept: dict[object, Taken]) -> Iterator[Duty]:
    body = rule["quota"]
    for span in _spans(rule, world):
        on = span[0] if span else day_asked(world)
        found = entities(world, body, on, _last(span, world))
        for entity in [None] if found is None else found:
            if entity is None or (entity.owes(*span) if span else entity.known):
                yield from _of_entity(Duty(rule, world, None, entity, span, span, kept))


def _last(span: Span | None, world: World) -> datetime:
    """The last moment of a window's last day, by which an entity's state is told; without one that of `as_of`'s day."""
    return midnight(span[1] if span else day_asked(world) + ONE) - timedelta(microseconds=1)


def _spans(rule: Rule, world: World) -> list[Span | None]:
    per = rule["quota"].get("per")
    if per is None:
        return [None]
    return [span for span in spans(world.days, per, world.start, world.end) if in_force(rule, span)]


def in_force(rule: Rule, span: Span) -> bool:
    """Whether the rule held on all days of a window; its last day is one of them."""
    force = rule.get("in_force", {})
    first, last = force.get("from", date.min), force.get("to", date.max)
    return bool(first <= span[0] and span[1] - ONE <= last)


def _of_entity(duty: Duty) -> Iterator[Duty]:
    """The duty of the entity's owner; without an owner that of each bearer, or of nobody where none is asked for."""
    entity, world = duty.entity, duty.world
    if entity is not None and entity.owned:
        yield from _on_last_day(duty, entity.owner)
    elif unnamed(duty.rule, entity):
        yield duty
    else:
        owed = _of_person if entity is None else _on_last_day
        for person in bearers(duty.rule, world, duty.body["of"]):
            yield from owed(duty, person)


def unnamed(rule: Rule, entity: Entity | None) -> bool:
    """Whether a duty is nobody's: the rule says so, or names no bearers of an entity without an owner."""
    owned = entity is None or entity.owned
    return rule.get("bearer", {}).get("who") == NOBODY or ("bearer" not in rule and not owned)


def _on_last_day(duty: Duty, person: str | None) -> Iterator[Duty]:
    """An entity's duty is owed by whoever is its owner on the last day.

    The promise says so of owners only; it is asked here of the bearers too who owe each item without owning it: such
    a duty is never pro-rated, so that whoever had left by then would owe all of it for a part of the window.
    """
    last = duty.span[1] - ONE if duty.span else day_asked(duty.world)
    if asks(duty.rule, duty.world, person, last) and (person is None or employed(duty.world, person, last)):
        yield replace(duty, bearer=person)


def _of_person(duty: Duty, person: str) -> Iterator[Duty]:
    """The duty of somebody employed on a day of the window, cut to the days on which the rule admits them."""
    duty = replace(duty, bearer=person)
    if duty.span is None:
        day = day_asked(duty.world)
        if employed(duty.world, person, day) and asks(duty.rule, duty.world, person, day):
            yield duty
        return
    for part in stretches((day, asks(duty.rule, duty.world, person, day)) for day in each_day(*duty.span)):
        there = any(employed(duty.world, person, day) for day in each_day(*part))
        if there and duty.world.start < part[1] and part[0] < duty.world.end:  # else it is another audit's
            yield replace(duty, part=part)


# --- what was done --------------------------------------------------------------------------


def _records(duty: Duty) -> Taken:
    """The records that count for a duty, and those that may."""
    block = {name: duty.body[name] for name in ("of", "where", "at", "with", "without") if name in duty.body}
    return _counted(duty, block, duty.span and duty.part)


def _counted(duty: Duty, block: Rule, span: Span | None) -> Taken:
    key = str(block), duty.entity.state if duty.entity else None
    if key not in duty.kept:
        each, who = duty.entity.each if duty.entity else None, named_by(duty.rule)
        duty.kept[key] = _of_its_entity(duty, take(duty.world, block, each=each, who=who))
    taken = duty.kept[key]
    return Taken(
        tuple(each for each in taken.sure if _whose(duty, each) and _inside(each, span)),
        tuple(each for each in taken.maybe if _whose(duty, each) and _inside(each, span)),
    )


def _of_its_entity(duty: Duty, taken: Taken) -> Taken:
    """Those of the entity; a record of which that is open may be."""
    if duty.entity is None:
        return taken
    entity, match = duty.entity, duty.body.get("match")
    sure = [(each, entity.belongs(each, match)) for each in taken.sure]
    told = [(each, entity.belongs(each, match)) for each in taken.maybe]
    maybe = [replace(each, open=each.open and bool(belongs)) for each, belongs in told if belongs is not False]
    return Taken(
        tuple(each for each, belongs in sure if belongs),
        (*maybe, *(each for each, belongs in sure if belongs is None)),
    )


def _whose(duty: Duty, record: Record) -> bool:
    """Anybody's record counts for an owner; else the bearer's own; a rejected row's unknown bearer may be anybody."""
    if unnamed(duty.rule, duty.entity) or (duty.entity is not None and duty.entity.owned):
        return True
    if record.whose_duty is None:
        return record.rejected or duty.bearer is None
    return duty.bearer == record.whose_duty


def _inside(record: Record, span: Span | None) -> bool:
    return span is None or record.at is None or span[0] <= day_of(record.at) < span[1]


# --- the verdict ----------------------------------------------------------------------------


def _verdict(duty: Duty, taken: Taken) -> Finding:
    if _excused_day(duty):
        return duty.finding("not_applicable", because="absent")
    measure = Measure.read(duty.body.get("measure", "count"))
    measured = measure.over(taken.sure)
    limits = [(bound, _limit(duty, bound)) for bound in _bounds(duty.body)]
    owed = [(bound, limit) for bound, limit in limits if limit != NOT_OWED]
    missing, running = any(limit == MISSING for _, limit in owed), not _over(duty) or _ends_later(duty)
    if missing and measured is not None:
        return duty.finding("pending" if running else "undetermined", measured=measured, because="a bound is missing")
    if running:
        asked = [(b, x) for b, x in limits if b.block or x != NOT_OWED]
        return _early(duty, measure, measured, asked, limits, maybe=_unclear(measure, taken))
    if measured is None or (len(owed) < len(limits) and _kept(duty, measured, owed)):
        return duty.finding("not_applicable", measured=measured)
    return _final(duty, measure, measured, [(b, x) for b, x in owed if isinstance(x, Fraction)], taken)


def _unclear(measure: Measure, taken: Taken) -> int:
    """How many rows may change the measure: those that may count, and those that count with a value that is null.

    The promise names rejected rows and a null `where` or `match`; that a null value leaves its sum open, and is none
    of the distinct ones and no part of an average or a share, is the product's reading.
    """
    valued = measure.of if measure.name in {"sum", "min", "max"} else None
    without = [each for each in taken.sure if valued and evaluate(valued, each) is None]
    return len(taken.maybe) + len(without)


def _kept(duty: Duty, measured: Fraction, limits: list[tuple[Bound, Fraction | str]]) -> bool:
    return all(isinstance(x, Fraction) and bound.kept(measured, x, duty.world) for bound, x in limits)


def _bounds(body: Rule) -> list[Bound]:
    found = bounds.read(body)
    return found if found or "per" in body else [Bound("at_least", 1)]


def _excused_day(duty: Duty) -> bool:
    daily = duty.body.get("per") in DAILY
    return bool(daily and duty.bearer and duty.span and away(duty.world, duty.bearer, duty.span[0]))


def _over(duty: Duty) -> bool:
    """Whether the time has come to say short: the window has ended, or a standing duty's `within` has."""
    if duty.part:
        return duty.world.instant(duty.part[1]) <= duty.world.instant(duty.world.as_of)
    if "within" not in duty.body:
        return True
    since = _since(duty)
    return since is None or duty.world.instant(_end_of(duty, since)) <= duty.world.instant(duty.world.as_of)


def _ends_later(duty: Duty) -> bool:
    """Whether the window ends after the audited period: the next audit's, unless it is decided already."""
    return duty.part is not None and duty.part[1] > duty.world.end


def _since(duty: Duty) -> date | None:
    """Since when the entity exists and the bearer holds the position, the later; None where neither is told."""
    entity = duty.entity
    begun = [day_of(day) for day in (entity.since, entity.seen_from) if day] if entity else []
    taken = _taken(duty) if duty.bearer is not None else None
    return max([*begun, *([taken] if taken else [])], default=None)


def _taken(duty: Duty) -> date | None:
    """Since when the rule has asked this bearer without a break, from hiring on at the earliest."""
    hired = appointment(duty.world, str(duty.bearer), duty.on, "hired_on")
    day = duty.on
    while day > LONG_AGO and day != hired and asks(duty.rule, duty.world, duty.bearer, day - ONE):
        day -= ONE
    known = isinstance(hired, date)
    return None if day == LONG_AGO and not known else max(day, hired) if isinstance(hired, date) else day


def _end_of(duty: Duty, since: date) -> date:
    """When the time allowed is over: hours exactly, days at the end of the last."""
    count, unit = duration(duty.world.setting(duty.body["within"], duty.on))
    if unit == "hours":
        return duty.world.hours_after(since, count)
    return duty.world.days.after(since, count, unit) + ONE


def _early(
    duty: Duty,
    measure: Measure,
    measured: Fraction | None,
    limits: list[tuple[Bound, Fraction | str]],
    all_: list[tuple[Bound, Fraction | str]],
    *,
    maybe: int,
) -> Finding:
    """Before the end: what more records can't change is said already, the rest is pending."""
    certain = [(b, x) for b, x in limits if isinstance(x, Fraction) and _settled(duty, b)]
    owed = [(b, x) for b, x in limits if x != NOT_OWED]
    if measured is not None and len(limits) < len(all_) and _kept(duty, measured, owed):
        return duty.finding("not_applicable", measured=measured)
    if measured is None or measure.name not in SETTLED_ABOVE:
        return duty.finding("pending")
    for bound, limit in certain:
        # "For less is pending": a newcomer's own time is not over, so that nothing is held against one.
        if duty.part and not bound.lower and not bound.kept(measured, limit, duty.world):
            cured = bounds.curable(bound, measure, measured, limit, rows=maybe, world=duty.world)
            cured = cured or _eased(duty, bound, measure) or _quiet(duty, bound)
            return duty.finding("undetermined" if cured else "breached", how="over", measured=measured, required=limit)
    if len(certain) == len(limits) and all(b.lower and b.kept(measured, x, duty.world) for b, x in certain):
        return duty.finding("met", measured=measured, required=certain[0][1])
    return duty.finding("pending")


def _settled(duty: Duty, bound: Bound) -> bool:
    """Whether a bound no longer moves: a second measure does to the end, an earlier window's until that is over."""
    begun = duty.span is not None and duty.world.known(midnight(duty.span[0]))
    return bound.block is None and (bound.plain or "previous" not in bound.given or begun)


def _final(
    duty: Duty, measure: Measure, measured: Fraction, limits: list[tuple[Bound, Fraction]], taken: Taken
) -> Finding:
    maybe = _unclear(measure, taken)
    for bound, limit in limits:
        if bound.kept(measured, limit, duty.world):
            continue
        said = {"how": bound.how, "measured": measured, "required": limit}
        cured = bounds.curable(bound, measure, measured, limit, rows=maybe, world=duty.world)
        if cured or _eased(duty, bound, measure) or _quiet(duty, bound):
            return duty.finding("undetermined", because="rows that could cure it", **said)
        if bound.lower and duty.part and silent(duty.world, duty.body, duty.bearer, duty.part):
            return duty.finding("undetermined", because="silent", **said)
        if duty.entity is not None and duty.entity.open:
            return duty.finding("undetermined", because="it may be ruled out", **said)
        return duty.finding("breached", **said)
    standing = measure.over([*taken.sure, *(each for each in taken.maybe if each.open)])
    for bound, limit in limits:
        if not bound.lower and standing is not None and not bound.kept(standing, limit, duty.world):
            return duty.finding("undetermined", because="a record may be ruled out", measured=measured)
    only = limits[0][1] if len(limits) == 1 else None
    return duty.finding("met", measured=measured, required=only)


# --- what a bound asks ----------------------------------------------------------------------


def _limit(duty: Duty, bound: Bound) -> Fraction | str:
    if bound.plain:
        asked = bound.asked(duty.seen, duty.on)
        return MISSING if asked is None else _pro_rata(duty, bound, asked)
    if bound.block is not None:
        return _second(duty, bound, bound.block)
    found = _planned(duty, bound) if "plan" in bound.given else _previous(duty, bound)
    return MISSING if found is None else bound.times(found)


def _pro_rata(duty: Duty, bound: Bound, asked: Fraction) -> Fraction | str:
    """The share owed by whoever was there for a part of the working days."""
    never = duty.entity is not None or duty.body.get("prorate") is False or duty.body.get("per") in DAILY
    name = Measure.read(duty.body.get("measure", "count")).name
    if never or not bound.lower or name not in bounds.PRORATED or duty.span is None or duty.part is None:
        return asked
    working = duty.world.days.count(*duty.span)
    present = days_present(duty.world, str(duty.bearer), duty.part)
    if bounds.nothing_left(bound, asked, present, working):
        return NOT_OWED
    return bounds.share_owed(bound, asked, present, working)


def _second(duty: Duty, bound: Bound, block: Rule) -> Fraction | str:
    """A second measure for the same bearer, entity and window; below its `minimum` nothing is owed."""
    taken = _measured_by(duty, bound)
    found = Measure.read(block.get("measure", "count")).over(taken.sure) if taken else None
    if found is None or found < bounds.number(block.get("minimum", found)):
        return NOT_OWED
    return bound.times(found)


def _eased(duty: Duty, bound: Bound, measure: Measure) -> bool:
    """Whether rows that may count could move a bound that is a measure itself to the bearer's good.

    More rows only raise a count, so that they never ease what is asked at least.
    """
    taken = _measured_by(duty, bound)
    its = measure if bound.block is None else Measure.read(bound.block.get("measure", "count"))
    return taken is not None and not (bound.lower and its.name in COUNTED) and _unclear(its, taken) > 0


def _quiet(duty: Duty, bound: Bound) -> bool:
    """Whether the table that an upper bound is measured by was silent in its window, so that more may be allowed."""
    if bound.lower or duty.span is None or duty.part is None:
        return False
    if bound.block is not None:
        return silent(duty.world, bound.block, duty.bearer, duty.part)
    if bound.plain or "previous" not in bound.given:
        return False
    return silent(duty.world, duty.body, duty.bearer, _earlier(duty, int(bound.given["previous"])))


def _measured_by(duty: Duty, bound: Bound) -> Taken | None:
    """The records by which a bound is measured; None where it is none that is."""
    if bound.block is not None:
        block = {name: bound.block[name] for name in ("of", "where", "at", "with", "without") if name in bound.block}
        return _counted(duty, block, duty.span and duty.part)
    if bound.plain or "previous" not in bound.given or duty.span is None:
        return None
    block = {name: duty.body[name] for name in ("of", "where", "at", "with", "without") if name in duty.body}
    return _counted(duty, block, _earlier(duty, int(bound.given["previous"])))


def _planned(duty: Duty, bound: Bound) -> Fraction | None:
    """The target of the bearer's plan, else the department's; of several the latest approved by the first day.

    That of several approved at one time the first by key counts is the product's reading.
    """
    if duty.span is None or duty.bearer is None:
        return None
    department = duty.seen.value("bearer.department")
    rows = [each.row for each in _plans(duty, bound.given["plan"])]
    own = [row for row in rows if row.get("employee_id") == duty.bearer]
    theirs = [
        row for row in rows if row.get("employee_id") is None and duty.world.named(row.get("department")) == department
    ]
    by_key = sorted(own or (theirs if department is not None else []), key=lambda row: str(row["plan_id"]))
    latest = max(by_key, key=_approved, default=None)
    target = latest["target"] if latest else None
    return target if isinstance(target, Fraction) else None


def _plans(duty: Duty, name: str) -> list[Record]:
    per, span = str(duty.body["per"]), duty.span
    return [
        each
        for each in (Record(duty.world, row, duty.world.tables["plans"]) for row in duty.world.tables["plans"].accepted)
        if each.row["measure"] == name
        and span_named(per, str(each.row["period"])) == span
        and (each.at is None or day_of(each.at) <= duty.on)
    ]


def _approved(row: object) -> date:
    moment = row["approved_at"]  # type: ignore[index] # a row of plans
    return day_of(moment) if isinstance(moment, date) else date.min


def _previous(duty: Duty, bound: Bound) -> Fraction | None:
    """The same measure n windows earlier: missing if the bearer was not there throughout, or records begin later.

    That an entity which did not exist then has none either is the product's reading: the promise speaks of the bearer.
    """
    if duty.span is None:
        return None
    span = _earlier(duty, int(bound.given["previous"]))
    first = min((day_of(each.at) for each in held(duty.world, duty.body["of"]) if each.at), default=date.max)
    there = duty.bearer is None or all(employed(duty.world, duty.bearer, day) for day in each_day(*span))
    existed = duty.entity is None or duty.entity.owes(*span)
    if not there or not existed or span[0] < first:
        return None
    taken = _measured_by(duty, bound)
    return Measure.read(duty.body.get("measure", "count")).over(taken.sure) if taken else None


def _earlier(duty: Duty, count: int) -> Span:
    per, day = str(duty.body["per"]), duty.on
    length = {"month": 1, "quarter": 3, "year": 12}
    if per in length:
        return span_around(per, months_later(day, -count * length[per]))
    if per == "working_day":
        day = duty.world.days.before(day, count, "working_days")
        return day, day + ONE
    return span_around(per, day - timedelta(days=count * (7 if per == "week" else 1)))

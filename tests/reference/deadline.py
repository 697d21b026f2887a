"""`deadline`: something recurring is done for each period by its due instant."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from tests.reference.days import (
    ONE,
    Span,
    duration,
    each_day,
    month_after,
    months_later,
    span_around,
    span_named,
    spans,
)
from tests.reference.duties import DAILY, unnamed
from tests.reference.entities import Entity, entities
from tests.reference.force import in_force
from tests.reference.people import away, back_at_work, employed, left_open, may_be_away, who_answers
from tests.reference.records import Record, Taken, asks, bearers, named_by, take
from tests.reference.silence import silent
from tests.reference.world import Finding, Rule, World, day_of, midnight

LONG = timedelta(days=430)
MOMENT = timedelta(microseconds=1)
NEVER = midnight(date(9998, 1, 1))


@dataclass(frozen=True)
class Due:
    """When something is due: at an exact instant, which is itself in time, or by the end of a day."""

    moment: datetime
    exact: bool = False

    @property
    def day(self) -> date:
        """The last day in time; an exact midnight is on the day that it begins."""
        return self.moment.date() if self.exact else (self.moment - ONE).date()

    @property
    def last(self) -> date:
        """The last day that has any time before it."""
        return day_of(self.moment - MOMENT)

    def met_by(self, record: Record) -> bool:
        """Whether a record came in time."""
        return record.at is not None and self.reached_by(record.world, record.instant)

    def reached_by(self, world: World, moment: datetime | None) -> bool:
        """Whether an instant of the world's time line came in time; None never came."""
        limit = world.instant(self.moment)
        return moment is not None and (moment <= limit if self.exact else moment < limit)

    def passed(self, world: World, moment: date | datetime) -> bool:
        """Whether it lies at or before a moment."""
        return world.instant(self.moment) <= world.instant(moment)


@dataclass(frozen=True)
class Duty:
    """Who owes what is due for a period, and for which entity."""

    rule: Rule
    world: World
    period: Span
    due: Due
    planned: Due
    bearer: str | None = None
    entity: Entity | None = None

    @property
    def body(self) -> Rule:
        """The keys of the kind."""
        body: Rule = self.rule["deadline"]
        return body

    def finding(self, verdict: str, **more: Any) -> Finding:  # noqa: ANN401 fields of a finding
        """The finding on this duty; its window is the period."""
        window = (midnight(self.period[0]), midnight(self.period[1]))
        key = self.entity.key if self.entity else None
        due = None if self.due.moment == NEVER else self.due.moment
        answers = who_answers(self.world, self.bearer, self.due.day) if due else None
        return Finding(self.rule["id"], verdict, self.bearer, window, key, due=due, responsible=answers, **more)


def judge(rule: Rule, world: World) -> list[Finding]:
    """The findings of a deadline."""
    cache: dict[str | None, Taken] = {}
    return [found for duty in _duties(rule, world) if (found := _verdict(duty, cache))]


def left(rule: Rule, world: World) -> Iterator[tuple[str, Due]]:
    """Whose due instants moved since nobody was in charge, and when they were."""
    known = (each for each in _duties(rule, world) if each.entity is None or not each.entity.open)
    return ((each.bearer, each.planned) for each in known if each.bearer and each.due != each.planned)


# --- who owes what and when -----------------------------------------------------------------


def _duties(rule: Rule, world: World) -> Iterator[Duty]:
    body = rule["deadline"]
    for period in spans(world.days, body["every"], world.start - LONG, world.end + LONG):
        if in_force(rule, world, period):
            due = due_of(body, period, world)
            duty = Duty(rule, world, period, due, due)
            found = entities(world, body, period[0], midnight(due.day + ONE) - MOMENT)
            for entity in [None] if found is None else found:
                if entity is None or entity.owes(*period):
                    yield from _owed(replace(duty, entity=entity))


def _owed(duty: Duty) -> Iterator[Duty]:
    entity, world = duty.entity, duty.world
    if entity is not None and entity.owned:
        owner = entity.owner
        if owner is None:
            if asks(duty.rule, world, None, duty.due.day):
                yield duty
            return
        people = [owner]
    elif unnamed(duty.rule, entity):
        yield duty
        return
    else:
        people = bearers(duty.rule, world, duty.body["of"])
    for person in people:
        yield from _of_person(replace(duty, bearer=person))


def _of_person(duty: Duty) -> Iterator[Duty]:
    """Owed by whoever was employed on a day of the period and still is on the due day, moved or not."""
    person, world, first = str(duty.bearer), duty.world, duty.period[0]
    moved = duty if duty.body["every"] in DAILY and away(world, person, first) else _moved(duty, person)
    days = [*each_day(first, duty.period[1])]
    asked = moved.planned.day if moved.due.moment == NEVER else moved.due.day  # nobody knows yet to which day it moves
    if any(_holds_post(duty, person, day) for day in days) and _holds_post(duty, person, asked):
        yield moved


def _holds_post(duty: Duty, person: str, day: date) -> bool:
    """Employed on a day in a position that the rule admits, which is how "employed" is read where the rule asks one."""
    return employed(duty.world, person, day) and asks(duty.rule, duty.world, person, day)


def _moved(duty: Duty, person: str) -> Duty:
    """With a due day in an absence, the duty that is due at the end of the first working day after it.

    An absence without a last day leaves the duty pending.
    """
    due = duty.due
    while left_open(duty.world, person, due.day):
        back = back_at_work(duty.world, person, due.day)
        if back is None:
            return replace(duty, due=Due(NEVER))
        due = Due(midnight(back + ONE))
    return replace(duty, due=due)


# --- when it is due -------------------------------------------------------------------------


def due_of(body: Rule, period: Span, world: World) -> Due:
    """When a period's duty falls due, before anybody's absence."""
    by = world.setting(body["by"], period[0])
    last = period[1] - ONE
    if isinstance(by, str):
        count, unit = duration(by)
        if unit == "hours":
            return Due(world.hours_after(midnight(period[1]), count), exact=True)
        return Due(midnight(world.days.after(last, count, unit) + ONE))
    day = _rolled(_named_day(body["every"], by, period), by.get("roll", "none"), world)
    if "time" in by:
        return Due(datetime.combine(day, time.fromisoformat(by["time"])), exact=True)
    return Due(midnight(day + ONE))


def _named_day(every: str, by: Rule, period: Span) -> date:
    """`day` of the month after the period, or of the one that `month` says; for weeks of the week after."""
    if every in DAILY:
        return period[0]
    if every == "week":
        return period[1] + timedelta(days=by["day"] - 1)
    month = months_later((period[1] - ONE).replace(day=1), by.get("month", 1))
    return min(month + timedelta(days=by["day"] - 1), month_after(month) - ONE)


def _rolled(day: date, roll: str, world: World) -> date:
    if roll == "next_working_day":
        return world.days.following(day)
    return world.days.preceding(day) if roll == "previous_working_day" else day


# --- what was done --------------------------------------------------------------------------


def _is_for(duty: Duty, record: Record) -> bool | None:
    """Whether a record counts for the period, by its own column or by when it was done; a null leaves it open."""
    column = duty.body.get("period")
    if column is not None:
        text = record.value(column)
        return None if text is None else span_named(duty.body["every"], str(text)) == duty.period
    if record.at is None:
        return None if record.rejected else False
    return _counts_for(duty, day_of(record.at)) == duty.period


def _counts_for(duty: Duty, day: date) -> Span:
    """The period in which something was done, or the last one that had ended then."""
    every, by = duty.body["every"], duty.world.setting(duty.body["by"], duty.period[0])
    around = _period_around(duty, day)
    within = every in DAILY or (not isinstance(by, str) and by.get("month", 1) <= 0)
    if within or _rolled_back_into(duty, around, day):
        return around
    return _period_around(duty, around[0] - ONE)


def _rolled_back_into(duty: Duty, period: Span, day: date) -> bool:
    """Rolled back before its period ends: what is done in it from the due day on counts for it."""
    due = due_of(duty.body, period, duty.world).day
    return due < period[1] and due <= day


def _period_around(duty: Duty, day: date) -> Span:
    return span_around(str(duty.body["every"]), day)


def _of_duty(duty: Duty, record: Record) -> bool | None:
    """Whether a record is the bearer's (anybody's for an owner), for the entity and for the period."""
    anybody = unnamed(duty.rule, duty.entity) or (duty.entity is not None and duty.entity.owned)
    theirs: bool | None = anybody or record.whose_duty == duty.bearer
    if not anybody and record.whose_duty is None:
        theirs = None if record.rejected else False
    belongs = duty.entity.belongs(record, duty.body.get("match")) if duty.entity else True
    parts = (theirs, belongs, _is_for(duty, record))
    return False if False in parts else None if None in parts else True


# --- the verdict ----------------------------------------------------------------------------


def _taken(duty: Duty, cache: dict[str | None, Taken]) -> Taken:
    """What the block takes, the same for all duties of an entity."""
    key = duty.entity.state if duty.entity else None
    if key not in cache:
        block = {name: duty.body[name] for name in ("of", "where", "at", "with", "without") if name in duty.body}
        cache[key] = take(duty.world, block, each=duty.entity.each if duty.entity else None, who=named_by(duty.rule))
    return cache[key]


def _verdict(duty: Duty, cache: dict[str | None, Taken]) -> Finding | None:  # noqa: PLR0911 one line for each verdict
    world, daily = duty.world, duty.body["every"] in DAILY
    if not _belongs(duty):
        return None
    if daily and duty.bearer and away(world, duty.bearer, duty.period[0]):
        return duty.finding("not_applicable")
    taken = _taken(duty, cache)
    done = [each for each in taken.sure if _of_duty(duty, each)]
    if duty.due.moment != NEVER and any(duty.due.met_by(each) for each in done):
        return duty.finding("met")
    if not duty.due.passed(world, world.as_of) or not duty.due.passed(world, world.end):
        return duty.finding("pending")
    how = "late" if done else "missing"
    maybe = [each for each in (*taken.sure, *taken.maybe) if _of_duty(duty, each) is not False and each not in done]
    if any(each.at is None or duty.due.met_by(each) for each in maybe):
        return duty.finding("undetermined", how=how, because="rows that could cure it")
    # Of a day that begins with the due instant, nothing but that instant was in time.
    if silent(world, duty.body, duty.bearer, (duty.period[0], duty.due.last + ONE)):
        return duty.finding("undetermined", how=how, because="silent")
    if duty.entity is not None and duty.entity.open:
        return duty.finding("undetermined", how=how, because="it may be ruled out")
    if may_be_away(world, duty.bearer, duty.due.day) or (daily and may_be_away(world, duty.bearer, duty.period[0])):
        return duty.finding("undetermined", how=how, because="an absence that can't be read")
    return duty.finding("breached", how=how)


def _belongs(duty: Duty) -> bool:
    """Whether it falls due in the audit, or has begun by its end: with its period, or the month of its due day.

    That the month is asked of the due day before anybody's absence moved it is the product's reading.
    """
    if duty.due.passed(duty.world, duty.world.start):
        return False
    begun = min(duty.period[0], duty.planned.day.replace(day=1))
    return begun < duty.world.end

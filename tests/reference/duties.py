"""Who owes a quota, for which window or entity, and which records count for it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from tests.reference.days import ONE, Span, each_day, spans
from tests.reference.entities import Entity, entities
from tests.reference.expressions import Measure, evaluate
from tests.reference.force import in_force, on_day
from tests.reference.people import employed, stretches
from tests.reference.records import NOBODY, Record, Taken, asks, bearers, named_by, take
from tests.reference.world import Finding, Rule, World, day_of, midnight

DAILY = ("day", "working_day")
COUNTED = ("count", "distinct")
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


# --- who owes what and when -----------------------------------------------------------------


def day_asked(world: World) -> date:
    """The day of `as_of`; at 00:00 the day before."""
    return day_of(world.as_of - timedelta(microseconds=1))


def duties(rule: Rule, world: World, kept: dict[object, Taken]) -> Iterator[Duty]:
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
        return [None] if on_day(rule, world, day_asked(world)) else []
    return [span for span in spans(world.days, per, world.start, world.end) if in_force(rule, world, span)]


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


def records(duty: Duty) -> Taken:
    """The records that count for a duty, and those that may."""
    block = {name: duty.body[name] for name in ("of", "where", "at", "with", "without") if name in duty.body}
    return counted(duty, block, duty.span and duty.part)


def counted(duty: Duty, block: Rule, span: Span | None) -> Taken:
    key = str(block), duty.entity.state if duty.entity else None
    if key not in duty.kept:
        each, who = duty.entity.each if duty.entity else None, named_by(duty.rule)
        duty.kept[key] = _of_its_entity(duty, take(duty.world, block, each=each, who=who))
    if (key, duty.bearer) not in duty.kept:
        duty.kept[key, duty.bearer] = _only(duty.kept[key], lambda each: _whose(duty, each))
    return _only(duty.kept[key, duty.bearer], lambda each: _inside(each, span))


def _only(taken: Taken, asked: Callable[[Record], bool]) -> Taken:
    return Taken(tuple(filter(asked, taken.sure)), tuple(filter(asked, taken.maybe)))


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


def unclear(measure: Measure, taken: Taken) -> int:
    """How many rows may change the measure: those that may count, and those that count with a value that is null.

    The promise names rejected rows and a null `where` or `match`; that a null value leaves its sum open, and is none
    of the distinct ones and no part of an average or a share, is the product's reading.
    """
    valued = measure.of if measure.name in {"sum", "min", "max"} else None
    without = [each for each in taken.sure if valued and evaluate(valued, each) is None]
    return len(taken.maybe) + len(without)

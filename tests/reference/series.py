"""Whose records an interval looks at, and from when: a bearer's, or those of each entity."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tests.reference.days import ONE
from tests.reference.duties import unnamed
from tests.reference.entities import ANY, Entity, entities, listed
from tests.reference.expressions import evaluate
from tests.reference.records import Record, Taken, bearers, named_by, stated, take
from tests.reference.world import Rule, World, day_of, midnight

MOMENT = timedelta(microseconds=1)
KEYS = ("of", "where", "at", "with", "without")


@dataclass(frozen=True)
class Series:
    """The records of one bearer or entity, and those that may be: between them lie the gaps."""

    rule: Rule
    world: World
    taken: Taken
    bearer: str | None = None
    entity: Entity | None = None
    anybody: bool = False

    @property
    def start(self) -> date | None:
        """When the first gap begins, where the rule tells it."""
        given = self.rule["interval"].get("from")
        each = self.entity.each if self.entity else None
        found = (
            evaluate(given, Record(self.world, {}, on=self.world.start, bearer_is=self.bearer, each=each))
            if given
            else None
        )
        return found if isinstance(found, date) else None

    @property
    def named(self) -> str:
        """What a gap before any record is known by: the entity, else the bearer."""
        return self.entity.key if self.entity else str(self.bearer)

    def told(self, key: str) -> str:
        """What a gap behind a record is known by: its key, and what of the entity does not follow from it."""
        tied = "= each.item" in self.rule["interval"].get("where", "")
        return " / ".join((key, *(self.entity.listed if self.entity and not tied else ())))

    def theirs(self, record: Record) -> bool:
        """Whether a row that is not certain may be one of these."""
        if self.anybody:
            return True
        return record.whose_duty == self.bearer or (record.rejected and record.whose_duty is None)

    def falls_due_in_state(self, day: date) -> bool:
        """Whether the entity's state is that of the last moment of the day on which a gap is too long."""
        table = self.entity.each.table if self.entity else None
        if self.entity is None or table is None:
            return True
        return stated(self.world, table, self.entity.each.row, midnight(day + ONE) - MOMENT)

    def owes(self, since: date) -> bool:
        """Whether the entity existed, and stood in its list, when a gap began."""
        if not listed(self.world, self.rule["interval"], self.entity, day_of(since)):
            return False
        born = self.entity.since if self.entity else None
        return born is None or self.world.instant(born) <= self.world.instant(since)


def series(rule: Rule, world: World) -> Iterator[Series]:
    """One for each bearer; with `for_each` one for each entity's owner, for each bearer named, or for nobody."""
    body = rule["interval"]
    block = {name: body[name] for name in KEYS if name in body}
    found = entities(world, body, None, ANY)
    for entity in [None] if found is None else found:
        taken = take(world, block, each=entity.each if entity else None, who=named_by(rule))
        yield from _of_entity(Series(rule, world, belonging(entity, taken, body), entity=entity))


def _of_entity(all_: Series) -> Iterator[Series]:
    rule, world, entity, taken = all_.rule, all_.world, all_.entity, all_.taken
    if unnamed(rule, entity) or (entity is not None and entity.owned):
        yield Series(rule, world, taken, entity.owner if entity else None, entity, anybody=True)
        return
    for person in _people(rule, world, taken):
        own = tuple(each for each in taken.sure if each.whose_duty == person)
        yield Series(rule, world, Taken(own, taken.maybe), person, entity)


def _people(rule: Rule, world: World, taken: Taken) -> list[str]:
    """With `from` everybody owes the first; without it whoever did one."""
    body = rule["interval"]
    if "from" in body:
        return bearers(rule, world, body["of"])
    return sorted({each.whose_duty for each in taken.sure if each.whose_duty is not None})


def belonging(entity: Entity | None, taken: Taken, body: Rule) -> Taken:
    """Those of the entity; a record of which that is open may be."""
    if entity is None:
        return taken
    told = [(each, entity.belongs(each, body.get("match"))) for each in (*taken.sure, *taken.maybe)]
    sure = tuple(each for each, belongs in told if belongs and each in taken.sure)
    return Taken(sure, tuple(each for each, belongs in told if belongs is not False and each not in sure))


def met(body: Rule, world: World, entity: Entity | None, answered: Callable[[Record], Record] | None = None) -> Taken:
    """The steps that meet a state of an entity; without one, all that a block takes.

    `answered` says who answers for a step.
    """
    block = {name: body[name] for name in ("of", "where", "at", "with", "without") if name in body}
    found = take(world, block, each=entity.each if entity else None, answered=answered)
    taken = belonging(entity, _standing(found), body)
    sure, maybe = (
        tuple(replace(each, entity=entity) for each in rows if _meets(body, entity, each))
        for rows in (taken.sure, taken.maybe)
    )
    return Taken(sure, maybe)


def _standing(taken: Taken) -> Taken:
    """What may be ruled out by `without` alone stands, marked so, until it is known to be."""
    return Taken(
        (*taken.sure, *(each for each in taken.maybe if each.open)),
        tuple(each for each in taken.maybe if not each.open),
    )


def _meets(body: Rule, entity: Entity | None, record: Record) -> bool:
    """Whether a step was made in this state, and while the members stood in their lists, if its time is known."""
    table = entity.each.table if entity else None
    if entity is not None and table and not stated(record.world, table, entity.each.row, record.at):
        return False
    return record.at is None or listed(record.world, body, entity, day_of(record.at))

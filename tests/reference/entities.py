"""`for_each`: the entities, items and columns of which each owes one duty."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from typing import Any

from tests.reference.people import on_roster
from tests.reference.records import Moment, Record, equal, matches, stated, take
from tests.reference.world import Row, Rule, Table, Value, World, day_of

ANY = date.min
"""Instead of a moment: every state that a history ever held."""


@dataclass(frozen=True)
class Entity:
    """One thing that owes: its key, what `each.` sees, the columns that tell its records, and its owner.

    `listed` are the members of lists among its parts: that a record meets them doesn't follow from the record. `shown`
    are those of `columns` that are values of the records themselves. `open`: a row that nobody can read may be the one
    of `without` that rules it out.
    """

    key: str
    each: Record
    columns: Mapping[str, Value]
    owned: bool = False
    owner: str | None = None
    since: date | None = None
    seen_from: date | None = None
    listed: tuple[str, ...] = ()
    shown: Mapping[str, Value] = field(default_factory=dict)
    open: bool = False

    def owes(self, start: date, end: date) -> bool:
        """Whether it existed when the window began; a value of a column, whether it was seen by the window's end."""
        began = self.since is None or self.each.world.instant(self.since) <= self.each.world.instant(start)
        return began and (self.seen_from is None or self.seen_from < end)

    @property
    def state(self) -> str:
        """What tells it from other entities, and its states from one another."""
        return f"{self.key} {self.each.row}"

    @property
    def known(self) -> bool:
        """Whether it had come to be by `as_of`, which a standing duty asks."""
        return self.since is None or self.each.world.known(self.since)

    def belongs(self, record: Record, match: Mapping[str, str] | Sequence[str] | None) -> bool | None:
        """Whether a record is of this entity; a null leaves it open."""
        if match is not None:
            tied = matches(record, match, self.each)
            own = equal([(record.value(column), value) for column, value in self.shown.items() if column not in match])
            return False if False in {tied, own} else None if None in {tied, own} else True
        return equal([(record.value(column), value) for column, value in self.columns.items()])


def entities(
    world: World, body: Rule, on: date | None, last: Moment = None, *, standing: bool = False
) -> list[Entity] | None:
    """The entities of a rule, every combination where there are several parts; None where it has no `for_each`.

    Lists are those of the day `on`, None: of any day; states of histories are those of `last`, with `ANY` all. Values
    of columns are those of records that count, with `standing` of those too that a row of `without` may rule out.
    """
    if "for_each" not in body:
        return None
    parts = [list(_part(world, part, body, on, last, standing=standing)) for part in _given(body)]
    return [_together(combined) for combined in product(*parts)]


def _given(body: Rule) -> list[Any]:
    given = body["for_each"]
    several = isinstance(given, list) and any(isinstance(part, Mapping) for part in given)
    return given if several else [given]


def listed(world: World, body: Rule, entity: Entity | None, day: date) -> bool:
    """Whether an entity's members stand in their lists on a day."""
    if entity is None or not entity.listed:
        return True
    lists = [part for part in _given(body) if isinstance(part, Mapping) and "of" not in part]
    kept = (map(str, world.setting(next(iter(part.values())), day)) for part in lists)
    return all(member in members for member, members in zip(entity.listed, kept, strict=True))


def _members(world: World, given: object, on: date | None) -> Sequence[Value]:
    """The members of a list on a day, or all that it ever had."""
    if on is not None or not isinstance(given, Mapping):
        return world.setting(given, on or date.max)  # type: ignore[no-any-return] # a list
    dated = world.parameters[given["parameter"].rpartition(".")[2]]
    return list(dict.fromkeys(member for _, members in dated for member in members))


def _part(
    world: World,
    part: Any,  # noqa: ANN401 three shapes
    body: Rule,
    on: date | None,
    last: Moment,
    *,
    standing: bool,
) -> Iterator[Entity]:
    if isinstance(part, Mapping) and "of" in part:
        taken = take(world, part)
        there = (*taken.sure, *(each for each in taken.maybe if each.open))
        yield from (_of_record(world, each, part) for each in there if last == ANY or _held(world, each, last))
    elif isinstance(part, Mapping):
        name, items = next(iter(part.items()))
        for item in _members(world, items, on):
            yield Entity(str(item), Record(world, {name: item}), {}, listed=(str(item),))
    else:
        yield from _of_columns(world, [part] if isinstance(part, str) else part, body, standing=standing)


def _held(world: World, record: Record, last: Moment) -> bool:
    return record.table is not None and stated(world, record.table, record.row, last)


def _of_record(world: World, record: Record, block: Rule) -> Entity:
    column = block.get("owner", "owner_id")
    table = record.table
    if table is None:
        raise TypeError(block)
    since = next((record.row[name] for name in ("created_at", "hired_on") if record.row.get(name)), None)
    return Entity(
        record.key,
        record,
        {table.key: record.row[table.key]},
        owned=column in record.row,
        owner=on_roster(world, record.value(column)),
        since=since if isinstance(since, date) else None,
        open=record.open,
    )


def _of_columns(world: World, columns: Sequence[str], body: Rule, *, standing: bool) -> Iterator[Entity]:
    """The distinct values of these columns in the block's records, each with the day on which it was first seen."""
    first: dict[tuple[Value, ...], date] = {}
    block = {name: body[name] for name in ("of", "where", "at", "with", "without") if name in body}
    if "each." in block.get("where", ""):
        del block["where"]  # which entity it speaks of is not known yet
    taken = take(world, block)
    open_ = (each for each in taken.maybe if each.open) if standing else ()
    for record in (*taken.sure, *open_):
        values = tuple(record.value(column) for column in columns)
        if None not in values and record.at is not None:
            first[values] = min(first.get(values, day_of(record.at)), day_of(record.at))
    for values, day in first.items():
        row = dict(zip(columns, values, strict=True))
        yield Entity(" / ".join(map(str, values)), Record(world, row), row, seen_from=day, shown=row)


def _together(parts: Sequence[Entity]) -> Entity:
    """A combination of parts as one entity, known by the first part's owner."""
    if len(parts) == 1:
        return parts[0]
    rows: list[Row] = [part.each.row for part in parts]
    table: Table | None = next((part.each.table for part in parts if part.each.table), None)
    owner = next((part for part in parts if part.owned), None)
    return Entity(
        " / ".join(part.key for part in parts),
        Record(parts[0].each.world, {name: value for row in reversed(rows) for name, value in row.items()}, table),
        {name: value for part in parts for name, value in part.columns.items()},
        owned=owner is not None,
        owner=owner.owner if owner else None,
        since=max((part.since for part in parts if part.since), default=None, key=parts[0].each.world.instant),
        seen_from=max((part.seen_from for part in parts if part.seen_from), default=None),
        listed=tuple(item for part in parts for item in part.listed),
        shown={name: value for part in parts for name, value in part.shown.items()},
        open=any(part.open for part in parts),
    )


def existed_for(entity: Entity) -> date | None:
    """The day since which the entity exists, where it is told."""
    return day_of(entity.since) if entity.since else None

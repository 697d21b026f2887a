"""What a manifest leaves out: the audited period and the moment as of which it is judged."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time

from tests.reference.days import month_after
from tests.reference.records import Record
from tests.reference.world import World, day_of, midnight

PERIOD, AS_OF = "period", "as_of"


def told(world: World) -> World:
    """The world with what nobody said, as the records tell it."""
    moments = [each for each in _moments(world) if each is not None]
    if not moments:  # there is nothing to audit, unless somebody says when
        world = replace(world, says=world.says | {PERIOD})
    if PERIOD not in world.says:
        first, last = (day_of(found(moments, key=_local)) for found in (min, max))
        world = replace(world, start=first.replace(day=1), end=month_after(last))
    if AS_OF in world.says:
        return world
    recorded = [row.get("recorded_at") for table in world.tables.values() for row in table.accepted if not table.ahead]
    seen = [*moments, *(each for each in recorded if isinstance(each, date))]
    return replace(world, as_of=max([midnight(world.end), *map(_local, seen)]))


def _moments(world: World) -> Iterator[date | datetime | None]:
    """When the records of all tables that look back happened."""
    for table in world.tables.values():
        yield from (Record(world, row, table).at for row in table.accepted if not table.ahead)


def _local(moment: date | datetime) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time.min)

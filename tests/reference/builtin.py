"""Built-in findings: what is noticed of the records themselves, whatever the rules say."""

from collections.abc import Iterator
from datetime import date

from tests.reference.days import ONE
from tests.reference.people import by_order
from tests.reference.records import held
from tests.reference.world import Finding, Row, Value, World, day_of, midnight

TOLERATED = 3
"""So many working days an entry may be written down after it happened."""


def noticed(world: World) -> list[Finding]:
    """Entries written down late, appointments that overlap, and deputies without an order in time."""
    return [*_backdated(world), *_overlapping(world), *_without_order(world)]


def _backdated(world: World) -> Iterator[Finding]:
    for table in world.tables.values():
        if "recorded_at" not in table.types or table.ahead or table.at is None:
            continue
        for record in held(world, table.name):
            at, recorded = record.at, record.row["recorded_at"]
            if at is None or not isinstance(recorded, date) or not world.start <= day_of(at) < world.end:
                continue
            last = world.days.after(day_of(at), TOLERATED, "working_days")
            if world.instant(recorded) >= world.instant(midnight(last + ONE)):
                yield Finding("dutybook.backdated", "breached", record.bearer, None, record.key)


def _overlapping(world: World) -> Iterator[Finding]:
    """An appointment that starts in the period, on or before the last day of one that started earlier."""
    table = world.tables.get("appointments")
    rows = table.accepted if table else ()
    for row in rows:
        own = [each for each in rows if each["employee_id"] == row["employee_id"] and each is not row]
        if _starts(world, row) and any(_goes_on(each, row) for each in own):
            yield Finding("dutybook.overlap", "breached", str(row["employee_id"]), None, str(row["appointment_id"]))


def _goes_on(earlier: Row, row: Row) -> bool:
    first, last = row["starts_on"], earlier["ends_on"]
    before = _order(earlier) < _order(row)
    return before and isinstance(first, date) and (not isinstance(last, date) or first <= last)


def _order(row: Row) -> tuple[Value, Value]:
    return row["starts_on"], row["appointment_id"]


def _without_order(world: World) -> Iterator[Finding]:
    table = world.tables.get("deputies")
    for row in table.accepted if table else ():
        if _starts(world, row) and not by_order(row):
            who = str(row["absent_id"])
            yield Finding("dutybook.deputy-without-order", "breached", who, None, str(row["substitution_id"]))


def _starts(world: World, row: Row) -> bool:
    first = row["starts_on"]
    return isinstance(first, date) and world.start <= first < world.end

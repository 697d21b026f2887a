"""Built-in findings: what is noticed of the records themselves, whatever the rules say."""

from collections.abc import Iterator, Sequence
from datetime import date

from tests.reference.days import ONE, each_day
from tests.reference.force import runs
from tests.reference.people import by_order, employed, within
from tests.reference.records import held
from tests.reference.world import Finding, Row, Rule, Value, World, day_of, midnight

TOLERATED = 3
"""So many working days an entry may be written down after it happened."""


def noticed(rules: Sequence[Rule], world: World) -> list[Finding]:
    """Entries written down late, appointments that overlap, deputies without an order in time, and strange titles."""
    return [*_backdated(world), *_overlapping(world), *_without_order(world), *_unmapped(rules, world)]


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


def _unmapped(rules: Sequence[Rule], world: World) -> Iterator[Finding]:
    """A title held in the period that no rule asks for and no alias knows; where no rule asks for any, none is.

    That a draft, or a rule that was retired, asks for nothing is a reading.
    """
    named = {rule["bearer"]["position"] for rule in rules if runs(rule) and "position" in rule.get("bearer", {})}
    for table, who, row in _titles(world) if named else ():
        if row["position"] not in {None, *named, *world.aliases} and _holds(world, who, row):
            key = world.tables[table].key_of(row)
            yield Finding("dutybook.unmapped-title", "breached", who, None, key)


def _titles(world: World) -> Iterator[tuple[str, str, Row]]:
    """The rows that tell a title: of whoever has appointments these, of others the one of `employees`."""
    tables = [world.tables[name] for name in ("employees", "appointments") if name in world.tables]
    rows = [(table.name, str(row["employee_id"]), row) for table in tables for row in table.accepted]
    told = {who for name, who, _ in rows if name == "appointments"}
    people = {who for name, who, _ in rows if name == "employees"}
    return (
        (name, who, row) for name, who, row in rows if who in people and (name == "appointments" or who not in told)
    )


def _holds(world: World, who: str, row: Row) -> bool:
    """Whether somebody who is employed holds a title on a day of the period."""
    days = (day for day in each_day(world.start, world.end) if employed(world, who, day))
    return any(within(day, row.get("starts_on"), row.get("ends_on")) for day in days)


def _starts(world: World, row: Row) -> bool:
    first = row["starts_on"]
    return isinstance(first, date) and world.start <= first < world.end

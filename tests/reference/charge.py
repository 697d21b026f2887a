"""`dutybook.nobody-in-charge`: what fell due in an absence in which nobody had been appointed."""

from collections.abc import Iterator, Sequence
from datetime import date

from tests.reference import continuity, deadline, responses
from tests.reference.days import ONE
from tests.reference.deadline import Due
from tests.reference.people import appointment, may_be_stood_in_for, on_roster, roster
from tests.reference.world import Finding, Row, Rule, World

Left = tuple[str, Due]
"""Whose due instant moved since nobody was in charge, and when it was."""

LEFT = {"deadline": deadline.left, "response": responses.left, "interval": continuity.left}


def nobody_in_charge(rules: Sequence[Rule], world: World) -> list[Finding]:
    """One finding an absence, against the superior of the first day on which something fell due in it.

    That what was done before it fell due is not asked for, and that only the instant before it moved is, are readings.
    """
    if not {"absences", "deputies"} <= world.tables.keys() or roster(world) is None:
        return []
    first: dict[str, tuple[date, str]] = {}
    for person, due in (each for rule in rules for kind in LEFT if kind in rule for each in LEFT[kind](rule, world)):
        if due.passed(world, world.end) and due.passed(world, world.as_of) and not due.passed(world, world.start):
            absence = _named_by(world, person, due.day)
            first[absence] = min((due.day, person), first.get(absence, (date.max, "")))
    return [_finding(world, absence, *told) for absence, told in first.items()]


def _finding(world: World, absence: str, day: date, person: str) -> Finding:
    superior = on_roster(world, appointment(world, person, day, "superior_id"))
    name = "dutybook.nobody-in-charge"
    if may_be_stood_in_for(world, person, day):
        return Finding(name, "undetermined", superior, None, absence, responsible=superior)
    return Finding(name, "breached", superior, None, absence, "missing", responsible=superior)


def _named_by(world: World, person: str, day: date) -> str:
    """The first of the absences that touch or overlap the one of a day."""
    rows = sorted(_excused(world, person), key=lambda row: (row["starts_on"], str(row["absence_id"])))
    first, until = rows[0], date.min
    for row in rows:
        since, last = row["starts_on"], row["ends_on"]
        if not isinstance(since, date) or since > day:
            break
        if since > until:
            first = row
        until = max(until, last + ONE) if isinstance(last, date) else date.max
    return str(first["absence_id"])


def _excused(world: World, person: str) -> Iterator[Row]:
    rows = world.tables["absences"].accepted
    return (row for row in rows if row["employee_id"] == person and row["excused"] is not False and row["starts_on"])

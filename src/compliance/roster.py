"""The roster: who was employed when and as what, and when each was away with an excuse."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

import pyarrow as pa

from compliance.calendar import ONE_DAY, WorkCalendar

FIRST_DAY = date(1, 1, 1)
LAST_DAY = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Appointment:
    """One person in one position, in force in `[since, until)`; a bearer's appointments tile all time."""

    bearer: str
    name: str | None
    position: str | None
    level: int | None
    department: str | None
    superior_id: str | None
    mode: str | None
    hired_on: date | None
    left_on: date | None
    since: date = FIRST_DAY
    until: date = LAST_DAY


@dataclass(frozen=True, slots=True)
class Away:
    """A stretch of excused absence `[since, until)`, and the first working day after it on which the bearer is back."""

    bearer: str
    since: date
    until: date
    back: date | None


@dataclass(frozen=True)
class Roster:
    """Everybody's appointments and excused absences. `columns` are those that the records really give."""

    appointments: tuple[Appointment, ...]
    away: tuple[Away, ...] = ()
    columns: frozenset[str] = frozenset()

    def table(self) -> pa.Table:
        """The appointments for the engine; `employed_from` and `employed_to` (exclusive) are never null."""
        rows = self.appointments
        days = {
            "hired_on": [row.hired_on for row in rows],
            "employed_from": [row.hired_on or FIRST_DAY for row in rows],
            "employed_to": [after(row.left_on) for row in rows],
            "since": [row.since for row in rows],
            "until": [row.until for row in rows],
        }
        texts = ("bearer", "name", "position", "department", "superior_id", "mode")
        return pa.table(
            {name: pa.array([getattr(row, name) for row in rows], pa.string()) for name in texts}
            | {"level": pa.array([row.level for row in rows], pa.int64())}
            | {name: pa.array(values, pa.date32()) for name, values in days.items()}
        )

    def away_table(self) -> pa.Table:
        """The excused absences for the engine."""
        days = {
            name: pa.array([getattr(row, name) for row in self.away], pa.date32())
            for name in ("since", "until", "back")
        }
        return pa.table({"bearer": pa.array([row.bearer for row in self.away], pa.string())} | days)


def after(last: date | None) -> date:
    """The day after a last day; none, like the last day there is, leaves the end open."""
    return LAST_DAY if last is None or last >= LAST_DAY else last + ONE_DAY


def appointments(employees: Iterable[Mapping[str, Any]]) -> tuple[Appointment, ...]:
    """One appointment for all time per employee, ordered by id."""
    made = (
        Appointment(
            bearer=row["_key"],
            name=row.get("name"),
            position=row.get("position"),
            level=row.get("level"),
            department=row.get("department"),
            superior_id=row.get("superior_id"),
            mode=row.get("mode"),
            hired_on=row.get("hired_on"),
            left_on=row.get("left_on"),
        )
        for row in employees
    )
    return tuple(sorted(made, key=lambda each: each.bearer))


def away(absences: Iterable[Mapping[str, Any]], calendar: WorkCalendar) -> tuple[Away, ...]:
    """Excused absences, merged where they touch or overlap; one without a word on `excused` counts as excused.

    `ends_on` is the last day away; without it the bearer is away from then on.
    """
    excused = sorted(
        (row["_bearer"], row["starts_on"], after(row.get("ends_on")))
        for row in absences
        if row["_bearer"] is not None and row.get("starts_on") is not None and row.get("excused") is not False
    )
    return tuple(
        each
        for bearer, rows in groupby(excused, key=lambda row: row[0])
        for each in _merged(bearer, list(rows), calendar)
    )


def _merged(bearer: str, rows: Sequence[tuple[str, date, date]], calendar: WorkCalendar) -> list[Away]:
    stretches: list[tuple[date, date]] = []
    for _, since, until in rows:
        if stretches and since <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], max(stretches[-1][1], until))
        else:
            stretches.append((since, until))
    return [Away(bearer, since, until, _back(until, stretches, calendar)) for since, until in stretches]


def _back(until: date, stretches: Sequence[tuple[date, date]], calendar: WorkCalendar) -> date | None:
    """The first working day from `until` on that lies in no other absence; None where there is no end."""
    if not calendar.first <= until <= calendar.last - 14 * ONE_DAY:
        return None
    day = calendar.next_working(until)
    for since, stop in stretches:
        if since <= day < stop:
            return _back(stop, stretches, calendar)
    return day

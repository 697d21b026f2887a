"""Silence: a working day on which a table with a heartbeat holds no row at all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from compliance.calendar import ONE_DAY, WorkCalendar
from compliance.roster import Roster
from compliance.windows import Span

DEPARTMENT = "department"
Silent = tuple[date, str | None]
"""A silent day, and the department that was silent on it; None where nobody was heard."""


@dataclass(frozen=True)
class Beats:
    """The days on which a table holds rows, accepted or rejected, each with the values that silence is told by."""

    by: tuple[str, ...]
    rows: tuple[tuple[date, tuple[str | None, ...]], ...]

    def days(self, fixed: Mapping[str, frozenset[str]]) -> frozenset[date]:
        """The days with a row that carries the values that a rule's condition fixes (an unreadable value fits)."""
        wanted = [(index, fixed[name]) for index, name in enumerate(self.by) if name in fixed]
        return frozenset(
            day for day, row in self.rows if all(row[i] is None or row[i] in values for i, values in wanted)
        )


def silent_days(
    beats: Beats, calendar: WorkCalendar, watched: Span, fixed: Mapping[str, frozenset[str]], roster: Roster
) -> tuple[Silent, ...]:
    """The silent days among the watched ones, in order; with a department where silence is told by department."""
    heard = beats.days(fixed)
    silent: list[Silent] = [(day, None) for day in _working(calendar, watched) if day not in heard]
    if DEPARTMENT in beats.by:
        silent += _by_department(beats, calendar, watched, fixed, roster)
    return tuple(silent)


def _by_department(
    beats: Beats, calendar: WorkCalendar, watched: Span, fixed: Mapping[str, frozenset[str]], roster: Roster
) -> Iterator[Silent]:
    index = beats.by.index(DEPARTMENT)
    for department in sorted({each.department for each in roster.appointments if each.department}):
        own = Beats(beats.by, tuple(row for row in beats.rows if row[1][index] in {None, department}))
        heard = own.days(fixed)
        yield from ((day, department) for day in _working(calendar, watched) if day not in heard)


def _working(calendar: WorkCalendar, watched: Span) -> Iterator[date]:
    day = max(watched.start, calendar.first)
    while day < min(watched.stop, calendar.last):
        if calendar.is_working(day):
            yield day
        day += ONE_DAY

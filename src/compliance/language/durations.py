"""Durations as rules write them: `90 days`, `48 hours`, `2 working_days`, `1 month`."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

WRITTEN = r"^\s*[0-9]+\s+(minute|hour|day|working_day|week|month|year)s?\s*$"  # for a JSON Schema
_WRITTEN = re.compile(r"\s*([0-9]+)\s+([a-z_]+)\s*")
_MOST_YEARS = 1_000  # what is longer leads out of the calendar
_MOST_DIGITS = 12


class Unit(StrEnum):
    """What a duration counts in; hours and minutes are real time, the others run to the end of a day."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working_days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


_IN_A_YEAR = {
    Unit.MINUTES: 525_600,
    Unit.HOURS: 8_760,
    Unit.DAYS: 365,
    Unit.WORKING_DAYS: 365,
    Unit.WEEKS: 52,
    Unit.MONTHS: 12,
    Unit.YEARS: 1,
}


@dataclass(frozen=True, slots=True)
class Duration:
    """So many of one unit, never below zero."""

    count: int
    unit: Unit

    @property
    def exact(self) -> bool:
        """Whether it is real time, not days that run to their end."""
        return self.unit in {Unit.MINUTES, Unit.HOURS}

    def normal(self) -> "Duration":
        """The same in minutes, days, working days or months."""
        factor, unit = {
            Unit.HOURS: (60, Unit.MINUTES),
            Unit.WEEKS: (7, Unit.DAYS),
            Unit.YEARS: (12, Unit.MONTHS),
        }.get(self.unit, (1, self.unit))
        return Duration(self.count * factor, unit)

    def __str__(self) -> str:
        unit = self.unit.value
        return f"{self.count} {unit.removesuffix('s') if self.count == 1 else unit}"


def is_duration(text: str) -> bool:
    """Whether a text is a duration."""
    try:
        duration(text)
    except ValueError:
        return False
    return True


@cache
def duration(text: str) -> Duration:
    """Read a duration; raises ValueError with one sentence."""
    match = _WRITTEN.fullmatch(text)
    units = {unit.value: unit for unit in Unit} | {unit.value.removesuffix("s"): unit for unit in Unit}
    if match is None or match[2] not in units:
        message = f"`{text}` is not a duration; write for example 90 days, 48 hours, 2 working_days or 1 month"
        raise ValueError(message)
    unit = units[match[2]]
    if len(match[1]) > _MOST_DIGITS or int(match[1]) > _MOST_YEARS * _IN_A_YEAR[unit]:
        message = f"a duration is at most {_MOST_YEARS:,} years"
        raise ValueError(message)
    return Duration(int(match[1]), unit)

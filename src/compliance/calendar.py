"""The working calendar: which days are worked, how many lie between two days, when a duration ends.

Public holidays and transferred working Saturdays come from the `holidays` library; own days off and own working days
win over it. Without a country, Monday to Friday are worked.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import Literal

import pyarrow as pa

from compliance.language.durations import Duration, Unit

ONE_DAY = timedelta(days=1)
_SATURDAY = 5


class OutOfCalendar(Exception):  # noqa: N818 said of the day
    """A day was asked for that the calendar was not made for: a fault of ours, not of the user."""

    def __init__(self, day: date, first: date, last: date) -> None:
        super().__init__(f"{day} lies outside the calendar from {first} to {last}")


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Every day from `first` on: whether it is worked, and how many worked days lie before it since `first`."""

    first: date
    working: tuple[bool, ...]
    worked_before: tuple[int, ...]

    @property
    def last(self) -> date:
        """The last day that the calendar knows."""
        return self.first + timedelta(days=len(self.working) - 1)

    def _index(self, day: date) -> int:
        index = (day - self.first).days
        if not 0 <= index < len(self.working):
            raise OutOfCalendar(day, self.first, self.last)
        return index

    def is_working(self, day: date) -> bool:
        """Whether the day is worked."""
        return self.working[self._index(day)]

    def working_days(self, start: date, stop: date) -> int:
        """How many worked days lie in `[start, stop)`; 0 where stop is not after start."""
        return max(0, self.worked_before[self._index(stop)] - self.worked_before[self._index(start)])

    def next_working(self, day: date) -> date:
        """The day itself where it is worked, else the first worked one after it."""
        return next(each for each in self._days(day, ONE_DAY) if self.is_working(each))

    def rolled(self, day: date, roll: Literal["none", "next_working_day", "previous_working_day"]) -> date:
        """The day, moved to a worked one in the direction that is asked for."""
        if roll == "none":
            return day
        return self.next_working(day) if roll == "next_working_day" else self.previous_working(day)

    def previous_working(self, day: date) -> date:
        """The day itself where it is worked, else the last worked one before it."""
        return next(each for each in self._days(day, -ONE_DAY) if self.is_working(each))

    def after(self, day: date, length: Duration) -> date:
        """The n-th day, working day or clipped month after a day; not for hours and minutes."""
        span = length.normal()
        if span.unit is Unit.DAYS:
            return day + timedelta(days=span.count)
        if span.unit is Unit.MONTHS:
            return add_months(day, span.count)
        worked = (each for each in self._days(day + ONE_DAY, ONE_DAY) if self.is_working(each))
        for _ in range(span.count):
            day = next(worked)
        return day

    def before(self, day: date, length: Duration) -> date:
        """The first day of a look-back: the n-th day, working day or clipped month before, within the calendar."""
        span = length.normal()
        if span.unit is Unit.DAYS:
            return day - timedelta(days=span.count)
        if span.unit is Unit.MONTHS:
            return add_months(day, -span.count)
        for _ in range(span.count):
            if day <= self.first:
                break
            worked = (
                each for each in self._days(day - ONE_DAY, -ONE_DAY) if each <= self.first or self.is_working(each)
            )
            day = next(worked)
        return day

    def _days(self, day: date, step: timedelta) -> Iterator[date]:
        while True:
            yield day
            day += step

    def table(self) -> pa.Table:
        """The calendar for the engine: day, working, n (worked days before it)."""
        days = [self.first + timedelta(days=index) for index in range(len(self.working))]
        return pa.table(
            {"day": pa.array(days, pa.date32()), "working": self.working, "n": pa.array(self.worked_before, pa.int64())}
        )


def work_calendar(
    first: date,
    last: date,
    *,
    country: str | None = None,
    subdivision: str | None = None,
    days_off: Iterable[date] = (),
    working_days: Iterable[date] = (),
) -> WorkCalendar:
    """The calendar from first to last, both included."""
    days = [first + timedelta(days=index) for index in range((last - first).days + 1)]
    off, on = frozenset(days_off), frozenset(working_days)
    worked = _by_country(first, last, country, subdivision) if country else [day.weekday() < _SATURDAY for day in days]
    working = tuple(day in on or (known and day not in off) for day, known in zip(days, worked, strict=True))
    before = tuple(accumulate(working[:-1], initial=0))
    return WorkCalendar(first, working, before)


# Cases in turn ask for the same ones, some of them long.
@lru_cache(maxsize=8)
def _by_country(first: date, last: date, country: str, subdivision: str | None) -> tuple[bool, ...]:
    import holidays  # noqa: PLC0415 a heavy import, needed only where a country is named

    known = holidays.country_holidays(country, subdiv=subdivision, years=range(first.year, last.year + 1))
    days = (first + timedelta(days=index) for index in range((last - first).days + 1))
    return tuple([known.is_working_day(day) for day in days])


def add_months(day: date, months: int) -> date:
    """So many months later, clipped to the month's end: 31 August and 6 months are 28 or 29 February."""
    month = day.year * 12 + day.month - 1 + months
    first = date(month // 12, month % 12 + 1, 1)
    following = date((month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - ONE_DAY)


def midnight(day: date) -> datetime:
    """The day's 00:00."""
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 local time has no offset here

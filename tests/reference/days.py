"""Days, working days and months: arithmetic on a calendar, one day at a time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays

ONE = timedelta(days=1)
SATURDAY = 5
MONTHS = {"month": 1, "quarter": 3, "year": 12}

Span = tuple[date, date]


@dataclass(frozen=True)
class Days:
    """The organisation's calendar: a country's, or Monday to Friday, with own days off and own working days."""

    country: str | None = None
    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def working(self, day: date) -> bool:
        """Whether the day is worked; what the organisation says itself wins."""
        if day in self.worked:
            return True
        return day not in self.off and _working(self.country, day)

    def following(self, day: date) -> date:
        """The day itself where it is worked, else the next that is."""
        return day if self.working(day) else self.following(day + ONE)

    def preceding(self, day: date) -> date:
        """The day itself where it is worked, else the last before it that was."""
        return day if self.working(day) else self.preceding(day - ONE)

    def after(self, day: date, count: int, unit: str) -> date:
        """The n-th day, working day or month after a day."""
        return self._step(day, count, unit, 1)

    def before(self, day: date, count: int, unit: str) -> date:
        """The n-th day, working day or month before a day."""
        return self._step(day, count, unit, -1)

    def _step(self, day: date, count: int, unit: str, way: int) -> date:
        if unit == "months":
            return months_later(day, way * count)
        if unit == "weeks":
            return day + way * timedelta(days=7 * count)
        if unit == "days":
            return day + way * timedelta(days=count)
        for _ in range(count):
            day = self.following(day + ONE) if way > 0 else self.preceding(day - ONE)
        return day

    def count(self, start: date, stop: date) -> int:
        """How many working days lie in `[start, stop)`."""
        return sum(1 for day in each_day(start, stop) if self.working(day))


@cache
def _working(country: str | None, day: date) -> bool:
    if country is None:
        return day.weekday() < SATURDAY
    return bool(_country(country).is_working_day(day))


@cache
def _country(name: str) -> holidays.HolidayBase:
    return holidays.country_holidays(name, years=range(2018, 2031))


def each_day(start: date, stop: date) -> Iterator[date]:
    """The days of `[start, stop)`."""
    while start < stop:
        yield start
        start += ONE


def months_later(day: date, count: int) -> date:
    """So many months later, clipped to the end of that month."""
    years, month = divmod(day.month - 1 + count, 12)
    first = date(day.year + years, month + 1, 1)
    return min(first + timedelta(days=day.day - 1), month_after(first) - ONE)


def month_after(day: date) -> date:
    """The first day of the next month."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def span_around(unit: str, day: date) -> Span:
    """The day, week, month, quarter or year that a day lies in, as `[first, next first)`."""
    if unit in {"day", "working_day"}:
        return day, day + ONE
    if unit == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=7)
    length = MONTHS[unit]
    first = date(day.year, (day.month - 1) // length * length + 1, 1)
    return first, months_later(first, length)


def spans(days: Days, unit: str, start: date, stop: date) -> list[Span]:
    """All such spans that touch `[start, stop)`, in order."""
    found = dict.fromkeys(span_around(unit, day) for day in each_day(start, stop))
    return [span for span in found if unit != "working_day" or days.working(span[0])]


def span_named(unit: str, text: str) -> Span | None:
    """The span that a `period` column names: 2026-01, 2026-Q1, 2026-W05, 2026, or a date inside; else None."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return span_around(unit, date.fromisoformat(text))
    if found := re.fullmatch(r"(\d{4})-W(\d{2})", text):
        return _as("week", unit, date.fromisocalendar(int(found[1]), int(found[2]), 1))
    if found := re.fullmatch(r"(\d{4})-Q([1-4])", text):
        return _as("quarter", unit, date(int(found[1]), int(found[2]) * 3 - 2, 1))
    if found := re.fullmatch(r"(\d{4})-(\d{2})", text):
        return _as("month", unit, date(int(found[1]), int(found[2]), 1))
    return _as("year", unit, date(int(text), 1, 1)) if re.fullmatch(r"\d{4}", text) else None


def _as(named: str, unit: str, day: date) -> Span | None:
    return span_around(unit, day) if named == unit else None


def duration(text: str) -> tuple[int, str]:
    """`3 working_days` as its number and unit, the unit in the plural."""
    count, unit = text.split()
    return int(count), unit if unit.endswith("s") else unit + "s"

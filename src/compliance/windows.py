"""Windows: the days, weeks, months, quarters and years in which something is owed, and those an audit judges."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from compliance.calendar import ONE_DAY, WorkCalendar, add_months, midnight
from compliance.model.finding import Window


class Per(StrEnum):
    """How often something is owed."""

    DAY = "day"
    WORKING_DAY = "working_day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def daily(self) -> bool:
        """Whether a window is a single day."""
        return self in {Per.DAY, Per.WORKING_DAY}

    @property
    def unit(self) -> str:
        """The unit that a moment is truncated to, to find its window."""
        return "day" if self.daily else self.value


_MONTHS = {Per.MONTH: 1, Per.QUARTER: 3, Per.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Span:
    """A window's first day and the day after its last."""

    start: date
    stop: date

    @property
    def last(self) -> date:
        """The last day inside."""
        return self.stop - ONE_DAY

    @property
    def window(self) -> Window:
        """The same as local time."""
        return Window(midnight(self.start), midnight(self.stop))

    def label(self, per: Per) -> str:
        """The span as a `period` column writes it: 2026-01, 2026-Q1, 2026-W05, 2026 or a day."""
        start = self.start
        match per:
            case Per.WEEK:
                year, week, _ = start.isocalendar()
                return f"{year}-W{week:02}"
            case Per.MONTH:
                return f"{start:%Y-%m}"
            case Per.QUARTER:
                return f"{start.year}-Q{(start.month + 2) // 3}"
            case Per.YEAR:
                return f"{start:%Y}"
            case _:
                return start.isoformat()


def span_of(day: date, per: Per) -> Span:
    """The window that a day lies in (for working days: the day itself)."""
    if per.daily:
        return Span(day, day + ONE_DAY)
    if per is Per.WEEK:
        start = day - timedelta(days=day.weekday())
        return Span(start, start + timedelta(days=7))
    months = _MONTHS[per]
    start = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Span(start, add_months(start, months))


def spans(per: Per, start: date, stop: date, calendar: WorkCalendar) -> Iterator[Span]:
    """Every window that shares a day with `[start, stop)`, in order."""
    day = start
    while day < stop:
        span = span_of(day, per)
        if per is not Per.WORKING_DAY or calendar.is_working(day):
            yield span
        day = span.stop


def judged(per: Per, period: Window, calendar: WorkCalendar) -> Iterator[Span]:
    """The windows that end in the audited period, and those that have begun in it and end later."""
    last = period.end.date() if period.end == midnight(period.end.date()) else period.end.date() + ONE_DAY
    for span in spans(per, period.start.date() - ONE_DAY, last, calendar):
        if span.window.end > period.start and span.window.start < period.end:
            yield span

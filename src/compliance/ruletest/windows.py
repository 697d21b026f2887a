"""Windows as cases write them: a day, a month, a quarter, a week, a year, or two ends."""

import re
from datetime import date, datetime

from pydantic import Field

from compliance.calendar import midnight
from compliance.model.base import Strict
from compliance.model.finding import Window
from compliance.windows import Per, span_of
from compliance.yamldoc import Misplaced

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_QUARTER = re.compile(r"([0-9]{4})-Q([1-4])")
_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})")
_YEAR = re.compile(r"([0-9]{4})")


class Stretch(Strict):
    """A window by its two ends, half-open; a date is its 00:00."""

    from_: date | datetime = Field(alias="from")
    to: date | datetime

    @property
    def window(self) -> Window:
        """The same as local time."""
        return Window(_instant(self.from_), _instant(self.to))


def window_of(written: str) -> Window:
    """The window that a text names; raises Misplaced with one sentence."""
    try:
        return _span(written)
    except ValueError:
        advice = "write 2026-03-02, 2026-03, 2026-Q1, 2026-W05, 2026, or {from: ..., to: ...}"
        raise Misplaced(f"`{written}` is no window", help=advice) from None


def _span(written: str) -> Window:
    if match := _MONTH.fullmatch(written):
        return span_of(date(int(match[1]), int(match[2]), 1), Per.MONTH).window
    if match := _QUARTER.fullmatch(written):
        return span_of(date(int(match[1]), 3 * int(match[2]), 1), Per.QUARTER).window
    if match := _WEEK.fullmatch(written):
        return span_of(date.fromisocalendar(int(match[1]), int(match[2]), 1), Per.WEEK).window
    if match := _YEAR.fullmatch(written):
        return span_of(date(int(match[1]), 1, 1), Per.YEAR).window
    return span_of(date.fromisoformat(written), Per.DAY).window


def _instant(moment: date | datetime) -> datetime:
    return moment if isinstance(moment, datetime) else midnight(moment)

"""The first and last day that there are, and the day after a last day."""

from datetime import date

from compliance.calendar import ONE_DAY

FIRST_DAY = date(1, 1, 1)
LAST_DAY = date(9999, 12, 31)


def after(last: date | None) -> date:
    """The day after a last day; none, like the last day there is, leaves the end open."""
    return LAST_DAY if last is None or last >= LAST_DAY else last + ONE_DAY

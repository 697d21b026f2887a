"""What an unquoted scalar is: nothing, true or false, a number, a date, a date and time, or text as written."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

Value: TypeAlias = bool | int | Decimal | date | datetime | str | None

# Longer digit strings are identifiers, not amounts; they stay text (and Python would refuse them above 4,300 digits).
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,27})")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]{0,27})?\.[0-9]{1,28}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATETIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[-+][0-9]{2}:?[0-9]{2})?"
)
_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}


def typed(written: str) -> Value:
    """The value of an unquoted scalar; `on`, `no`, `18:00`, `007` and `1_000` are text."""
    if written.lower() in _WORDS:
        return _WORDS[written.lower()]
    if _WHOLE.fullmatch(written):
        return int(written)
    if _DECIMAL.fullmatch(written):
        return Decimal(written)
    return _moment(written)


def _moment(written: str) -> date | datetime | str:
    """A date or date and time; text where it is neither, or no day of the calendar."""
    try:
        if _DATE.fullmatch(written):
            return date.fromisoformat(written)
        if _DATETIME.fullmatch(written):
            return datetime.fromisoformat(written)
    except ValueError:
        pass
    return written

"""How dates and decimals are written in columns that hold nothing else."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from compliance.model.types import ColumnType

_DAYS = (
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%d %b %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d.%m.%y",
    "%d/%m/%y",
    "%m/%d/%y",
)
_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
FORMATS = tuple(f"{day}{time}" for time, day in product(_TIMES, _DAYS))
"""The forms that are tried, days before months where both fit."""
_DAY = len("2026-03-31")
_THOUSANDS = "[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}.]"
_COMMA = re.compile(rf"-?([0-9]+|[1-9][0-9]{{0,2}}({_THOUSANDS}[0-9]{{3}})+),[0-9]+")
_WHOLE = re.compile(r"-?[0-9]+")


MOST = 0.8
"""The share of a column's different cells that must be dates: a damaged one is told later, with its row."""


@dataclass(frozen=True, slots=True)
class Dated:
    """What a column of dates holds, and every form in which they may be written; none where that is ISO 8601."""

    type: ColumnType
    forms: tuple[str, ...] = ()


def dated(cells: Sequence[str]) -> Dated | None:
    """How the dates of a column are written, the likeliest form first; None where it holds none."""
    if not cells:
        return None
    iso = [cell for cell in cells if _is_iso(cell)]
    if len(iso) >= MOST * len(cells):
        return Dated(ColumnType.DATE if all(len(cell) == _DAY for cell in iso) else ColumnType.DATETIME)
    shares = {form: sum(_fits(cell, form) for cell in cells) for form in FORMATS}
    best = max(shares.values())
    if best < MOST * len(cells):
        return None
    forms = tuple(form for form, share in shares.items() if share == best)
    return Dated(ColumnType.DATETIME if "%M" in forms[0] else ColumnType.DATE, forms)


def _is_iso(cell: str) -> bool:
    try:
        datetime.fromisoformat(cell)
    except ValueError:
        return False
    return cell[4:5] == "-"


def decimal_comma(columns: Iterator[Sequence[str]]) -> bool:
    """Whether any column holds numbers only, some of them with a comma."""
    return any(_commas(cells) for cells in columns)


def _commas(cells: Sequence[str]) -> bool:
    with_comma = [bool(_COMMA.fullmatch(cell)) for cell in cells]
    return any(with_comma) and all(
        comma or _WHOLE.fullmatch(cell) for cell, comma in zip(cells, with_comma, strict=True)
    )


def _fits(cell: str, form: str) -> bool:
    try:
        datetime.strptime(cell, form)  # noqa: DTZ007 local time
    except ValueError:
        return False
    return True

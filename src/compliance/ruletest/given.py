"""The records of a case that a difference is about: what its tables give for the bearer and the record."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from compliance.ruletest.comparing import Difference
from compliance.ruletest.written import Case

MOST = 5
"""So many rows of a table are shown."""
_JOINED = " / "  # the parts of a composite key


@dataclass(frozen=True, slots=True)
class Given:
    """Rows of one table of a case; `left_out` are those beyond the first few."""

    table: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: int = 0


def given_for(case: Case, difference: Difference) -> tuple[Given, ...]:
    """The rows of every table that name the record concerned; in tables that do not, those that name the bearer."""
    found = (_rows(name, written, difference) for name, written in case.tables.items())
    return tuple(each for each in found if each.rows)


def _rows(table: str, written: str, difference: Difference) -> Given:
    columns, *rows = (tuple(row) for row in csv.reader(io.StringIO(written)))
    named = [row for row in rows if any(_names(row, key) for key in difference.record)]
    named = named or [row for row in rows if difference.bearer in row]
    return Given(table, columns, tuple(named[:MOST]), len(named[MOST:]))


def _names(row: Sequence[str], key: str) -> bool:
    """Whether a row holds a key, or every part of one that is composite."""
    return key in row or (_JOINED in key and all(part in row for part in key.split(_JOINED)))

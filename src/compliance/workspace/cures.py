"""What to write in the manifest where most rows of a table are rejected for one reason: how the file is written."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from compliance.model.audit import TableAccount

MANY = 2
"""At least so many rows, and half of all: of fewer, the rows are wrong and not what is said of the file."""

_OF_FILES = {
    "not readable as UTF-8": "name how the file is encoded, as `encoding: cp1251` or `encoding: latin-1`",
    "too few cells": "name what stands between the cells, as `delimiter: ';'`",
    "too many cells": "name what stands between the cells, as `delimiter: ';'`",
    "a quote out of place": "name what stands between the cells, as `delimiter: ';'`",
}
_NUMBER = "name the sign before decimals, as `decimal: ','`, or the type, as `types: {%s: text}`"
_OF_COLUMNS = {
    "a datetime": "say how it is written, as `format: {%s: '%%d.%%m.%%Y %%H:%%M'}`",
    "a date": "say how it is written, as `format: {%s: '%%d.%%m.%%Y'}`",
    "yes or no": "name the words for yes and for no, as `true: [yes]` and `false: [no]` (column %s)",
    "an integer": _NUMBER,
    "a number": _NUMBER,
    "an amount": _NUMBER,
    "a percentage": _NUMBER,
}


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A table of which most rows are rejected for one reason, and what would let them be read."""

    table: str
    says: str
    help: str


def cure(reason: str) -> str | None:
    """What to write in the manifest against a reason; None where only the rows themselves can be mended."""
    name, _, called = reason.rpartition(": not ")
    return _OF_COLUMNS[called] % name if name and called in _OF_COLUMNS else _OF_FILES.get(reason)


def unreadable(accounts: Iterable[TableAccount]) -> Iterator[Unreadable]:
    """Tables of which half or more are rejected for one reason that the manifest can do something about."""
    for account in accounts:
        for reason, count in account.reasons.items():
            advice = cure(reason)
            if advice is not None and count >= MANY and 2 * count >= account.read:
                says = f"{count:,} of {account.read:,} rows of {account.table} are rejected ({reason})"
                yield Unreadable(account.table, says, f"if they are right, {advice} in the table's entry")

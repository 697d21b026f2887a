"""Workbooks (XLSX): one sheet's cells as the text that they stand for, so that they are typed like those of CSV."""

import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from compliance.engines.base import Engine
from compliance.workspace.cells import Cell, Notation
from compliance.workspace.entry import TableEntry
from compliance.workspace.sources.opened import FAULT, FILE, ROW, SAID, Located, Opened, SourceError, distinct_names
from compliance.workspace.sql import column
from compliance.yamldoc import did_you_mean

_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.')  # what a number format writes as it stands, a percent sign included
_PIECE = 1 << 20
# A formula without the value that it came to; of one that came to an empty text there is none to be kept.
_FORMULA = re.compile(
    rb"<c\b(?![^>]*\bt=\"str\")[^>]*\br=\"([A-Z]+([0-9]+))\"[^>]*>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*"
    rb"(?:<v\s*/>|<v></v>)?\s*</c>"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet that is not empty: its number, its cells as text, and the formula that has no value."""

    number: int
    cells: list[str]
    uncalculated: str | None


def open_workbook(
    engine: Engine, name: str, located: Located, entry: TableEntry, notations: Callable[[str], Notation]
) -> Opened:
    """Hand the sheet's filled rows to the engine, every cell as text."""
    shown = zip(located.paths, located.names, strict=True)
    rows = pa.concat_tables(
        [_rows(index, path, each, entry) for index, (path, each) in enumerate(shown)], promote_options="default"
    )
    engine.hand_over(name, rows)
    names = [each for each in rows.column_names if each not in (FILE, ROW, FAULT, SAID)]
    cells = {each: Cell(each, column(each), notation=notations(each), infers=True, loose=True) for each in names}
    return Opened(name, cells, located.names)


def _rows(index: int, path: Path, shown: str, entry: TableEntry) -> pa.Table:
    with _opened(path, shown) as book:
        lines = list(_lines(_chosen(book, path, entry.source.table), comma=entry.decimal == ","))
    names, lines = _headed(lines, shown, entry)
    faults = ["a formula that was never calculated" if line.uncalculated else None for line in lines]
    cells = {
        each: pa.array([_at(line.cells, nth) if line.uncalculated is None else None for line in lines], pa.string())
        for nth, each in enumerate(names)
    }
    places = {
        FILE: pa.repeat(pa.scalar(index, pa.int32()), len(lines)),
        ROW: pa.array([line.number for line in lines], pa.int64()),
        FAULT: pa.array(faults, pa.string()),
        SAID: pa.array([line.uncalculated for line in lines], pa.string()),
    }
    return pa.table(cells | places)


def _at(cells: list[str], nth: int) -> str | None:
    return cells[nth] if nth < len(cells) else None


# --- the book and its sheet -----------------------------------------------------------------


@contextmanager
def _opened(path: Path, shown: str) -> Iterator[Any]:
    """The book for as long as it is read; the values of formulas are those that were kept with them."""
    from openpyxl import load_workbook  # noqa: PLC0415 slow to import, needed for workbooks only

    try:
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of ornaments that it can't show
            yield load_workbook(file, read_only=True, data_only=True)
    except SourceError:
        raise
    except Exception as error:
        raise SourceError(
            f"{shown} can't be read as a workbook", "open it in a spreadsheet program and save it anew"
        ) from error


def sheets_of(path: Path) -> tuple[str, ...]:
    """The names of the book's sheets, in their order; raises SourceError."""
    with _opened(path, path.name) as book:
        return tuple(sheet.title for sheet in book.worksheets)


def first_rows(path: Path, wanted: str | None, count: int) -> tuple[tuple[int, list[str]], ...]:
    """The first filled rows of a sheet with their numbers, every cell as text; raises SourceError."""
    with _opened(path, path.name) as book:
        lines = islice(_lines(_chosen(book, path, wanted), comma=False), count)
        return tuple((line.number, line.cells) for line in lines)


def _chosen(book: Any, path: Path, wanted: str | None) -> Any:  # noqa: ANN401 the library is untyped
    """The sheet of this name, in any letter case, or the only one."""
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    named = [each for each in sheets if wanted is None or each.casefold() == wanted.casefold()]
    if len(named) == 1:
        return sheets[named[0]]
    listed = f"there are: {', '.join(sheets) or 'none'}"
    if wanted is None:
        first = next(iter(sheets), "Sheet")
        raise SourceError(f"{path.name} has {len(sheets)} sheets", f"write `{path.name}::{first}`; {listed}")
    raise SourceError(f"{path.name} has no sheet `{wanted}`", did_you_mean(wanted, [*sheets]) or listed)


def _headed(lines: list[Line], shown: str, entry: TableEntry) -> tuple[list[str], list[Line]]:
    """The columns' names, and the rows below the header; columns without a name are called by their number."""
    above = entry.header_line
    at = next((nth for nth, line in enumerate(lines) if above is None or line.number >= above), None)
    given = list(entry.names or ())
    if entry.header is not False:
        if at is None or (above is not None and lines[at].number != above):
            says = f"row {above} of {shown} is empty: it has no header" if above else f"{shown} is empty"
            raise SourceError(says, "say by `header` which row holds the columns' names")
        given, lines = given or [each.strip() for each in lines[at].cells], lines[at + 1 :]
    width = max((len(line.cells) for line in lines), default=0)
    return distinct_names(given + [""] * (width - len(given))), lines


# --- cells ----------------------------------------------------------------------------------


def _lines(sheet: Any, *, comma: bool) -> Iterator[Line]:  # noqa: ANN401 as above
    uncalculated = dict(_uncalculated(sheet))
    sheet.reset_dimensions()  # some programs write them wrong, and rows would be left out
    for number, row in enumerate(sheet.rows, start=1):
        cells = [_text(cell, comma=comma) for cell in row]
        while cells and not cells[-1].strip():
            cells.pop()
        if cells or number in uncalculated:
            yield Line(number, cells, uncalculated.get(number))


def _uncalculated(sheet: Any) -> Iterator[tuple[int, str]]:  # noqa: ANN401 as above
    """The rows with a formula whose value was not kept, and its cell: the library takes these for empty cells."""
    with sheet.parent._archive.open(sheet._worksheet_path) as file:  # noqa: SLF001 it has no other way to the text
        held = b""
        while piece := file.read(_PIECE):
            held += piece
            end = held.rfind(b"</c>") + 4
            for found in _FORMULA.finditer(held, 0, end):
                yield int(found[2]), found[1].decode()
            held = held[end:] if end > 3 else held  # noqa: PLR2004 none was found


def _text(cell: Any, *, comma: bool) -> str:  # noqa: ANN401 as above
    """What the cell holds: as ISO 8601 where it is a date, as 15 where it is 15 %."""
    value = cell.value
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        number = _number(value, percent="%" in _LITERAL.sub("", cell.number_format))
        return number.replace(".", ",") if comma else number
    return _moment(value)


def _number(value: float, *, percent: bool) -> str:
    """A number with the 15 digits that a workbook keeps, never with an exponent."""
    exact = Decimal(value) if isinstance(value, int) else Decimal(f"{value:.15g}")
    written = f"{exact * 100 if percent else exact:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def _moment(value: date | time | timedelta) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return value.isoformat()

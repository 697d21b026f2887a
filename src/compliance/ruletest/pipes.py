"""Tables as cases write them: a header row, cells between pipes, comments behind two spaces, `30 * a` for thirty."""

import csv
import io
import re
from collections.abc import Iterator

from compliance.yamldoc import Misplaced

_COMMENT = re.compile(r"^# .*$|  #.*$")
_REPEATED = re.compile(r"([0-9]+) \* (.+)")
_MOST_ROWS = 100_000


def csv_of(text: str) -> str:
    """The table as CSV; an empty cell is null. Raises Misplaced, pointing to the row, for what is no table."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows_of(text))
    return written.getvalue()


def rows_of(text: str) -> Iterator[list[str]]:
    """The header row and every other row, repeated as often as it says."""
    header: list[str] | None = None
    count = 0
    for offset, line in _lines(text):
        cells = [cell.strip() for cell in line.split("|")]
        if header is None:
            header = _header(cells, offset)
            yield header
        elif len(cells) != len(header):
            says = f"this row has {_cells(len(cells))}, the header has {len(header)}"
            raise Misplaced(says, help="an empty cell needs its pipe too", offset=offset, width=len(line.rstrip()))
        else:
            for row in _repeated(cells, offset):
                count += 1
                if count > _MOST_ROWS:
                    raise Misplaced(f"there are more than the {_MOST_ROWS} rows that a case may have", offset=offset)
                yield row


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that hold cells, without their comments, each with its place in the text."""
    offset = 0
    for line in text.split("\n"):
        bare = _COMMENT.sub("", line).rstrip()
        if bare.strip():
            yield offset, bare
        offset += len(line) + 1


def _header(cells: list[str], offset: int) -> list[str]:
    if "" in cells:
        raise Misplaced("a column of this table has no name", offset=offset)
    doubled = next((name for index, name in enumerate(cells) if name in cells[:index]), None)
    if doubled:
        raise Misplaced(f"the column `{doubled}` stands twice", offset=offset)
    return cells


def _repeated(cells: list[str], offset: int) -> Iterator[list[str]]:
    first, *others = cells
    match = _REPEATED.fullmatch(first)
    if match is None:
        yield cells
        return
    count = int(match[1])
    if count > _MOST_ROWS:
        raise Misplaced(f"{count} rows are more than the {_MOST_ROWS} that a case may have", offset=offset)
    for number in range(1, count + 1):
        yield [f"{match[2]}-{number}", *others]


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"

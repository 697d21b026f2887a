"""A catalogue of norms: a CSV file with a row for each statement that somebody found in the sources."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from compliance.model.problem import Place, Problem, UserError

if TYPE_CHECKING:
    from _csv import Reader

ID, QUOTE = "id", "quote"


@dataclass(frozen=True)
class Norm:
    """A norm by its id; in a catalogue with its line, and the words that it was found in."""

    id: str
    line: int = 0
    quote: str = ""


def read_catalogue(path: Path) -> tuple[Norm, ...]:
    """The norms in the file's order; columns but `id` may be left out. Raises UserError with every problem."""
    reader = csv.reader(io.StringIO(_text(path), newline=""))
    try:
        head = [name.strip() for name in next(reader, [])]
        if ID not in head:
            says = f"this catalogue has no column `{ID}`"
            raise UserError(Problem(Place(str(path), 1), says, "name the norms in a column of that name"))
        norms = tuple(_norms(reader, head))
    except csv.Error as error:
        says = f"this is no CSV: {error}"
        raise UserError(
            Problem(Place(str(path), reader.line_num), says, "look for a quote that is not closed")
        ) from None
    if problems := [*_doubtful(norms, str(path))]:
        raise UserError(problems)
    return norms


def _text(path: Path) -> str:
    """The file's text; raises UserError where it can't be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UserError(f"there is no file {path}", help="name a catalogue of norms, in CSV") from None
    except OSError as error:
        raise UserError(f"{path} can't be read: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError:
        raise UserError(f"{path} is not UTF-8 text", help="save it as UTF-8") from None


def _norms(reader: "Reader", head: Sequence[str]) -> Iterator[Norm]:
    """A norm a row, with the line on which it begins: a quoted cell may go on over several."""
    ended = reader.line_num
    for cells in reader:
        line, ended = ended + 1, reader.line_num
        row = dict(zip(head, cells, strict=False))
        if any(cells):
            yield Norm(row.get(ID, "").strip(), line, " ".join(row.get(QUOTE, "").split()))


def _doubtful(norms: tuple[Norm, ...], file: str) -> Iterator[Problem]:
    lines: dict[str, int] = {}
    for norm in norms:
        place = Place(file, norm.line)
        if not norm.id:
            yield Problem(place, "this norm has no id", "give it one")
        elif norm.id in lines:
            yield Problem(place, f"the norm {norm.id} stands on line {lines[norm.id]} already", "give it another id")
        lines.setdefault(norm.id, norm.line)
    if not norms:
        yield Problem(Place(file), "there is no norm in this catalogue", "write a row for each")

"""A source that has been opened: a relation of the engine with its cells, and where each of its rows stood."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from sqlglot import exp

from compliance.workspace.cells import Cell

FILE, ROW, FAULT, SAID = "_file", "_row", "_fault", "_said"
SMALL = 4_000_000
"""So many bytes of files are few, packed or not."""

TECHNICAL = (FILE, ROW, FAULT, SAID, "_key", "_at", "_instant", "_bearer", "_reason", "_told")


class SourceError(Exception):
    """A source can't be read at all: one sentence, and what to do about it."""

    def __init__(self, says: str, help: str = "") -> None:  # noqa: A002 the word users see
        super().__init__(says)
        self.says, self.help = says, help


@dataclass(frozen=True, slots=True)
class Opened:
    """What a source gives: `relation` holds its cells with `_file`, `_row`, `_fault` (why a row has none) and `_said`.

    `files` are the names that `_file` counts through. `lines` answers, where `_row` is not the line itself, a query of
    `_row` and `_line`. `light` says that the relation is best read where it lies, again and again. `sound` rows are
    known to have no `_fault`; without `offsets` no cell is like a time that says its offset from UTC. `digest` is that
    of rows that came from no file.
    """

    relation: str
    cells: Mapping[str, Cell]
    files: tuple[str, ...]
    lines: Callable[[], exp.Query] | None = None
    light: bool = False
    sound: bool = False
    offsets: bool = True
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Located:
    """Files that exist, with the names that reports call them by."""

    paths: tuple[Path, ...]
    names: tuple[str, ...]


def small_enough(paths: Iterable[Path]) -> bool:
    """Whether files are better read once and kept: every query that names them anew pays for opening them anew."""
    return sum(path.stat().st_size for path in paths) <= SMALL


def distinct_names(names: list[str]) -> list[str]:
    """Column names that the engine can tell apart whatever their case: the later ones numbered, empty ones named."""
    taken = {name.casefold() for name in TECHNICAL}
    found: list[str] = []
    for position, name in enumerate(names, start=1):
        base = name or f"column_{position}"
        name = next(each for each in _numbered(base) if each.casefold() not in taken)  # noqa: PLW2901 its final form
        taken.add(name.casefold())
        found.append(name)
    return found


def _numbered(name: str) -> Iterator[str]:
    return chain([name], (f"{name}_{index}" for index in count(2)))

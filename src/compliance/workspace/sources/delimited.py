"""CSV files: by the engine's own reader where they are well-formed, else by the letter."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby, islice
from pathlib import Path

from sqlglot import exp

from compliance.engines.base import Engine
from compliance.sql import copied
from compliance.workspace.cells import Cell, Notation
from compliance.workspace.entry import TableEntry
from compliance.workspace.sources.lines import REPLACED, keep_lines
from compliance.workspace.sources.opened import (
    FAULT,
    FILE,
    ROW,
    SAID,
    Located,
    Opened,
    SourceError,
    distinct_names,
    small_enough,
)
from compliance.workspace.sources.records import Form, cell, records, split
from compliance.workspace.sources.script import script_of
from compliance.workspace.sql import (
    all_of,
    call,
    column,
    named,
    null,
    number,
    query,
    selected,
    sql,
    staged,
    text,
    texts,
)


@dataclass(frozen=True, slots=True)
class Group:
    """Files with one header: their names for columns, and the last header line of each file."""

    first: int
    paths: tuple[Path, ...]
    names: tuple[str, ...]
    headers: tuple[int, ...]

    def form(self, entry: TableEntry) -> Form:
        """How the records of these files are written."""
        return Form(entry.separator, len(self.names), self.headers, encoded=script_of(entry).encoding is not None)


_OFFSET = re.compile(rb":[0-9]{2}([.,][0-9]+)? *([Zz]|[+-][0-9]{2})")
_ENCODING = "say its `encoding`, for example cp1251"


def open_delimited(
    engine: Engine, name: str, located: Located, entry: TableEntry, notations: Callable[[str], Notation]
) -> Opened:
    """Name the files' rows; columns that only some of the files have are empty in the others."""
    groups = tuple(_groups(located, entry))
    names = list(dict.fromkeys(each for group in groups for each in group.names))
    cells = {each: Cell(each, column(each), notation=notations(each), infers=True, loose=True) for each in names}
    if all(_plain(group, entry) for group in groups) and _quick(engine, name, groups, entry, names):
        offsets = not small_enough(located.paths) or any(_has_offset(path, entry) for path in located.paths)
        lines = partial(_lines, engine, name, groups, entry)
        return Opened(name, cells, located.names, lines, sound=True, offsets=offsets)
    engine.create(name, _careful(engine, name, groups, entry, names), kept=True)
    return Opened(name, cells, located.names)


# --- headers --------------------------------------------------------------------------------


def _groups(located: Located, entry: TableEntry) -> Iterator[Group]:
    headers = [_header(path, shown, entry) for path, shown in zip(located.paths, located.names, strict=True)]
    first = 0
    for names, group in groupby(headers, key=lambda header: header[0]):
        lines = tuple(line for _, line in group)
        yield Group(first, located.paths[first : first + len(lines)], names, lines)
        first += len(lines)


def _header(path: Path, shown: str, entry: TableEntry) -> tuple[tuple[str, ...], int]:
    """The names of a file's columns and its last header line (0 where it has none)."""
    if entry.header is False:
        return tuple(distinct_names(list(entry.names or ()))), 0
    with script_of(entry).open_text(path, newline="") as file:
        above = (entry.header_line or 1) - 1
        reader = csv.reader(islice(file, above, None), delimiter=entry.separator)
        try:
            found = next((row for row in reader if any(each.strip() for each in row)), None)
        except csv.Error:
            raise SourceError(f"{shown} is not a CSV file, whatever its name says") from None
        except UnicodeError:  # of an encoding that wants a mark, or takes nothing in the place of what is none
            raise SourceError(f"{shown} is not {entry.encoding} text", _ENCODING) from None
    if found is None:
        raise SourceError(
            f"{shown} is empty: it has not even a header", "write `header: false` with `names` for one without"
        )
    if any(REPLACED in each or "\0" in each for each in found):
        raise SourceError(f"{shown} is not {entry.encoding or 'UTF-8'} text", _ENCODING)
    given = list(entry.names) if entry.names else [each.strip() for each in found]
    return tuple(distinct_names(given)), above + reader.line_num


# --- the engine's own reader ----------------------------------------------------------------


def _plain(group: Group, entry: TableEntry) -> bool:
    """Whether the engine's reader counts rows as we do: a header on the first line or none, and no single cell."""
    expected = 0 if entry.header is False else 1
    return script_of(entry).encoding is None and len(group.names) > 1 and set(group.headers) == {expected}


def _quick(engine: Engine, name: str, groups: Sequence[Group], entry: TableEntry, names: Sequence[str]) -> bool:
    """Name the rows by the engine's own reader; False where any file is not well-formed.

    Small files are read once, since they are asked several times.
    """
    rows = _united([_read(group, entry, names) for group in groups])
    places = [
        column(FILE),
        named(sql("row_number() over ()"), ROW),
        named(null("VARCHAR"), FAULT),
        named(null("VARCHAR"), SAID),
    ]
    hollow = sql("trim(:cells, ' \t') = ''", cells=call("concat", *(column(each) for each in names)))
    told = selected([*(column(each) for each in names), *places], "rows")
    small = small_enough(path for group in groups for path in group.paths)
    try:
        if small or _any(engine, rows, hollow, names):
            told = told.where(exp.not_(hollow))
        engine.create(name, staged([("rows", rows)], told), kept=small)
    except Exception:  # noqa: BLE001 whatever the reader dislikes, the files are then read by the letter
        return False
    return True


def _any(engine: Engine, rows: exp.Query, hollow: exp.Expr, names: Sequence[str]) -> bool:
    """Whether any row is hollow. Every cell is read for that, so that a file that is not well-formed fails here."""
    cells = [exp.Count(this=column(each)) for each in names]
    asked = selected([named(sql("count_if(:hollow)", hollow=hollow.copy()), "_hollow"), *cells], "rows")
    return bool(engine.fetch(staged([("rows", copied(rows))], asked)).column("_hollow")[0].as_py())


def _has_offset(path: Path, entry: TableEntry) -> bool:
    """Whether anything in a file may be a time with its offset; of a packed one nothing is known."""
    return entry.source.packing is not None or _OFFSET.search(path.read_bytes()) is not None


def _read(group: Group, entry: TableEntry, names: Sequence[str]) -> exp.Select:
    held = {each: f"c{nth}" for nth, each in enumerate(group.names, start=1)}
    paths = texts(str(path) for path in group.paths)
    columns = ", ".join(f"'{each}': 'VARCHAR'" for each in held.values())
    file = sql("list_position(:paths, path) - 1 + :first", paths=paths, first=number(group.first))
    read = sql(
        f"""read_csv(:paths, auto_detect = false, columns = {{{columns}}}, delim = :sign, quote = '"', escape = '"',
                     header = :header, filename = 'path', compression = :packing)""",
        paths=paths,
        sign=text(entry.separator),
        header=exp.convert(entry.header is not False),
        packing=text(entry.source.packing or "none"),
    )
    aligned = _aligned(names, {name: column(each) for name, each in held.items()})
    return selected([*aligned, named(file, FILE)], read)


def _aligned(names: Sequence[str], held: dict[str, exp.Expr]) -> Iterator[exp.Expr]:
    """Each of the names, empty where these files have no such column."""
    for name in names:
        yield named(held.get(name) or null("VARCHAR"), name)


def _united(queries: Sequence[exp.Select]) -> exp.Query:
    if len(queries) == 1:
        return queries[0]
    return exp.union(*(selected(["*"], each.subquery("part")) for each in queries), distinct=False)


# --- by the letter --------------------------------------------------------------------------


def _careful(engine: Engine, name: str, groups: Sequence[Group], entry: TableEntry, names: Sequence[str]) -> exp.Query:
    """The rows by the letter, `_row` being the line on which each begins."""
    parts = []
    for lines, group in _kept_lines(engine, name, groups, entry):
        form = group.form(entry)
        held = {each: cell(nth) for nth, each in enumerate(group.names, start=1)}
        places = (named(_file(group), FILE), *(column(each) for each in (ROW, FAULT, SAID)))
        last = selected([*_aligned(names, held), *places], "faulted")
        parts.append(staged([("lines", all_of(lines)), *records(form), *split(form, REPLACED)], last))
    return _united(parts)


def _lines(engine: Engine, name: str, groups: Sequence[Group], entry: TableEntry) -> exp.Query:
    """For each row, counted through all files, the physical line on which it begins."""
    parts = []
    for lines, group in _kept_lines(engine, name, groups, entry):
        places = selected([named(_file(group), FILE), column(ROW)], "records")
        parts.append(staged([("lines", all_of(lines)), *records(group.form(entry))], places))
    begins = query("select row_number() over (order by _file, _row) as _row, _row as _line from begins")
    return staged([("begins", _united(parts))], begins)


def _kept_lines(engine: Engine, name: str, groups: Sequence[Group], entry: TableEntry) -> Iterator[tuple[str, Group]]:
    for group in groups:
        lines = f"{name}_lines_{group.first}"
        keep_lines(engine, lines, group.paths, script_of(entry))
        yield lines, group


def _file(group: Group) -> exp.Expr:
    return sql("_file + :first", first=number(group.first))

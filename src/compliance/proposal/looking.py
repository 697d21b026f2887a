"""Looking through a source: its columns, the types that their cells have, and how they are written."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from sqlglot import exp

from compliance.engines.base import Engine
from compliance.model.problem import UserError
from compliance.model.types import ColumnType
from compliance.proposal import notation
from compliance.proposal.dates import Dated, dated, decimal_comma
from compliance.proposal.model import Seen, Sighted
from compliance.workspace.cells import Cell, Notation
from compliance.workspace.entry import TableEntry
from compliance.workspace.source import Source, SourceKind
from compliance.workspace.sources import Located, Opened, SourceError, open_source
from compliance.workspace.sources.script import Script
from compliance.workspace.sources.workbook import first_rows
from compliance.workspace.sql import Stages, all_of, named, query, selected, sql, staged
from compliance.workspace.survey import inquiry

SAMPLE = 2000
"""So many different cells of a column are looked at for the form of dates."""
_TEXT_FILES = frozenset({SourceKind.CSV, SourceKind.JSONL})


def sight(source: Source, located: Located, engine: Engine, number: int) -> Sighted:
    """The table with its columns; raises UserError where the source can't be read at all.

    `number` makes the names on the engine this table's own.
    """
    try:
        first = _first(source, located)
        opened = _opened(f"sighted_{number}", first, located, engine, {})
        types = _types(engine, opened)
        texts = {name: _cells(engine, opened, name) for name, kind in types.items() if kind is ColumnType.TEXT}
        comma = decimal_comma(iter(texts.values())) and source.kind is SourceKind.CSV
        first = replace(first, decimal="," if comma else None)
        chosen = {name: each for name, cells in texts.items() if (each := dated(cells))}
        forms = {name: each.forms[0] for name, each in chosen.items() if each.forms}
        if comma or forms:  # else a second look would see the same
            opened = _opened(f"read_{number}", first, located, engine, forms)
            types = _types(engine, opened)
    except SourceError as error:
        raise UserError(f"--from {source}: {error.says}", help=error.help) from None
    types = dict(types) | {name: each.type for name, each in chosen.items()}
    rows, columns = _columns(engine, opened, types, chosen)
    return replace(first, rows=rows, columns=columns)


def _first(source: Source, located: Located) -> Sighted:
    """What the beginning of a text file or a sheet tells; any other source needs no telling."""
    table = Sighted(source, source.table or PurePosixPath(source.path).stem, 0, ())
    path = located.paths[0] if located.paths else None
    if path is not None and source.kind is SourceKind.XLSX:
        return replace(table, header=notation.header(first_rows(path, source.table, notation.TITLES)))
    if path is None or source.kind not in _TEXT_FILES:
        return table
    table = replace(table, encoding=notation.encoding(path, source.packing))
    if source.kind is not SourceKind.CSV:
        return table
    script = Script(table.encoding, source.packing)
    table = replace(table, delimiter=notation.delimiter(path, _entry(table).separator, script))
    separator = _entry(table).separator
    if header := notation.header(notation.first_lines(path, separator, script)):
        return replace(table, header=header)
    return replace(table, names=notation.names(path, separator, script))


def _opened(relation: str, table: Sighted, located: Located, engine: Engine, forms: Mapping[str, str]) -> Opened:
    comma, entry = table.decimal == ",", _entry(table)
    return open_source(engine, relation, located, entry, lambda cell: Notation(comma=comma, format=forms.get(cell)))


def _entry(table: Sighted) -> TableEntry:
    given = {"source": str(table.source), "delimiter": table.delimiter, "encoding": table.encoding}
    named = {"header": False, "names": table.names} if table.names else {"header": table.header}
    return TableEntry.model_validate(given | named)


def _types(engine: Engine, opened: Opened) -> Mapping[str, ColumnType]:
    """What the cells could be at the narrowest, whatever the source declares."""
    cells = [replace(cell, declared=None) if cell.infers else cell for cell in opened.cells.values()]
    return inquiry([("source", all_of(opened.relation))], cells, []).made(engine).types


def _cells(engine: Engine, opened: Opened, name: str) -> Sequence[str]:
    """Different filled cells of a column, without blanks around them."""
    cell = opened.cells[name]
    trimmed = named(sql("trim(:cell)", cell=cell.shown()), "cell")
    listed: Stages = [("filled", selected([trimmed], opened.relation).where(cell.filled()).distinct())]
    found = engine.fetch(staged(listed, query("select cell from filled order by cell").limit(SAMPLE)))
    return [str(each) for each in found.column(0).to_pylist()]


def _columns(
    engine: Engine, opened: Opened, types: Mapping[str, ColumnType], dates: Mapping[str, Dated]
) -> tuple[int, tuple[Seen, ...]]:
    """How many rows there are, and every column."""
    counts = [named(sql("count(*)"), "rows")]
    for nth, cell in enumerate(opened.cells.values()):
        counts += [named(count, f"{what}{nth}") for what, count in _counts(cell).items()]
    found = engine.fetch(selected(counts, opened.relation)).to_pylist()[0]
    rows = int(found["rows"])
    return rows, tuple(
        Seen(
            name,
            types[name],
            filled=found[f"filled{nth}"] > 0,
            unique=0 < rows == found[f"filled{nth}"] == found[f"different{nth}"],
            fraction=types[name] is ColumnType.DECIMAL and _fraction(found[f"least{nth}"], found[f"most{nth}"]),
            forms=dates[name].forms if name in dates else (),
        )
        for nth, name in enumerate(opened.cells)
    )


def _counts(cell: Cell) -> dict[str, exp.Expr]:
    """How many cells are filled and how many differ; the least and the most as a number."""
    filled = exp.Case(ifs=[exp.If(this=cell.filled(), true=cell.shown())])
    as_number = sql("try_cast(replace(:cell, ',', '.') as double)", cell=filled)
    return {
        "filled": exp.Count(this=filled),
        "different": sql("count(distinct :cell)", cell=filled.copy()),
        "least": exp.Min(this=as_number),
        "most": exp.Max(this=as_number.copy()),
    }


def _fraction(least: float | None, most: float | None) -> bool:
    return least is not None and most is not None and least >= 0 and most <= 1

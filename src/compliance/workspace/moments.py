"""Cells that carry a moment of their own, by an offset or as UTC: turned into local time, the moment kept."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlglot import exp

from compliance.clock import local_sql
from compliance.model.types import ColumnType
from compliance.workspace.cells import Cell, Native
from compliance.workspace.reading import read
from compliance.workspace.sql import Stages, column, named, selected, sql
from compliance.workspace.written import utc


def at_home(
    cells: Mapping[str, Cell], with_offset: Iterable[str], zone: str, source: str
) -> tuple[Stages, dict[str, Cell]]:
    """The stages behind `source` that work the moments out, and all cells as they are then."""
    told = {*with_offset}
    found = {name: cell for name, cell in cells.items() if cell.native is Native.INSTANT or name in told}
    if not found:
        return [], dict(cells)
    instants = [named(_instant(cell), f"_utc_{nth}") for nth, cell in enumerate(found.values())]
    locals_ = [named(_local(cell, nth, zone), f"_local_{nth}") for nth, cell in enumerate(found.values())]
    stages: Stages = [
        ("instants", selected(["*", *instants], source)),
        ("moments", selected(["*", *locals_], "instants")),
    ]
    return stages, {**cells, **{name: _behind(cell, nth) for nth, (name, cell) in enumerate(found.items())}}


def _instant(cell: Cell) -> exp.Expr:
    return cell.value if cell.native is Native.INSTANT else utc(cell)


def _local(cell: Cell, nth: int, zone: str) -> exp.Expr:
    here = local_sql(column(f"_utc_{nth}"), zone)
    if cell.native is Native.INSTANT:
        return here
    return sql("coalesce(:here, :shown)", here=here, shown=read(cell, ColumnType.DATETIME))


def _behind(cell: Cell, nth: int) -> Cell:
    return replace(
        cell,
        value=column(f"_local_{nth}"),
        native=Native.DATETIME,
        engine_type="TIMESTAMP",
        utc=column(f"_utc_{nth}"),
        raw=cell.source if cell.native is Native.TEXT else None,
        trimmed=False,
    )

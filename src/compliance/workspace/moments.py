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
    cells: Mapping[str, Cell], with_offset: Iterable[str], zone: str, source: str, tag: str = ""
) -> tuple[Stages, dict[str, Cell]]:
    """The stages behind `source` that work the moments out, and all cells as they are then.

    `tag` tells their names from those of a stage before that did the same.
    """
    told = {*with_offset}
    found = {name: cell for name, cell in cells.items() if cell.native is Native.INSTANT or name in told}
    if not found:
        return [], dict(cells)
    places = [f"{tag}_{nth}" for nth in range(len(found))]
    of = list(zip(found.values(), places, strict=True))
    instants = [named(_instant(cell), f"_utc{place}") for cell, place in of]
    locals_ = [named(_local(cell, place, zone), f"_local{place}") for cell, place in of]
    stages: Stages = [
        (f"instants{tag}", selected(["*", *instants], source)),
        (f"moments{tag}", selected(["*", *locals_], f"instants{tag}")),
    ]
    return stages, {**cells, **{name: _behind(cell, place) for name, (cell, place) in zip(found, of, strict=True)}}


def _instant(cell: Cell) -> exp.Expr:
    return cell.value if cell.native is Native.INSTANT else utc(cell)


def _local(cell: Cell, place: str, zone: str) -> exp.Expr:
    here = local_sql(column(f"_utc{place}"), zone)
    if cell.native is Native.INSTANT:
        return here
    return sql("coalesce(:here, :shown)", here=here, shown=read(cell, ColumnType.DATETIME))


def _behind(cell: Cell, place: str) -> Cell:
    return replace(
        cell,
        value=column(f"_local{place}"),
        native=Native.DATETIME,
        engine_type="TIMESTAMP",
        utc=column(f"_utc{place}"),
        raw=cell.source if cell.native is Native.TEXT else None,
        trimmed=False,
    )

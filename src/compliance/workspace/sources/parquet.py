"""Parquet files: read where they lie, their values taken as they are."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
from sqlglot import exp

from compliance.engines.base import Engine
from compliance.workspace.cells import OWN_TYPE, Cell, Native, Notation
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
from compliance.workspace.sql import column, named, null, number, query, selected, sql, texts

_INTEGERS: tuple[tuple[Callable[[pa.DataType], bool], str], ...] = (
    (lambda kind: bool(kind == pa.int64()), "BIGINT"),
    (pa.types.is_integer, "INTEGER"),
)


def open_parquet(engine: Engine, name: str, located: Located, notations: Callable[[str], Notation]) -> Opened:
    """Name a view over the files; moments with a zone come as UTC."""
    files = sql("read_parquet(:paths)", paths=texts(str(path) for path in located.paths))
    if len(located.paths) > 1:
        files = sql("read_parquet(:paths, union_by_name = true)", paths=texts(str(path) for path in located.paths))
    schema = _schema(engine, selected(["*"], files.copy()).limit(0), located)
    names = distinct_names(schema.names)
    solid = _solid(engine, located)
    cells = {
        each: _cell(each, field.type, notations(each), solid=field.name in solid)
        for each, field in zip(names, schema, strict=True)
    }
    columns = [named(_value(field.name, cells[each]), each) for each, field in zip(names, schema, strict=True)]
    engine.create(name, selected([*columns, *_place(located.paths)], files), kept=False)
    return Opened(name, cells, located.names, light=not small_enough(located.paths), sound=True)


def _schema(engine: Engine, query: exp.Select, located: Located) -> pa.Schema:
    try:
        return engine.fetch(query).schema
    except Exception as error:
        shown = ", ".join(located.names[:3])
        raise SourceError(f"{shown} can't be read as Parquet", "check what was exported") from error


# By the files' own statistics: the least text of every group of rows, null where a group holds none.
_LEAST = """
    select path_in_schema as name,
        bool_and(stats_null_count = num_values or coalesce(stats_min_value, '') <> '') as solid
    from parquet_metadata(:paths) group by path_in_schema
"""


def _solid(engine: Engine, located: Located) -> frozenset[str]:
    """The columns that hold no empty text anywhere."""
    asked = query(_LEAST, paths=texts(str(path) for path in located.paths))
    return frozenset(row["name"] for row in engine.fetch(asked).to_pylist() if row["solid"])


def _cell(name: str, kind: pa.DataType, notation: Notation, *, solid: bool) -> Cell:
    native, engine_type = _native(kind)
    formatted = notation.format is not None and native in {Native.INTEGER, Native.FLOAT}
    if formatted or kind == pa.uint64():  # read as text is: an id of 64 bits is no number of ours
        return Cell(name, column(name), notation=notation, engine_type="VARCHAR", infers=True)
    return Cell(name, column(name), native, notation, OWN_TYPE[native], engine_type=engine_type, solid=solid)


def _native(kind: pa.DataType) -> tuple[Native, str]:
    """What the engine gives for a column, and the engine type that it is known to have."""
    if pa.types.is_integer(kind):
        return Native.INTEGER, next(each for fits, each in _INTEGERS if fits(kind))
    if pa.types.is_floating(kind):
        return Native.FLOAT, "DOUBLE"
    if pa.types.is_decimal(kind):
        return Native.DECIMAL, f"DECIMAL({kind.precision}, {kind.scale})"
    if pa.types.is_timestamp(kind):
        return (Native.INSTANT if kind.tz else Native.DATETIME), "TIMESTAMP"
    others = ((pa.types.is_boolean, Native.BOOLEAN, "BOOLEAN"), (pa.types.is_date32, Native.DATE, "DATE"))
    return next(((native, name) for fits, native, name in others if fits(kind)), (Native.TEXT, "VARCHAR"))


def _value(source: str, cell: Cell) -> exp.Expr:
    """The column as the engine type that its cell says; whatever has no type of ours as text."""
    if cell.native in {Native.INTEGER, Native.DECIMAL, Native.BOOLEAN, Native.DATE}:
        return column(source)
    return exp.Cast(this=column(source), to=exp.DataType.build(cell.engine_type))


def _place(paths: tuple[Path, ...]) -> Iterator[exp.Expr]:
    file = sql("list_position(:paths, filename) - 1", paths=texts(str(path) for path in paths))
    yield named(file if len(paths) > 1 else number(0), FILE)
    yield named(sql("file_row_number + 1"), ROW)
    yield named(null("VARCHAR"), FAULT)
    yield named(null("VARCHAR"), SAID)

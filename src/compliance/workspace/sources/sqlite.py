"""Tables and views of an SQLite file, read through ADBC as text with nothing left to its guessing of types."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
from sqlglot import exp

from compliance.engines.base import Engine
from compliance.model.types import ColumnType
from compliance.workspace.cells import Cell, Notation
from compliance.workspace.sources.opened import FAULT, FILE, ROW, SAID, Located, Opened, SourceError, distinct_names
from compliance.workspace.sql import column, selected
from compliance.workspace.sql import table as relation
from compliance.yamldoc import did_you_mean

# SQLite's own rules of affinity, finer where a declared type says more; the first part found in the type's name wins.
_DECLARED: tuple[tuple[str, ColumnType], ...] = (
    ("DATETIME", ColumnType.DATETIME),
    ("TIMESTAMP", ColumnType.DATETIME),
    ("DATE", ColumnType.DATE),
    ("BOOL", ColumnType.BOOLEAN),
    ("INT", ColumnType.INTEGER),
    ("CHAR", ColumnType.TEXT),
    ("CLOB", ColumnType.TEXT),
    ("TEXT", ColumnType.TEXT),
    ("REAL", ColumnType.DECIMAL),
    ("FLOA", ColumnType.DECIMAL),
    ("DOUB", ColumnType.DECIMAL),
    ("NUM", ColumnType.DECIMAL),
    ("DEC", ColumnType.DECIMAL),
    ("MONEY", ColumnType.MONEY),
)


_EXACT = 1 << 53
"""Below this a float holds every whole number."""


def open_sqlite(
    engine: Engine, name: str, located: Located, table: str, notations: Callable[[str], Notation]
) -> Opened:
    """Hand the table's rows to the engine: every cell as text, a blob as `0x…`."""
    path = located.paths[0]
    with reading(path, table) as cursor:
        fields = fields_of(cursor, path, table)
        names = distinct_names([field for field, _ in fields])
        cursor.execute(as_text(table, [field for field, _ in fields], names))
        rows = _whole(cursor.fetch_arrow_table(), names)
    engine.hand_over(name, _with_place(rows))
    cells = {
        each: Cell(each, column(each), notation=notations(each), declared=declared_type(kind), infers=True)
        for each, (_, kind) in zip(names, fields, strict=True)
    }
    return Opened(name, cells, located.names, sound=True)


def listed(path: Path) -> tuple[str, ...]:
    """The names of the file's own tables, in the order in which they were made; raises SourceError."""
    with reading(path, "") as cursor:
        cursor.execute("select name from sqlite_master where type = 'table' and name not like 'sqlite^_%' escape '^'")
        return tuple(str(each) for each in cursor.fetch_arrow_table().column(0).to_pylist())


@contextmanager
def reading(path: Path, table: str) -> Iterator[Any]:
    """A cursor of the file; raises SourceError where it is none, or `table` holds what is no text."""
    from adbc_driver_sqlite import dbapi  # noqa: PLC0415 slow to import, needed for SQLite only

    try:
        where = f"file:{quote(str(path.resolve()))}?mode=ro"
        with dbapi.connect(where) as connection, connection.cursor() as cursor:
            yield cursor
    except pa.ArrowInvalid:
        raise SourceError(f"{path.name}::{table} holds text that is not UTF-8", "write it anew in UTF-8") from None
    except _driver_error() as error:
        raise SourceError(
            f"{path.name} can't be read as SQLite", "check whether it is whole, and not in use"
        ) from error


def _driver_error() -> type[Exception]:
    from adbc_driver_manager import Error  # noqa: PLC0415 as above

    return Error


def tables_of(cursor: Any) -> list[str]:  # noqa: ANN401 ADBC is untyped
    """The names of the file's tables and views."""
    cursor.execute("select name from sqlite_master where type in ('table', 'view')")
    return [str(each) for each in cursor.fetch_arrow_table().column(0).to_pylist()]


def fields_of(cursor: Any, path: Path, table: str) -> list[tuple[str, str]]:  # noqa: ANN401 as above
    """The table's columns with their declared types."""
    tables = tables_of(cursor)
    known = {each.casefold() for each in tables}
    if table.casefold() not in known:
        says = f"{path.name} has no table `{table}`"
        raise SourceError(says, did_you_mean(table, tables) or f"there are: {', '.join(tables) or 'none'}")
    cursor.execute("select name, type from pragma_table_info(?)", (table,))
    found = cursor.fetch_arrow_table().to_pydict()
    return list(zip(found["name"], found["type"], strict=True))


def as_text(table: str, fields: Sequence[str], names: Sequence[str]) -> str:
    """Text that is never null: ADBC takes a column's type from its first rows, so they must not mislead it."""
    cells = [exp.alias_(_text_of(field), name, quoted=True) for field, name in zip(fields, names, strict=True)]
    row = exp.alias_(exp.Window(this=exp.RowNumber()), ROW, quoted=True)
    return selected([*cells, row], relation(table)).sql(dialect="sqlite")


def _text_of(field: str) -> exp.Expr:
    value = column(field)
    kind = exp.Anonymous(this="typeof", expressions=[value])
    written = exp.Cast(this=value.copy(), to=exp.DataType.build("TEXT"))
    whole = exp.Cast(this=value.copy(), to=exp.DataType.build("BIGINT"))
    blob = exp.DPipe(this=exp.Literal.string("0x"), expression=exp.Hex(this=value.copy()))
    return (
        exp.Case(this=kind)
        .when(exp.Literal.string("null"), exp.Literal.string(""))
        .when(exp.Literal.string("blob"), blob)
        .when(exp.Literal.string("real"), _shortest(value, whole, written))
        .else_(written)
    )


def _shortest(value: exp.Expr, whole: exp.Expr, written: exp.Expr) -> exp.Expr:
    """A whole number that went through a float, as an id beside a null does, is the integer that it stands for."""
    text = exp.Cast(this=whole, to=exp.DataType.build("TEXT"))
    exact = exp.and_(
        exp.EQ(this=value.copy(), expression=whole.copy()),
        exp.LT(this=exp.Abs(this=value.copy()), expression=exp.Literal.number(_EXACT)),
    )
    return exp.Case().when(exact, text).else_(written.copy())


def _whole(rows: pa.Table, names: Sequence[str]) -> pa.Table:
    """The rows, proven to be text: of a table without rows ADBC knows no types."""
    rows.validate(full=True)
    return (
        rows if rows.num_rows else rows.cast(pa.schema([*((name, pa.string()) for name in names), (ROW, pa.int64())]))
    )


def _with_place(rows: pa.Table) -> pa.Table:
    none = pa.nulls(rows.num_rows, pa.string())
    file = pa.repeat(pa.scalar(0, pa.int32()), rows.num_rows)
    return rows.append_column(FILE, file).append_column(FAULT, none).append_column(SAID, none)


def declared_type(kind: str) -> ColumnType | None:
    """The type that a declaration means; None where it says nothing."""
    return next((type_ for part, type_ in _DECLARED if part in kind.upper()), None)

"""Changes of facts: records added, changed or taken away, as the engine's tables hold them and as people say it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from compliance.clock import to_instant
from compliance.model.types import ColumnType
from compliance.reports.answer import Change
from compliance.reports.decided import moment
from compliance.reports.words import figure
from compliance.workspace.tables import Table

Row = dict[str, Any]


@dataclass(frozen=True)
class Edit:
    """Rows of one table that stand instead of those whose keys are `gone`."""

    table: str
    rows: tuple[Row, ...] = ()
    gone: tuple[str, ...] = ()
    told: tuple[Change, ...] = ()


class Unfit(Exception):  # noqa: N818 said of a value, and always caught
    """A table can't hold a changed value: the change is none that could have been recorded."""


@dataclass(frozen=True)
class Proposal:
    """A cure that is yet to be tried. Of those of one `way` only the first that is met is told."""

    says: str
    edits: tuple[Edit, ...]
    way: str


def added(table: Table, rows: list[Row], values: Mapping[str, Any]) -> Edit:
    """New records, each under a key of its own; `values` are those that they are told by."""
    made = []
    for number, row in enumerate(rows, 1):
        key = f"added {number}"
        given = {**row, "_key": key}
        for name in table.key_columns:
            if len(table.key_columns) == 1 and table.columns.get(name) in {ColumnType.ID, ColumnType.TEXT}:
                given[name] = key
        made.append(given)
    told = {name: shown(value) for name, value in values.items() if value is not None}
    changes = tuple(Change("add", table.name, None, _with_time(told, row)) for row in made)
    return Edit(table.name, tuple(made), (), changes)


def changed(table: Table, row: Row, values: Mapping[str, Any]) -> Edit:
    """A record with other values."""
    told = {name: shown(value) for name, value in values.items() if not name.startswith("_")}
    stale = {table.instants[name]: None for name in values if name in table.instants}
    made = {**row, **stale, **values}
    return Edit(table.name, (made,), (row["_key"],), (Change("change", table.name, row["_key"], told),))


def moved(table: Table, row: Row, at: datetime, zone: str, column: str | None = None) -> Edit:
    """A record that happened at another time."""
    edit = changed(table, row, at_time(table, at, zone, column))
    return Edit(edit.table, edit.rows, edit.gone, (Change("change", table.name, row["_key"], {"at": shown(at)}),))


def removed(table: Table, keys: list[str]) -> Edit:
    """Records taken away."""
    return Edit(table.name, (), tuple(keys), tuple(Change("remove", table.name, key) for key in keys))


def at_time(table: Table, at: datetime, zone: str, column: str | None = None) -> Row:
    """The columns of a record that happened at this local time; `column` is a block's own column of time."""
    values: Row = {}
    if column is None or column == table.at:
        values |= {"_at": at, "_instant": to_instant(at, zone)}
    name = column or table.at
    if name is not None and name in table.columns:
        values[name] = at.date() if table.columns[name] is ColumnType.DATE else at
        if table.columns[name] is ColumnType.DATE and "_at" in values:
            midnight = datetime(at.year, at.month, at.day)  # noqa: DTZ001 local time has no offset here
            values |= {"_at": midnight, "_instant": to_instant(midnight, zone)}
    return values


def by(table: Table, bearer: str | None) -> Row:
    """The columns of a record that is this bearer's."""
    values: Row = {"_bearer": bearer}
    if table.bearer is not None and table.bearer in table.columns:
        values[table.bearer] = bearer
    return values


def in_utc(table: Table, row: Row, zone: str) -> Row:
    """A row with the moments in UTC that its local times mean, where none is kept."""
    known = {kept: row[name] for name, kept in table.instants.items() if row.get(kept) is None and row.get(name)}
    return {**row, **{kept: to_instant(local, zone) for kept, local in known.items()}}


def fitted(rows: Iterable[Mapping[str, Any]], schema: pa.Schema) -> pa.Table:
    """The rows as a table of this schema; raises Unfit where it can't hold them."""
    try:
        told = [{each.name: _fitted(row.get(each.name), each.type) for each in schema} for row in rows]
        return pa.Table.from_pylist(told, schema=schema)
    except (pa.ArrowException, ArithmeticError, TypeError, ValueError) as error:
        raise Unfit(str(error)) from error


def _fitted(value: object, type_: pa.DataType) -> object:  # noqa: PLR0911 a case a type
    if value is None:
        return None
    if pa.types.is_decimal(type_):
        return Decimal(str(value)).quantize(Decimal(1).scaleb(-type_.scale))
    if pa.types.is_integer(type_):
        return int(str(value).split(".", maxsplit=1)[0])
    if pa.types.is_floating(type_):
        return float(str(value))
    if pa.types.is_string(type_) or pa.types.is_large_string(type_):
        return str(value)
    if pa.types.is_timestamp(type_) and isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 local time has no offset here
    if pa.types.is_date(type_) and isinstance(value, datetime):
        return value.date()
    return value


def shown(value: object) -> str:
    """A value as a person writes it."""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | Decimal):
        return figure(value)
    return str(value)


def _with_time(told: dict[str, str], row: Row) -> dict[str, str]:
    return told | ({"at": shown(row["_at"])} if row.get("_at") else {})

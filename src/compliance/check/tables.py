"""Every table as it was taken in: where from, how many rows, which columns of which types, and the first rows."""

from collections.abc import Mapping
from decimal import Decimal

from sqlglot import exp

from compliance.check.model import ColumnSeen, TableSeen
from compliance.engines.base import Engine
from compliance.model.types import ColumnType
from compliance.reports.words import digits
from compliance.sql import col, named, relation
from compliance.workspace.manifest import Manifest
from compliance.workspace.masking import masked
from compliance.workspace.tables import Books, Table

FIRST = 3
_EXACT = frozenset({ColumnType.DECIMAL, ColumnType.PERCENT})


def seen(manifest: Manifest, books: Books, engine: Engine) -> tuple[TableSeen, ...]:
    """Every table of the manifest, in its order."""
    accounts = {account.table: account for account in books.accounts}
    return tuple(
        TableSeen(
            source=masked(str(manifest.tables[name].source)),
            account=accounts[name],
            columns=_columns(table, engine),
            key=table.key_columns,
            at=table.at,
            bearer=table.bearer,
        )
        for name, table in books.tables.items()
    )


def _columns(table: Table, engine: Engine) -> tuple[ColumnSeen, ...]:
    first = _first(table, engine)
    return tuple(
        ColumnSeen(name, kind, table.told[name], tuple(_written(cell, kind) for cell in first[name]))
        for name, kind in table.columns.items()
    )


def _written(cell: str | None, kind: ColumnType) -> str | None:
    """A cell as a reader wants it: numbers without the idle zeros that the engine keeps."""
    return digits(Decimal(cell)) if cell is not None and kind in _EXACT else cell


def _first(table: Table, engine: Engine) -> Mapping[str, tuple[str | None, ...]]:
    """The cells of the first rows as text, by column; an empty log of JSON Lines has no columns."""
    if not table.columns:
        return {}
    cells = (named(exp.cast(col(name), "varchar"), name) for name in table.columns)
    order = [exp.Ordered(this=col(name), nulls_first=False) for name in ("_at", "_key")]
    rows = engine.fetch(exp.select(*cells).from_(relation(table.relation)).order_by(*order).limit(FIRST))
    return {name: tuple(rows.column(nth).to_pylist()) for nth, name in enumerate(table.columns)}

"""Standard tables that no source holds: made from the register or from other tables, and handed to the engine."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from sqlglot import exp

from compliance.engines.base import Engine
from compliance.model.types import ColumnType, Told
from compliance.sql import relation
from compliance.workspace.standard import STANDARD
from compliance.workspace.tables import Table, rejected_of, relation_of

_ARROW: Mapping[ColumnType, pa.DataType] = {
    ColumnType.DATETIME: pa.timestamp("us"),
    ColumnType.DATE: pa.date32(),
    ColumnType.BOOLEAN: pa.bool_(),
    ColumnType.DECIMAL: pa.decimal128(18, 4),
}
_PARTS = {
    "_key": pa.string(),
    "_at": pa.timestamp("us"),
    "_instant": pa.timestamp("us"),
    "_bearer": pa.string(),
    "_dark": pa.string(),
}


def made(
    engine: Engine, name: str, rows: Sequence[Mapping[str, Any]], rejected: Sequence[Mapping[str, Any]] = ()
) -> Table:
    """A standard table of these rows, which hold its columns, `_key`, `_at`, `_instant` and `_bearer`.

    `rejected` are rows that would be there, had the record that they come from been readable whole.
    """
    standard = STANDARD[name]
    types = {column: _ARROW.get(kind, pa.string()) for column, kind in standard.columns.items()} | _PARTS
    schema = pa.schema(list(types.items()))
    for told, handed, found in ((relation_of, f"made {name}", rows), (rejected_of, f"made apart {name}", rejected)):
        engine.hand_over(handed, pa.Table.from_pylist(list(found), schema=schema))
        engine.create(told(name), exp.select("*").from_(relation(handed)), kept=False)
    return Table(
        name=name,
        columns=standard.columns,
        key_columns=(standard.key,),
        at=standard.at,
        bearer=standard.bearer,
        standard=True,
        refs=dict(standard.refs),
        accepted=len(rows),
        rejected=len(rejected),
        told=dict.fromkeys(standard.columns, Told.STANDARD),
    )

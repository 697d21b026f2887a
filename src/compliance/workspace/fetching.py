"""Fetching a small table whole."""

from collections.abc import Iterable
from typing import Any, cast

from sqlglot import exp

from compliance.engines.base import Engine
from compliance.sql import col, relation
from compliance.workspace.tables import Table


def rows(engine: Engine, table: Table, columns: Iterable[str], *, rejected: bool = False) -> list[dict[str, Any]]:
    """A small table's rows, or those rejected, with the columns that it has and its technical ones."""
    wanted = [
        col(name)
        for name in dict.fromkeys((*columns, "_key", "_at", "_bearer"))
        if name in {*table.columns, "_key", "_at", "_bearer"}
    ]
    source = table.rejected_name if rejected else table.relation
    query = exp.select(*wanted).from_(relation(source)).order_by(col("_key"))
    return cast("list[dict[str, Any]]", engine.fetch(query).to_pylist())

"""Sources: files made known to the engine as relations of cells, each row with its place."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from compliance.engines.base import Engine
from compliance.workspace.cells import Notation
from compliance.workspace.entry import TableEntry
from compliance.workspace.source import SourceKind
from compliance.workspace.sources.cloudevents import open_cloud_events
from compliance.workspace.sources.delimited import open_delimited
from compliance.workspace.sources.files import digest, locate
from compliance.workspace.sources.jsonlines import open_json_lines
from compliance.workspace.sources.ocel_json import open_ocel_json
from compliance.workspace.sources.ocel_sqlite import open_ocel_sqlite, type_in
from compliance.workspace.sources.opened import TECHNICAL, Located, Opened, SourceError, small_enough
from compliance.workspace.sources.parquet import open_parquet
from compliance.workspace.sources.postgresql import open_postgresql
from compliance.workspace.sources.script import check_whole, script_of
from compliance.workspace.sources.sqlite import listed, open_sqlite
from compliance.workspace.sources.workbook import open_workbook, sheets_of

__all__ = ["LISTED", "TECHNICAL", "Located", "Opened", "SourceError", "digest", "locate", "open_source", "small_enough"]

LISTED: Mapping[SourceKind, Callable[[Path], tuple[str, ...]]] = {
    SourceKind.SQLITE: listed,
    SourceKind.XLSX: sheets_of,
}
"""The kinds of files that hold several tables, with what names these."""


Notations: TypeAlias = Callable[[str], Notation]


def open_source(engine: Engine, name: str, located: Located, entry: TableEntry, notations: Notations) -> Opened:
    """Make a table's source known to the engine as `name`; raises SourceError where it can't be read at all."""
    check_whole(located, entry.source.packing)
    return _OPENING[entry.source.kind](engine, name, located, entry, notations)


def _json_lines(engine: Engine, name: str, located: Located, entry: TableEntry, notations: Notations) -> Opened:
    script, wanted = script_of(entry), entry.source.table
    if wanted:
        return open_cloud_events(engine, name, located, script, wanted, notations)
    return open_json_lines(engine, name, located, script, notations)


def _parquet(engine: Engine, name: str, located: Located, _: TableEntry, notations: Notations) -> Opened:
    return open_parquet(engine, name, located, notations)


def _sqlite(engine: Engine, name: str, located: Located, entry: TableEntry, notations: Notations) -> Opened:
    wanted = entry.source.table or ""
    if of_log := type_in(located, wanted):
        return open_ocel_sqlite(engine, name, located, of_log, notations)
    return open_sqlite(engine, name, located, wanted, notations)


def _ocel(engine: Engine, name: str, located: Located, entry: TableEntry, notations: Notations) -> Opened:
    return open_ocel_json(engine, name, located, entry.source.table or "", notations)


def _postgresql(engine: Engine, name: str, located: Located, entry: TableEntry, notations: Notations) -> Opened:
    return open_postgresql(engine, name, located, entry.source, notations)


_OPENING: dict[SourceKind, Callable[[Engine, str, Located, TableEntry, Notations], Opened]] = {
    SourceKind.CSV: open_delimited,
    SourceKind.JSONL: _json_lines,
    SourceKind.PARQUET: _parquet,
    SourceKind.SQLITE: _sqlite,
    SourceKind.OCEL: _ocel,
    SourceKind.XLSX: open_workbook,
    SourceKind.POSTGRESQL: _postgresql,
}

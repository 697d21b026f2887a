"""Sources: files made known to the engine as relations of cells, each row with its place."""

from collections.abc import Callable

from compliance.engines.base import Engine
from compliance.workspace.cells import Notation
from compliance.workspace.entry import TableEntry
from compliance.workspace.source import SourceKind
from compliance.workspace.sources.cloudevents import open_cloud_events
from compliance.workspace.sources.delimited import open_delimited
from compliance.workspace.sources.files import digest, locate
from compliance.workspace.sources.jsonlines import open_json_lines
from compliance.workspace.sources.opened import TECHNICAL, Located, Opened, SourceError
from compliance.workspace.sources.parquet import open_parquet
from compliance.workspace.sources.postgresql import open_postgresql
from compliance.workspace.sources.script import check_whole, script_of
from compliance.workspace.sources.sqlite import open_sqlite
from compliance.workspace.sources.workbook import open_workbook

__all__ = ["TECHNICAL", "Located", "Opened", "SourceError", "digest", "locate", "open_source"]


def open_source(
    engine: Engine, name: str, located: Located, entry: TableEntry, notations: Callable[[str], Notation]
) -> Opened:
    """Make a table's source known to the engine as `name`; raises SourceError where it can't be read at all."""
    check_whole(located, entry.source.packing)
    match entry.source.kind:
        case SourceKind.CSV:
            return open_delimited(engine, name, located, entry, notations)
        case SourceKind.JSONL:
            return _open_json_lines(engine, name, located, entry, notations)
        case SourceKind.PARQUET:
            return open_parquet(engine, name, located, notations)
        case SourceKind.XLSX:
            return open_workbook(engine, name, located, entry, notations)
        case SourceKind.SQLITE:
            return open_sqlite(engine, name, located, entry.source.table or "", notations)
        case SourceKind.POSTGRESQL:
            return open_postgresql(engine, name, located, entry.source, notations)


def _open_json_lines(
    engine: Engine, name: str, located: Located, entry: TableEntry, notations: Callable[[str], Notation]
) -> Opened:
    script, wanted = script_of(entry), entry.source.table
    if wanted:
        return open_cloud_events(engine, name, located, script, wanted, notations)
    return open_json_lines(engine, name, located, script, notations)

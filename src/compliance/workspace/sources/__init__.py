"""Sources: files made known to the engine as relations of cells, each row with its place."""

from collections.abc import Callable, Mapping
from pathlib import Path

from compliance.engines.base import Engine
from compliance.workspace.cells import Notation
from compliance.workspace.entry import SourceKind, TableEntry
from compliance.workspace.sources.delimited import encoding_of, open_delimited
from compliance.workspace.sources.files import digest, locate
from compliance.workspace.sources.jsonlines import open_json_lines
from compliance.workspace.sources.opened import TECHNICAL, Located, Opened, SourceError
from compliance.workspace.sources.parquet import open_parquet
from compliance.workspace.sources.sqlite import open_sqlite, tables_of

__all__ = ["LISTED", "TECHNICAL", "Located", "Opened", "SourceError", "digest", "locate", "open_source"]

LISTED: Mapping[SourceKind, Callable[[Path], tuple[str, ...]]] = {SourceKind.SQLITE: tables_of}
"""The kinds of files that hold several tables, with what names these."""


def open_source(
    engine: Engine, name: str, located: Located, entry: TableEntry, notations: Callable[[str], Notation]
) -> Opened:
    """Make a table's source known to the engine as `name`; raises SourceError where it can't be read at all."""
    match entry.source.kind:
        case SourceKind.CSV:
            return open_delimited(engine, name, located, entry, notations)
        case SourceKind.JSONL:
            return open_json_lines(engine, name, located, encoding_of(entry), notations)
        case SourceKind.PARQUET:
            return open_parquet(engine, name, located, notations)
        case SourceKind.SQLITE:
            return open_sqlite(engine, name, located, entry.source.table or "", notations)

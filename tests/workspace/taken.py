"""Takes small files in and shows what came of them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import gettempdir
from textwrap import dedent
from typing import Any

import pytest

from compliance.engines.duckdb import DuckDB
from compliance.model.audit import TableAccount
from compliance.model.problem import UserError
from compliance.workspace.intake import intake, source_files
from compliance.workspace.manifest import Manifest
from compliance.workspace.sql import column, selected, table
from compliance.workspace.tables import Books
from compliance.yamldoc import parse

DATA = Path(os.environ.get("DUTYBOOK_DATA") or Path(__file__).parents[2] / ".." / "shared" / "data").resolve()


def real(folder: str) -> Path:
    """A folder of the real records; the test is skipped where they are absent."""
    if not (DATA / folder).is_dir():
        pytest.skip(f"no real records in {DATA / folder} (set DUTYBOOK_DATA)")
    return DATA


def at(text: str) -> datetime:
    """A local time, or a moment in UTC, from ISO 8601."""
    return datetime.fromisoformat(text)


@dataclass(frozen=True)
class Taken:
    """What intake answered, and the engine that holds the tables."""

    books: Books
    engine: DuckDB

    def rows(self, name: str, *columns: str) -> list[tuple[Any, ...]]:
        """The rows of a table, by key."""
        return self._held(self.books.tables[name].relation, columns or tuple(self.books.tables[name].columns))

    def rejected(self, name: str, *columns: str) -> list[tuple[Any, ...]]:
        """The rejected rows of a table, by key."""
        return self._held(self.books.tables[name].rejected_name, columns or tuple(self.books.tables[name].columns))

    def _held(self, relation: str, columns: tuple[str, ...]) -> list[tuple[Any, ...]]:
        found = selected([column(each) for each in columns], table(relation)).order_by(
            "_key", *(f'"{each}"' for each in columns)
        )
        return [tuple(row.values()) for row in self.engine.fetch(found).to_pylist()]

    def account(self, name: str) -> TableAccount:
        """The account of a table."""
        return next(each for each in self.books.accounts if each.table == name)

    def types(self, name: str) -> dict[str, str]:
        """The types of a table's columns."""
        return {column_: kind.value for column_, kind in self.books.tables[name].columns.items()}


def take_in(folder: Path, manifest: str, files: Mapping[str, str | bytes] | None = None) -> Taken:
    """Write the files and take in the manifest's tables; `manifest` is what stands below `tables:`, or the whole."""
    for name, content in (files or {}).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else dedent(content).lstrip("\n").encode())
    manifest = dedent(manifest).strip("\n")
    if "tables:" not in manifest:
        manifest = "timezone: Europe/Berlin\ntables:\n" + "\n".join(f"  {line}" for line in manifest.splitlines())
    document = parse(manifest, "compliance.yaml", Manifest)
    engine = DuckDB(source_files(document, folder), spill=Path(gettempdir()))
    return Taken(intake(document, folder, engine), engine)


def problems(folder: Path, manifest: str, files: Mapping[str, str | bytes] | None = None) -> str:
    """What the user is told."""
    with pytest.raises(UserError) as caught:
        take_in(folder, manifest, files)
    return "\n".join(problem.shown() for problem in caught.value.problems)

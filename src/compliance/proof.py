"""Proof-reading from outside: rules at paths, against the standard tables or against a workspace's own."""

from collections.abc import Sequence
from pathlib import Path

from compliance.assess.period import audited, known_at
from compliance.assess.prepare import ground
from compliance.engines.duckdb import DuckDB
from compliance.model.problem import Problem
from compliance.rulebook import lint, load_rulebook
from compliance.rulebook.lint import packs_of
from compliance.workspace.intake import intake, source_files
from compliance.workspace.manifest import load_manifest


def proofread(paths: Sequence[Path], workspace: Path | None = None) -> tuple[Problem, ...]:
    """Every problem of the rules at these paths, by place. Raises UserError where a path or the workspace is wrong."""
    if workspace is None:
        return lint(paths)
    document = load_manifest(workspace)
    manifest, folder = document.value, Path(document.file).parent
    with DuckDB.opened(source_files(document, folder)) as engine:
        books = intake(document, folder, engine)
        tables = dict(books.tables)
        period = audited(None, None, manifest.period.window if manifest.period else None, books)
        as_of = known_at(None, period, tables.values())
        parameters = load_rulebook(packs_of(paths)).parameters
        return lint(paths, ground(manifest, tables, parameters, engine, period=period, as_of=as_of))

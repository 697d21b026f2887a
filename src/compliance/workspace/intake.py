"""Intake: every source of the manifest read into a typed table, no row lost: read = accepted + rejected."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from compliance.clock import functions
from compliance.engines.base import Engine
from compliance.language.values import Family
from compliance.model.audit import TableAccount
from compliance.model.problem import Problem, UserError
from compliance.workspace.accounts import account
from compliance.workspace.cells import Notation
from compliance.workspace.draft import Draft
from compliance.workspace.entry import TableEntry
from compliance.workspace.layouts import Layout, Layouts
from compliance.workspace.manifest import Manifest
from compliance.workspace.order import in_order, needed
from compliance.workspace.source import SourceKind
from compliance.workspace.sources import Located, SourceError, digest, locate, open_source, small_enough
from compliance.workspace.standard import STANDARD
from compliance.workspace.standing import Ledger, Tally, bounds, stand
from compliance.workspace.tables import Books, Table
from compliance.yamldoc import Document


def source_files(document: Document[Manifest], folder: Path) -> tuple[Path, ...]:
    """Every file that the manifest's sources name, for the engine to be allowed; raises UserError for missing ones."""
    return tuple(dict.fromkeys(path for located in _located(document, folder).values() for path in located.paths))


def intake(document: Document[Manifest], folder: Path, engine: Engine, layouts: Layouts | None = None) -> Books:
    """Take in every table of the manifest; `folder` is the workspace's, `layouts` those known from others.

    Raises UserError with every problem of every table: sources that can't be read at all, columns that are not there.
    A row that can't be read is no error: it is rejected and told in the table's account.
    """
    located = _located(document, folder)
    for function in functions(document.value.timezone):
        engine.define(function)
    files = [path for each in located.values() for path in each.paths]
    with ThreadPoolExecutor(max_workers=1) as beside:
        digested = beside.submit(digest, files, document.text)
        taken = _take_all_in(document, located, engine, layouts or Layouts())
        told = [taken[name] for name in document.value.tables]
        others = [each.digest for each in told if each.digest]
        return Books(
            {each.table.name: each.table for each in told},
            tuple(each.account for each in told),
            digest((), digested.result(), *others) if others else digested.result(),
        )


@dataclass(frozen=True, slots=True)
class _Taken:
    """One table, what became of its rows, and their digest where they came from no file."""

    table: Table
    account: TableAccount
    digest: str | None


def _located(document: Document[Manifest], folder: Path) -> dict[str, Located]:
    found: dict[str, Located] = {}
    problems: list[Problem] = []
    for name, entry in document.value.tables.items():
        try:
            found[name] = locate(entry.source, folder)
        except SourceError as error:
            problems.append(document.problem(("tables", name, "source"), error.says, error.help))
    if problems:
        raise UserError(problems)
    return found


def _take_all_in(
    document: Document[Manifest], located: Mapping[str, Located], engine: Engine, layouts: Layouts
) -> dict[str, _Taken]:
    """Every table, each after those that it leads to; one that leads to a table with problems waits for their cure."""
    taken: dict[str, _Taken] = {}
    problems: list[Problem] = []
    needs = needed(document)
    for name in in_order(document, needs):
        if not needs[name] <= {*taken}:
            continue
        try:
            tables = {each: found.table for each, found in taken.items()}
            taken[name] = _take_in(
                _draft(document, name, located[name], engine), located[name], tables, engine, layouts
            )
        except UserError as error:
            problems += error.problems
    if problems:
        raise UserError(problems)
    return taken


# --- one table ------------------------------------------------------------------------------


def _take_in(draft: Draft, located: Located, tables: Mapping[str, Table], engine: Engine, layouts: Layouts) -> _Taken:
    few = bool(located.paths) and small_enough(located.paths)
    laid = layouts.of(draft, tables, engine, few=few)
    tally = stand(engine, laid.ledger, laid.written, laid.usual)
    told = account(engine, laid.ledger, draft.opened, laid.written.reasons, tally)
    found = _table(draft, laid, told)
    return _Taken(_with_bounds(engine, found, laid.ledger, tally), told, draft.opened.digest)


def _draft(document: Document[Manifest], name: str, located: Located, engine: Engine) -> Draft:
    entry = document.value.tables[name]
    try:
        opened = open_source(engine, f"source {name}", located, entry, lambda source: _notation(entry, source))
    except SourceError as error:
        raise UserError(document.problem(("tables", name, "source"), error.says, error.help)) from None
    return Draft(name, entry, STANDARD.get(name), opened, document)


def _notation(entry: TableEntry, source: str) -> Notation:
    """How a source column's text is written; `format` may name it or the column that it is mapped to."""
    names = (source, *(name for name, written in entry.columns.items() if written == source))
    written = next((entry.format[name] for name in names if name in entry.format), None)
    yes, no = (tuple(word.lower() for word in words or ()) for words in (entry.true, entry.false))
    no += ("нет",) if "да" in yes else ()
    return Notation(entry.decimal == ",", yes, no, written, or_iso=entry.source.kind is SourceKind.XLSX)


def _table(draft: Draft, laid: Layout, told: TableAccount) -> Table:
    played, shaped = laid.played, laid.shaped
    at, bearer = laid.written.parts.at, laid.written.parts.bearer
    return Table(
        name=draft.name,
        columns=shaped.types,
        told=shaped.told,
        instants=shaped.instants,
        key_columns=played.key,
        at=played.at if at else None,
        at_is_date=at is not None and at.family is Family.DATE,
        bearer=played.bearer if bearer else None,
        ahead=played.ahead,
        heartbeat=played.heartbeat,
        standard=draft.standard is not None,
        refs=shaped.leading(played.refs),
        valid_from=played.valid_from,
        accepted=told.accepted,
        rejected=told.rejected,
        repeated=told.repeated,
    )


def _with_bounds(engine: Engine, found: Table, ledger: Ledger, tally: Tally) -> Table:
    """The table with the first and last moment of its rows; where it looks ahead, the first tells when it begins."""
    if not (found.has_at or ledger.recorded):
        return found
    known = bounds(engine, ledger) if tally.bounds is None or tally.out else tally.bounds
    if found.ahead:
        return replace(found, first_at=known.first)
    return replace(found, first_at=known.first, last_at=known.last, last_recorded_at=known.recorded)

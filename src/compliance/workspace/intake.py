"""Intake: every source of the manifest read into a typed table, no row lost: read = accepted + rejected."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from compliance.engines.base import Engine
from compliance.language.grammar import ExpressionError, parse, paths
from compliance.language.values import Family
from compliance.model.audit import TableAccount
from compliance.model.problem import Problem, UserError
from compliance.model.types import ColumnType
from compliance.workspace.accounts import account
from compliance.workspace.cells import Notation
from compliance.workspace.draft import Draft, Roles, roles
from compliance.workspace.entry import TableEntry
from compliance.workspace.manifest import Manifest
from compliance.workspace.rows import Rows, rows
from compliance.workspace.shape import Shape, shape
from compliance.workspace.sources import Located, SourceError, digest, locate, open_source
from compliance.workspace.sql import column, query, sql, table
from compliance.workspace.standard import EMPLOYEES, STANDARD, reference_target
from compliance.workspace.standing import Ledger, stand
from compliance.workspace.tables import Books, Table
from compliance.yamldoc import Document


def source_files(document: Document[Manifest], folder: Path) -> tuple[Path, ...]:
    """Every file that the manifest's sources name, for the engine to be allowed; raises UserError for missing ones."""
    return tuple(dict.fromkeys(path for located in _located(document, folder).values() for path in located.paths))


def intake(document: Document[Manifest], folder: Path, engine: Engine) -> Books:
    """Take in every table of the manifest; `folder` is the workspace's.

    Raises UserError with the problems of the first table that has any: sources that can't be read at all, columns that
    are not there. A row that can't be read is no error: it is rejected and told in the table's account.
    """
    located = _located(document, folder)
    files = [path for each in located.values() for path in each.paths]
    with ThreadPoolExecutor(max_workers=1) as beside:
        digested = beside.submit(digest, files, document.text)
        taken: dict[str, tuple[Table, TableAccount]] = {}
        for name in _order(document):
            tables = {each: table_ for each, (table_, _) in taken.items()}
            taken[name] = _take_in(document, name, located[name], tables, engine)
        in_order = {name: taken[name] for name in document.value.tables}
        return Books(
            {name: table_ for name, (table_, _) in in_order.items()},
            tuple(told for _, told in in_order.values()),
            digested.result(),
        )


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


# --- one table ------------------------------------------------------------------------------


def _take_in(
    document: Document[Manifest], name: str, located: Located, tables: Mapping[str, Table], engine: Engine
) -> tuple[Table, TableAccount]:
    draft = _draft(document, name, located, engine)
    played = roles(draft, _keys(document))
    zone = document.value.timezone
    shaped = shape(engine, draft, played, zone)
    written = rows(draft, played, shaped, tables, zone)
    ledger = Ledger(
        name,
        tuple(shaped.columns),
        ("_key", *((played.valid_from,) if played.valid_from else ())),
        bearer=played.bearer if played.bearer in shaped.columns else None,
        light=draft.opened.light and shaped.cheap,
        numbered=not played.key,
    )
    read = stand(engine, ledger, written)
    told = account(engine, ledger, draft.opened, written.reasons, read)
    found = _table(draft, played, shaped, written, told)
    return _with_bounds(engine, found), told


def _draft(document: Document[Manifest], name: str, located: Located, engine: Engine) -> Draft:
    entry = document.value.tables[name]
    try:
        opened = open_source(engine, f"{name}__source", located, entry, lambda source: _notation(entry, source))
    except SourceError as error:
        raise UserError(document.problem(("tables", name, "source"), error.says, error.help)) from None
    return Draft(name, entry, STANDARD.get(name), opened, document)


def _notation(entry: TableEntry, source: str) -> Notation:
    """How a source column's text is written; `format` may name it or the column that it is mapped to."""
    names = (source, *(name for name, written in entry.columns.items() if written == source))
    written = next((entry.format[name] for name in names if name in entry.format), None)
    return Notation(entry.decimal == ",", entry.true or (), written)


def _table(draft: Draft, played: Roles, shaped: Shape, written: Rows, told: TableAccount) -> Table:
    at, bearer = written.parts.at, written.parts.bearer
    return Table(
        name=draft.name,
        columns=shaped.types,
        key_columns=played.key,
        at=played.at if at else None,
        at_is_date=at is not None and at.family is Family.DATE,
        bearer=played.bearer if bearer else None,
        ahead=played.ahead,
        heartbeat=played.heartbeat,
        standard=draft.standard is not None,
        refs=played.refs,
        valid_from=played.valid_from,
        accepted=told.accepted,
        rejected=told.rejected,
        repeated=told.repeated,
    )


def _with_bounds(engine: Engine, found: Table) -> Table:
    """The table with the first and last moment of its rows, if it looks back."""
    recorded = found.columns.get("recorded_at") in {ColumnType.DATE, ColumnType.DATETIME}
    if found.ahead or not (found.has_at or recorded):
        return found
    last = sql("max(cast(:it as timestamp))", it=column("recorded_at")) if recorded else sql("cast(null as timestamp)")
    asked = query("select min(_at) as first, max(_at) as last, :recorded as recorded", recorded=last)
    first, last_, recorded_ = (each[0].as_py() for each in engine.fetch(asked.from_(table(found.name))).columns)
    return replace(found, first_at=first, last_at=last_, last_recorded_at=recorded_)


# --- the order ------------------------------------------------------------------------------


def _keys(document: Document[Manifest]) -> dict[str, str]:
    """The key column of every table of the workspace, and its table; a standard table's comes first."""
    own = {
        key[0]: name
        for name, entry in document.value.tables.items()
        if (key := entry.key_columns) is not None and len(key) == 1
    }
    standard = {STANDARD[name].key: name for name in document.value.tables if name in STANDARD}
    return own | standard


def _order(document: Document[Manifest]) -> tuple[str, ...]:
    """The tables, each after those that its `at` and `bearer` lead to, and after the roster."""
    needs = {name: set(_needs(document, name)) for name in document.value.tables}
    try:
        return tuple(TopologicalSorter(needs).static_order())
    except CycleError as error:
        cycle = [str(name) for name in error.args[1]]
        part = next(
            each for each in ("at", "bearer", "source") if document.node(("tables", cycle[0], each)) or each == "source"
        )
        says = f"the tables {', '.join(dict.fromkeys(cycle))} lead to one another in a circle"
        advice = "let `at` or `bearer` of one of them be a column of its own"
        raise UserError(document.problem(("tables", cycle[0], part), says, advice)) from None


def _needs(document: Document[Manifest], name: str) -> Iterator[str]:
    for part in ("at", "bearer"):
        for path in _paths(document, name, part):
            if part == "bearer" and name != EMPLOYEES and EMPLOYEES in document.value.tables:
                yield EMPLOYEES
            yield from _led_through(document, name, path[:-1])


def _paths(document: Document[Manifest], name: str, part: str) -> tuple[tuple[str, ...], ...]:
    entry, standard = document.value.tables[name], STANDARD.get(name)
    written: str | None = getattr(entry if entry.gives(part) else standard, part, None)
    if not written:
        return ()
    try:
        return paths(parse(written))
    except ExpressionError:  # a column with an unusual name, or told when it is compiled
        return ((written,),)


def _led_through(document: Document[Manifest], name: str, path: tuple[str, ...]) -> Iterator[str]:
    """The tables that a reference goes through."""
    keys = _keys(document)
    for part in path:
        refs = _stated_refs(document, name)
        columns = (f"{part}_id", part)
        target = next((found for each in columns if (found := refs.get(each) or reference_target(each, keys))), None)
        if target is None or target not in document.value.tables:
            return
        yield target
        name = target


def _stated_refs(document: Document[Manifest], name: str) -> dict[str, str]:
    standard = STANDARD.get(name)
    return {**(standard.refs if standard else {}), **document.value.tables[name].refs}

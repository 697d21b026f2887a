"""In which order tables are taken in: each after those that its `at` and `bearer` lead to, and after the roster."""

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from compliance.language.grammar import ExpressionError, parse, paths
from compliance.model.problem import UserError
from compliance.workspace.manifest import Manifest
from compliance.workspace.standard import EMPLOYEES, STANDARD, reference_target
from compliance.yamldoc import Document


def key_tables(document: Document[Manifest]) -> dict[str, str]:
    """The keys by which columns elsewhere lead to a table, and the table: `<entity>_id`, the standard ones first."""
    tables = document.value.tables
    own = {key[0]: name for name in reversed(list(tables)) if (key := tables[name].key_columns) and len(key) == 1}
    standard = {STANDARD[name].key: name for name in tables if name in STANDARD}
    return {key: name for key, name in own.items() if key.endswith("_id")} | standard


def in_order(document: Document[Manifest], needs: Mapping[str, set[str]]) -> tuple[str, ...]:
    """The tables, each after those that it leads to."""
    try:
        return tuple(TopologicalSorter(needs).static_order())
    except CycleError as error:
        cycle = list(dict.fromkeys(str(name) for name in error.args[1]))
        says = f"the tables {', '.join(cycle)} lead to one another in a circle"
        advice = "let `at` or `bearer` of one of them be a column of its own"
        part = next((each for each in ("at", "bearer") if document.node(("tables", cycle[0], each))), "source")
        raise UserError(document.problem(("tables", cycle[0], part), says, advice)) from None


def needed(document: Document[Manifest]) -> dict[str, set[str]]:
    """For each table those that its `at` and `bearer` lead to, and the roster for each that has a bearer."""
    return {name: set(_tables_needed(document, name)) for name in document.value.tables}


def _tables_needed(document: Document[Manifest], name: str) -> Iterator[str]:
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
    keys = key_tables(document)
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

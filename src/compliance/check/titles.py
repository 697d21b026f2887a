"""Titles that no rule means: neither a position that a rule names, nor one that the manifest maps."""

from collections.abc import Iterable, Iterator, Sequence

from sqlglot import exp

from compliance.check.model import Title
from compliance.engines.base import Engine
from compliance.language.blocks import ParameterRef
from compliance.language.parameters import Parameters
from compliance.rulebook.loading import LoadedRule
from compliance.sql import col, named, relation
from compliance.workspace.manifest import Manifest
from compliance.workspace.tables import Books, relation_of

HOLDERS = ("employees", "appointments")
"""The tables that say who holds which position, in which department."""


def unmapped(
    manifest: Manifest, parameters: Parameters, rules: Sequence[LoadedRule], books: Books, engine: Engine
) -> tuple[Title, ...]:
    """The titles that no rule names and no alias maps; none where no rule asks for a position at all."""
    known = {*_named(rules, parameters)}
    if not known:
        return ()
    return tuple(
        Title(title, table, rows)
        for table in HOLDERS
        for title, rows in spellings(books, engine, table, "position")
        if title not in known and title not in manifest.positions
    )


def spellings(books: Books, engine: Engine, table: str, column: str) -> list[tuple[str, int]]:
    """Every text of a column as it is written, with its number of rows, the most frequent first."""
    if table not in books.tables or column not in books.tables[table].columns:
        return []
    counted = exp.select(named(col(column), "written"), named(exp.Count(this=exp.Star()), "n"))
    counted = counted.from_(relation(relation_of(table)))
    filled = counted.where(exp.not_(exp.Is(this=col(column), expression=exp.null()))).group_by(col(column))
    found = ((str(row["written"]), int(row["n"])) for row in engine.fetch(filled).to_pylist())
    return sorted(found, key=lambda each: (-each[1], each[0]))


def _named(rules: Iterable[LoadedRule], parameters: Parameters) -> Iterator[str]:
    """Every position that a rule asks for, be it by a parameter."""
    for each in rules:
        position = each.rule.bearer.position if each.rule.bearer else None
        if isinstance(position, ParameterRef):
            name = parameters.full_name(position.parameter, each.rule.id.split(".", 1)[0])
            for dated in parameters.values[name]:
                yield from map(str, dated.value if isinstance(dated.value, tuple) else (dated.value,))
        else:
            yield from position or ()

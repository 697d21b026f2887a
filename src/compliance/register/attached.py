"""The workspace's books together with what rules read of its register."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from compliance.engines.base import Engine
from compliance.register.canonical import digest
from compliance.register.home import Home
from compliance.register.tables import named_in, register_tables
from compliance.rulebook.loading import LoadedRule
from compliance.workspace.manifest import Settings
from compliance.workspace.tables import Books


def with_register(
    books: Books, home: Home, engine: Engine, rules: Iterable[LoadedRule], *, manifest: Settings, as_of: datetime
) -> Books:
    """The books with the register's tables, where any of these rules reads one, and a digest that covers their rows.

    A table of the same name that the manifest gives stays. Without a register by then, the tables are absent.
    """
    if not named_in(each.rule.model_dump(exclude_none=True) for each in rules):
        return books
    found = register_tables(home, engine, as_of=as_of, zone=manifest.timezone, but=frozenset(books.tables))
    if found is None:
        return books
    tables, rows = found
    return replace(books, tables={**books.tables, **tables}, digest=digest([books.digest, rows]))

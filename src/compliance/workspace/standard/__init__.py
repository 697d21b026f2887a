"""The standard tables: their names, keys, columns and types, which packs are written against.

A module for each group holds its tables; `STANDARD` and the reference page are made from them.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from compliance.workspace.standard import authority, clients, documents, people, register, secrets, trade, work
from compliance.workspace.standard.naming import EMPLOYEES, OPEN, PEOPLE, reference_target, type_by_name
from compliance.workspace.standard.table import StandardTable

__all__ = [
    "EMPLOYEES",
    "KEYS",
    "OPEN",
    "PEOPLE",
    "STANDARD",
    "UNSHOWN",
    "StandardTable",
    "entity",
    "reference_target",
    "references",
    "type_by_name",
]

_GROUPS: Mapping[str, tuple[StandardTable, ...]] = {
    "People": people.TABLES,
    "Documents": documents.TABLES,
    "Authority": authority.TABLES,
    "Clients": clients.TABLES,
    "Work": work.TABLES,
    "Trade": trade.TABLES,
    "Secrets": secrets.TABLES,
    "Register": register.TABLES,
}
STANDARD: Mapping[str, StandardTable] = MappingProxyType(
    {table.name: replace(table, group=group) for group, tables in _GROUPS.items() for table in tables}
)

# The register's own `decisions` share the name of their key with `decisions_made`, and nothing leads to them.
KEYS: Mapping[str, str] = MappingProxyType(
    {table.key: table.name for table in STANDARD.values() if table.name != "decisions"}
)


# What a report or an export never shows: the words of people's letters.
UNSHOWN: Mapping[str, frozenset[str]] = MappingProxyType({"messages": frozenset({"text"})})


def references(table: StandardTable) -> dict[str, str]:
    """Which column of a standard table leads to which standard table."""
    found = {column: table.refs.get(column) or reference_target(column, KEYS) for column in table.columns}
    return {column: target for column, target in found.items() if target and column != table.key}


def entity(table: str) -> str:
    """What one row of a standard table is called: `line` in `order_lines`."""
    return STANDARD[table].entity

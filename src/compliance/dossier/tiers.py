"""The tier of the client that a breach is about."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import pyarrow as pa
from sqlglot import exp

from compliance.engines.base import Engine
from compliance.kinds.ground import Ground
from compliance.model.finding import Finding, RecordRef
from compliance.sql import col, expression, named, relation
from compliance.workspace.tables import Table, relation_of

CLIENTS, TIER = "clients", "tier"
WAYS = (("client",), ("contract", "client"), ("order", "client"))
"""From a record to its client, by references."""


def tiers(breaches: Iterable[Finding], ground: Ground, engine: Engine) -> dict[RecordRef, str]:
    """The tier of the client of each record that a breach names; without what is not known."""
    clients = ground.tables.get(CLIENTS)
    if clients is None or TIER not in clients.columns:
        return {}
    wanted: dict[str, set[str]] = defaultdict(set)
    for each in breaches:
        if each.record is not None:
            wanted[each.record.table].add(each.record.key)
    return dict(pair for name in sorted(wanted) for pair in _found(name, wanted[name], ground, engine))


def _found(name: str, keys: set[str], ground: Ground, engine: Engine) -> Iterator[tuple[RecordRef, str]]:
    table = ground.tables.get(name)
    query = _query(table, ground) if table is not None else None
    if query is None:
        return
    engine.hand_over("wanted", pa.table({"key": pa.array(sorted(keys), pa.string())}))
    query = query.join(relation("wanted", "w"), on=expression("w.key = r._key"))
    for row in engine.fetch(query).to_pylist():
        if row[TIER] is not None:
            yield RecordRef(name, row["_key"]), str(row[TIER])


def _query(table: Table, ground: Ground) -> exp.Select | None:
    """The tiers of a table's records; None where no reference leads to a client."""
    if table.name == CLIENTS:
        return _select("r").from_(relation(table.relation, "r"))
    for way in WAYS:
        steps = _steps(table, way, ground)
        if steps:
            query = _select(f"t{len(steps)}").from_(relation(table.relation, "r"))
            for place, (column, target) in enumerate(steps, 1):
                own = col(column, "r" if place == 1 else f"t{place - 1}")
                on = exp.EQ(this=own, expression=col("_key", f"t{place}"))
                query = query.join(relation(relation_of(target), f"t{place}"), on=on)
            return query
    return None


def _select(last: str) -> exp.Select:
    return exp.select(named(col("_key", "r"), "_key"), named(exp.cast(col(TIER, last), "VARCHAR"), TIER))


def _steps(table: Table, way: Iterable[str], ground: Ground) -> list[tuple[str, str]]:
    """The columns and tables of a way of references; none where it breaks off."""
    steps: list[tuple[str, str]] = []
    for name in way:
        found = ground.reference(table, name)
        if found is None or found[0] not in table.columns or found[1] not in ground.tables:
            return []
        steps.append(found)
        table = ground.tables[found[1]]
    return steps

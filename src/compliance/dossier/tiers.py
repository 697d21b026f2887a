"""The tier of the client that a breach is about."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

import pyarrow as pa
from sqlglot import exp

from compliance.engines.base import Engine
from compliance.kinds.ground import Ground
from compliance.model.finding import Finding
from compliance.sql import col, expression, named, relation
from compliance.workspace.tables import Table

CLIENTS, TIER = "clients", "tier"
WAYS = (("client",), ("contract", "client"), ("order", "client"))
"""From a record to its client, by references."""

THEN = ":since <= w.moment and (:until is null or w.moment < :until)"
WANTED = pa.schema([("id", pa.string()), ("key", pa.string()), ("moment", pa.timestamp("us"))])


def tiers(breaches: Iterable[Finding], ground: Ground, engine: Engine) -> dict[str, str]:
    """By the ids of these findings the tier that the client of their record had then; without what is not known."""
    clients = ground.tables.get(CLIENTS)
    if clients is None or TIER not in clients.columns:
        return {}
    wanted: dict[str, list[Finding]] = defaultdict(list)
    for each in breaches:
        if each.record is not None:
            wanted[each.record.table].append(each)
    return dict(pair for name in sorted(wanted) for pair in _found(name, wanted[name], ground, engine))


def moment_of(finding: Finding, as_of: datetime) -> datetime:
    """When a finding asks how things were: at its act, else on its window's last day, else at the audit's moment."""
    if finding.at is not None:
        return finding.at
    return finding.window.end - timedelta(microseconds=1) if finding.window is not None else as_of


def _found(name: str, findings: Sequence[Finding], ground: Ground, engine: Engine) -> Iterator[tuple[str, str]]:
    table = ground.tables.get(name)
    query = _query(table, ground) if table is not None else None
    if query is None:
        return
    keys = [each.record.key if each.record else None for each in findings]
    moments = [moment_of(each, ground.as_of) for each in findings]
    rows = pa.table([[each.id for each in findings], keys, moments], schema=WANTED)
    engine.hand_over("wanted", rows)
    for row in engine.fetch(query).to_pylist():
        if row[TIER] is not None:
            yield row["id"], str(row[TIER])


def _query(table: Table, ground: Ground) -> exp.Select | None:
    """The tiers of a table's records; None where no reference leads to a client."""
    first = exp.EQ(this=col("_key", "r"), expression=col("key", "w"))
    if table.name == CLIENTS:
        return _joined(_select("r"), table, "r", first)
    for way in WAYS:
        steps = _steps(table, way, ground)
        if steps:
            query = _joined(_select(f"t{len(steps)}"), table, "r", first)
            for place, (column, target) in enumerate(steps, 1):
                own = col(column, "r" if place == 1 else f"t{place - 1}")
                on = exp.EQ(this=own, expression=col("_key", f"t{place}"))
                query = _joined(query, ground.tables[target], f"t{place}", on)
            return query
    return None


def _joined(query: exp.Select, table: Table, alias: str, on: exp.Expr) -> exp.Select:
    """The query with a table's rows; of a history, those states that held then."""
    if table.valid_from is None:
        return query.join(relation(table.relation, alias), on=on)
    then = expression(THEN, since=col("_since", alias), until=col("_until", alias))
    return query.join(relation(table.states_name, alias), on=exp.and_(on, then))


def _select(last: str) -> exp.Select:
    tier = named(exp.cast(col(TIER, last), "VARCHAR"), TIER)
    return exp.select(named(col("id", "w"), "id"), tier).from_(relation("wanted", "w"))


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

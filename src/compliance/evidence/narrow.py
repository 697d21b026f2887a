"""The records that an incident needs, as files of a small workspace of its own."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlglot import exp

from compliance.engines.base import Engine
from compliance.kinds.ground import Ground
from compliance.model.types import ColumnType
from compliance.sql import col, expression, relation, text
from compliance.workspace.standard import UNSHOWN
from compliance.workspace.tables import Table

ALWAYS = frozenset(
    {
        *("employees", "appointments", "absences", "deputies", "departments", "personnel_orders", "acknowledgements"),
        *("circumstances", "sanctions", "clients", "documents", "authority", "plans", "approvals"),
    }
)
"""Tables that say who answers, and that no rule names."""

ROW = "row_key"
"""The column that stands for the key of a table without one."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whom the incident is about, the records that it rests on, by table, and whose staff records it takes besides."""

    people: frozenset[str]
    records: Mapping[str, frozenset[str]]
    above: frozenset[str] = frozenset()


def needed(ground: Ground, concerned: Concerned) -> dict[str, Table]:
    """The tables that the rules read, those of people, and all that these lead to."""
    found: dict[str, Table] = {}
    waiting = {*(each.table.name for each in ground.readings), *ALWAYS, *concerned.records}
    while names := (waiting - found.keys()) & ground.tables.keys():
        found |= {name: ground.tables[name] for name in names}
        waiting |= {target for name in names for target in ground.tables[name].refs.values()}
    return {name: found[name] for name in sorted(found)}


def written(table: Table, engine: Engine, concerned: Concerned | None) -> str:
    """The table as CSV: the rows of these people, nobody's rows and those that count as evidence; all where None."""
    query = exp.select(*(col(name) for name in (*_shown(table), "_key"))).from_(relation(table.relation))
    if concerned is not None:
        query = query.where(_wanted(table, concerned))
    rows = engine.fetch(query.order_by(col("_key"))).to_pylist()
    names = (*_shown(table), *(() if table.key_columns else (ROW,)))
    shown = io.StringIO()
    writer = csv.writer(shown, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_cell(row["_key"] if name == ROW else row[name]) for name in names] for row in rows)
    return shown.getvalue()


def _shown(table: Table) -> dict[str, ColumnType]:
    """The columns that may be handed out."""
    hidden = UNSHOWN.get(table.name, frozenset())
    return {name: kind for name, kind in table.columns.items() if name not in hidden}


def _wanted(table: Table, concerned: Concerned) -> exp.Expr:
    people = concerned.people | (concerned.above if table.name in ALWAYS else frozenset())
    evidence = _among("_key", concerned.records.get(table.name, frozenset()))
    if table.name == "employees":
        return exp.or_(_among("_key", people), evidence)
    return exp.or_(_among("_bearer", people), evidence, expression("_bearer is null"))


def _among(name: str, values: Iterable[str]) -> exp.Expr:
    listed = sorted(values)
    return exp.In(this=col(name), expressions=[text(each) for each in listed]) if listed else exp.false()


def _cell(value: Any) -> str:  # noqa: ANN401 what a table holds
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)


def entry(table: Table) -> dict[str, object]:
    """What the manifest says of it; silence is told by nobody's records, so it is not asked for."""
    return dict(_entry(table))


def _entry(table: Table) -> Iterator[tuple[str, object]]:
    yield "source", f"{table.name}.csv"
    yield "key", list(table.key_columns) or ROW
    yield "types", {name: kind.value for name, kind in _shown(table).items()}
    yield "heartbeat", "none"
    yield "ahead", table.ahead
    for part in ("at", "bearer", "valid_from"):
        if (given := getattr(table, part)) is not None:
            yield part, given
    if table.refs:
        yield "refs", dict(table.refs)

"""The evidence's own columns, for a page that shows the records behind an incident."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa
from sqlglot import exp

from compliance.engines.base import Engine
from compliance.kinds.ground import Ground
from compliance.model.audit import Audit
from compliance.model.finding import RecordRef
from compliance.model.types import ColumnType
from compliance.sql import col, expression, named, relation
from compliance.workspace.standard import UNSHOWN

SHOWN_INCIDENTS = 500
SHOWN_RECORDS = 20


def with_records(found: Audit, ground: Ground, engine: Engine) -> Audit:
    """The audit with the columns, as text, of the records that its gravest incidents rest on."""
    wanted: dict[str, set[RecordRef]] = defaultdict(set)
    for ref in _shown(found):
        wanted[ref.table].add(ref)
    records: dict[RecordRef, dict[str, str]] = {}
    for name in sorted(wanted):
        if name in ground.tables:
            refs = sorted(wanted[name], key=lambda ref: ref.key)
            rows = _records(name, {key for ref in refs for key in ref.keys}, ground, engine)
            records |= {ref: row for ref in refs if (row := ref.among(rows)) is not None}
    return replace(found, records=records)


def _shown_as(written: str, type_: ColumnType) -> str:
    """A cell for a reader: 7.0000 hours are 7."""
    if type_ in {ColumnType.DECIMAL, ColumnType.PERCENT} and "." in written:
        return written.rstrip("0").rstrip(".")
    return written


def _shown(found: Audit) -> Iterator[RecordRef]:
    findings = {finding.id: finding for finding in found.findings}
    for incident in found.incidents[:SHOWN_INCIDENTS]:
        for each in incident.findings:
            yield from findings[each].evidence[:SHOWN_RECORDS]


def _records(name: str, keys: set[str], ground: Ground, engine: Engine) -> dict[str, dict[str, str]]:
    engine.hand_over("wanted", pa.table({"key": pa.array(sorted(keys), pa.string())}))
    table = ground.tables[name]
    columns = {column: kind for column, kind in table.columns.items() if column not in UNSHOWN.get(name, ())}
    query = exp.select(
        named(col("_key", "r"), "_key"), *(named(exp.cast(col(each, "r"), "VARCHAR"), each) for each in columns)
    )
    query = query.from_(relation(table.relation, "r")).join(relation("wanted", "w"), on=expression("w.key = r._key"))
    return {
        row["_key"]: {each: _shown_as(row[each], columns[each]) for each in columns if row[each] is not None}
        for row in engine.fetch(query.order_by(col("_key"))).to_pylist()
    }

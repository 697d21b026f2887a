"""What stands behind a breach that was read in a text: which message, and whether more than the text speaks for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa
from sqlglot import exp

from compliance.engines.base import Engine
from compliance.kinds.ground import Ground
from compliance.language.values import literal
from compliance.model.finding import Finding, RecordRef
from compliance.sql import col, expression, relation, sql
from compliance.workspace.tables import Table, relation_of

MENTIONS = "mentions"
_READ = "select m._key, :message as message_id, :marked as marked, :disclosed as disclosed from mentions as m"
# Colleagues are of the house, a subject and an authority are entitled to know.
_MARKED = """
    m.recipient_kind in ('client', 'partner', 'competitor', 'public')
    and exists (select 1 from information as i where i._key = m.asset_id and i.marked)
"""
_DISCLOSED = """
    exists (
        select 1 from disclosures as d
        where d.asset_id = m.asset_id and d._bearer = m._bearer and d._at <= :as_of
            and cast(d._at as date) = cast(m._at as date)
    )
"""


@dataclass(frozen=True, slots=True)
class Mentioned:
    """The message of a mention; `firm` where a marked secret went outside, or the register of disclosures has it."""

    message: str | None
    firm: bool


def rests_on(finding: Finding) -> tuple[RecordRef, ...]:
    """The records that say so: the one that is judged, or those that were counted."""
    return (finding.record,) if finding.record is not None else finding.evidence


def mentioned(breaches: Iterable[Finding], ground: Ground, engine: Engine) -> Mapping[RecordRef, Mentioned]:
    """What is known of every mention that a breach rests on."""
    keys = sorted({ref.key for each in breaches for ref in rests_on(each) if ref.table == MENTIONS})
    if not keys or MENTIONS not in ground.tables:
        return {}
    engine.hand_over("wanted", pa.table({"key": pa.array(keys, pa.string())}))
    query = _query(ground).join(relation("wanted", "w"), on=expression("w.key = m._key"))
    return {
        RecordRef(MENTIONS, row["_key"]): Mentioned(row["message_id"], bool(row["marked"] or row["disclosed"]))
        for row in engine.fetch(query).to_pylist()
    }


def _query(ground: Ground) -> exp.Select:
    mentions = ground.tables[MENTIONS]
    asset = "asset_id" in mentions.columns
    marked = asset and "recipient_kind" in mentions.columns and _has(ground.tables.get("information"), "marked")
    disclosed = asset and _has(ground.tables.get("disclosures"), "asset_id", "at", "employee_id")
    found = sql(
        _READ,
        message=col("message_id", "m") if "message_id" in mentions.columns else exp.null(),
        marked=_about(_MARKED, ground) if marked else exp.false(),
        disclosed=_about(_DISCLOSED, ground) if disclosed else exp.false(),
    )
    for table in found.find_all(exp.Table):
        table.set("this", exp.to_identifier(relation_of(table.name), quoted=True))
    return found


def _about(written: str, ground: Ground) -> exp.Expr:
    return expression(written, as_of=literal(ground.as_of).sql)


def _has(table: Table | None, *columns: str) -> bool:
    return table is not None and all(each in table.columns for each in columns)

"""What the register holds of audits and rules beside their cases: counts of verdicts, and the rule's own words."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from compliance.model.finding import Verdict
from compliance.register.chain import AUDIT
from compliance.register.file import reading
from compliance.register.home import Home

COUNTS = ", ".join(f"sum({verdict.value}) as {verdict.value}" for verdict in Verdict)
AUDITS = f"""
    select audits.id, period_from, period_to, as_of, {COUNTS}
    from audits left join audit_rules on audit_rules.audit = audits.number
    group by audits.number order by audits.number desc
"""  # noqa: S608 names of our own
EVENTS = "select details from events where kind = ?"
RULE = """
    select stories.body from audit_rules join stories on stories.digest = audit_rules.story
    where rule = ? order by audit desc limit 1
"""


@dataclass(frozen=True, slots=True)
class AuditSeen:
    """An audit on record, how many verdicts of each kind it came to, and what became of each table's rows.

    `records` has for each table read, accepted, rejected and silent_days; an audit of an older register has none.
    """

    id: str
    start: datetime
    end: datetime
    as_of: datetime
    counts: Mapping[str, int]
    records: Mapping[str, Mapping[str, int]]


def audits(home: Home) -> tuple[AuditSeen, ...]:
    """Every audit on record, the newest first."""
    with reading(home) as db:
        told = (json.loads(details) for (details,) in db.execute(EVENTS, [AUDIT]))
        records = {each["audit"]: each.get("records", {}) for each in told}
        return tuple(_audit(row, records.get(row["id"], {})) for row in db.query(AUDITS))


def rule_text(home: Home, rule: str) -> Mapping[str, Any] | None:
    """The rule in its own words, as the last audit that asked it had it; None where no audit did."""
    with reading(home) as db:
        row = db.execute(RULE, [rule]).fetchone()
    return json.loads(row[0]) if row else None


def _audit(row: Mapping[str, Any], records: Mapping[str, Mapping[str, int]]) -> AuditSeen:
    start, end, as_of = (datetime.fromisoformat(row[name]) for name in ("period_from", "period_to", "as_of"))
    counts = {each.value: int(row[each.value] or 0) for each in Verdict}
    return AuditSeen(row["id"], start, end, as_of, counts, records)

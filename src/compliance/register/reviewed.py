"""What the register holds of audits and rules beside their cases: counts of verdicts, and the rule's own words."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from compliance.model.finding import Verdict
from compliance.register.file import reading
from compliance.register.home import Home

COUNTS = ", ".join(f"sum({verdict.value}) as {verdict.value}" for verdict in Verdict)
AUDITS = f"""
    select audits.id, period_from, period_to, as_of, {COUNTS}
    from audits left join audit_rules on audit_rules.audit = audits.number
    group by audits.number order by audits.number desc
"""  # noqa: S608 names of our own
RULE = """
    select stories.body from audit_rules join stories on stories.digest = audit_rules.story
    where rule = ? order by audit desc limit 1
"""


@dataclass(frozen=True, slots=True)
class AuditSeen:
    """An audit on record and how many verdicts of each kind it came to."""

    id: str
    start: datetime
    end: datetime
    as_of: datetime
    counts: Mapping[str, int]


def audits(home: Home) -> tuple[AuditSeen, ...]:
    """Every audit on record, the newest first."""
    with reading(home) as db:
        return tuple(_audit(row) for row in db.query(AUDITS))


def rule_text(home: Home, rule: str) -> Mapping[str, Any] | None:
    """The rule in its own words, as the last audit that asked it had it; None where no audit did."""
    with reading(home) as db:
        row = db.execute(RULE, [rule]).fetchone()
    return json.loads(row[0]) if row else None


def _audit(row: Mapping[str, Any]) -> AuditSeen:
    start, end, as_of = (datetime.fromisoformat(row[name]) for name in ("period_from", "period_to", "as_of"))
    return AuditSeen(row["id"], start, end, as_of, {each.value: int(row[each.value] or 0) for each in Verdict})

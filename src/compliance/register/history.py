"""What earlier audits recorded, as far as this one is compared with it."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from compliance.model.audit import Audit
from compliance.model.incident import Incident
from compliance.register.database import Database
from compliance.register.matching import Earlier

EARLIER = """
    with last as (
        select incident, max(audit) as audit from audit_incidents group by incident
    ), found as (
        select incident, max(audit) as audit from audit_incidents where state in ('new', 'known') group by incident
    )
    select row.incident, row.responsible, row.rules, last.audit = found.audit as live,
           audits.period_from, audits.period_to, audits.as_of
    from found
    join last on last.incident = found.incident
    join audit_incidents as row on row.incident = found.incident and row.audit = found.audit
    join audits on audits.number = found.audit
"""

ELSEWHERE = """
    with gone as (
        select incident, max(audit) as audit from audit_incidents where state = 'gone' group by incident
    ), found as (
        select incident, max(audit) as audit from audit_incidents where state in ('new', 'known') group by incident
    ), grown as (
        select incident from incident_findings group by incident having min(first_audit) < max(first_audit)
    )
    select pair.incident, pair.finding, stories.body
    from grown
    join incident_findings as pair on pair.incident = grown.incident
    join audits on audits.number = pair.first_audit
    join found on found.incident = grown.incident
    join audit_incidents as row on row.incident = found.incident and row.audit = found.audit
    join stories on stories.digest = row.story
    left join gone on gone.incident = grown.incident
    where (audits.period_from < :start or audits.period_to > :end) and pair.first_audit > coalesce(gone.audit, 0)
"""
"""Breaches, of incidents that grew, that an audit which looked beyond this period put there."""

SHARED = """
    select finding, incident from incident_findings where finding in (select value from json_each(?))
"""


def earlier(db: Database, audit: Audit) -> dict[str, Earlier]:
    """Every incident on record, as the last audit that found it left it."""
    rules = audit.rulebook.keys() | {account.rule for account in audit.rules}
    elsewhere = _elsewhere(db, audit)
    return {
        row["incident"]: Earlier(
            row["incident"],
            row["responsible"],
            live=bool(row["live"]),
            covered=_within(audit, row) and rules >= set(json.loads(row["rules"])) and row["incident"] not in elsewhere,
        )
        for row in db.query(EARLIER)
    }


def _elsewhere(db: Database, audit: Audit) -> set[str]:
    """The incidents that hold breaches of other periods, beside what the last audit that found them told of."""
    given = {"start": audit.period.start.isoformat(), "end": audit.period.end.isoformat()}
    rows = db.execute(ELSEWHERE, given)
    return {incident for incident, finding, body in rows if finding not in json.loads(body)["findings"]}


def _within(audit: Audit, row: Mapping[str, str]) -> bool:
    """Whether this audit looks at the earlier one's whole period, and knows no less."""
    start, end, as_of = (datetime.fromisoformat(row[name]) for name in ("period_from", "period_to", "as_of"))
    return audit.period.start <= start and end <= audit.period.end and as_of <= audit.as_of


def shared(db: Database, incidents: Iterable[Incident]) -> dict[str, list[str]]:
    """For each finding of these incidents, the recorded incidents that it stood in."""
    findings = json.dumps(sorted({finding for incident in incidents for finding in incident.findings}))
    stood: dict[str, list[str]] = {}
    for finding, incident in db.execute(SHARED, [findings]):
        stood.setdefault(finding, []).append(incident)
    return stood

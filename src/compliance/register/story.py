"""What the register keeps of a rule, a finding or an incident, so that it can be explained without the sources.

Plain JSON: instants are local ISO 8601; a decimal is text, since JSON readers would make a float of it.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from secrets import token_hex
from typing import TypeAlias

from compliance.model.audit import Audit, RuleInfo
from compliance.model.finding import Finding, RecordRef
from compliance.model.incident import Hearing, Incident, Link, Measure

Json: TypeAlias = Mapping[str, object]

RECORDS = 20
"""Of how many evidence records the columns are kept; of all of them, table and key are."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str)


def written(stories: Sequence[Json]) -> list[str]:
    """Each story as one line of JSON; half a surrogate pair is written as JSON's escape of it.

    All are encoded in one go, since beginning anew for each costs more than its words; a token of this one call, which
    no text of a record can know, stands before each.
    """
    token = token_hex(16)
    listed = [part for story in stories for part in (token, story)]
    text = _ENCODER.encode(listed).encode("utf-8", "backslashreplace").decode("utf-8")
    return text[1:-1].removeprefix(f'"{token}",').split(f',"{token}",') if stories else []


def of_rule(info: RuleInfo) -> Json:
    """A rule in its own words."""
    return {
        "id": info.id,
        "title": info.title,
        "severity": info.severity,
        "clause": info.clause,
        "clause_text": info.clause_text,
        "document": info.document,
        "remedy": info.remedy,
        "assumed": info.assumed,
        "asks": info.asks,
    }


def of_finding(audit: Audit, finding: Finding) -> Json:
    """A finding with its arithmetic, its people by name and what it rests on."""
    window = finding.window
    return {
        "id": finding.id,
        "rule": finding.rule,
        "verdict": finding.verdict,
        "how": finding.how,
        "bearer": _person(audit, finding.bearer),
        "responsible": _person(audit, finding.responsible),
        "department": finding.department,
        "window": window and {"from": _local(window.start), "to": _local(window.end)},
        "record": finding.record and {"table": finding.record.table, "key": finding.record.key},
        "measured": finding.measured,
        "required": finding.required,
        "message": finding.message,
        "cause": finding.cause,
        "arithmetic": finding.arithmetic,
        "because": finding.because,
        "at": _local(finding.at),
        "due": _local(finding.due),
        "days_late": finding.days_late,
        "evidence": [_evidence(audit, ref, place) for place, ref in enumerate(finding.evidence)],
    }


def of_incident(audit: Audit, incident: Incident) -> Json:
    """An incident with every step of its grade."""
    limits = incident.limitation
    return {
        "id": incident.id,
        "rules": incident.rules,
        "grade": incident.grade,
        "severity": incident.severity,
        "responsible": _person(audit, incident.responsible),
        "department": incident.department,
        "findings": incident.findings,
        "steps": [
            {"factor": step.factor, "from": step.start, "to": step.end, "because": step.because}
            for step in incident.steps
        ],
        "measures": [_measure(measure) for measure in incident.measures],
        "limitation": {
            "discovered": _local(limits.discovered),
            "last_day": _local(limits.last_day),
            "discovered_by": limits.discovered_by,
            "arithmetic": limits.arithmetic,
            "expired": limits.expired,
        },
        "chain": [_link(audit, link) for link in incident.chain],
        "excuses": incident.excuses,
        "hearing": _hearing(incident.hearing),
        "decides": _person(audit, incident.decides),
        "derived_from": incident.derived_from,
    }


def _measure(measure: Measure) -> Json:
    return {
        "measure": measure.measure,
        "liability": measure.liability,
        "basis": measure.basis,
        "ceiling": measure.ceiling,
        "capped": measure.capped,
        "proposed": measure.proposed,
        "allowed": measure.allowed,
        "decided_by": measure.decided_by,
        "last_day": _local(measure.last_day),
        "lapses": measure.lapses,
        "source": measure.source,
        "verified": measure.verified,
        "because": measure.because,
    }


def _link(audit: Audit, link: Link) -> Json:
    record = link.record and {"table": link.record.table, "key": link.record.key}
    return {"role": link.role, "person": _person(audit, link.person), "because": link.because, "record": record}


def _hearing(heard: Hearing) -> Json:
    return {
        "state": heard.state,
        "asked": _local(heard.asked),
        "due": _local(heard.due),
        "answered": _local(heard.answered),
        "missing": heard.missing,
    }


def _evidence(audit: Audit, ref: RecordRef, place: int) -> Json:
    columns = audit.records.get(ref) if place < RECORDS and audit.records else None
    return {"table": ref.table, "key": ref.key, "columns": columns} if columns else {"table": ref.table, "key": ref.key}


def _person(audit: Audit, who: str | None) -> Json | None:
    if who is None:
        return None
    known = audit.people.get(who)
    return {"id": who, "name": known.name, "position": known.position} if known else {"id": who}


def _local(moment: datetime | date | None) -> str | None:
    return moment.isoformat() if moment else None

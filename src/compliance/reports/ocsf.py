"""The audit as OCSF 1.5 Compliance Findings (class 2003), one event a line for whatever collects security events."""

from collections.abc import Iterator

from compliance.model.audit import Audit, RuleInfo
from compliance.model.finding import Finding, Verdict
from compliance.model.incident import Grade, Incident
from compliance.reports import words
from compliance.reports.exact import compact
from compliance.reports.instants import offset, since_1970
from compliance.reports.view import View

VERSION = "1.5.0"
CATEGORY, CLASS, CREATE = 2, 2003, 1
Json = dict[str, object]

SEVERITIES = {
    Grade.OBSERVATION: (1, "Informational"),
    Grade.MINOR: (2, "Low"),
    Grade.MODERATE: (3, "Medium"),
    Grade.SERIOUS: (4, "High"),
    Grade.CRITICAL: (5, "Critical"),
}
RESULTS = {
    Verdict.MET: (1, "Pass"),
    Verdict.BREACHED: (3, "Fail"),
    Verdict.EXCUSED: (99, "excused"),
    Verdict.PENDING: (99, "pending"),
    Verdict.UNDETERMINED: (0, "Unknown"),
    Verdict.NOT_APPLICABLE: (99, "not applicable"),
}
STATES = {
    Verdict.MET: (4, "Resolved"),
    Verdict.BREACHED: (1, "New"),
    Verdict.EXCUSED: (3, "Suppressed"),
    Verdict.PENDING: (2, "In Progress"),
    Verdict.UNDETERMINED: (0, "Unknown"),
    Verdict.NOT_APPLICABLE: (99, "not applicable"),
}


def render(audit: Audit, view: View) -> str:
    """A line for each finding that passes the filters; what has no place in the schema stands under `unmapped`."""
    incidents = {key: incident for incident in audit.incidents for key in incident.findings}
    events = (_event(audit, each, incidents.get(each.id)) for each in audit.findings if view.admits(each))
    return "".join(f"{compact(event)}\n" for event in events)


def _event(audit: Audit, finding: Finding, incident: Incident | None) -> Json:
    info, now = audit.rulebook.get(finding.rule), since_1970(audit.as_of, audit.zone)
    severity, status = _severity(finding, incident, info), STATES[finding.verdict]
    told: Json = {
        "category_uid": CATEGORY,
        "category_name": "Findings",
        "class_uid": CLASS,
        "class_name": "Compliance Finding",
        "activity_id": CREATE,
        "activity_name": "Create",
        "type_uid": CLASS * 100 + CREATE,
        "type_name": "Compliance Finding: Create",
        "time": now,
        "timezone_offset": offset(audit.as_of, audit.zone),
        "severity_id": severity[0],
        "severity": severity[1],
        "status_id": status[0],
        "status": status[1],
        "status_detail": finding.cause,
        "message": finding.message or words.brief(finding),
        "metadata": {
            "version": VERSION,
            "uid": finding.id,
            "correlation_uid": audit.id,
            "product": {"name": "Dutybook", "vendor_name": "Dutybook"},
        },
        "finding_info": {
            "uid": finding.id,
            "title": words.title(audit, finding.rule),
            "desc": finding.message or words.brief(finding),
            "created_time": now,
            "types": [info.kind if info else "built-in"],
        },
        "compliance": _compliance(finding, info),
        "resources": list(_resources(audit, finding)),
        "unmapped": _unmapped(finding, incident),
    }
    if finding.window:
        told["start_time"] = since_1970(finding.window.start, audit.zone)
        told["end_time"] = since_1970(finding.window.end, audit.zone)
    if info and info.remedy:
        told["remediation"] = {"desc": info.remedy}
    return {name: value for name, value in told.items() if value is not None}


def _severity(finding: Finding, incident: Incident | None, info: RuleInfo | None) -> tuple[int, str]:
    """Of the incident's grade; a breach that raises none, and what nobody is blamed for, is told only."""
    if incident:
        return SEVERITIES[incident.grade]
    if finding.verdict is Verdict.EXCUSED and info:
        return SEVERITIES[info.severity]
    return (0, "Unknown") if finding.verdict is Verdict.UNDETERMINED else SEVERITIES[Grade.OBSERVATION]


def _compliance(finding: Finding, info: RuleInfo | None) -> Json:
    number, name = RESULTS[finding.verdict]
    told: Json = {"control": finding.rule, "status_id": number, "status": name}
    if info:
        told |= {"desc": info.clause_text or info.title, "requirements": [info.clause] if info.clause else None}
        told["standards"] = [info.document] if info.document else None
    return {key: value for key, value in told.items() if value is not None}


def _resources(audit: Audit, finding: Finding) -> Iterator[Json]:
    if finding.bearer:
        known = audit.people.get(finding.bearer)
        who: Json = {"uid": finding.bearer, "type": "employee", "name": known.name if known else finding.bearer}
        yield who | ({"group": {"name": finding.department}} if finding.department else {})
    if finding.record:
        yield {"uid": finding.record.key, "type": finding.record.table}


def _unmapped(finding: Finding, incident: Incident | None) -> Json:
    given: Json = {
        "verdict": finding.verdict.value,
        "how": finding.how and finding.how.value,
        "responsible": finding.responsible,
        "measured": finding.measured,
        "required": finding.required,
        "arithmetic": finding.arithmetic,
        "at": finding.at,
        "due": finding.due,
        "days_late": finding.days_late,
        "evidence": [f"{ref.table} {ref.key}" for ref in finding.evidence],
        "incident": incident and incident.id,
        "grade": incident and incident.grade.value,
    }
    return {name: value for name, value in given.items() if value is not None}

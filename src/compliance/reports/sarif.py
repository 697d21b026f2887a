"""The audit as SARIF 2.1.0: a result a finding, with its fingerprint, its person and record as logical locations."""

from collections.abc import Iterator

from compliance.model.audit import Audit, RuleInfo
from compliance.model.finding import Finding, Number, Verdict
from compliance.model.incident import Grade, Incident
from compliance.reports import words
from compliance.reports.exact import compact
from compliance.reports.view import View

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "dutybookFinding/v1"

LEVELS = {
    Grade.OBSERVATION: "note",
    Grade.MINOR: "warning",
    Grade.MODERATE: "error",
    Grade.SERIOUS: "error",
    Grade.CRITICAL: "error",
}
KINDS = {
    Verdict.MET: "pass",
    Verdict.BREACHED: "fail",
    Verdict.EXCUSED: "fail",
    Verdict.PENDING: "informational",
    Verdict.UNDETERMINED: "open",
    Verdict.NOT_APPLICABLE: "notApplicable",
}
STATES = {"new": "new", "known": "unchanged"}


def render(audit: Audit, view: View) -> str:
    """One run; an excused breach is a result with an accepted suppression, a baseline gives each result its state."""
    incidents = {key: incident for incident in audit.incidents for key in incident.findings}
    rules = sorted({account.rule for account in audit.rules} | {finding.rule for finding in audit.findings})
    results = [_result(audit, each, incidents.get(each.id)) for each in audit.findings if view.admits(each)]
    return run(
        [_rule(rule, audit.rulebook.get(rule)) for rule in rules],
        [*results, *_gone(audit, view)],
        {
            "organisation": audit.organisation,
            "audit": audit.id,
            "from": audit.period.start,
            "to": audit.period.end,
            "asOf": audit.as_of,
            "rulebookDigest": audit.rulebook_digest,
            "dataDigest": audit.data_digest,
            "filter": view.filters or None,
        },
    )


def run(rules: list[dict[str, object]], results: list[dict[str, object]], properties: dict[str, object]) -> str:
    """A log file of a single run of Dutybook; columns count characters, as an editor's do."""
    told = {
        "tool": {"driver": {"name": "Dutybook", "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {name: value for name, value in properties.items() if value is not None},
    }
    return compact({"$schema": SCHEMA, "version": "2.1.0", "runs": [told]}) + "\n"


def _rule(rule: str, info: RuleInfo | None) -> dict[str, object]:
    if info is None:
        return {"id": rule}
    told = {"text": info.clause_text or info.title}
    given: dict[str, object] = {
        "id": rule,
        "shortDescription": {"text": info.title},
        "fullDescription": told,
        "defaultConfiguration": {"level": LEVELS[info.severity]},
        "properties": {"kind": info.kind, "pack": info.pack, "severity": info.severity, "clause": info.clause},
    }
    return given | ({"help": {"text": info.remedy}} if info.remedy else {})


def _result(audit: Audit, finding: Finding, incident: Incident | None) -> dict[str, object]:
    kind = KINDS[finding.verdict]
    told: dict[str, object] = {
        "ruleId": finding.rule,
        "kind": kind,
        "level": _level(audit, finding, incident) if kind == "fail" else "none",
        "message": {"text": finding.message or finding.cause or words.title(audit, finding.rule)},
        "fingerprints": {FINGERPRINT: finding.id},
        "locations": [{"logicalLocations": places}] if (places := list(_places(audit, finding))) else [],
        "properties": _properties(finding, incident),
    }
    if finding.verdict is Verdict.EXCUSED:
        why = {"justification": finding.cause} if finding.cause else {}
        told["suppressions"] = [{"kind": "external", "status": "accepted"} | why]
    if audit.baseline and (state := audit.baseline.state(finding)):
        told["baselineState"] = STATES[state]
    return told


def _level(audit: Audit, finding: Finding, incident: Incident | None) -> str:
    """By the incident's grade; a breach that raises none is told only."""
    if incident:
        return LEVELS[incident.grade]
    info = audit.rulebook.get(finding.rule)
    excused = finding.verdict is Verdict.EXCUSED and info
    return LEVELS[info.severity] if excused and info else "note"


def _places(audit: Audit, finding: Finding) -> Iterator[dict[str, str]]:
    if finding.record:
        table, key = finding.record.table, finding.record.key
        yield {"name": key, "fullyQualifiedName": f"{table}/{key}", "kind": "record"}
    if finding.bearer:
        name = words.person(audit, finding.bearer)
        yield {"name": name, "fullyQualifiedName": f"employees/{finding.bearer}", "kind": "bearer"}
    if finding.window:
        yield {"name": str(finding.window), "kind": "window"}


def _properties(finding: Finding, incident: Incident | None) -> dict[str, object]:
    given: dict[str, str | Number | object | None] = {
        "verdict": finding.verdict,
        "how": finding.how,
        "bearer": finding.bearer,
        "responsible": finding.responsible,
        "department": finding.department,
        "measured": finding.measured,
        "required": finding.required,
        "cause": finding.cause,
        "arithmetic": finding.arithmetic,
        "incident": incident.id if incident else None,
        "grade": incident.grade if incident else None,
    }
    return {name: value for name, value in given.items() if value is not None}


def _gone(audit: Audit, view: View) -> Iterator[dict[str, object]]:
    """What was breached in the baseline and is no more."""
    for gone in audit.baseline.gone if audit.baseline else ():
        if view.rule in (None, gone.rule) and view.bearer in (None, gone.bearer) and view.department is None:
            yield {
                "ruleId": gone.rule,
                "kind": "fail",
                "level": "none",
                "message": {"text": gone.message or gone.rule},
                "fingerprints": {FINGERPRINT: gone.id},
                "baselineState": "absent",
            }

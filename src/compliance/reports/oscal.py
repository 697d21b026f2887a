"""The audit as OSCAL 1.2 assessment results: observations are findings, risks are incidents, findings are rules."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID, uuid5

from compliance.model.audit import Audit, RuleAccount, RuleInfo
from compliance.model.finding import Finding, Number
from compliance.model.incident import Incident
from compliance.model.printable import printable
from compliance.reports import summary, words
from compliance.reports.exact import compact
from compliance.reports.instants import end_of, zoned
from compliance.reports.sentenced import measure
from compliance.reports.shown import lapsed, select
from compliance.reports.view import View

VERSION = "1.2.1"
OURS = UUID("5d0b7f1e-5a34-4c1b-9a2f-2f0f6a1f7c11")
"""What our UUIDs are made in; ids stay the same from run to run, and so do these."""

NAMESPACE = "https://dutybook.example/ns/oscal"
Json = dict[str, object]


def render(audit: Audit, view: View) -> str:
    """One result. A rule that was not decided has observations and no finding: nothing is claimed of it."""
    observed = [finding for finding in audit.findings if view.admits(finding)]
    incidents = select(audit, view, limit=None).incidents
    result: Json = {
        "uuid": _uuid("result", audit.id),
        "title": _line(f"{audit.organisation}: {audit.period}"),
        "description": " ".join((*summary.sentences(audit), view.sentence())).strip(),
        "start": zoned(audit.period.start, audit.zone),
        "end": zoned(audit.period.end, audit.zone),
        "props": _props(
            {"engine": audit.engine, "rulebook-digest": audit.rulebook_digest, "data-digest": audit.data_digest}
        ),
        "reviewed-controls": {"control-selections": [_reviewed(audit)]},
        "observations": [_observation(audit, each) for each in observed],
        "risks": [_risk(audit, each) for each in incidents],
        "findings": list(_findings(audit, observed, incidents)),
    }
    told: Json = {
        "uuid": _uuid("audit", audit.id),
        "metadata": _metadata(audit, observed, incidents),
        "import-ap": {
            "href": "#",
            "remarks": "The plan of the assessment is the rulebook with the digest given below.",
        },
        "results": [{name: value for name, value in result.items() if value}],
    }
    return compact({"assessment-results": told}) + "\n"


def _metadata(audit: Audit, observed: list[Finding], incidents: tuple[Incident, ...]) -> Json:
    who = {each for finding in observed for each in (finding.bearer, finding.responsible) if each}
    who |= {each.responsible for each in incidents if each.responsible}
    people = [
        {"uuid": _uuid("person", each), "type": "person", "name": _line(_name(audit, each))} for each in sorted(who)
    ]
    told: Json = {
        "title": _line(f"Compliance audit of {audit.organisation}"),
        "last-modified": zoned(audit.as_of, audit.zone),
        "version": audit.id,
        "oscal-version": VERSION,
    }
    return told | ({"parties": people} if people else {})


def _name(audit: Audit, who: str) -> str:
    known = audit.people.get(who)
    return _line(known.name if known else who)


def _reviewed(audit: Audit) -> Json:
    rules = sorted({account.rule for account in audit.rules} | {finding.rule for finding in audit.findings})
    if not rules:
        return {"include-all": {}}
    return {"include-controls": [{"control-id": rule} for rule in rules]}


def _observation(audit: Audit, finding: Finding) -> Json:
    info = audit.rulebook.get(finding.rule)
    told: Json = {
        "uuid": _uuid("finding", finding.id),
        "title": _line(words.title(audit, finding.rule)),
        "description": finding.message or finding.cause or words.brief(finding),
        "props": _props(_told(finding, info)),
        "methods": ["EXAMINE"],
        "types": ["control-objective"],
        "collected": zoned(audit.as_of, audit.zone),
    }
    if finding.bearer:
        who = {
            "subject-uuid": _uuid("person", finding.bearer),
            "type": "party",
            "title": _line(_name(audit, finding.bearer)),
        }
        told["subjects"] = [who]
    if finding.evidence:
        told["relevant-evidence"] = [{"description": f"{ref.table} {ref.key}"} for ref in finding.evidence]
    return told | ({"remarks": remarks} if (remarks := _remarks(finding)) else {})


def _told(finding: Finding, info: RuleInfo | None) -> dict[str, object]:
    return {
        "id": finding.id,
        "rule": finding.rule,
        "clause": info.clause if info else None,
        "verdict": finding.verdict.value,
        "how": finding.how and finding.how.value,
        "bearer": finding.bearer,
        "responsible": finding.responsible,
        "department": finding.department,
        "window-from": finding.window and finding.window.start.isoformat(),
        "window-to": finding.window and finding.window.end.isoformat(),
        "record": finding.record and f"{finding.record.table} {finding.record.key}",
        "measured": _digits(finding.measured),
        "required": _digits(finding.required),
        "due": finding.due and finding.due.isoformat(),
    }


def _remarks(finding: Finding) -> str:
    return " ".join(f"{part.rstrip('.')}." for part in (finding.cause, finding.arithmetic) if part)


def _risk(audit: Audit, incident: Incident) -> Json:
    last = incident.limitation.last_day
    steps = [f"{step.factor}: {step.start} to {step.end}, {step.because}." for step in incident.steps]
    told: Json = {
        "uuid": _uuid("incident", incident.id),
        "title": _line(words.of_incident(audit, incident)),
        "description": f"{incident.grade.capitalize()}; {words.person(audit, incident.responsible)} answers for it.",
        "statement": " ".join([f"The rule sets {incident.severity}.", *steps, f"So it is {incident.grade}."]),
        "props": _props(_judged(audit, incident)),
        "status": "open",
    }
    if last and last != date.max:
        told["deadline"] = zoned(end_of(last), audit.zone)
    if incident.findings:
        told["related-observations"] = [{"observation-uuid": _uuid("finding", key)} for key in incident.findings]
    return told


def _judged(audit: Audit, incident: Incident) -> dict[str, object]:
    return {
        "id": incident.id,
        "grade": incident.grade.value,
        "severity": incident.severity.value,
        "responsible": incident.responsible,
        "department": incident.department,
        "hearing": incident.hearing.state.value,
        "final": "yes" if incident.final else "no",
        "lapsed": "yes" if lapsed(audit, incident) else "no",
        "measures": "; ".join(map(measure, incident.measures)),
    }


def _findings(audit: Audit, observed: list[Finding], incidents: tuple[Incident, ...]) -> Iterator[Json]:
    """A finding for each rule that was decided either way."""
    for account in audit.rules:
        state = _state(account)
        if state is None:
            continue
        info = audit.rulebook.get(account.rule)
        told: Json = {
            "uuid": _uuid("rule", f"{audit.id}/{account.rule}"),
            "title": _line(words.title(audit, account.rule)),
            "description": (info and (info.clause_text or info.title)) or account.rule,
            "target": {"type": "objective-id", "target-id": account.rule, "status": state},
        }
        if seen := [{"observation-uuid": _uuid("finding", each.id)} for each in observed if each.rule == account.rule]:
            told["related-observations"] = seen
        if risks := [{"risk-uuid": _uuid("incident", each.id)} for each in incidents if account.rule in each.rules]:
            told["related-risks"] = risks
        yield told


def _state(account: RuleAccount) -> Json | None:
    told = f"{account.met:,} met, {account.breached:,} breached, {account.excused:,} excused"
    open_ = account.excused + account.pending + account.undetermined
    if account.breached:
        return {"state": "not-satisfied", "reason": "fail", "remarks": told}
    return {"state": "satisfied", "reason": "pass", "remarks": told} if account.met and not open_ else None


def _props(values: dict[str, object]) -> list[Json]:
    return [{"name": name, "ns": NAMESPACE, "value": _line(str(value))} for name, value in values.items() if value]


def _digits(number: Number | None) -> str | None:
    return None if number is None else words.digits(number)


def _line(text: str) -> str:
    """Text as OSCAL takes it: one line, with something on it."""
    return printable(text).strip() or "(empty)"


def _uuid(kind: str, key: str) -> str:
    return str(uuid5(OURS, f"{kind}/{key}"))

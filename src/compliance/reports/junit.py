"""The audit as JUnit's XML: a suite a rule, a case a finding."""

from collections.abc import Iterator

from compliance.model.audit import Audit, RuleAccount
from compliance.model.finding import Finding, Verdict
from compliance.model.incident import Incident
from compliance.reports import words
from compliance.reports.rows import where
from compliance.reports.suites import Case, Suite, document
from compliance.reports.view import View


def render(audit: Audit, view: View) -> str:
    """A breach with an open incident fails; excused, pending, undetermined, told or in the baseline it is skipped."""
    incidents = {key: incident for incident in audit.incidents for key in incident.findings}
    findings: dict[str, list[Finding]] = {}
    for finding in filter(view.admits, audit.findings):
        findings.setdefault(finding.rule, []).append(finding)
    accounts = [account for account in audit.rules if view.rule in (None, account.rule)]
    suites = [Suite(a.rule, [*_met(a, view), *_cases(audit, findings.pop(a.rule, []), incidents)]) for a in accounts]
    others = (Suite(rule, [*_cases(audit, each, incidents)]) for rule, each in findings.items())
    return document(audit.organisation, [*suites, *others, *_derived(audit, view)])


def _met(account: RuleAccount, view: View) -> Iterator[Case]:
    """What was met stands as one case that passed: its findings are counted, and listed only with `--all`."""
    if account.met and not view.filters:
        yield Case(f"{account.met:,} met", account.rule)


def _cases(audit: Audit, findings: list[Finding], incidents: dict[str, Incident]) -> Iterator[Case]:
    for finding in findings:
        if finding.verdict is not Verdict.MET:
            yield _case(audit, finding, incidents.get(finding.id))


def _case(audit: Audit, finding: Finding, incident: Incident | None) -> Case:
    name = f"{words.person(audit, finding.bearer)}, {where(finding)} [{finding.id[:8]}]"
    lines = [line for line in (finding.arithmetic, f"id {finding.id}") if line]
    known = audit.baseline is not None and finding.id in audit.baseline.known
    if finding.verdict is Verdict.BREACHED and incident and not known and not incident.closed:
        lines.insert(0, f"answers: {words.person(audit, incident.responsible)}; incident {incident.id}")
        return Case(name, finding.rule, "failure", finding.message, incident.grade.value, tuple(lines))
    sort = _sort(finding, incident, known=known)
    says = f"{sort.replace('_', ' ')}: {finding.cause or finding.message}"
    return Case(name, finding.rule, "skipped", says, sort, tuple(lines))


def _sort(finding: Finding, incident: Incident | None, *, known: bool) -> str:
    """Why a finding is skipped."""
    if known:
        return "known"
    if finding.verdict is not Verdict.BREACHED:
        return finding.verdict.value
    return "closed" if incident else "told"


def _derived(audit: Audit, view: View) -> Iterator[Suite]:
    """Incidents of supervision have no findings of their own."""
    cases = [
        Case(
            f"{words.person(audit, incident.responsible)}, {words.of_incident(audit, incident)} [{incident.id[:8]}]",
            "supervision",
            "failure",
            words.of_incident(audit, incident),
            incident.grade.value,
            (f"follows from {', '.join(incident.derived_from)}",),
        )
        for incident in audit.incidents
        if incident.derived_from and not view.filters and not incident.closed
        if not (audit.baseline and audit.baseline.knows(incident.id))
    ]
    if cases:
        yield Suite("supervision", cases)

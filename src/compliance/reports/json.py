"""The audit as JSON, version 1."""

from datetime import date, datetime

from compliance.model.audit import Audit, Changes, RuleAccount, TableAccount
from compliance.model.finding import Finding, RecordRef, Window
from compliance.model.incident import Incident, Link, Measure
from compliance.reports.exact import compact, document, lines
from compliance.reports.ledger import assumed
from compliance.reports.shown import select, state
from compliance.reports.version1 import (
    AuditV1,
    BaselineV1,
    ChangesV1,
    FindingV1,
    IncidentV1,
    LinkV1,
    MeasureV1,
    PeriodV1,
    RecordV1,
    RuleV1,
    TableV1,
)
from compliance.reports.view import View


def render(audit: Audit, view: View) -> str:
    """The audit as one JSON document, a finding a line, the same bytes from run to run."""
    incidents = select(audit, view, limit=None).incidents
    return document(
        {
            "version": "1",
            "audit": compact(_audit(audit)),
            "tables": lines(_table(account) for account in audit.tables),
            "rules": lines(_rule(audit, account) for account in audit.rules),
            "findings": lines(_finding(audit, finding) for finding in audit.findings if view.admits(finding)),
            "incidents": lines(_incident(audit, incident) for incident in incidents),
            "notes": lines(audit.notes),
            "changes": compact(_compared(audit.changes) if audit.changes else None),
            "filter": compact(view.filters or None),
            "baseline": compact(_baseline(audit)),
        }
        | ({"edition": compact("pseudonymous")} if audit.smallest_group is not None else {}),
    )


def _audit(audit: Audit) -> AuditV1:
    return {
        "id": audit.id,
        "from": audit.period.start.isoformat(),
        "to": audit.period.end.isoformat(),
        "as_of": audit.as_of.isoformat(),
        "engine": audit.engine,
        "rulebook_digest": audit.rulebook_digest,
        "data_digest": audit.data_digest,
        "organisation": audit.organisation,
    }


def _table(account: TableAccount) -> TableV1:
    return {
        "table": account.table,
        "read": account.read,
        "accepted": account.accepted,
        "rejected": account.rejected,
        "silent_days": account.silent_days,
        "reasons": dict(sorted(account.reasons.items())),
        "repeated": account.repeated,
        "rejects": list(account.rejects),
    }


def _rule(audit: Audit, account: RuleAccount) -> RuleV1:
    return {
        "rule": account.rule,
        "met": account.met,
        "breached": account.breached,
        "excused": account.excused,
        "pending": account.pending,
        "undetermined": account.undetermined,
        "not_applicable": account.not_applicable,
        "assumed": list(assumed(audit, account.rule)),
    }


def _finding(audit: Audit, finding: Finding) -> FindingV1:
    return {
        "id": finding.id,
        "rule": finding.rule,
        "verdict": finding.verdict,
        "how": finding.how,
        "bearer": finding.bearer,
        "responsible": finding.responsible,
        "window": _window(finding.window),
        "record": _record(finding.record) if finding.record else None,
        "measured": finding.measured,
        "required": finding.required,
        "message": finding.message,
        "cause": finding.cause,
        "evidence": [_record(ref) for ref in finding.evidence],
        "department": finding.department,
        "arithmetic": finding.arithmetic,
        "at": _local(finding.at),
        "due": _local(finding.due),
        "days_late": finding.days_late,
        "extent": finding.extent,
        "harm": finding.harm,
        "assumed": list(assumed(audit, finding.rule)),
    }


def _incident(audit: Audit, incident: Incident) -> IncidentV1:
    limitation = incident.limitation
    return {
        "id": incident.id,
        "rules": list(incident.rules),
        "grade": incident.grade,
        "severity": incident.severity,
        "responsible": incident.responsible,
        "department": incident.department,
        "findings": list(incident.findings),
        "steps": [
            {"factor": step.factor, "from": step.start, "to": step.end, "because": step.because}
            for step in incident.steps
        ],
        "measures": [_measure(measure) for measure in incident.measures],
        "limitation": {
            "discovered": _local(limitation.discovered),
            "last_day": _local(limitation.last_day),
            "discovered_by": limitation.discovered_by,
            "arithmetic": limitation.arithmetic,
            "expired": limitation.expired,
        },
        "state": state(audit, incident),
        "chain": [_link(link) for link in incident.chain],
        "excuses": list(incident.excuses),
        "hearing": {
            "state": incident.hearing.state,
            "asked": _local(incident.hearing.asked),
            "due": _local(incident.hearing.due),
            "answered": _local(incident.hearing.answered),
            "missing": incident.hearing.missing,
        },
        "final": incident.final,
        "decides": incident.decides,
        "derived_from": list(incident.derived_from),
    }


def _measure(measure: Measure) -> MeasureV1:
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


def _link(link: Link) -> LinkV1:
    record = _record(link.record) if link.record else None
    return {"role": link.role, "person": link.person, "because": link.because, "record": record}


def _compared(changes: Changes) -> ChangesV1:
    return {"new": list(changes.new), "known": list(changes.known), "gone": list(changes.gone)}


def _baseline(audit: Audit) -> BaselineV1 | None:
    if not (base := audit.baseline):
        return None
    return {
        "audit": base.audit,
        "as_of": base.as_of,
        "findings": {
            "new": [each.id for each in audit.findings if each.id in base.new],
            "known": [each.id for each in audit.findings if each.id in base.known],
            "gone": [gone.id for gone in base.gone],
        },
        "incidents": _compared(base.incidents),
    }


def _window(window: Window | None) -> PeriodV1 | None:
    return None if window is None else {"from": window.start.isoformat(), "to": window.end.isoformat()}


def _record(ref: RecordRef) -> RecordV1:
    return {"table": ref.table, "key": ref.key}


def _local(moment: datetime | date | None) -> str | None:
    return moment.isoformat() if moment else None

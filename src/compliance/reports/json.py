"""The audit as JSON, version 1."""

from compliance.model.audit import Audit, Changes, RuleAccount, TableAccount
from compliance.reports.exact import compact, document, lines
from compliance.reports.json_entries import Findings, Incidents
from compliance.reports.ledger import assumed
from compliance.reports.shown import select
from compliance.reports.version1 import AuditV1, BaselineV1, ChangesV1, RuleV1, TableV1
from compliance.reports.view import View


def render(audit: Audit, view: View) -> str:
    """The audit as one JSON document, a finding a line, the same bytes from run to run."""
    shown = select(audit, view, limit=None)
    thinned = view.filters | ({"limit": str(view.limit)} if shown.left_out else {})
    return document(
        {
            "version": "1",
            "audit": compact(_audit(audit)),
            "tables": lines(_table(account) for account in audit.tables),
            "rules": lines(_rule(audit, account) for account in audit.rules),
            "findings": [*map(Findings(audit).of, filter(view.admits, audit.findings))],
            "incidents": [*map(Incidents(audit).of, shown.incidents)],
            "notes": lines(audit.notes),
            "changes": compact(_compared(audit.changes) if audit.changes else None),
            "filter": compact(thinned or None),
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

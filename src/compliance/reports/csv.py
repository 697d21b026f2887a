"""The audit's findings as CSV, one a row, for a spreadsheet or a script."""

import csv
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from io import StringIO

from compliance.model.audit import Audit
from compliance.model.finding import Finding
from compliance.model.incident import Incident
from compliance.model.printable import printable
from compliance.reports import words
from compliance.reports.cells import neutral
from compliance.reports.view import View

Cell = str | int | Decimal | datetime | None

HEADS = (
    *("finding", "rule", "title", "verdict", "how", "bearer", "bearer_name", "responsible", "responsible_name"),
    *("department", "from", "to", "table", "key", "measured", "required", "message", "cause", "at", "due"),
    *("days_late", "extent", "harm", "incident", "grade", "baseline"),
)


def render(audit: Audit, view: View) -> str:
    """A row a finding that passes the filters, under a row of heads; lines end as RFC 4180 has it."""
    written = StringIO()
    writer = csv.writer(written)
    writer.writerow(HEADS)
    writer.writerows([_told(cell) for cell in row] for row in rows(audit, view))
    return written.getvalue()


def rows(audit: Audit, view: View) -> Iterable[tuple[Cell, ...]]:
    """The cells of each finding, in the order of `HEADS`."""
    incidents = {key: incident for incident in audit.incidents for key in incident.findings}
    return (_row(audit, each, incidents.get(each.id)) for each in audit.findings if view.admits(each))


def _row(audit: Audit, finding: Finding, incident: Incident | None) -> tuple[Cell, ...]:
    window, record = finding.window, finding.record
    return (
        *(finding.id, finding.rule, words.title(audit, finding.rule), finding.verdict.value),
        finding.how.value if finding.how else None,
        *(finding.bearer, _name(audit, finding.bearer), finding.responsible, _name(audit, finding.responsible)),
        *(finding.department, window.start if window else None, window.end if window else None),
        *(record.table if record else None, record.key if record else None),
        *(finding.measured, finding.required, finding.message, finding.cause, finding.at, finding.due),
        *(finding.days_late, finding.extent, finding.harm),
        *(incident.id if incident else None, incident.grade.value if incident else None),
        audit.baseline.state(finding) if audit.baseline else None,
    )


def _name(audit: Audit, who: str | None) -> str | None:
    known = audit.people.get(who) if who else None
    return known.name if known else None


def _told(cell: Cell) -> str:
    """The cell as text; only our own figures and instants may begin with a sign."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return printable(neutral(cell))
    return cell.isoformat() if isinstance(cell, datetime) else words.digits(cell)

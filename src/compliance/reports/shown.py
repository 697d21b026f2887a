"""Which incidents a report shows, and in which order."""

from dataclasses import dataclass
from datetime import date

from compliance.model.audit import Audit
from compliance.model.finding import Finding
from compliance.model.incident import Incident, State
from compliance.reports.counts import department
from compliance.reports.view import View

LIMIT = 500


@dataclass(frozen=True, slots=True)
class Shown:
    """The incidents to show, the gravest first; how many passed the filters, and how many of those are left out."""

    incidents: tuple[Incident, ...]
    matching: int

    @property
    def left_out(self) -> int:
        """How many pass the filters but stand beyond the limit."""
        return self.matching - len(self.incidents)

    def by_department(self) -> dict[str, tuple[Incident, ...]]:
        """The incidents shown by department; the department with the gravest comes first."""
        groups: dict[str, list[Incident]] = {}
        for incident in self.incidents:
            groups.setdefault(department(incident), []).append(incident)
        return {name: tuple(incidents) for name, incidents in groups.items()}


def select(audit: Audit, view: View, limit: int | None = LIMIT) -> Shown:
    """The gravest incidents that pass the view's filters; of one grade, the first to lapse comes first."""
    findings = by_id(audit) if view.bearer else {}
    matching = sorted((i for i in audit.incidents if _admits(view, i, findings)), key=_order)
    most = limit if view.limit is None else view.limit
    return Shown(tuple(matching[:most]), len(matching))


def by_id(audit: Audit) -> dict[str, Finding]:
    """The audit's findings by their ids."""
    return {finding.id: finding for finding in audit.findings}


def state(audit: Audit, incident: Incident) -> State:
    """Whether the register knew the incident; the incident's own word where no register was asked."""
    if audit.changes is None:
        return incident.state
    return State.KNOWN if incident.id in audit.changes.known else State.NEW


def lapsed(audit: Audit, incident: Incident) -> bool:
    """Whether the last day to act lies before the day of `as_of`."""
    last = incident.limitation.last_day
    return last is not None and last < audit.as_of.date()


def _admits(view: View, incident: Incident, findings: dict[str, Finding]) -> bool:
    bearers = {findings[key].bearer for key in incident.findings if key in findings}
    return (
        (view.rule is None or view.rule in incident.rules)
        and view.department in (None, incident.department)
        and (view.bearer in (None, incident.responsible) or view.bearer in bearers)
    )


def _order(incident: Incident) -> tuple[int, date, str, str, str]:
    last = incident.limitation.last_day or date.max
    return -incident.grade.rank, last, incident.department or "", incident.responsible or "", incident.id

"""Which incidents a report shows, and in which order."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain

from compliance.model.audit import Audit
from compliance.model.finding import Finding
from compliance.model.incident import Incident, State
from compliance.reports.counts import department
from compliance.reports.view import View

LIMIT = 500
_LAST = datetime.max  # noqa: DTZ901 local, as every instant here


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

    def in_groups(self) -> tuple[Incident, ...]:
        """The incidents shown, in the order in which `by_department` names them."""
        return tuple(chain.from_iterable(self.by_department().values()))


def select(audit: Audit, view: View, limit: int | None = LIMIT) -> Shown:
    """The gravest that pass the view's filters; of one grade the first to lapse first, of one person by date."""
    findings = by_id(audit)
    matching = [incident for incident in audit.incidents if _admits(view, incident, findings)]
    matching.sort(key=lambda incident: _order(incident, findings))
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


def _order(incident: Incident, findings: dict[str, Finding]) -> tuple[int, date, str, str, datetime, datetime, str]:
    last = incident.limitation.last_day or date.max
    whose = incident.department or "", incident.responsible or ""
    return -incident.grade.rank, last, *whose, *_began(incident, findings), incident.id


def _began(incident: Incident, findings: dict[str, Finding]) -> tuple[datetime, datetime]:
    """The first window's start, and the first act; what has neither comes last."""
    mine = [findings[key] for key in incident.findings if key in findings]
    acts = [finding.at for finding in mine if finding.at]
    starts = [finding.window.start for finding in mine if finding.window] or acts
    return min(starts, default=_LAST), min(acts, default=_LAST)

"""Findings and incidents as JSON, version 1: what most of a report consists of."""

from compliance.model.audit import Audit
from compliance.model.finding import Finding
from compliance.model.incident import Incident, Link, State
from compliance.model.jsoncase import Alike
from compliance.model.jsonparts import Layout, Once, listed, moment, text, texts, truth
from compliance.reports.exact import figure
from compliance.reports.ledger import assumed_by
from compliance.reports.version1 import FindingV1, IncidentV1, LinkV1

_FINDING, _INCIDENT, _LINK = (Layout(shape.__annotations__) for shape in (FindingV1, IncidentV1, LinkV1))


class Findings:
    """Findings as JSON; what many have in common is written once."""

    def __init__(self, audit: Audit) -> None:
        self._alike = Alike(figure)
        self._audit = audit
        self._assumed: Once[tuple[str, ...]] = Once(texts)

    def of(self, finding: Finding) -> str:
        """A finding."""
        return _FINDING.of(
            {
                "id": text(finding.id),
                "rule": text(finding.rule),
                "verdict": text(finding.verdict),
                "how": text(finding.how),
                "bearer": text(finding.bearer),
                "responsible": text(finding.responsible),
                "window": self._alike.window(finding.window),
                "record": self._alike.record(finding.record),
                "measured": figure(finding.measured),
                "required": figure(finding.required),
                "message": text(finding.message),
                "cause": text(finding.cause),
                "evidence": listed(map(self._alike.record, finding.evidence)),
                "department": text(finding.department),
                "arithmetic": text(finding.arithmetic),
                "at": moment(finding.at),
                "due": moment(finding.due),
                "days_late": figure(finding.days_late),
                "extent": figure(finding.extent),
                "harm": figure(finding.harm),
                "assumed": self._assumed[assumed_by(self._audit, finding)],
            },
        )


class Incidents:
    """Incidents as JSON; what many have in common is written once."""

    def __init__(self, audit: Audit) -> None:
        self._known = None if audit.changes is None else frozenset(audit.changes.known)
        self._alike = Alike(figure)
        self._chain: Once[tuple[Link, ...]] = Once(lambda chain: listed(map(self._link, chain)))

    def of(self, incident: Incident) -> str:
        """An incident."""
        return _INCIDENT.of(
            {
                "id": text(incident.id),
                "rules": texts(incident.rules),
                "grade": text(incident.grade),
                "severity": text(incident.severity),
                "responsible": text(incident.responsible),
                "department": text(incident.department),
                "findings": texts(incident.findings),
                "steps": self._alike.steps[incident.steps],
                "measures": self._alike.measures[incident.measures],
                "limitation": self._alike.limitations[incident.limitation],
                "state": text(self._state(incident)),
                "chain": self._chain[incident.chain],
                "excuses": texts(incident.excuses),
                "hearing": self._alike.hearings[incident.hearing],
                "final": truth(incident.final),
                "decides": text(incident.decides),
                "derived_from": texts(incident.derived_from),
                "closed": truth(incident.closed),
            },
        )

    def _state(self, incident: Incident) -> State:
        if self._known is None:
            return incident.state
        return State.KNOWN if incident.id in self._known else State.NEW

    def _link(self, link: Link) -> str:
        return _LINK.of(
            {
                "role": text(link.role),
                "person": text(link.person),
                "because": text(link.because),
                "record": self._alike.record(link.record),
            },
        )

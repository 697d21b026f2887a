"""Findings and incidents as JSON, version 1: what most of a report consists of."""

from json.encoder import encode_basestring as quoted

from compliance.model.audit import Audit
from compliance.model.finding import Finding, RecordRef, Window
from compliance.model.incident import Hearing, Incident, Limitation, Link, Measure, State, Step
from compliance.model.jsonparts import NULL, Layout, Once, listed, moment, text, texts, truth
from compliance.reports.exact import figure
from compliance.reports.ledger import assumed
from compliance.reports.version1 import (
    FindingV1,
    HearingV1,
    IncidentV1,
    LimitationV1,
    LinkV1,
    MeasureV1,
    PeriodV1,
    RecordV1,
    StepV1,
)

_FINDING, _PERIOD, _RECORD = (Layout(shape.__annotations__) for shape in (FindingV1, PeriodV1, RecordV1))
_INCIDENT, _STEP, _MEASURE, _LIMITATION, _LINK, _HEARING = (
    Layout(shape.__annotations__) for shape in (IncidentV1, StepV1, MeasureV1, LimitationV1, LinkV1, HearingV1)
)


class Findings:
    """Findings as JSON; what many have in common is written once."""

    def __init__(self, audit: Audit) -> None:
        self._assumed: Once[str] = Once(lambda rule: texts(assumed(audit, rule)))

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
                "window": _window(finding.window),
                "record": _record(finding.record),
                "measured": figure(finding.measured),
                "required": figure(finding.required),
                "message": text(finding.message),
                "cause": text(finding.cause),
                "evidence": listed(map(_record, finding.evidence)),
                "department": text(finding.department),
                "arithmetic": text(finding.arithmetic),
                "at": moment(finding.at),
                "due": moment(finding.due),
                "days_late": figure(finding.days_late),
                "extent": figure(finding.extent),
                "harm": figure(finding.harm),
                "assumed": self._assumed[finding.rule],
            },
        )


class Incidents:
    """Incidents as JSON; what many have in common is written once."""

    def __init__(self, audit: Audit) -> None:
        self._known = None if audit.changes is None else frozenset(audit.changes.known)
        self._steps: Once[tuple[Step, ...]] = Once(lambda steps: listed(map(_step, steps)))
        self._measures: Once[tuple[Measure, ...]] = Once(lambda measures: listed(map(_measure, measures)))
        self._limitation: Once[Limitation] = Once(_limitation)
        self._chain: Once[tuple[Link, ...]] = Once(lambda chain: listed(map(_link, chain)))
        self._hearing: Once[Hearing] = Once(_hearing)

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
                "steps": self._steps[incident.steps],
                "measures": self._measures[incident.measures],
                "limitation": self._limitation[incident.limitation],
                "state": text(self._state(incident)),
                "chain": self._chain[incident.chain],
                "excuses": texts(incident.excuses),
                "hearing": self._hearing[incident.hearing],
                "final": truth(incident.final),
                "decides": text(incident.decides),
                "derived_from": texts(incident.derived_from),
            },
        )

    def _state(self, incident: Incident) -> State:
        if self._known is None:
            return incident.state
        return State.KNOWN if incident.id in self._known else State.NEW


def _step(step: Step) -> str:
    parts = {"factor": step.factor, "from": step.start, "to": step.end, "because": step.because}
    return _STEP.of({name: text(part) for name, part in parts.items()})


def _limitation(limitation: Limitation) -> str:
    return _LIMITATION.of(
        {
            "discovered": moment(limitation.discovered),
            "last_day": moment(limitation.last_day),
            "discovered_by": text(limitation.discovered_by),
            "arithmetic": text(limitation.arithmetic),
            "expired": truth(limitation.expired),
        },
    )


def _hearing(hearing: Hearing) -> str:
    return _HEARING.of(
        {
            "state": text(hearing.state),
            "asked": moment(hearing.asked),
            "due": moment(hearing.due),
            "answered": moment(hearing.answered),
            "missing": text(hearing.missing),
        },
    )


def _measure(measure: Measure) -> str:
    return _MEASURE.of(
        {
            "measure": text(measure.measure),
            "liability": text(measure.liability),
            "basis": text(measure.basis),
            "ceiling": text(measure.ceiling),
            "capped": truth(measure.capped),
            "proposed": text(measure.proposed),
            "allowed": text(measure.allowed),
            "decided_by": text(measure.decided_by),
            "last_day": moment(measure.last_day),
            "lapses": text(measure.lapses),
            "source": text(measure.source),
            "verified": truth(measure.verified),
            "because": text(measure.because),
        },
    )


def _link(link: Link) -> str:
    return _LINK.of(
        {
            "role": text(link.role),
            "person": text(link.person),
            "because": text(link.because),
            "record": _record(link.record),
        },
    )


def _window(window: Window | None) -> str:
    return NULL if window is None else _PERIOD.of({"from": moment(window.start), "to": moment(window.end)})


def _record(ref: RecordRef | None) -> str:
    return NULL if ref is None else _RECORD.of({"table": quoted(ref.table), "key": quoted(ref.key)})

"""What the register keeps of a rule, a finding or an incident, so that it can be explained without the sources.

Plain JSON: instants are local ISO 8601; a decimal is text, since JSON readers would make a float of it.
"""

from collections.abc import Mapping
from json.encoder import encode_basestring as quoted

from compliance.model.audit import Audit, RuleInfo
from compliance.model.finding import Finding, Number, RecordRef
from compliance.model.incident import Incident, Link
from compliance.model.jsoncase import Alike
from compliance.model.jsonparts import NULL, Layout, Once, listed, moment, sound, text, texts

RECORDS = 20
"""Of how many evidence records the columns are kept; of all of them, table and key are."""

_AND, _AFTER = ",", ":"


def _layout(names: str) -> Layout:
    return Layout(names.split(), between=_AND, after=_AFTER)


_RULE = _layout("id title severity clause clause_text document remedy assumed asks")
_FINDING = _layout(
    "id rule verdict how bearer responsible department window record entity approver measured required"
    " message cause arithmetic because at due days_late evidence"
)
_INCIDENT = _layout(
    "id rules grade severity responsible department findings steps measures limitation chain excuses hearing decides"
    " derived_from"
)
_LINK = _layout("role person because record")
_RECORD_WITH_COLUMNS = _layout("table key columns")
_PERSON, _STRANGER = _layout("id name position"), _layout("id")


def of_rule(info: RuleInfo) -> str:
    """A rule in its own words."""
    told = {
        "id": text(info.id),
        "title": text(info.title),
        "severity": text(info.severity),
        "clause": text(info.clause),
        "clause_text": text(info.clause_text),
        "document": text(info.document),
        "remedy": text(info.remedy),
        "assumed": texts(tuple(map(str, info.assumed)), _AND),
        "asks": text(info.asks),
    }
    return sound(_RULE.of(told))


class Stories:
    """The stories of an audit's findings and incidents; what many have in common is written once."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit
        self._person: Once[str | None] = Once(self._of_person)
        self._alike = Alike(_figure, _AND, _AFTER)
        self._chain: Once[tuple[Link, ...]] = Once(lambda chain: listed(map(self._link, chain), _AND))

    def of_finding(self, finding: Finding) -> str:
        """A finding with its arithmetic, its people by name and what it rests on."""
        told = {
            "id": text(finding.id),
            "rule": text(finding.rule),
            "verdict": text(finding.verdict),
            "how": text(finding.how),
            "bearer": self._person[finding.bearer],
            "responsible": self._person[finding.responsible],
            "department": text(finding.department),
            "window": self._alike.window(finding.window),
            "record": self._alike.record(finding.record),
            "entity": self._alike.record(finding.entity),
            "approver": self._person[finding.approver],
            "measured": _figure(finding.measured),
            "required": _figure(finding.required),
            "message": text(finding.message),
            "cause": text(finding.cause),
            "arithmetic": text(finding.arithmetic),
            "because": text(finding.because),
            "at": moment(finding.at),
            "due": moment(finding.due),
            "days_late": _figure(finding.days_late),
            "evidence": self._evidence(finding),
        }
        return sound(_FINDING.of(told))

    def of_incident(self, incident: Incident) -> str:
        """An incident with every step of its grade."""
        told = {
            "id": text(incident.id),
            "rules": texts(incident.rules, _AND),
            "grade": text(incident.grade),
            "severity": text(incident.severity),
            "responsible": self._person[incident.responsible],
            "department": text(incident.department),
            "findings": texts(incident.findings, _AND),
            "steps": self._alike.steps[incident.steps],
            "measures": self._alike.measures[incident.measures],
            "limitation": self._alike.limitations[incident.limitation],
            "chain": self._chain[incident.chain],
            "excuses": texts(incident.excuses, _AND),
            "hearing": self._alike.hearings[incident.hearing],
            "decides": self._person[incident.decides],
            "derived_from": texts(incident.derived_from, _AND),
        }
        return sound(_INCIDENT.of(told))

    def _evidence(self, finding: Finding) -> str:
        if not (records := self._audit.records):
            return listed(map(self._alike.record, finding.evidence), _AND)
        shown = [self._with_columns(ref, records.get(ref)) for ref in finding.evidence[:RECORDS]]
        return listed([*shown, *map(self._alike.record, finding.evidence[RECORDS:])], _AND)

    def _with_columns(self, ref: RecordRef, columns: Mapping[str, str] | None) -> str:
        if not columns:
            return self._alike.record(ref)
        cells = _AND.join(f"{quoted(name)}:{quoted(cell)}" for name, cell in columns.items())
        return _RECORD_WITH_COLUMNS.of({"table": quoted(ref.table), "key": quoted(ref.key), "columns": f"{{{cells}}}"})

    def _link(self, link: Link) -> str:
        return _LINK.of(
            {
                "role": text(link.role),
                "person": self._person[link.person],
                "because": text(link.because),
                "record": self._alike.record(link.record),
            },
        )

    def _of_person(self, who: str | None) -> str:
        if who is None:
            return NULL
        known = self._audit.people.get(who)
        if known is None:
            return _STRANGER.of({"id": quoted(who)})
        return _PERSON.of({"id": quoted(who), "name": quoted(known.name), "position": text(known.position)})


def _figure(number: Number | None) -> str:
    if number is None:
        return NULL
    return str(number) if isinstance(number, int) else quoted(str(number))

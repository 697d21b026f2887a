"""The pseudonymous edition: an audit in which nobody is named, made before any renderer sees it.

People, records, findings and incidents go by pseudonyms, columns of records and positions are left out, small
departments are taken together, everything is in the order of the pseudonyms, and texts are rid of names.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain

from compliance.model.audit import Audit, Baseline, Changes, Person, TableAccount
from compliance.model.finding import Finding, RecordRef
from compliance.model.incident import Incident, Link
from compliance.reports.pseudonyms import Pseudonyms

SMALL = "Small departments"
"""The department of everybody whose own has too few people to hide in."""

_QUOTED = re.compile(r'".*"')
"""What a rejected row holds: it may be anybody's, and is left out."""


@dataclass(frozen=True, slots=True)
class Edition:
    """Who stands for whom, and under which name each department goes."""

    names: Pseudonyms
    smallest: int
    departments: dict[str, str | None]

    def department(self, name: str | None) -> str | None:
        """A department of enough people, those that are too small taken together, or none where even they are few."""
        return None if name is None else self.departments.get(name)


def pseudonymous(audit: Audit, salt: bytes, smallest: int) -> Audit:
    """The audit without anybody's name; the same salt gives the same pseudonyms for the same audit."""
    people = {**{who: Person(who, who) for who in _mentioned(audit)}, **audit.people}
    names = Pseudonyms(salt, audit.id, people.values())
    edition = Edition(names, smallest, departments(people.values(), smallest))
    known = {names.person(each.id): each for each in people.values()}
    return replace(
        audit,
        people={key: Person(key, key, None, edition.department(known[key].department)) for key in sorted(known)},
        tables=tuple(_table(edition, each) for each in audit.tables),
        findings=tuple(sorted((_finding(edition, each) for each in audit.findings), key=_place)),
        incidents=tuple(sorted((_incident(edition, each) for each in audit.incidents), key=lambda each: each.id)),
        notes=(*map(names.text, audit.notes), note(smallest)),
        changes=_changes(edition, audit.changes) if audit.changes else None,
        records={},
        baseline=_baseline(edition, audit.baseline) if audit.baseline else None,
        smallest_group=smallest,
    )


def note(smallest: int) -> str:
    """What whoever reads the edition must know of it."""
    return (
        "this is the pseudonymous edition: people, records, findings and incidents go by other names, "
        f"and departments of fewer than {smallest} people are taken together"
    )


def departments(people: Iterable[Person], smallest: int) -> dict[str, str | None]:
    """Under which name each department goes: its own, that of all small ones, or none."""
    sizes = Counter(each.department for each in people if each.department)
    small = {name for name, size in sizes.items() if size < smallest}
    together = SMALL if sum(sizes[name] for name in small) >= smallest else None
    return {name: together if name in small else name for name in sizes}


def _mentioned(audit: Audit) -> set[str]:
    """Everybody who is named by id in a finding or an incident, on the roster or not."""
    findings = (who for each in audit.findings for who in (each.bearer, each.responsible, each.approver))
    judged = ((each.responsible, each.decides, *(link.person for link in each.chain)) for each in audit.incidents)
    gone = (each.bearer for each in (audit.baseline.gone if audit.baseline else ()))
    return {who for who in (*findings, *chain.from_iterable(judged), *gone) if who is not None}


def _finding(edition: Edition, finding: Finding) -> Finding:
    names, refs = edition.names, (*filter(None, [finding.record, finding.entity]), *finding.evidence)
    return replace(
        finding,
        id=names.id(finding.id),
        bearer=names.anybody(finding.bearer),
        responsible=names.anybody(finding.responsible),
        department=edition.department(finding.department),
        record=names.record(finding.record) if finding.record else None,
        message=names.text(finding.message, refs),
        cause=names.maybe(finding.cause, refs),
        arithmetic=names.maybe(finding.arithmetic, refs),
        because=names.maybe(finding.because, refs),
        evidence=tuple(sorted(map(names.record, finding.evidence))),
        approver=names.anybody(finding.approver),
        entity=names.record(finding.entity) if finding.entity else None,
    )


def _incident(edition: Edition, incident: Incident) -> Incident:
    names = edition.names
    refs = [each.record for each in incident.chain if each.record]
    limits, heard = incident.limitation, incident.hearing
    return replace(
        incident,
        id=names.id(incident.id),
        responsible=names.anybody(incident.responsible),
        department=edition.department(incident.department),
        findings=tuple(map(names.id, incident.findings)),
        steps=tuple(replace(each, because=names.text(each.because, refs)) for each in incident.steps),
        measures=tuple(replace(each, because=names.text(each.because, refs)) for each in incident.measures),
        limitation=replace(limits, arithmetic=names.maybe(limits.arithmetic)),
        chain=tuple(_link(names, each, refs) for each in incident.chain),
        excuses=tuple(names.text(each, refs) for each in incident.excuses),
        hearing=replace(heard, missing=names.maybe(heard.missing)),
        decides=names.anybody(incident.decides),
        derived_from=tuple(sorted(map(names.id, incident.derived_from))),
    )


def _link(names: Pseudonyms, each: Link, refs: Iterable[RecordRef]) -> Link:
    record = names.record(each.record) if each.record else None
    return replace(each, person=names.anybody(each.person), because=names.text(each.because, refs), record=record)


def _table(edition: Edition, told: TableAccount) -> TableAccount:
    def plain(text: str) -> str:
        return edition.names.text(_QUOTED.sub('"\N{HORIZONTAL ELLIPSIS}"', text))

    reasons = {plain(reason): count for reason, count in told.reasons.items()}
    return replace(told, reasons=reasons, rejects=tuple(map(plain, told.rejects)))


def _changes(edition: Edition, told: Changes) -> Changes:
    new, known, gone = (tuple(sorted(map(edition.names.id, ids))) for ids in (told.new, told.known, told.gone))
    return Changes(new, known, gone)


def _baseline(edition: Edition, told: Baseline) -> Baseline:
    names = edition.names
    gone = (
        replace(each, id=names.id(each.id), bearer=names.anybody(each.bearer), message=names.text(each.message))
        for each in told.gone
    )
    return replace(
        told,
        new=frozenset(map(names.id, told.new)),
        known=frozenset(map(names.id, told.known)),
        gone=tuple(sorted(gone, key=lambda each: each.id)),
        incidents=_changes(edition, told.incidents),
    )


def _place(finding: Finding) -> tuple[str, ...]:
    """The order of an audit, by pseudonyms: the true order would tell who comes before whom."""
    window = finding.window
    span = (window.start.isoformat(), window.end.isoformat()) if window else ("~", "~")
    return finding.rule, finding.bearer or "", *span, finding.id

"""One incident, prepared for a page that is read without help."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import TypeAlias

from compliance.model.audit import Audit, Person, RuleInfo
from compliance.model.finding import Finding, RecordRef
from compliance.model.incident import Incident, State
from compliance.reports import words
from compliance.reports.sentenced import hearing, limits, link, measure, nothing_proposed
from compliance.reports.shown import lapsed, state

MOST = 20
"""How many findings or records of one incident are shown."""

FEW = 6
"""Up to how many findings have their dates in the timeline; of more, the first and the last date stand for all."""

Dated: TypeAlias = tuple[datetime, str, str]
"""An instant to sort by, the words for it, and what it is."""


@dataclass(frozen=True, slots=True)
class Line:
    """One finding: when or on what, what came out, and the arithmetic behind it."""

    where: str
    brief: str
    message: str
    arithmetic: str | None


@dataclass(frozen=True, slots=True)
class Records:
    """Evidence from one table: a row for each record with known columns, the key first; the bare keys of others."""

    table: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """One date of the incident's timeline."""

    when: str
    what: str


@dataclass(frozen=True, slots=True)
class Card:
    """All that a page shows of one incident; `more_…` say how many are left out."""

    incident: Incident
    who: Person | None
    title: str
    lead: str
    rules: tuple[RuleInfo, ...]
    chain: tuple[str, ...]
    lines: tuple[Line, ...]
    more_lines: int
    records: tuple[Records, ...]
    more_records: int
    moments: tuple[Moment, ...]
    lapsed: bool
    excuses: tuple[str, ...]
    measures: tuple[str, ...]
    limits: tuple[str, ...]
    hearing: tuple[str, ...]
    decides: str | None


def card(audit: Audit, incident: Incident, findings: Mapping[str, Finding]) -> Card:
    """The incident with its findings, records, dates and texts, as far as the audit holds them."""
    mine = [findings[key] for key in incident.findings if key in findings]
    evidence = list(dict.fromkeys(ref for finding in mine for ref in finding.evidence))
    return Card(
        incident=incident,
        who=_who(audit, incident.responsible),
        title=words.of_incident(audit, incident),
        lead=_lead(audit, incident, mine),
        rules=tuple(audit.rulebook[rule] for rule in incident.rules if rule in audit.rulebook),
        chain=_chain(audit, incident, mine),
        lines=tuple(map(line, mine[:MOST])),
        more_lines=max(0, len(mine) - MOST),
        records=tuple(_records(audit, evidence[:MOST])),
        more_records=max(0, len(evidence) - MOST),
        moments=tuple(_moments(audit, incident, mine)),
        lapsed=lapsed(audit, incident),
        excuses=incident.excuses,
        measures=tuple(map(measure, incident.measures)) or _nothing(incident),
        limits=tuple(limits(incident.limitation)),
        hearing=tuple(hearing(incident.hearing)),
        decides=words.person(audit, incident.decides) if incident.decides else None,
    )


def _nothing(incident: Incident) -> tuple[str, ...]:
    """Why nothing may be proposed, where a law was asked."""
    expired = incident.limitation.expired
    return (nothing_proposed(expired=expired),) if incident.limitation.last_day else ()


def line(finding: Finding) -> Line:
    """A finding in one line."""
    return Line(where(finding), words.brief(finding), finding.message, finding.arithmetic)


def where(finding: Finding) -> str:
    """The finding's record, else its window, in words."""
    if finding.record:
        return f"{finding.record.table} {finding.record.key}"
    return words.span(finding.window) if finding.window else "as of this audit"


def _who(audit: Audit, who: str | None) -> Person | None:
    return audit.people.get(who, Person(who, who)) if who else None


def _lead(audit: Audit, incident: Incident, findings: list[Finding]) -> str:
    known = "new in this audit" if state(audit, incident) is State.NEW else "known from an earlier audit"
    if audit.baseline and audit.baseline.knows(incident.id):
        known = f"{known}, in the baseline"
    known = f"{known}, closed" if incident.closed else known
    if incident.derived_from:
        return f"follows from {words.plural(len(incident.derived_from), 'incident')}; {known}"
    if len(findings) == 1:
        return f"{words.brief(findings[0])}; {known}"
    return f"{words.plural(len(findings), 'finding')} judged together; {known}"


def _chain(audit: Audit, incident: Incident, findings: list[Finding]) -> tuple[str, ...]:
    if incident.responsible is None:
        return ("Nobody could be named who answers for this.",)
    if len(incident.chain) > 1 or incident.derived_from:
        names = ((each, words.person(audit, each.person) if each.person else None) for each in incident.chain)
        return tuple(f"{link(each, name)}." for each, name in names)
    answers = words.person(audit, incident.responsible)
    others = dict.fromkeys(f.bearer for f in findings if f.bearer and f.bearer != incident.responsible)
    if not others:
        return (f"{answers} owed this and answers for it.",)
    reasons = dict.fromkeys(f"{f.because}." for f in findings if f.because)
    owed = (f"{words.person(audit, bearer)} owed this; {answers} answers for it." for bearer in others)
    return (*owed, *reasons)


def _records(audit: Audit, evidence: list[RecordRef]) -> Iterable[Records]:
    for table in dict.fromkeys(ref.table for ref in evidence):
        refs = [ref for ref in evidence if ref.table == table]
        known = {ref.key: audit.records[ref] for ref in refs if audit.records.get(ref)}
        columns = tuple(dict.fromkeys(name for record in known.values() for name in record))
        rows = ((key, *(record.get(name, "") for name in columns)) for key, record in known.items())
        yield Records(table, columns, tuple(rows), tuple(ref.key for ref in refs if ref.key not in known))


def _moments(audit: Audit, incident: Incident, findings: list[Finding]) -> Iterable[Moment]:
    dated = sorted(moment for finding in findings for moment in _dates(finding))
    if len(findings) > FEW and dated:
        (first, began, _), (last, ended, _) = dated[0], dated[-1]
        whole = words.plural(len(findings), "finding")
        dated = [(first, began, f"the first of {whole}"), (last, ended, "the last of them")]
    return (Moment(shown, what) for _, shown, what in sorted([*dated, *_limits(audit, incident)]))


def _limits(audit: Audit, incident: Incident) -> Iterable[Dated]:
    limits = incident.limitation
    if limits.discovered:
        yield datetime.combine(limits.discovered, time.max), words.day(limits.discovered), "became known"
    if limits.last_day:
        passed = "last day to act, which has passed: recorded, no sanction possible"
        what = passed if lapsed(audit, incident) else "last day to act"
        yield datetime.combine(limits.last_day, time.max), words.day(limits.last_day), what


def _dates(finding: Finding) -> Iterable[Dated]:
    """The due instant and the act; what has no act of its own (`at` is its window's start) shows by its due instant."""
    acted = finding.at and not (finding.window and finding.at == finding.window.start)
    if finding.due:
        yield finding.due, words.due(finding.due), "due" if acted else f"due: {words.brief(finding)}"
    if finding.at and (acted or not finding.due):
        yield finding.at, words.instant(finding.at), words.brief(finding)

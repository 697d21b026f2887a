"""Consolidation: which breached findings are judged together, as one case.

First, findings on one record with the same responsible come together under the gravest of them (of equal ones the
first rule id). A duty that is owed for an entity in every period names the entity as its record; there the period
belongs to the record, or a client's whole year would be one breach. Then the gravest is grouped by its own rule's
`incident_per`, or stands alone. A finding that nobody bears, or answers for, raises no case, and none is in two.

A case's id is the fingerprint of its leading rule, the bearer and the group, so it stays the same when the grade or
the list of findings changes.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from itertools import chain
from operator import attrgetter
from typing import TypeAlias

from compliance.dossier import Dossier
from compliance.model.audit import RuleInfo
from compliance.model.finding import Finding
from compliance.model.incident import Grade

Rulebook: TypeAlias = Mapping[str, RuleInfo]
EMPTY = Dossier()
_PERIODIC = frozenset({"quota", "deadline"})


@dataclass(frozen=True, slots=True)
class Case:
    """Findings that are judged together, the leading one first; `info` is of its rule.

    `grade` is set once it is graded; `judged_on` where it is judged by the rules of another day than the act's;
    `of_head` where it is about supervision.
    """

    id: str
    info: RuleInfo
    findings: tuple[Finding, ...]
    dossier: Dossier = EMPTY
    grade: Grade | None = None
    judged_on: date | None = None
    of_head: bool = False

    @property
    def lead(self) -> Finding:
        """The finding that the case is known by."""
        return self.findings[0]

    @property
    def weighed(self) -> tuple[Finding, ...]:
        """The findings whose extent, delay and damage weigh: none of those that a head did not prevent."""
        return () if self.of_head else self.findings

    @property
    def severity(self) -> Grade:
        """Where the grade starts: the rule's severity at the time of the act or now, whichever is milder."""
        if not self.info.severities:
            return self.info.severity
        start = when(self.lead)
        then, now = start.date() if start else None, self.dossier.as_of.date()
        return min(self.info.severity_on(then), self.info.severity_on(now), key=lambda grade: grade.rank)


def consolidate(
    findings: Iterable[Finding], rulebook: Rulebook, dossier: Dossier = EMPTY, excused: Container[str] = frozenset()
) -> tuple[Case, ...]:
    """The cases of these breached findings, in an order that does not depend on theirs, without the excused ones.

    Where the finding that led a record is excused, what is left of that record stands alone: an excuse must not put it
    into another group, and so make that one graver.
    """
    answered = (each for each in findings if each.bearer is not None and each.responsible is not None)
    borne = sorted(answered, key=attrgetter("id"))
    groups: dict[tuple[str, ...], list[list[Finding]]] = {}
    for unit in _by_record(borne, rulebook):
        left = [finding for finding in unit if finding.id not in excused]
        if left:
            key = _group(left[0], rulebook[left[0].rule], alone=left[0] is not unit[0])
            groups.setdefault(key, []).append(left)
    return tuple([Case(fingerprint(key), rulebook[key[0]], _together(units), dossier) for key, units in groups.items()])


def _by_record(findings: Iterable[Finding], rulebook: Rulebook) -> list[list[Finding]]:
    """Findings of one record and responsible, the gravest first."""
    units: dict[object, list[Finding]] = {}
    for finding in findings:
        units.setdefault(_subject(finding, rulebook[finding.rule]), []).append(finding)
    for unit in units.values():
        if len(unit) > 1:
            unit.sort(key=lambda finding: (-_weight(rulebook[finding.rule]), finding.rule, *_order(finding)))
    return list(units.values())


def _weight(info: RuleInfo) -> int:
    """How grave a rule is beside others; what only should be done never outweighs what must."""
    return info.severity.rank if info.force == "must" else -1


def _together(units: list[list[Finding]]) -> tuple[Finding, ...]:
    """The findings of a case: unit after unit by their leading findings' dates."""
    if len(units) > 1:
        units.sort(key=lambda unit: _order(unit[0]))
    return tuple(chain.from_iterable(units))


def _order(finding: Finding) -> tuple[str, str]:
    start = when(finding)
    return start.isoformat() if start else "", finding.id


def when(finding: Finding) -> datetime | None:
    """The instant that a finding is dated by: its window's start, else its act; None where it has neither."""
    return finding.window.start if finding.window else finding.at


def _subject(finding: Finding, info: RuleInfo) -> object:
    """What a finding is about, and who answers; one without a record is about itself."""
    if finding.record is None:
        return finding.id
    return finding.record, finding.window if info.kind in _PERIODIC else None, finding.responsible


def _group(lead: Finding, info: RuleInfo, *, alone: bool) -> tuple[str, ...]:
    """Rule, bearer and group key; another who answers for the bearer has a group of the same period apart."""
    start = when(lead)
    stands_in = "" if lead.responsible in {None, lead.bearer} else str(lead.responsible)
    if alone or info.incident_per is None or start is None:
        return lead.rule, str(lead.bearer), *_alone(lead), stands_in
    return lead.rule, str(lead.bearer), period(info.incident_per, start), stands_in


def _alone(lead: Finding) -> tuple[str, ...]:
    """The window and record of a finding that stands alone."""
    window = (lead.window.start.isoformat(), lead.window.end.isoformat()) if lead.window else ()
    record = (lead.record.table, lead.record.key) if lead.record else ()
    return (*window, *record) or (lead.id,)


def period(per: str, start: datetime) -> str:
    """The label of the day, week, month, quarter or year that an instant lies in, such as `2026-03` or `2026-W09`."""
    match per:
        case "week":
            year, week, _ = start.isocalendar()
            return f"{year}-W{week:02}"
        case "month":
            return f"{start.year}-{start.month:02}"
        case "quarter":
            return f"{start.year}-Q{(start.month + 2) // 3}"
        case "year":
            return str(start.year)
        case _:
            return start.date().isoformat()


def fingerprint(key: tuple[str, ...]) -> str:
    """The id of an incident, from what groups its findings."""
    return sha256("\x1f".join(key).encode()).hexdigest()[:16]

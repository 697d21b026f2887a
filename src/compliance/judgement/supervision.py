"""Derived cases: a head of department whose people breach one rule systematically did not supervise.

The breaches of one rule by people of one department in one quarter, the head's own left aside, are one case of the
head. It has no findings of its own, since no finding is in two incidents; it names the incidents that it follows from.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from compliance.dossier import Dossier
from compliance.judgement.cases import Case, Rulebook, fingerprint, period, when
from compliance.model.finding import Finding
from compliance.model.incident import Incident, Link, Role

SUPERVISION = "supervision"


def candidates(findings: Iterable[Finding], rulebook: Rulebook, dossier: Dossier) -> list[Case]:
    """One case for each rule, department with a head, and quarter, in which more than one person breached it."""
    groups: dict[tuple[str, str, str, str], list[Finding]] = defaultdict(list)
    answered = (each for each in findings if each.bearer is not None and each.responsible is not None)
    for finding in answered:
        head, start = _head(finding, dossier), when(finding)
        if head is not None and start is not None and head not in {finding.bearer, finding.responsible}:
            # A department that is none goes into the id as the word, so that such incidents keep theirs.
            key = (finding.rule, str(finding.department), head, period("quarter", start))
            groups[key].append(finding)
    return [
        _case(key, found, rulebook, dossier)
        for key, found in sorted(groups.items())
        if len({finding.bearer for finding in found}) > 1
    ]


def _head(finding: Finding, dossier: Dossier) -> str | None:
    """The head of the finding's department; where no table says it, the bearer's superior."""
    start = when(finding)
    if dossier.heads or dossier.headed:
        return dossier.head(finding.department, start or dossier.as_of)
    held = dossier.roster.on(finding.bearer, start.date()) if start else None
    return held.superior_id if held is not None else None


def _case(key: tuple[str, str, str, str], found: list[Finding], rulebook: Rulebook, dossier: Dossier) -> Case:
    rule, department, head, quarter = key
    found.sort(key=lambda finding: (when(finding) or datetime.min, finding.id))  # noqa: DTZ901 local, as all are
    led = replace(found[0], responsible=head)
    return Case(fingerprint((SUPERVISION, rule, head, department, quarter)), rulebook[rule], (led, *found[1:]), dossier)


def of_head(case: Case) -> Case:
    """The case as the head's: how many breached it and how often weighs, not how far, how late or why they did."""
    return replace(case, of_head=True, dossier=replace(case.dossier, circumstances={}))


def chain(case: Case, because: str) -> tuple[Link, ...]:
    """Why the head answers."""
    return (Link(Role.HEAD, case.lead.responsible, because),)


def sources(case: Case, incidents: Mapping[str, Incident]) -> tuple[str, ...]:
    """The incidents, by the ids of their findings, that a derived case follows from."""
    return tuple(sorted({incidents[each.id].id for each in case.findings if each.id in incidents}))

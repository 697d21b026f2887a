"""The counts of a whole audit, which no filter changes."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Self

from compliance.model.audit import Audit
from compliance.model.finding import Finding, Verdict
from compliance.model.incident import Grade, Incident

NOWHERE = "No department"


@dataclass(frozen=True, slots=True)
class Unclear:
    """What one rule could not determine: how many findings, and how many of them for each cause, most first."""

    rule: str
    count: int
    causes: tuple[tuple[str, int], ...]


class Few(int):
    """A count that is too small to be told, and so shows as what it stays below."""

    below: int

    def __new__(cls, count: int, below: int) -> Self:
        """The count, which still adds up."""
        made = super().__new__(cls, count)
        made.below = below
        return made

    def __str__(self) -> str:
        return f"<{self.below}"

    def __format__(self, _: str) -> str:
        return str(self)


def of_group(audit: Audit, count: int) -> int:
    """A count of a group of people as this edition tells it."""
    least = audit.smallest_group
    return Few(count, least) if least is not None and 0 < count < least else count


def verdicts(audit: Audit) -> dict[Verdict, int]:
    """How many obligations came out how, over all rules."""
    return {verdict: sum(getattr(account, verdict) for account in audit.rules) for verdict in Verdict}


def gravest(incidents: Iterable[Incident]) -> list[tuple[Grade, int]]:
    """The grades that occur with their counts, the gravest first."""
    return sorted(Counter(i.grade for i in incidents).items(), key=lambda item: -item[0].rank)


def by_department(audit: Audit) -> dict[str, list[tuple[Grade, int]]]:
    """How many incidents of each grade each department has, the gravest first."""
    groups: dict[str, list[Incident]] = {}
    for incident in audit.incidents:
        groups.setdefault(department(incident), []).append(incident)
    return {
        name: [(grade, of_group(audit, count)) for grade, count in gravest(incidents)]
        for name, incidents in groups.items()
    }


def department(incident: Incident) -> str:
    """The incident's department, or the words for having none."""
    return incident.department or NOWHERE


def unclear(audit: Audit) -> tuple[Unclear, ...]:
    """What could not be determined, by rule and cause; the rule with the most first."""
    causes: dict[str, Counter[str]] = {}
    for finding in audit.findings:
        if finding.verdict is Verdict.UNDETERMINED:
            causes.setdefault(finding.rule, Counter())[finding.cause or finding.message or "no cause given"] += 1
    found = (Unclear(rule, counts.total(), tuple(most_first(counts))) for rule, counts in causes.items())
    return tuple(sorted(found, key=lambda each: (-each.count, each.rule)))


def told(audit: Audit) -> tuple[Finding, ...]:
    """The breached findings that are told without raising an incident."""
    judged = set(chain.from_iterable(incident.findings for incident in audit.incidents))
    return tuple(f for f in audit.findings if f.verdict is Verdict.BREACHED and f.id not in judged)


def kept(audit: Audit) -> tuple[Finding, ...]:
    """What was met or not owed, by rule; the audit holds these only where it was asked to."""
    return tuple(
        sorted((f for f in audit.findings if f.verdict in {Verdict.MET, Verdict.NOT_APPLICABLE}), key=lambda f: f.rule)
    )


def most_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """The items by falling count, equal ones by name."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))

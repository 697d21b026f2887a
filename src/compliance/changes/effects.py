"""What a change of rules does to people: breaches gained, lost and graded anew on the same records."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from compliance.model.audit import Audit
from compliance.model.finding import Finding, Verdict, Window
from compliance.model.incident import Grade


class Turn(StrEnum):
    """What became of a finding."""

    GAINED = "gained"
    LOST = "lost"
    REGRADED = "regraded"


@dataclass(frozen=True, slots=True)
class Side:
    """A finding under one state of the rules; without a verdict it was not there, without a grade in no incident."""

    verdict: Verdict | None = None
    grade: Grade | None = None

    def __str__(self) -> str:
        """`breached, minor`, or `not there`."""
        if self.verdict is None:
            return "not there"
        return f"{self.verdict.value}, {self.grade.value}" if self.grade else self.verdict.value


@dataclass(frozen=True, slots=True)
class Effect:
    """A breach that came, went or is graded otherwise; the finding is the new one, of a lost breach the old one."""

    turn: Turn
    finding: Finding
    old: Side
    new: Side
    who: str


@dataclass(frozen=True, slots=True)
class Effects:
    """All effects on the records of one organisation, by person and rule.

    `others` counts the findings whose verdict differs though they are breached under neither state.
    """

    organisation: str
    period: Window
    as_of: datetime
    effects: tuple[Effect, ...]
    others: int

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.effects or self.others)

    def count(self, turn: Turn) -> int:
        """How many findings took this turn."""
        return sum(each.turn is turn for each in self.effects)


def effects(before: Audit, after: Audit) -> Effects:
    """What differs between two audits of the same records that kept every finding."""
    found = sorted(_effects(before, after), key=_order)
    old, new = _verdicts(before), _verdicts(after)
    differing = {name for name in {*old, *new} if old.get(name) is not new.get(name)}
    others = differing - {each.finding.id for each in found}
    return Effects(after.organisation, after.period, after.as_of, tuple(found), len(others))


def _order(each: Effect) -> tuple[str, ...]:
    """By person and rule as things happened; what has no time of its own comes first."""
    at = each.finding.at
    return each.who, each.finding.rule, at.isoformat() if at else "", each.finding.id


def _verdicts(audit: Audit) -> dict[str, Verdict]:
    return {each.id: each.verdict for each in audit.findings}


def _effects(before: Audit, after: Audit) -> Iterator[Effect]:
    old, new = ({each.id: each for each in audit.findings} for audit in (before, after))
    were, are = _grades(before), _grades(after)
    for name in {*old, *new}:
        was, now = _side(old.get(name), were), _side(new.get(name), are)
        turn = _turn(was, now)
        if turn is not None:
            lost = turn is Turn.LOST and name in old
            finding = old[name] if lost else new[name]
            yield Effect(turn, finding, was, now, _who(before if lost else after, finding))


def _grades(audit: Audit) -> dict[str, Grade]:
    """The grade of each finding that is in an incident."""
    return {finding: incident.grade for incident in audit.incidents for finding in incident.findings}


def _side(finding: Finding | None, grades: dict[str, Grade]) -> Side:
    return Side() if finding is None else Side(finding.verdict, grades.get(finding.id))


def _turn(old: Side, new: Side) -> Turn | None:
    was, now = old.verdict is Verdict.BREACHED, new.verdict is Verdict.BREACHED
    if was != now:
        return Turn.GAINED if now else Turn.LOST
    return Turn.REGRADED if now and old.grade is not new.grade else None


def _who(audit: Audit, finding: Finding) -> str:
    """Whoever owes, with the name that is known."""
    known = audit.people.get(finding.bearer or "")
    if known is None:
        return finding.bearer or "nobody"
    return known.name if known.name == known.id else f"{known.name} ({known.id})"

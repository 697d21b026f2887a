"""An incident: breached findings that are judged together, graded step by step."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Grade(StrEnum):
    """How grave an incident is, from the least to the gravest; a rule's severity uses the same words."""

    OBSERVATION = "observation"
    MINOR = "minor"
    MODERATE = "moderate"
    SERIOUS = "serious"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for `observation` up to 4 for `critical`."""
        return GRADES.index(self)


GRADES: tuple[Grade, ...] = tuple(Grade)


class State(StrEnum):
    """How the register knows an incident."""

    NEW = "new"
    KNOWN = "known"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of grading: the factor that moved (or held) the grade, and why."""

    factor: str
    start: Grade
    end: Grade
    because: str


@dataclass(frozen=True, slots=True)
class Measure:
    """What may be proposed, its legal basis and its ceiling."""

    measure: str
    liability: str
    basis: str
    ceiling: str
    capped: bool


@dataclass(frozen=True, slots=True)
class Limitation:
    """When the breach became known and the last day to act; None where no jurisdiction is set."""

    discovered: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """Breached findings judged together; `id` is the fingerprint of rule, bearer and group key, never of the grade."""

    id: str
    rules: tuple[str, ...]
    grade: Grade
    severity: Grade
    responsible: str | None
    department: str | None
    findings: tuple[str, ...]
    steps: tuple[Step, ...] = ()
    measures: tuple[Measure, ...] = ()
    limitation: Limitation = field(default_factory=Limitation)
    state: State = State.NEW

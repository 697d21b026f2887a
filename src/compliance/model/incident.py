"""An incident: breached findings that are judged together, graded step by step."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from compliance.model.finding import RecordRef


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


class Role(StrEnum):
    """In which role somebody answers; of several that apply the last one does."""

    BEARER = "bearer"
    DEPUTY = "deputy"
    OBTAINER = "obtainer"
    ORDERER = "orderer"
    HEAD = "head"


@dataclass(frozen=True, slots=True)
class Link:
    """One step of the chain of responsibility: who, in which role, why, and the record that it rests on."""

    role: Role
    person: str | None
    because: str
    record: RecordRef | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """What may be proposed, its legal basis and its ceiling.

    `proposed` is what would be taken without the ceiling, in money, `allowed` what may be taken; both None where the
    measure takes nothing. `last_day` is the last one on which it may be applied, `lapses` after what time it is spent.
    """

    measure: str
    liability: str
    basis: str
    ceiling: str
    capped: bool
    proposed: Decimal | None = None
    allowed: Decimal | None = None
    decided_by: str | None = None
    last_day: date | None = None
    lapses: str | None = None
    source: str | None = None
    verified: bool = False
    because: str = ""


@dataclass(frozen=True, slots=True)
class Limitation:
    """When the breach became known, how that is known, and the last day to act, with the arithmetic.

    `last_day` is None where no jurisdiction is set; `expired`: it had passed by the audit's moment.
    """

    discovered: date | None = None
    last_day: date | None = None
    discovered_by: str | None = None
    arithmetic: str | None = None
    expired: bool = False


NOT_ASKED = "the person has not been asked for an explanation"


class Heard(StrEnum):
    """How the right to be heard stands."""

    NOT_ASKED = "not asked"
    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"
    TERM_RAN_OUT = "term ran out"


@dataclass(frozen=True, slots=True)
class Hearing:
    """Whether the person was heard: when asked, until when an answer is due, when it came, and what is missing."""

    state: Heard = Heard.NOT_ASKED
    asked: date | None = None
    due: date | None = None
    answered: date | None = None
    missing: str | None = NOT_ASKED

    @property
    def done(self) -> bool:
        """Whether a final grade may be set."""
        return self.missing is None


@dataclass(frozen=True, slots=True)
class Incident:
    """Breached findings judged together; `id` is the fingerprint of rule, bearer and group key, never of the grade.

    `chain` leads from who owed to who answers; `excuses` says which excuses were looked at and why none holds;
    `decides` is who may decide (never one of the chain). `derived_from` names the incidents that an incident of
    supervision follows from; it has no findings of its own. `closed`: its case was closed, and no breach came since.
    """

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
    chain: tuple[Link, ...] = ()
    excuses: tuple[str, ...] = ()
    hearing: Hearing = field(default_factory=Hearing)
    decides: str | None = None
    derived_from: tuple[str, ...] = ()
    closed: bool = False

    @property
    def final(self) -> bool:
        """Whether the person was heard, so that the grade may be called final."""
        return self.hearing.done

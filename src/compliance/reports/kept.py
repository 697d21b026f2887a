"""What `explain` reads of an incident or finding that the register keeps; members it does not know are skipped."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Protocol

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from compliance.model.finding import How, Verdict
from compliance.model.incident import NOT_ASKED, Grade


class Stored(Protocol):
    """An incident or finding as the register hands it out."""

    @property
    def kind(self) -> str:
        """`incident` or `finding`."""

    @property
    def id(self) -> str:
        """Its whole id."""

    @property
    def audit(self) -> str:
        """The id of the last audit that found it."""

    @property
    def as_of(self) -> datetime:
        """As of when that audit judged."""

    @property
    def state(self) -> str:
        """The finding's verdict, or what the register last said of the incident."""

    @property
    def discovered(self) -> datetime | None:
        """As of when an audit first recorded a breach."""

    @property
    def body(self) -> Mapping[str, Any]:
        """What is known of it, as plain JSON."""

    @property
    def organisation(self) -> str:
        """Whose audit it was."""


class Kept(BaseModel):
    """A frozen piece of it."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def _ungrouped(amount: object) -> object:
    return amount.replace(",", "") if isinstance(amount, str) else amount


Money = Annotated[Decimal, BeforeValidator(_ungrouped)]
"""An amount; earlier registers keep `70,000.00`."""


class Person(Kept):
    """Who owed or answers."""

    id: str
    name: str | None = None
    position: str | None = None

    def __str__(self) -> str:
        told = ", ".join(part for part in (self.id, self.position) if part)
        return f"{self.name} ({told})" if self.name and self.name != self.id else told


class Rule(Kept):
    """A rule in its own words."""

    id: str
    title: str
    severity: Grade | None = None
    clause: str | None = None
    clause_text: str | None = None
    document: str | None = None
    remedy: str | None = None
    assumed: tuple[str, ...] = ()
    asks: str | None = None


class Span(Kept):
    """A window, half-open."""

    start: datetime = Field(alias="from")
    end: datetime = Field(alias="to")


class Record(Kept):
    """A record, with its columns where they were kept."""

    table: str
    key: str
    columns: dict[str, str] = Field(default_factory=dict)


class Finding(Kept):
    """A finding with what it rests on."""

    id: str
    rule: str
    verdict: Verdict
    how: How | None = None
    bearer: Person | None = None
    responsible: Person | None = None
    department: str | None = None
    window: Span | None = None
    record: Record | None = None
    entity: Record | None = None
    approver: Person | None = None
    measured: Decimal | None = None
    required: Decimal | None = None
    message: str = ""
    cause: str | None = None
    arithmetic: str | None = None
    because: str | None = None
    at: datetime | None = None
    due: datetime | None = None
    days_late: int | None = None
    evidence: tuple[Record, ...] = ()
    rules: tuple[Rule, ...] = ()


class Step(Kept):
    """A step of grading."""

    factor: str
    start: Grade = Field(alias="from")
    end: Grade = Field(alias="to")
    because: str


class Measure(Kept):
    """What may be proposed."""

    measure: str
    liability: str
    basis: str
    ceiling: str
    capped: bool
    proposed: Money | None = None
    allowed: Money | None = None
    decided_by: str | None = None
    last_day: date | None = None
    lapses: str | None = None
    source: str | None = None
    verified: bool = False
    because: str = ""


class Limitation(Kept):
    """The days that limit what may be done."""

    discovered: date | None = None
    last_day: date | None = None
    discovered_by: str | None = None
    arithmetic: str | None = None
    expired: bool = False


class Link(Kept):
    """A step of the chain of responsibility."""

    role: str
    person: Person | None = None
    because: str
    record: Record | None = None


class Hearing(Kept):
    """How the right to be heard stands."""

    state: str = "not asked"
    asked: date | None = None
    due: date | None = None
    answered: date | None = None
    missing: str | None = NOT_ASKED


class Incident(Kept):
    """An incident with the findings that it judges."""

    id: str
    rules: tuple[Rule, ...]
    grade: Grade
    severity: Grade
    responsible: Person | None = None
    department: str | None = None
    findings: tuple[Finding, ...]
    steps: tuple[Step, ...] = ()
    measures: tuple[Measure, ...] = ()
    limitation: Limitation = Limitation()
    chain: tuple[Link, ...] = ()
    excuses: tuple[str, ...] = ()
    hearing: Hearing = Hearing()
    decides: Person | None = None
    derived_from: tuple[str, ...] = ()

"""A finding: the verdict on one obligation, with what it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias, TypeVar

Number: TypeAlias = int | Decimal
Row = TypeVar("Row")


class Verdict(StrEnum):
    """What became of one obligation."""

    MET = "met"
    BREACHED = "breached"
    EXCUSED = "excused"
    PENDING = "pending"
    UNDETERMINED = "undetermined"
    NOT_APPLICABLE = "not_applicable"


class How(StrEnum):
    """In which way an obligation was breached."""

    MISSING = "missing"
    LATE = "late"
    SHORT = "short"
    OVER = "over"
    FORBIDDEN = "forbidden"
    FALSE = "false"
    RATIFIED_LATE = "ratified_late"
    PARTIAL = "partial"
    GAP = "gap"
    OUT_OF_ORDER = "out_of_order"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A half-open interval of organisation-local time, `[start, end)`."""

    start: datetime
    end: datetime

    def __str__(self) -> str:
        """A day as `2026-03-02`, a whole month as `2026-03`, anything else as its first and last day."""
        if self.start.time() != time.min or self.end.time() != time.min:
            return " to ".join(moment.isoformat(sep=" ", timespec="minutes") for moment in (self.start, self.end))
        first, last = self.start.date(), (self.end - timedelta(days=1)).date()
        if first == last:
            return first.isoformat()
        if (
            first.day == 1
            and (last + timedelta(days=1)).day == 1
            and (first.year, first.month) == (last.year, last.month)
        ):
            return f"{first:%Y-%m}"
        return f"{first} to {last}"

    @property
    def days(self) -> tuple[date, date]:
        """Its first and its last day."""
        return self.start.date(), (self.end - timedelta(microseconds=1)).date()


@dataclass(frozen=True, slots=True, order=True)
class RecordRef:
    """One record, by its table and key."""

    table: str
    key: str

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys under which it may stand in its table, most likely first.

        An act that belongs to an entity is known by what of it does not follow from the act, too: `1 / gift`.
        """
        parts = self.key.split(" / ")
        return tuple(" / ".join(parts[:count]) for count in range(len(parts), 0, -1))

    def among(self, rows: Mapping[str, Row]) -> Row | None:
        """Its row among those of its table, by their keys; None where it is not there."""
        return next((rows[key] for key in self.keys if key in rows), None)


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on one obligation: rule x bearer x window, or rule x record.

    `measured` and `required` are in the rule's own unit; `extent` is the share missed or exceeded (0.1 is a tenth),
    `days_late` whole days after the due day (negative never), both None where they have no meaning.
    `at` is the local instant that the act's date is taken from (the act, or the window's start). `because` says why
    somebody other than the bearer is responsible. `in_grace`: it came late, but inside the grace. `approver` and
    `entity` are named in its message: who decided on it, and whose level it is.
    """

    id: str
    rule: str
    verdict: Verdict
    how: How | None = None
    bearer: str | None = None
    responsible: str | None = None
    department: str | None = None
    window: Window | None = None
    record: RecordRef | None = None
    measured: Number | None = None
    required: Number | None = None
    message: str = ""
    cause: str | None = None
    arithmetic: str | None = None
    at: datetime | None = None
    due: datetime | None = None
    days_late: int | None = None
    extent: Decimal | None = None
    harm: Decimal | None = None
    evidence: tuple[RecordRef, ...] = ()
    because: str | None = None
    in_grace: bool = False
    approver: str | None = None
    entity: RecordRef | None = None


def day_of(moment: datetime | date) -> date:
    """The calendar day of a local date or datetime."""
    return moment.date() if isinstance(moment, datetime) else moment

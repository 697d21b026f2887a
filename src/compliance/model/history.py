"""What the register remembers of incidents: when they became known, and what was done about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Deed(StrEnum):
    """What somebody did about an incident."""

    ASKED = "asked"
    ANSWERED = "answered"
    REFUSED = "refused"
    UPHELD = "upheld"
    EXCUSED = "excused"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One deed: `at` is local, `by` an employee's id; `due` is set where a term was, `measure` by `decided`."""

    incident: str
    deed: Deed
    at: datetime
    by: str
    because: str | None = None
    due: date | None = None
    measure: str | None = None


@dataclass(frozen=True, slots=True)
class PastIncident:
    """An incident on record, as the last audit that found it left it; `acted_on` is the day of its leading finding."""

    id: str
    rules: tuple[str, ...]
    responsible: str | None
    acted_on: date | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """All that was on record by some moment.

    `discovered` gives for each finding the `as_of` of the audit that first recorded it as a breach; `events` the deeds
    of each incident in their order. `upheld` are the incidents of which the last word is `upheld` or `decided`.
    """

    discovered: Mapping[str, datetime] = field(default_factory=dict)
    events: Mapping[str, tuple[CaseEvent, ...]] = field(default_factory=dict)
    upheld: tuple[PastIncident, ...] = ()

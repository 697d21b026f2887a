"""What the register remembers of incidents: when they became known, and what was done about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from compliance.model.incident import Grade


class Deed(StrEnum):
    """What somebody did about an incident."""

    ASKED = "asked"
    ANSWERED = "answered"
    REFUSED = "refused"
    UPHELD = "upheld"
    EXCUSED = "excused"
    DECIDED = "decided"
    APPEALED = "appealed"
    REOPENED = "reopened"
    CLOSED = "closed"
    ASSIGNED = "assigned"
    COMMENTED = "commented"
    SNOOZED = "snoozed"
    PURGED = "purged"


class CaseState(StrEnum):
    """Where a case stands."""

    NEW = "new"
    ASKED = "explanation asked"
    EXPLAINED = "explained"
    REFUSED = "refused"
    UNDER_REVIEW = "under review"
    UPHELD = "upheld"
    EXCUSED = "excused"
    DECIDED = "decided"
    APPEALED = "appealed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One deed: `at` is local, `by` an employee's id, `because` their own words, None where they gave or left none.

    `due` is set where a term was, `measure` by `decided`, `grade` where the deed was about a grade, `to` where somebody
    was named, `until` by `snoozed`. `recorded_at` is when it was written down, where that was another moment, and
    `number` its place in the register's chain. `purged`: there were words, which were removed.
    """

    incident: str
    deed: Deed
    at: datetime
    by: str
    because: str | None = None
    due: date | None = None
    measure: str | None = None
    grade: Grade | None = None
    to: str | None = None
    until: date | None = None
    recorded_at: datetime | None = None
    number: int = 0
    purged: bool = False


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
    of each incident in their order. `upheld` are the incidents of which the last word is `upheld` or `decided`,
    `closed` those that stand closed, with the moment when that was done. `placed` gives for each finding of incidents
    that somebody dealt with the place in the chain of the audit that first recorded it there.
    """

    discovered: Mapping[str, datetime] = field(default_factory=dict)
    events: Mapping[str, tuple[CaseEvent, ...]] = field(default_factory=dict)
    upheld: tuple[PastIncident, ...] = ()
    closed: Mapping[str, datetime] = field(default_factory=dict)
    placed: Mapping[str, int] = field(default_factory=dict)

    def about(self, event: CaseEvent, finding: str) -> bool:
        """Whether a deed on an incident may be about this finding of it: it was there already when it was done.

        What stands in no chain (the records' own word) may be about any.
        """
        return event.number == 0 or (finding in self.placed and self.placed[finding] < event.number)

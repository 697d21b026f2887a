"""What a dossier holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from compliance.calendar import WorkCalendar
from compliance.dossier.circumstances import ByBearer, Circumstance, concerning
from compliance.dossier.mentions import Mentioned
from compliance.dossier.waivers import Waiver
from compliance.model.finding import Finding, RecordRef
from compliance.model.history import Past
from compliance.model.names import Namer
from compliance.roster import Roster


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A bearer had not signed what obliges: who had to obtain the signature (None: nobody is known), in words."""

    who: str | None
    because: str


@dataclass(frozen=True, slots=True)
class Leave:
    """An absence with its reason, `[since, until)`."""

    key: str
    since: date
    until: date
    reason: str | None


@dataclass(frozen=True, slots=True)
class Headed:
    """Who headed a department, `[since, until)`; None: nobody did."""

    head: str | None
    since: datetime
    until: datetime


def headed_by(told: Iterable[Headed], at: datetime) -> str | None:
    """The head at a moment; None where there was none."""
    return next((each.head for each in told if each.since <= at < each.until), None)


@dataclass(frozen=True)
class Dossier:
    """All that is known around the findings of an audit as of a moment.

    `unsigned` is by finding id, and so is `tiers`, the tier of the record's client then, `mentioned` what is known
    of a record that was read in a text, `answered` when each request was answered
    (None: it was not), `heads` the head of each department (`headed`: who was it when, where that is kept), `pay` the
    average monthly pay of a person, `waived` the waiver that covers a finding, by its id. After `recurrence_months` an
    upheld incident is forgotten.
    `notes` say which circumstances weigh nothing, though they seem to be meant.
    """

    as_of: datetime = datetime.max  # noqa: DTZ901 local time has no offset here
    roster: Roster = field(default_factory=lambda: Roster(()))
    namer: Namer = field(default_factory=lambda: Namer({}))
    calendar: WorkCalendar | None = None
    past: Past = field(default_factory=Past)
    circumstances: ByBearer = field(default_factory=dict)
    unsigned: Mapping[str, Unsigned] = field(default_factory=dict)
    tiers: Mapping[str, str] = field(default_factory=dict)
    mentioned: Mapping[RecordRef, Mentioned] = field(default_factory=dict)
    answered: Mapping[str, datetime | None] = field(default_factory=dict)
    heads: Mapping[str, str] = field(default_factory=dict)
    headed: Mapping[str, tuple[Headed, ...]] = field(default_factory=dict)
    pay: Mapping[str, Decimal] = field(default_factory=dict)
    leaves: Mapping[str, tuple[Leave, ...]] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    waived: Mapping[str, Waiver] = field(default_factory=dict)
    recurrence_months: int = 12
    notes: tuple[str, ...] = ()

    def head(self, department: str | None, at: datetime) -> str | None:
        """Who headed a department at a moment; today's head where nothing else is kept."""
        told = self.headed.get(department or "")
        return self.heads.get(department or "") if told is None else headed_by(told, at)

    def concerning(self, finding: Finding) -> tuple[Circumstance, ...]:
        """The circumstances of a finding's bearer, the earliest first."""
        return self.concerning_whom(finding, finding.bearer)

    def concerning_whom(self, finding: Finding, who: str | None) -> tuple[Circumstance, ...]:
        """The circumstances of a person that concern a finding, the earliest first."""
        return concerning(finding, self.circumstances, who) if self.circumstances else ()

"""A case: an incident on record, with all that audits said of it and people did about it."""

from dataclasses import dataclass
from datetime import date, datetime

from compliance.model.history import CaseEvent, CaseState, Deed
from compliance.model.incident import Grade
from compliance.register.moves import AFTER_A_WORD, WORDS, state_of, term


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one audit said of the incident: `new`, `known`, `gone` or `continued`, and as what it found it.

    `name` is that of whoever answers, where the roster had it. `steps` are those of its grade and `measures` what was
    proposed, as the JSON that is kept of them. `number` is the audit's place in the chain, and `fresh` how many
    breaches it put into the incident after the audit that first found it.
    """

    audit: str
    as_of: datetime
    state: str
    grade: Grade | None = None
    severity: Grade | None = None
    responsible: str | None = None
    department: str | None = None
    rules: tuple[str, ...] = ()
    findings: int = 0
    last_day: date | None = None
    continued_as: str | None = None
    steps: str = "[]"
    measures: str = "[]"
    name: str | None = None
    number: int = 0
    fresh: int = 0

    @property
    def found(self) -> bool:
        """Whether that audit found it."""
        return self.state in {"new", "known"}


@dataclass(frozen=True, slots=True)
class Case:
    """An incident under its newest id; `earlier` are ids under which it was known before."""

    id: str
    sightings: tuple[Sighting, ...]
    events: tuple[CaseEvent, ...] = ()
    earlier: tuple[str, ...] = ()

    @property
    def found(self) -> Sighting:
        """As the last audit that found it left it."""
        return next(each for each in reversed(self.sightings) if each.found)

    @property
    def known_at(self) -> datetime:
        """As of when an audit first put it on record."""
        return min(each.as_of for each in self.sightings)

    @property
    def gone(self) -> bool:
        """Whether the last audit that looked for it did not find it."""
        return self.sightings[-1].state == "gone"

    @property
    def grown(self) -> int:
        """The place in the chain of the last audit that put a further breach into it; 0 where none did.

        What was said before that was said about the others: nobody was heard, and no word spoken, on this one.
        """
        return max((each.number for each in self.sightings if each.fresh), default=0)

    @property
    def unsettled(self) -> bool:
        """Whether a further breach came into it after the word on it, or after it was closed."""
        ended = (each.number for each in self.events if each.deed in WORDS | {Deed.CLOSED})
        return self.state in AFTER_A_WORD | {CaseState.CLOSED} and self.grown > max(ended, default=0)

    @property
    def state(self) -> CaseState:
        """Where the deeds have left it; no audit changes that."""
        return state_of(self.events)

    @property
    def responsible(self) -> tuple[str, ...]:
        """Everybody who answered for it in any audit, the last one first."""
        told = (each.responsible for each in reversed(self.sightings))
        return tuple(dict.fromkeys(who for who in told if who is not None))

    @property
    def term(self) -> date | None:
        """The last day of an explanation that is awaited."""
        return term(self.events)

    @property
    def assignee(self) -> str | None:
        """Who has the case now."""
        return next((each.to for each in reversed(self.events) if each.deed is Deed.ASSIGNED), None)

    @property
    def snoozed_until(self) -> date | None:
        """The day until which nobody wants to be reminded."""
        return next((each.until for each in reversed(self.events) if each.deed is Deed.SNOOZED), None)

    @property
    def judged(self) -> CaseEvent | None:
        """The last word on it that was about a grade."""
        words = {Deed.UPHELD, Deed.EXCUSED, Deed.DECIDED}
        return next((each for each in reversed(self.events) if each.deed in words), None)


def changes(case: Case) -> tuple[str, ...]:
    """What later audits said that differs from what was on record, a sentence each; it changes nothing by itself."""
    said: list[str] = []
    before: Sighting | None = None
    gone = False
    for each in case.sightings:
        head = f"audit {each.audit}, as of {each.as_of.isoformat(sep=' ', timespec='minutes')}"
        if each.state == "gone":
            said.append(f"{head}: not found any more")
        elif each.state == "continued":
            said.append(f"{head}: its findings are judged in {each.continued_as}")
        else:
            differs = _differences(before, each)
            said += [f"{head}: found again"] if gone else []
            said += [f"{head}: found changed, {differs}"] if differs else []
            before = each
        gone = each.state == "gone"
    return tuple(said)


def _differences(before: Sighting | None, now: Sighting) -> str:
    if before is None:
        return ""
    parts = {
        "grade": (before.grade, now.grade),
        "severity": (before.severity, now.severity),
        "responsible": (before.responsible, now.responsible),
        "department": (before.department, now.department),
        "findings": (before.findings, now.findings),
    }
    told = [f"{name} {old or 'none'} to {new or 'none'}" for name, (old, new) in parts.items() if old != new]
    fresh = [f"with {now.fresh} {'breach' if now.fresh == 1 else 'breaches'} that it did not hold before"]
    return ", ".join([*told, *(fresh if now.fresh else ())])

"""What a case's dossier says about it, one question each."""

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from compliance.calendar import add_months
from compliance.dossier.circumstances import EXCUSES, INTENTS, Circumstance, Sort, span_of
from compliance.dossier.mentions import rests_on
from compliance.judgement.cases import Case, when
from compliance.model.finding import Finding
from compliance.model.history import Deed, PastIncident
from compliance.roster import Appointment


@dataclass(frozen=True, slots=True)
class Tenure:
    """How long somebody was employed at the time of the act."""

    known: bool = False
    days: int = 0
    months: int = 0


def acted(case: Case) -> date | None:
    """The day of the act, or the first day of the window."""
    start = when(case.lead)
    return start.date() if start else None


def appointment(case: Case) -> Appointment | None:
    """The appointment of who answers on the day of the act."""
    day = acted(case)
    return case.dossier.roster.on(case.lead.responsible, day) if day else None


def tenure(case: Case) -> Tenure:
    """How long who answers was employed, not at all yet if hired within the window; unknown before that, or untold."""
    day, held = acted(case), appointment(case)
    if day is None or held is None or held.hired_on is None:
        return Tenure()
    window = case.lead.window
    hired_within = window is not None and day < held.hired_on < window.end.date()
    return _since(held.hired_on, held.hired_on if hired_within else day)


@lru_cache(maxsize=4096)
def _since(hired_on: date, day: date) -> Tenure:
    if day < hired_on:
        return Tenure()
    months = (day.year - hired_on.year) * 12 + day.month - hired_on.month
    return Tenure(known=True, days=(day - hired_on).days, months=months - (add_months(hired_on, months) > day))


def position(case: Case) -> str:
    """The position of who answers."""
    held = appointment(case)
    return (held.position or "") if held is not None else ""


def deputised(finding: Finding) -> bool:
    """Whether the assessment found a deputy in force."""
    return finding.responsible is not None and finding.responsible != finding.bearer


def entries(case: Case, *sorts: Sort) -> Iterator[Circumstance]:
    """The circumstances of these sorts that concern the case and its bearers, each once."""
    return _once(case, sorts, lambda finding: finding.bearer)


def answering(case: Case, *sorts: Sort) -> Iterator[Circumstance]:
    """The circumstances of these sorts that concern the case and who answers for it, each once."""
    return _once(case, sorts, lambda _finding: case.lead.responsible)


def _once(case: Case, sorts: Container[Sort], whose: Callable[[Finding], str | None]) -> Iterator[Circumstance]:
    if not case.dossier.circumstances:
        return
    seen: set[str] = set()
    for finding in case.findings:
        for each in case.dossier.concerning_whom(finding, whose(finding)):
            if each.sort in sorts and each.key not in seen:
                seen.add(each.key)
                yield each


def unconfirmed(case: Case) -> bool:
    """Whether all of it was read in texts, of which none is more than a text and nobody has confirmed any."""
    told = case.dossier.mentioned
    if not told:
        return False
    refs = [ref for finding in case.findings for ref in rests_on(finding)]
    confirmed = {each.value for each in entries(case, Sort.CONFIRMED)}
    return bool(refs) and all(ref in told and not told[ref].firm and told[ref].message not in confirmed for ref in refs)


def order(case: Case) -> Circumstance | None:
    """The entry that says who else ordered the act: the last one."""
    own = case.lead.bearer
    orders = [each for each in entries(case, Sort.ORDER) if each.value is not None and each.value != own]
    return max(orders, key=lambda each: (each.at, each.key), default=None)


def harm(case: Case) -> Decimal | None:
    """The damage on record for the case, each entry once; None where none is known."""
    if case.dossier.circumstances:
        amounts = [each.amount for each in entries(case, Sort.HARM) if each.amount is not None]
    else:
        amounts = [finding.harm for finding in case.weighed if finding.harm is not None]
    return sum(amounts, Decimal(0)) if amounts else None


def intent(case: Case) -> str:
    """What the last entry says of the bearer; of two at one instant the milder, and unknown where another answers."""
    if case.lead.responsible != case.lead.bearer:
        return INTENTS[0]
    said = [(each.at, -_rank(each)) for each in entries(case, Sort.INTENT)]
    return INTENTS[-max(said)[1]] if said else INTENTS[0]


def _rank(entry: Circumstance) -> int:
    said = (entry.value or "").strip().lower()
    return INTENTS.index(said) if said in INTENTS else 0


def harmed(case: Case) -> str:
    """Who was harmed, as the last entry says."""
    last = max(entries(case, Sort.HARMED), key=lambda each: (each.at, each.key), default=None)
    return (last.value or "").strip().lower() if last else ""


def hindered(case: Case, sort: Sort) -> bool:
    """Whether an excuse of this sort holds for every finding of the case."""
    return bool(case.dossier.circumstances) and all(
        any(each.sort is sort and why_not(case, finding, each) is None for each in _excusing(case, finding))
        for finding in case.findings
    )


def hindrances(case: Case) -> tuple[tuple[Circumstance, str | None], ...]:
    """Every excuse on record that concerns the leading finding, with why it does not hold (None: it does)."""
    told = (each for each in _excusing(case, case.lead) if each.sort in EXCUSES | {Sort.EXCUSE})
    return tuple((each, why_not(case, case.lead, each)) for each in told)


def _excusing(case: Case, finding: Finding) -> tuple[Circumstance, ...]:
    """What is on record about the bearer, and about the deputy who stood in."""
    own = case.dossier.concerning(finding)
    if not deputised(finding) or not _stood_in(case, finding):
        return own
    return (*own, *case.dossier.concerning_whom(finding, finding.responsible))


def _stood_in(case: Case, finding: Finding) -> bool:
    """Whether who answers was somebody's deputy when it was due, and does not answer for a signature or an order."""
    if finding.due is None:
        return False
    day = (finding.due - timedelta(microseconds=1)).date()
    rows = case.dossier.roster.deputies
    return any(row.deputy == finding.responsible and row.since <= day < row.until for row in rows)


def why_not(case: Case, finding: Finding, entry: Circumstance) -> str | None:
    """Why an excuse does not hold: a request that was answered before the duty's time came; None where it holds."""
    if entry.sort is Sort.EXCUSE:
        return "it names none of the grounds that excuse"
    span = span_of(finding)
    if entry.sort is not Sort.UNANSWERED_REQUEST or span is None:
        return None
    answered = case.dossier.answered.get(entry.value or "")
    if answered is None or answered > span[0]:
        return None
    return f"request {entry.value} was answered on {answered:%Y-%m-%d %H:%M}, before the duty's time"


def upheld_before(case: Case) -> tuple[PastIncident, ...]:
    """Upheld incidents of the same rule and person that the term has not forgotten, upheld before the act."""
    day, who = acted(case), case.lead.responsible
    if day is None or who is None or not case.dossier.past.upheld:
        return ()
    return tuple(
        each
        for each in case.dossier.past.upheld
        if each.responsible == who
        and case.info.id in each.rules
        and each.id != case.id
        and _remembered(case, each, day)
    )


def _remembered(case: Case, incident: PastIncident, day: date) -> bool:
    since = upheld_on(case, incident)
    return since is not None and since < day < add_months(since, case.dossier.recurrence_months)


def upheld_on(case: Case, incident: PastIncident) -> date | None:
    """The day on which an earlier incident was first upheld."""
    deeds = case.dossier.past.events.get(incident.id, ())
    days = [each.at.date() for each in deeds if each.deed in {Deed.UPHELD, Deed.DECIDED}]
    return min(days, default=incident.acted_on)


def client_tier(case: Case) -> str:
    """The tier of the client of the leading finding."""
    return case.dossier.tiers.get(case.lead.id, "")

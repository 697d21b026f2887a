"""What whoever answers for the register should look at: cases dealt with in a way that may be unfair."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from compliance.model.history import CaseEvent, CaseState, Deed
from compliance.register.case import Case
from compliance.register.moves import AFTER_A_WORD, NEEDS_HEARING, heard
from compliance.register.reviewed import AuditSeen

ENOUGH = 5
"""How many words somebody must have spoken before their share of excuses is compared."""

MORE = 2
"""How many times the others' share of excuses is far more than theirs."""


@dataclass(frozen=True, slots=True, order=True)
class Doubt:
    """One thing to look at: about an incident, or, where that is None, about what `of` names."""

    kind: str
    incident: str | None
    says: str
    of: str = "decisions"


def doubts(cases: Sequence[Case], *, today: date, until: date, audits: Sequence[AuditSeen] = ()) -> tuple[Doubt, ...]:
    """Everything to look at; last days to act up to `until` are near. `audits` are the newest first."""
    about_one = (doubt for case in cases for doubt in _of(case, today, until))
    return (*about_one, *_lenient(cases), *_unequal(cases), *_unaudited(audits), *_gone(audits))


def _of(case: Case, today: date, until: date) -> Iterator[Doubt]:
    if case.state is CaseState.CLOSED and not case.gone and not _shown(case.events):
        says = "closed without a word on it and without an explanation, though audits still find it"
        yield Doubt("closed without evidence", case.id, says)
    yield from (Doubt("decided without a hearing", case.id, says) for says in _unheard(case.events))
    if case.unsettled:
        says = f"it is {case.state}, and an audit found a further breach since: nobody was heard or spoke on that"
        yield Doubt("further breach", case.id, says)
    last, spoken = case.found.last_day, case.state in AFTER_A_WORD | {CaseState.CLOSED} and not case.unsettled
    if last is not None and not spoken and last <= until:
        passed = "passed" if last < today else "is near"
        yield Doubt("limitation", case.id, f"the last day to act, {last}, {passed}, and nothing was decided")
    for event in case.events:
        if last is not None and event.deed is Deed.DECIDED and event.at.date() > last:
            yield Doubt(
                "limitation", case.id, f"a measure was decided on {event.at.date()}, after the last day, {last}"
            )


def _shown(events: Iterable[CaseEvent]) -> bool:
    """Whether anything on record shows why a case could be closed."""
    return any(event.deed in {Deed.ANSWERED, Deed.REFUSED, Deed.UPHELD, Deed.EXCUSED, Deed.DECIDED} for event in events)


def _unheard(events: Sequence[CaseEvent]) -> Iterator[str]:
    """Words spoken before the person was heard, or after a question that was written down when its term was over."""
    for place, event in enumerate(events):
        if event.deed not in NEEDS_HEARING:
            continue
        if unheard := heard(events[:place], event.at):
            yield f"{event.deed} by {event.by} on {event.at.date()}: {unheard}"
        hearing = [each for each in events[:place] if each.deed in {Deed.ASKED, Deed.ANSWERED, Deed.REFUSED}]
        if hearing and (late := _on_paper(hearing[-1])):
            yield f"{event.deed} by {event.by} on {event.at.date()}: {late}"


def _on_paper(asked: CaseEvent) -> str | None:
    recorded = asked.recorded_at
    if asked.deed is not Deed.ASKED or recorded is None or asked.due is None or recorded.date() <= asked.due:
        return None
    return f"the question was written down on {recorded.date()} only, after its term had ended on {asked.due}"


def _lenient(cases: Sequence[Case]) -> Iterator[Doubt]:
    """People who excuse far more than all others together."""
    spoken = [(case.judged.by, case.judged.deed is Deed.EXCUSED) for case in cases if case.judged]
    for who in sorted({by for by, _ in spoken}):
        own = [excused for by, excused in spoken if by == who]
        others = [excused for by, excused in spoken if by != who]
        if len(own) < ENOUGH or len(others) < ENOUGH or sum(own) * len(others) <= MORE * sum(others) * len(own):
            continue
        says = f"{who} excused {sum(own)} of {len(own)}, all others {sum(others)} of {len(others)}"
        yield Doubt("excuses far more than others", None, says)


def _unequal(cases: Sequence[Case]) -> Iterator[Doubt]:
    """Incidents alike in rule, severity, number of findings and every step of the grade, on which words differ."""
    judged = sorted((case for case in cases if case.judged), key=lambda case: (repr(_facts(case)), case.id))
    for _, alike in groupby(judged, key=_facts):
        words: dict[str, str] = {}
        for case in alike:
            words.setdefault(_word(case.judged), case.id)
        first, *others = words.items()
        for word, key in others:
            alike_in = "alike in rule, number of findings and every step of its grade"
            says = f"{word}, while {first[1]}, {alike_in}, was {first[0]}"
            yield Doubt("alike, unequal words", key, says)


def _facts(case: Case) -> tuple[object, ...]:
    found = case.found
    moves = tuple((step["factor"], step["from"], step["to"]) for step in json.loads(found.steps))
    return (found.rules, found.severity, found.grade, found.findings, moves)


def _word(judged: CaseEvent | None) -> str:
    if judged is None:
        return ""
    return f"{judged.deed} with {judged.measure}" if judged.measure else str(judged.deed)


def _unaudited(audits: Sequence[AuditSeen]) -> Iterator[Doubt]:
    """Stretches between the first audited day and the last that no audit covered."""
    ordered = sorted(audits, key=lambda each: each.start)
    reached = ordered[0].end if ordered else None
    for each in ordered:
        if reached and each.start > reached:
            yield Doubt("not audited", None, f"no audit on record covers {reached} up to {each.start}", "audits")
        reached = max(reached or each.end, each.end)


def _gone(audits: Sequence[AuditSeen]) -> Iterator[Doubt]:
    """Tables that an earlier audit read, and that the newest did not."""
    kept = [each for each in audits if each.records]
    for table in sorted({name for each in kept[1:] for name in each.records} - {*(kept[0].records if kept else ())}):
        last = next(each for each in kept if table in each.records)
        says = f"the newest audit, {kept[0].id}, did not read the table {table}, which audit {last.id} read"
        yield Doubt("table not audited", None, says, "audits")

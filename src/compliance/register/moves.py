"""Which deed is allowed when, and where it leaves the case."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile

from compliance.model.history import CaseEvent, CaseState, Deed

S = CaseState
BEFORE_A_WORD = frozenset({S.NEW, S.ASKED, S.EXPLAINED, S.REFUSED, S.UNDER_REVIEW})
AFTER_A_WORD = frozenset({S.UPHELD, S.EXCUSED, S.DECIDED})
OPEN = frozenset(S) - {S.CLOSED}


@dataclass(frozen=True, slots=True)
class Move:
    """The states that a deed is allowed in and the one it leads to; None: the case stays where it is."""

    allowed: frozenset[CaseState]
    leads_to: CaseState | None = None


MOVES: Mapping[Deed, Move] = {
    Deed.ASKED: Move(BEFORE_A_WORD | {S.APPEALED}, S.ASKED),
    Deed.ANSWERED: Move(BEFORE_A_WORD, S.EXPLAINED),
    Deed.REFUSED: Move(frozenset({S.ASKED}), S.REFUSED),
    Deed.UPHELD: Move(BEFORE_A_WORD | {S.APPEALED}, S.UPHELD),
    Deed.EXCUSED: Move(BEFORE_A_WORD | {S.APPEALED}, S.EXCUSED),
    Deed.DECIDED: Move(BEFORE_A_WORD | {S.UPHELD, S.APPEALED}, S.DECIDED),
    Deed.APPEALED: Move(frozenset({S.UPHELD, S.DECIDED, S.CLOSED}), S.APPEALED),
    Deed.REOPENED: Move(AFTER_A_WORD | {S.APPEALED, S.CLOSED}, S.UNDER_REVIEW),
    Deed.CLOSED: Move(OPEN - {S.ASKED, S.APPEALED}, S.CLOSED),
    Deed.ASSIGNED: Move(OPEN),
    Deed.COMMENTED: Move(frozenset(S)),
    Deed.SNOOZED: Move(OPEN),
    Deed.PURGED: Move(frozenset(S)),
}

OWN: frozenset[Deed] = frozenset({Deed.ANSWERED, Deed.REFUSED, Deed.APPEALED, Deed.COMMENTED})
"""What people may do in a case that they themselves answer for."""

NEEDS_HEARING: frozenset[Deed] = frozenset({Deed.UPHELD, Deed.DECIDED})
WORDS: frozenset[Deed] = frozenset({Deed.UPHELD, Deed.EXCUSED, Deed.DECIDED, Deed.APPEALED, Deed.REOPENED})
"""Deeds that say, or unsay, whether the breach stands."""


def state_of(events: Iterable[CaseEvent]) -> CaseState:
    """Where the deeds, in their order, have left the case."""
    state, past = S.NEW, list[CaseEvent]()
    for event in events:
        state = _after(state, event, past)
        past.append(event)
    return state


def _after(state: CaseState, event: CaseEvent, past: Sequence[CaseEvent]) -> CaseState:
    """Whoever is given a case once its person was heard reviews it."""
    waits = state in {S.EXPLAINED, S.REFUSED} or (state is S.ASKED and heard(past, event.at) is None)
    if event.deed is Deed.ASSIGNED and waits:
        return S.UNDER_REVIEW
    return MOVES[event.deed].leads_to or state


def last_word(events: Iterable[CaseEvent]) -> Deed | None:
    """The last deed that says whether the breach stands; closing a case says nothing of it."""
    return next((event.deed for event in reversed(tuple(events)) if event.deed in WORDS), None)


def term(events: Sequence[CaseEvent]) -> date | None:
    """The last day of an explanation that was asked for and has neither come nor been refused.

    Asked twice, the later day counts: nobody's term is cut short by a second question.
    """
    return max((event.due for event in _unanswered(events) if event.due is not None), default=None)


def _unanswered(events: Sequence[CaseEvent]) -> tuple[CaseEvent, ...]:
    """The questions since the last answer or refusal."""
    since = takewhile(lambda event: event.deed not in {Deed.ANSWERED, Deed.REFUSED}, reversed(events))
    return tuple(event for event in since if event.deed is Deed.ASKED)


def heard(events: Sequence[CaseEvent], at: datetime) -> str | None:
    """Why the person can't be held to have been heard by then; None where that can be held."""
    if not any(event.deed in {Deed.ASKED, Deed.ANSWERED} for event in events):
        return "no explanation was asked for yet"
    if any(event.due is None for event in _unanswered(events)):
        return "no term was set for the explanation"
    due = term(events)
    return f"the explanation may be given until the end of {due}" if due is not None and at.date() <= due else None


def refusal(
    deed: Deed, events: Sequence[CaseEvent], responsible: Iterable[str], *, by: str, at: datetime, grown: int = 0
) -> tuple[str, str] | None:
    """Why this can't be done, and what can; None where it can. `responsible` are all who ever answered for it.

    `grown` is the place in the chain of the audit that last put a further breach into the case: nobody was heard on
    that one before.
    """
    state = state_of(events)
    if deed not in OWN and by.strip().casefold() in {each.strip().casefold() for each in responsible}:
        return f"{by} answers for it, and nobody deals with the own case", "let somebody else do it, named with --by"
    if events and at < events[-1].at:
        return f"its last deed was at {_told(events[-1].at)}, and this one lies before it", "give the moment with --at"
    if state not in MOVES[deed].allowed or (deed is Deed.APPEALED and not stands(events)):
        may = ", ".join(sorted(each.value for each, move in MOVES.items() if state in move.allowed))
        return f"it is {state}, so it can't be {deed}", f"it can be {may}"
    if deed in NEEDS_HEARING and (unheard := heard(events, at)):
        return f"it can't be {deed} before its person was heard: {unheard}", "ask, and wait for the answer or the term"
    if deed in NEEDS_HEARING and (unheard := heard([each for each in events if each.number > grown], at)):
        says = f"a further breach came into it since, and its person was not heard on that: {unheard}"
        first = "reopen it, then " if state in AFTER_A_WORD else ""
        return f"it can't be {deed}: {says}", f"{first}ask, and wait for the answer or the term"
    return None


def stands(events: Iterable[CaseEvent]) -> bool:
    """Whether the last word is that the breach stands."""
    return last_word(events) in {Deed.UPHELD, Deed.DECIDED}


def _told(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="minutes")

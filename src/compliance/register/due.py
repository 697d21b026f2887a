"""What has to be done about cases soon."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from compliance.model.history import CaseState
from compliance.register.case import Case
from compliance.register.moves import AFTER_A_WORD


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """One thing that is due, on which day, and about which incident."""

    day: date
    what: str
    incident: str


def due(cases: Iterable[Case], *, until: date) -> tuple[Due, ...]:
    """What falls due up to that day, and what is overdue, the most urgent first."""
    return tuple(sorted(each for case in cases for each in _of(case) if each.day <= until))


def _of(case: Case) -> Iterator[Due]:
    """A term and a last day; a reminder put off, but never the last day to act."""
    state = case.state
    if state is CaseState.CLOSED and not case.unsettled:
        return
    if case.found.last_day is not None and (state not in AFTER_A_WORD - {CaseState.UPHELD} or case.unsettled):
        yield Due(case.found.last_day, "last day to act", case.id)
    if case.term is not None and state is CaseState.ASKED:
        yield Due(max(case.term, case.snoozed_until or case.term), "the term of the explanation ends", case.id)
    elif case.snoozed_until is not None:
        yield Due(case.snoozed_until, "put off until this day", case.id)

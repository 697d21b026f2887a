"""The right to be heard: no grade is final before the explanation was given, refused, or its term ran out."""

from datetime import date

from compliance.calendar import WorkCalendar
from compliance.dossier.circumstances import Sort
from compliance.judgement import surroundings
from compliance.judgement.cases import Case
from compliance.language.durations import Duration
from compliance.model.history import CaseEvent, Deed
from compliance.model.incident import Heard, Hearing

_SORTS = {Sort.ASKED: Deed.ASKED, Sort.EXPLANATION: Deed.ANSWERED, Sort.REFUSED: Deed.REFUSED}
_DEEDS = frozenset(_SORTS.values())


_UNHEARD = Hearing()


def hearing(case: Case, term: Duration | None) -> Hearing:
    """How the hearing of who answers stands by the audit's moment, from circumstances and from the register."""
    deeds = sorted(_deeds(case), key=lambda each: each.at)
    if not deeds:
        return _UNHEARD
    answer = next((each for each in reversed(deeds) if each.deed in {Deed.ANSWERED, Deed.REFUSED}), None)
    asked = next((each for each in deeds if each.deed is Deed.ASKED), None)
    begun = asked.at.date() if asked else None
    due = _due(asked, term, case.dossier.calendar)
    if answer is not None:
        state = Heard.GIVEN if answer.deed is Deed.ANSWERED else Heard.REFUSED
        return Hearing(state, begun, due, answer.at.date(), missing=None)
    if begun is None:
        return Hearing()
    if due is not None and due < case.dossier.as_of.date():
        return Hearing(Heard.TERM_RAN_OUT, begun, due, missing=None)
    until = f" until {due}" if due else ""
    return Hearing(Heard.ASKED, begun, due, missing=f"the explanation was asked for on {begun} and may be given{until}")


def _deeds(case: Case) -> list[CaseEvent]:
    """What was done to hear who answers, by the register and by what the records say of this very person."""
    past = case.dossier.past
    found = [each for each in past.events.get(case.id, ()) if each.at <= case.dossier.as_of and _about_all(case, each)]
    found += [
        CaseEvent(case.id, _SORTS[each.sort], each.at, each.bearer, each.value)
        for each in surroundings.answering(case, *_SORTS)
    ]
    return [each for each in found if each.deed in _DEEDS]


def _about_all(case: Case, deed: CaseEvent) -> bool:
    """Whether all of it was known when somebody was asked, or answered: of a breach that came since nobody was heard.

    A head is heard on the supervision, which is one matter, however many breaches it follows from.
    """
    return case.of_head or all(case.dossier.past.about(deed, finding.id) for finding in case.findings)


def _due(asked: CaseEvent | None, term: Duration | None, calendar: WorkCalendar | None) -> date | None:
    if asked is None or asked.due is not None or term is None or calendar is None:
        return asked.due if asked else None
    return calendar.after(asked.at.date(), term)

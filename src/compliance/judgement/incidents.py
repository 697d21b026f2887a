"""A sentenced case as an incident: everything that can be said of it by law and record."""

from datetime import datetime
from typing import NamedTuple

from compliance.judgement.cases import Case
from compliance.judgement.deciding import decider
from compliance.judgement.excusing import considered
from compliance.judgement.hearing import hearing
from compliance.judgement.law import Law, Liability
from compliance.judgement.limits import limitation
from compliance.judgement.proposing import measures
from compliance.judgement.responsibility import Chain
from compliance.judgement.rules import Rule
from compliance.model.history import Deed
from compliance.model.incident import Incident, Step

NEVER = datetime.max  # noqa: DTZ901 local time has no offset here


class Sentence(NamedTuple):
    """A case with the steps of its grade and the measure rules that apply to it."""

    case: Case
    steps: tuple[Step, ...]
    measures: tuple[Rule, ...] = ()


def incident(sentence: Sentence, links: Chain, law: Law | None) -> Incident:
    """The incident of a case; without a law no measure and no last day."""
    case, steps = sentence.case, sentence.steps
    others = {finding.rule for finding in case.findings} - {case.info.id}
    return Incident(
        id=case.id,
        rules=(case.info.id, *sorted(others)),
        grade=steps[-1].end,
        severity=case.severity,
        responsible=case.lead.responsible,
        department=case.lead.department,
        findings=tuple([finding.id for finding in case.findings]),
        steps=steps,
        measures=tuple(measures(case, sentence.measures, law)) if law is not None else (),
        limitation=limitation(case, law.terms.get(Liability.DISCIPLINARY) if law is not None else None),
        chain=links,
        excuses=considered(case),
        hearing=hearing(case, law.hearing.term if law is not None and law.hearing is not None else None),
        decides=decider(case, links),
        closed=_closed(case),
    )


def _closed(case: Case) -> bool:
    """Whether the case was closed when every breach in it was on record already."""
    past, closed = case.dossier.past, case.dossier.past.closed.get(case.id)
    if closed is None:
        return False
    # By the chain where it tells: an audit may be as of a moment that was still to come when the case was closed.
    last = next((each for each in reversed(past.events.get(case.id, ())) if each.deed is Deed.CLOSED), None)
    return all(
        past.discovered.get(each.id, NEVER) <= closed or (last is not None and past.about(last, each.id))
        for each in case.findings
    )

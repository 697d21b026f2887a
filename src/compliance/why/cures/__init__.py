"""What would have met a duty: proposals kind by kind, each judged again before it is told."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from compliance.model.finding import Finding, Verdict
from compliance.reports.answer import Cure
from compliance.why.changes import Proposal, Unfit
from compliance.why.cures import acts, answers, deadline, quota, running
from compliance.why.cures.case import Case
from compliance.why.world import Judged, World

Proposing = Callable[[Case], Iterator[Proposal]]
KINDS: Mapping[str, Proposing] = {
    "quota": quota.propose,
    "deadline": deadline.propose,
    "response": answers.response,
    "precedence": answers.precedence,
    "fulfilment": answers.fulfilment,
    "prohibition": acts.prohibition,
    "condition": acts.condition,
    "limit": acts.limit,
    "interval": running.interval,
    "sequence": running.sequence,
    "level": running.level,
    "reconciliation": running.reconciliation,
}
TRIED = 12
"""How many proposals are judged at most."""
TOLD = 2
"""How many cures are told."""


def cures(world: World, judged: Judged, finding: Finding) -> tuple[Cure, ...]:
    """The cures of a breach, the smallest first; none where the engine does not say that it would be met."""
    proposing = KINDS.get(world.rule.rule.kind.name)
    if finding.verdict not in {Verdict.BREACHED, Verdict.EXCUSED} or proposing is None:
        return ()
    met: dict[str, Cure] = {}
    for proposal in islice(proposing(Case(world, judged, finding)), TRIED):
        if proposal.way in met or len(met) == TOLD:
            continue
        if (cure := tried(world, judged, finding, proposal)) is not None:
            met[proposal.way] = cure
    return tuple(met.values())


def tried(world: World, judged: Judged, finding: Finding, proposal: Proposal) -> Cure | None:
    """The cure, if the engine says so: met, or nothing left to be judged and nothing else held against the bearer."""
    try:
        after = world.judged(proposal.edits)
    except Unfit:
        return None
    found = after.find(finding.id)
    if found is not None and found.verdict is not Verdict.MET:
        return None
    if found is None and _worse(judged, after):
        return None
    changes = tuple(each for edit in proposal.edits for each in edit.told)
    return Cure(proposal.says, changes, found.verdict if found else None)


def _worse(before: Judged, after: Judged) -> bool:
    """Whether something is held against anybody, or can't be told, that was not so before."""
    bad = {Verdict.BREACHED, Verdict.UNDETERMINED, Verdict.PENDING}
    known = {each.id for each in before.findings if each.verdict in bad}
    return any(each.verdict in bad and each.id not in known for each in after.findings)

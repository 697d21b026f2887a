"""What is tried: for each kind its rules, the tables of its worlds, and how many worlds; then what more of it."""

import os
from collections.abc import Mapping

from tests.reference import each, extras, history, matching, pieces, reached, relative, rules, seldom, together
from tests.reference.world import Rule
from tests.reference.worlds import Trial

FEW = 50
"""Worlds for each kind where DUTYBOOK_WORLDS does not say more."""
FEWEST = 20
"""So many at least of what more is tried of a kind."""

LOGS = ("checks", "complaints", "activities", "expenses")
REACHED = ("tasks", "parts", "pieces")
ACTS = ("orders", "checks", "expenses", "complaints", "authority", "approvals")


def worlds_for(trial: str) -> int:
    """How many worlds a trial is made on: that of a kind on all that are asked for, one of more of it on a sixth.

    So each kind has all of them at least, and its further trials, of which there are three a kind, cost half as much.
    """
    asked = int(os.environ.get("DUTYBOOK_WORLDS", str(FEW)))
    return min(asked, max(FEWEST, asked // 6)) if " " in trial else asked


TRIALS: Mapping[str, Trial] = {
    "quota": Trial(pieces.several(rules.quotas()), (*LOGS, "plans"), pieces.PARAMETERS, extras.plans),
    "deadline": Trial(pieces.several(rules.deadlines()), ("reports", "checks", "activities"), pieces.PARAMETERS),
    "prohibition": Trial(pieces.several(rules.prohibitions()), ACTS, pieces.PARAMETERS, extras.approvals),
    "condition": Trial(pieces.several(rules.conditions()), ACTS, pieces.PARAMETERS, extras.approvals),
    "limit": Trial(
        pieces.several(rules.limits()),
        ("orders", "expenses", "authority", "approvals"),
        pieces.PARAMETERS,
        extras.approvals,
    ),
    "response": Trial(pieces.several(rules.responses()), ("complaints", "checks", "activities"), pieces.PARAMETERS),
    "precedence": Trial(pieces.several(rules.precedences()), ("orders", "checks", "activities"), pieces.PARAMETERS),
    "interval": Trial(
        pieces.several(rules.intervals()), ("complaints", "checks", "tasks", "handovers"), pieces.PARAMETERS
    ),
    "sequence": Trial(pieces.several(rules.sequences()), ("complaints",), pieces.PARAMETERS),
    "fulfilment": Trial(pieces.several(rules.fulfilments()), ("tasks", "handovers"), pieces.PARAMETERS),
    "level": Trial(pieces.several(rules.levels()), ("moves",), pieces.PARAMETERS),
    "reconciliation": Trial(
        pieces.several(rules.reconciliations()), ("claims", "checks", "activities"), pieces.PARAMETERS
    ),
    "quota by reference": Trial(pieces.several(reached.quotas()), REACHED, pieces.PARAMETERS, reached.parts),
    "limit by reference": Trial(pieces.several(reached.limits()), REACHED, pieces.PARAMETERS, reached.parts),
    "interval by reference": Trial(pieces.several(reached.intervals()), REACHED, pieces.PARAMETERS, reached.parts),
    "sequence by reference": Trial(pieces.several(reached.sequences()), REACHED, pieces.PARAMETERS, reached.parts),
    "quota by states": Trial(
        pieces.several(history.quotas()), ("complaints", "activities", "plans"), pieces.PARAMETERS, history.states
    ),
    "deadline by states": Trial(
        pieces.several(history.deadlines()), ("complaints", "activities", "plans"), pieces.PARAMETERS, history.states
    ),
    "prohibition by states": Trial(
        pieces.several(history.prohibitions()), ("orders", "complaints", "plans"), pieces.PARAMETERS, history.states
    ),
    "limit by states": Trial(pieces.several(history.limits()), ("orders", "plans"), pieces.PARAMETERS, history.states),
    "interval by states": Trial(
        pieces.several(history.intervals()), ("complaints", "activities", "plans"), pieces.PARAMETERS, history.states
    ),
    "sequence by states": Trial(
        pieces.several(history.sequences()), ("complaints", "plans"), pieces.PARAMETERS, history.states
    ),
    "condition by states": Trial(
        pieces.several(history.conditions()), ("complaints", "plans"), pieces.PARAMETERS, history.states
    ),
    "response by states": Trial(
        pieces.several(history.responses()), ("complaints", "activities", "plans"), pieces.PARAMETERS, history.states
    ),
    "precedence by states": Trial(
        pieces.several(history.precedences()), ("orders", "activities", "plans"), pieces.PARAMETERS, history.states
    ),
    "fulfilment by states": Trial(
        pieces.several(history.fulfilments()), ("orders", "activities", "plans"), pieces.PARAMETERS, history.states
    ),
    "level by states": Trial(pieces.several(history.levels()), ("orders", "plans"), pieces.PARAMETERS, history.states),
    "quota by another measure": Trial(
        pieces.several(relative.quotas()), (*LOGS, "plans"), pieces.PARAMETERS, extras.plans
    ),
    "quota by clients on record": Trial(
        pieces.several(relative.on_record()), ("activities", *ACTS), pieces.PARAMETERS, extras.approvals
    ),
    "limit for each": Trial(
        pieces.several(each.limits()), (*ACTS, "activities", "claims"), pieces.PARAMETERS, extras.approvals
    ),
    "level for each": Trial(pieces.several(each.levels()), (*ACTS, "activities"), pieces.PARAMETERS, extras.approvals),
    "interval for each": Trial(
        pieces.several(each.intervals()), ("complaints", "checks", "activities"), pieces.PARAMETERS
    ),
    "sequence for each": Trial(pieces.several(each.sequences()), ("complaints", "checks"), pieces.PARAMETERS),
    "reconciliation for each": Trial(
        pieces.several(each.reconciliations()), ("claims", "checks", "activities"), pieces.PARAMETERS
    ),
    "response for each": Trial(
        pieces.several(each.responses()), ("complaints", "checks", "activities"), pieces.PARAMETERS
    ),
    "precedence for each": Trial(
        pieces.several(each.precedences()), ("orders", "complaints", "checks", "activities"), pieces.PARAMETERS
    ),
    "response by match": Trial(
        pieces.several(matching.responses()), ("complaints", "checks", "activities"), pieces.PARAMETERS
    ),
    "precedence by match": Trial(
        pieces.several(matching.precedences()), ("orders", "checks", "activities"), pieces.PARAMETERS
    ),
    "fulfilment by match": Trial(pieces.several(matching.fulfilments()), ("tasks", "handovers"), pieces.PARAMETERS),
    "interval by match": Trial(pieces.several(matching.intervals()), ("tasks", "handovers"), pieces.PARAMETERS),
    "reconciliation by match": Trial(
        pieces.several(matching.reconciliations()), ("claims", "checks", "activities"), pieces.PARAMETERS
    ),
    "quota by absences": Trial(pieces.several(seldom.quotas()), ("checks",), pieces.PARAMETERS, given=seldom.SPOILED),
    "deadline by absences": Trial(
        pieces.several(seldom.deadlines()), ("reports", "checks"), pieces.PARAMETERS, given=seldom.SPOILED
    ),
    "response by absences": Trial(
        pieces.several(seldom.responses()), ("complaints", "checks"), pieces.PARAMETERS, given=seldom.SPOILED
    ),
    "interval by absences": Trial(
        pieces.several(seldom.intervals()), ("checks",), pieces.PARAMETERS, given=seldom.SPOILED
    ),
    "quota by departments": Trial(
        pieces.several(seldom.watched()), ("activities",), pieces.PARAMETERS, given=seldom.APART
    ),
    "prohibition by papers": Trial(
        pieces.several(seldom.papers()), ACTS, pieces.PARAMETERS, extras.approvals, seldom.STOOD_IN
    ),
    "limit by papers": Trial(
        pieces.several(seldom.amounts()), ACTS, pieces.PARAMETERS, extras.approvals, seldom.STOOD_IN
    ),
    "rules beside a level": Trial(
        pieces.several(seldom.beside_levels(), together.OFTEN), ("orders",), pieces.PARAMETERS
    ),
    "rules of several kinds": Trial(
        together.of_several_kinds(), ("orders", "complaints", "checks", "activities"), pieces.PARAMETERS
    ),
}
"""By the kind, and after it what more is tried of it; or what is tried of several kinds."""


def tries(trial: str, rule: Rule) -> bool:
    """Whether a rule is of the kind that a trial tries, or of any where it tries several."""
    return trial.partition(" ")[0] in {"rules", *rule}

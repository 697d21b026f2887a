"""What is tried: for each kind its rules, the tables of its worlds, and how many worlds."""

import os
from collections.abc import Mapping

from tests.reference import each, extras, history, reached, relative, rules
from tests.reference.worlds import Trial

FEW = 50
"""Worlds for each kind where DUTYBOOK_WORLDS does not say more."""

LOGS = ("checks", "complaints", "activities", "expenses")
REACHED = ("tasks", "parts", "pieces")
ACTS = ("orders", "checks", "expenses", "complaints", "authority", "approvals")


FEWEST, MOST = 10, 30
"""Worlds in one batch: with each come other rules, another calendar and another zone, and one audit more to pay for."""


def worlds_a_batch() -> int:
    """How many worlds are judged by one audit."""
    return min(MOST, max(FEWEST, asked_for() // 10))


def asked_for() -> int:
    """How many worlds each kind is tried on."""
    return int(os.environ.get("DUTYBOOK_WORLDS", str(FEW)))


TRIALS: Mapping[str, Trial] = {
    "quota": Trial(rules.several(rules.quotas()), (*LOGS, "plans"), rules.PARAMETERS, extras.plans),
    "deadline": Trial(rules.several(rules.deadlines()), ("reports", "checks", "activities"), rules.PARAMETERS),
    "prohibition": Trial(rules.several(rules.prohibitions()), ACTS, rules.PARAMETERS, extras.approvals),
    "condition": Trial(rules.several(rules.conditions()), ACTS, rules.PARAMETERS, extras.approvals),
    "limit": Trial(
        rules.several(rules.limits()),
        ("orders", "expenses", "authority", "approvals"),
        rules.PARAMETERS,
        extras.approvals,
    ),
    "response": Trial(rules.several(rules.responses()), ("complaints", "checks", "activities"), rules.PARAMETERS),
    "precedence": Trial(rules.several(rules.precedences()), ("orders", "checks", "activities"), rules.PARAMETERS),
    "interval": Trial(
        rules.several(rules.intervals()), ("complaints", "checks", "tasks", "handovers"), rules.PARAMETERS
    ),
    "sequence": Trial(rules.several(rules.sequences()), ("complaints",), rules.PARAMETERS),
    "fulfilment": Trial(rules.several(rules.fulfilments()), ("tasks", "handovers"), rules.PARAMETERS),
    "level": Trial(rules.several(rules.levels()), ("moves",), rules.PARAMETERS),
    "reconciliation": Trial(
        rules.several(rules.reconciliations()), ("claims", "checks", "activities"), rules.PARAMETERS
    ),
    "quota by reference": Trial(rules.several(reached.quotas()), REACHED, rules.PARAMETERS, reached.parts),
    "limit by reference": Trial(rules.several(reached.limits()), REACHED, rules.PARAMETERS, reached.parts),
    "interval by reference": Trial(rules.several(reached.intervals()), REACHED, rules.PARAMETERS, reached.parts),
    "sequence by reference": Trial(rules.several(reached.sequences()), REACHED, rules.PARAMETERS, reached.parts),
    "quota by states": Trial(
        rules.several(history.quotas()), ("complaints", "activities", "plans"), rules.PARAMETERS, history.states
    ),
    "deadline by states": Trial(
        rules.several(history.deadlines()), ("complaints", "activities", "plans"), rules.PARAMETERS, history.states
    ),
    "prohibition by states": Trial(
        rules.several(history.prohibitions()), ("orders", "complaints", "plans"), rules.PARAMETERS, history.states
    ),
    "limit by states": Trial(rules.several(history.limits()), ("orders", "plans"), rules.PARAMETERS, history.states),
    "interval by states": Trial(
        rules.several(history.intervals()), ("complaints", "activities", "plans"), rules.PARAMETERS, history.states
    ),
    "sequence by states": Trial(
        rules.several(history.sequences()), ("complaints", "plans"), rules.PARAMETERS, history.states
    ),
    "condition by states": Trial(
        rules.several(history.conditions()), ("complaints", "plans"), rules.PARAMETERS, history.states
    ),
    "response by states": Trial(
        rules.several(history.responses()), ("complaints", "activities", "plans"), rules.PARAMETERS, history.states
    ),
    "precedence by states": Trial(
        rules.several(history.precedences()), ("orders", "activities", "plans"), rules.PARAMETERS, history.states
    ),
    "fulfilment by states": Trial(
        rules.several(history.fulfilments()), ("orders", "activities", "plans"), rules.PARAMETERS, history.states
    ),
    "level by states": Trial(rules.several(history.levels()), ("orders", "plans"), rules.PARAMETERS, history.states),
    "quota by another measure": Trial(
        rules.several(relative.quotas()), (*LOGS, "plans"), rules.PARAMETERS, extras.plans
    ),
    "limit for each": Trial(
        rules.several(each.limits()), (*ACTS, "activities", "claims"), rules.PARAMETERS, extras.approvals
    ),
    "interval for each": Trial(
        rules.several(each.intervals()), ("complaints", "checks", "activities"), rules.PARAMETERS
    ),
    "sequence for each": Trial(rules.several(each.sequences()), ("complaints", "checks"), rules.PARAMETERS),
    "reconciliation for each": Trial(
        rules.several(each.reconciliations()), ("claims", "checks", "activities"), rules.PARAMETERS
    ),
}
"""By the kind, and after it what more is tried of it."""


def kind_tried(trial: str) -> str:
    """The kind that a trial tries."""
    return trial.partition(" ")[0]

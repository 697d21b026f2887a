"""What is tried: for each kind its rules, the tables of its worlds, and how many worlds."""

import os
from collections.abc import Mapping

from hypothesis import strategies as st
from tests.reference import extras, rules, worlds
from tests.reference.worlds import Batch

FEW = 50
"""Worlds for each kind where DUTYBOOK_WORLDS does not say more."""

LOGS = ("checks", "complaints", "activities", "expenses")
ACTS = ("orders", "checks", "expenses", "complaints", "authority", "approvals")


def asked_for() -> int:
    """How many worlds each kind is tried on."""
    return int(os.environ.get("DUTYBOOK_WORLDS", str(FEW)))


TRIALS: Mapping[str, st.SearchStrategy[Batch]] = {
    "quota": worlds.batches(rules.several(rules.quotas()), (*LOGS, "plans"), rules.PARAMETERS, extras.plans),
    "deadline": worlds.batches(rules.several(rules.deadlines()), ("reports", "checks", "activities"), rules.PARAMETERS),
    "prohibition": worlds.batches(rules.several(rules.prohibitions()), ACTS, rules.PARAMETERS, extras.approvals),
    "condition": worlds.batches(rules.several(rules.conditions()), ACTS, rules.PARAMETERS, extras.approvals),
    "limit": worlds.batches(
        rules.several(rules.limits()),
        ("orders", "expenses", "authority", "approvals"),
        rules.PARAMETERS,
        extras.approvals,
    ),
    "response": worlds.batches(
        rules.several(rules.responses()), ("complaints", "checks", "activities"), rules.PARAMETERS
    ),
    "precedence": worlds.batches(
        rules.several(rules.precedences()), ("orders", "checks", "activities"), rules.PARAMETERS
    ),
    "interval": worlds.batches(
        rules.several(rules.intervals()), ("complaints", "checks", "tasks", "handovers"), rules.PARAMETERS
    ),
    "sequence": worlds.batches(rules.several(rules.sequences()), ("complaints",), rules.PARAMETERS),
    "fulfilment": worlds.batches(rules.several(rules.fulfilments()), ("tasks", "handovers"), rules.PARAMETERS),
    "level": worlds.batches(rules.several(rules.levels()), ("moves",), rules.PARAMETERS),
    "reconciliation": worlds.batches(
        rules.several(rules.reconciliations()), ("claims", "checks", "activities"), rules.PARAMETERS
    ),
}

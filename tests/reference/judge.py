"""The reference judge: one rule and one world in, findings out."""

from collections.abc import Callable

from tests.reference import acts, continuity, deadline, quota, responses, sums
from tests.reference.expressions import holds
from tests.reference.records import Record, held
from tests.reference.world import Finding, Rule, World

KINDS: dict[str, Callable[[Rule, World], list[Finding]]] = {
    "quota": quota.judge,
    "deadline": deadline.judge,
    "prohibition": acts.prohibition,
    "condition": acts.condition,
    "limit": acts.limit,
    "response": responses.response,
    "precedence": responses.precedence,
    "interval": continuity.interval,
    "sequence": continuity.sequence,
    "fulfilment": sums.fulfilment,
    "level": sums.level,
    "reconciliation": sums.reconciliation,
}
ASKED: dict[str, Callable[[Rule], str]] = {
    "response": lambda body: str(body["expect"]["of"]),
    "precedence": lambda body: str(body["expect"]["of"]),
    "fulfilment": lambda body: str(body["delivered"]["of"]),
    "reconciliation": lambda body: str(body["against"]["of"]),
}
"""In which table what is missing would stand, where that is not the block's own."""
WANTING = ("short", "missing", "late", "partial", "gap", "differs")


def kind_of(rule: Rule) -> str:
    """The one kind that a rule is of."""
    return next(name for name in KINDS if name in rule)


def judge(rule: Rule, world: World) -> list[Finding]:
    """What a rule finds in a world."""
    if holds(rule.get("when"), Record(world, {}, on=world.start)) is False:
        return [Finding(rule["id"], "not_applicable")]
    kind = kind_of(rule)
    found = KINDS[kind](rule, world)
    asked = ASKED.get(kind, lambda body: body.get("of"))(rule[kind])
    wanting = any(each.how in WANTING for each in found)
    if wanting and not held(world, asked):
        return [Finding(rule["id"], "undetermined", because=f"{asked} holds no record")]
    return found

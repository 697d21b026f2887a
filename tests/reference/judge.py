"""The reference judge: one rule and one world in, findings out."""

from collections.abc import Callable, Sequence

from tests.reference import acts, continuity, deadline, quota, responses, sums
from tests.reference.expressions import holds
from tests.reference.people import roster
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


def judge_all(rules: Sequence[Rule], world: World) -> list[Finding]:
    """What rules find in a world, those last that yield to others; only to earlier ones do the worlds' rules yield."""
    found: dict[str, list[Finding]] = {}
    for rule in rules:
        first = [each for name in rule.get("yields_to", ()) for each in found[name] if each.verdict != "not_applicable"]
        found[rule["id"]] = [_yielding(each, first) for each in judge(rule, world)]
    return [each for findings in found.values() for each in findings]


def _yielding(finding: Finding, first: Sequence[Finding]) -> Finding:
    """Silent where another rule speaks on the same record, or on the same bearer and window."""
    record = [each for each in first if finding.record is not None and each.record == finding.record]
    window = [each for each in first if (each.bearer, each.window) == (finding.bearer, finding.window) and each.window]
    if not record and not window:
        return finding
    return Finding(finding.rule, "not_applicable", finding.bearer, finding.window, finding.record)


def _asks_who(rule: Rule) -> bool:
    """Whether a rule speaks of what only a roster tells."""
    return "bearer." in str(rule) or bool({"position", "level"} & set(rule.get("bearer", {})))


def judge(rule: Rule, world: World) -> list[Finding]:
    """What a rule finds in a world."""
    if holds(rule.get("when"), Record(world, {}, on=world.start)) is False:
        return [Finding(rule["id"], "not_applicable")]
    kind = kind_of(rule)
    if roster(world) is None and _asks_who(rule):
        return [Finding(rule["id"], "undetermined", because="there is no roster")]
    found = KINDS[kind](rule, world)
    asked = ASKED.get(kind, lambda body: body.get("of"))(rule[kind])
    wanting = any(each.how in WANTING for each in found)
    if wanting and not held(world, asked):
        return [Finding(rule["id"], "undetermined", because=f"{asked} holds no record")]
    return found

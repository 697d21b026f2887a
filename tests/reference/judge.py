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
    """What rules find in a world, each after those that it yields to."""
    named = {rule["id"]: rule for rule in rules}
    found: dict[str, list[Finding]] = {}

    def judged(name: str) -> list[Finding]:
        if name not in found:
            rule = named[name]
            others = [each for other in rule.get("yields_to", ()) for each in judged(other)]
            first = [each for each in others if each.verdict != "not_applicable"]
            found[name] = [_yielding(each, first) for each in judge(rule, world)]
        return found[name]

    return [each for name in named for each in judged(name)]


def _yielding(finding: Finding, first: Sequence[Finding]) -> Finding:
    """Silent where another rule speaks on the same record, or on the same bearer and window."""
    record = [each for each in first if finding.record is not None and each.record == finding.record]
    window = [each for each in first if (each.bearer, each.window) == (finding.bearer, finding.window) and each.window]
    if not record and not window:
        return finding
    return Finding(finding.rule, "not_applicable", finding.bearer, finding.window, finding.record)


def _asks_who(rule: Rule) -> bool:
    """Whether a rule speaks of what only a roster tells."""
    approved = any(rule[name].get("unless") == "approved" for name in KINDS if name in rule)
    told = "bearer." in str(rule) or bool({"position", "level"} & set(rule.get("bearer", {})))
    return told or approved or "'authority'" in str(rule)


def judge(rule: Rule, world: World) -> list[Finding]:
    """What a rule finds in a world."""
    if holds(rule.get("when"), Record(world, {}, on=world.start)) is False:
        return [Finding(rule["id"], "not_applicable")]
    kind = kind_of(rule)
    if roster(world) is None and _asks_who(rule):
        return [Finding(rule["id"], "undetermined", because="there is no roster")]
    found = KINDS[kind](rule, world)
    asked = ASKED.get(kind, lambda body: body.get("of"))(rule[kind])
    wanting = [asked] if any(each.how in WANTING for each in found) else []
    if rule[kind].get("unless") == "approved" and any(each.verdict in {"breached", "undetermined"} for each in found):
        wanting.append("approvals")
    empty = next((name for name in wanting if not held(world, name)), None)
    return found if empty is None else [Finding(rule["id"], "undetermined", because=f"{empty} holds no record")]

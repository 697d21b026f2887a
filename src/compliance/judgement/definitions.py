"""Judgement rules as durable-rules' own definitions, in rulesets that it can hold.

Negation is worked into the comparisons (durable-rules has none that can be trusted), and a comparison with a value
that may be unknown asks first whether it is known. For one fact at most 64 branches may be open at once; past that
durable-rules fires nothing. So a ruleset holds rules that can come true in 49 ways together, and a catch-all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from compliance.judgement.conditions import MOST_WAYS, AllOf, Compare, Condition, Not, ways
from compliance.judgement.fields import FIELDS
from compliance.judgement.rules import Rule

Definition: TypeAlias = dict[str, Any]

_ANYTHING: Definition = {"judged": 1}
_NOTHING: Definition = {"judged": 0}
_NAMES = {"<>": "$neq", "<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}
_OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def rulesets(rules: Sequence[Rule]) -> dict[str, dict[str, Definition]]:
    """The rules as durable-rules' own definitions, in rulesets that are small enough; each ends with its catch-all."""
    packed: list[_Pack] = [_Pack()]
    for number, rule in enumerate(rules):
        if packed[-1].ways + ways(rule.when) > MOST_WAYS:
            packed.append(_Pack())
        packed[-1].add(str(number), rule.when)
    return {f"rules{number}": {**pack.rules, f"rules{number}": _ANYTHING} for number, pack in enumerate(packed)}


@dataclass(slots=True)
class _Pack:
    """One ruleset in the making, and in how many ways its rules may come true."""

    ways: int = 0
    rules: dict[str, Definition] = field(default_factory=dict)

    def add(self, name: str, when: Condition) -> None:
        self.ways += max(1, ways(when))
        self.rules[name] = _definition(when, hold=True)


def _definition(condition: Condition, *, hold: bool) -> Definition:
    """The definition of a condition, or (`hold` false) of its negation."""
    match condition:
        case Compare():
            return _comparison(condition, hold=hold)
        case Not():
            return _definition(condition.part, hold=not hold)
    together = isinstance(condition, AllOf) is hold
    parts = [_definition(part, hold=hold) for part in condition.parts]
    if not parts:
        return _ANYTHING if together else _NOTHING
    return parts[0] if len(parts) == 1 else {"$and" if together else "$or": parts}


def _comparison(compare: Compare, *, hold: bool) -> Definition:
    op = compare.op if hold else _OPPOSITE[compare.op]
    pair = {compare.field: compare.value}
    test = pair if op == "=" else {_NAMES[op]: pair}
    known = FIELDS[compare.field].known
    return {"$and": [{known: True}, test]} if known else test

"""The second judge: evaluates the rules' conditions in plain Python, sharing no evaluation with durable-rules' side.

It reads a condition as SQL does: a comparison with an unknown value is neither true nor false (None), and a rule
applies only where its condition is true.
"""

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from compliance.judgement.conditions import AllOf, AnyOf, Compare, Condition, Not
from compliance.judgement.fields import FIELDS, Facts
from compliance.judgement.rules import Rule

_TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def applies(rules: Iterable[Rule], cases: Mapping[str, Facts]) -> dict[str, frozenset[str]]:
    """For each case the ids of the rules that apply to it."""
    ordered = tuple(rules)
    return {
        case: frozenset(rule.id for rule in ordered if holds(rule.when, facts) is True) for case, facts in cases.items()
    }


def holds(condition: Condition, facts: Facts) -> bool | None:
    """Whether a condition is true, false or (None) unknown."""
    match condition:
        case Compare():
            known = FIELDS[condition.field].known
            if known is not None and not facts[known]:
                return None
            return _TESTS[condition.op](facts[condition.field], condition.value)
        case Not():
            inner = holds(condition.part, facts)
            return None if inner is None else not inner
        case AllOf():
            return _settled([holds(part, facts) for part in condition.parts], decides=False)
        case AnyOf():
            return _settled([holds(part, facts) for part in condition.parts], decides=True)


def _settled(parts: list[bool | None], *, decides: bool) -> bool | None:
    """`decides` if any part is that; else unknown if any part is unknown; else the opposite."""
    if decides in parts:
        return decides
    return None if None in parts else not decides

"""Proof-reading judgement rules against one another: what can never apply, and what contradicts.

A condition compares fields with constants, so one value below, at and between them, and the unknown one, stand for all
values of a field. Every combination is tried with the plain judge, as long as there are not too many.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, pairwise, product
from math import prod

from compliance.judgement import plain
from compliance.judgement.conditions import Condition, comparisons
from compliance.judgement.fields import FIELDS, Facts, Kind, Plain
from compliance.judgement.rules import Rule, Stage
from compliance.model.incident import GRADES

NEVER_TRUE, CONTRADICTION = "judgement-never-true", "judgement-contradiction"
MOST = 20_000
"""How many combinations are tried; a rule that asks for more is taken to be sound."""


def faults(rules: Iterable[Rule]) -> Iterator[tuple[Rule, str, str]]:
    """Each rule that can never apply, or that contradicts another of its factor, with the lint and what it says."""
    ordered = tuple(rules)
    for rule in ordered:
        if not _possible(rule.when):
            yield rule, NEVER_TRUE, "this can never be true, so the rule never applies"
    graded = [rule for rule in ordered if rule.stage is Stage.GRADE]
    for one, other in combinations(graded, 2):
        if one.factor == other.factor and (says := _against(one, other)) and _possible(one.when, other.when):
            yield other, CONTRADICTION, says


def _against(one: Rule, other: Rule) -> str | None:
    """How two rules would contradict each other if both applied."""
    for up, down in ((one, other), (other, one)):
        if up.does.raise_by and down.does.lower:
            return f"`{up.id}` raises and `{down.id}` lowers by one and the same factor, and both may apply at once"
        if up.does.floor and down.does.cap and up.does.floor.rank > down.does.cap.rank:
            return f"the floor of `{up.id}` lies above the cap of `{down.id}`, and both may apply at once"
    return None


def _possible(*conditions: Condition) -> bool:
    """Whether some facts make every condition true; taken for granted where there are too many to try."""
    asked = _asked(conditions)
    if prod(len(values) for values in asked.values()) > MOST:
        return True
    return any(all(plain.holds(condition, facts) is True for condition in conditions) for facts in _combinations(asked))


def _combinations(asked: Mapping[str, list[Plain | None]]) -> Iterator[Facts]:
    """Every combination of values, an unknown one as the facts write it."""
    for values in product(*asked.values()):
        facts: dict[str, Plain] = {}
        for name, value in zip(asked, values, strict=True):
            known = FIELDS[name].known
            facts[name] = 0 if value is None else value
            if known is not None:
                facts[known] = value is not None
        yield facts


def _asked(conditions: Iterable[Condition]) -> dict[str, list[Plain | None]]:
    """The values to try of each field that the conditions compare."""
    constants: dict[str, set[Plain]] = {}
    for condition in conditions:
        for compare in comparisons(condition):
            constants.setdefault(compare.field, set()).add(compare.value)
    known = {FIELDS[name].known for name in constants}
    return {name: _values(name, found) for name, found in constants.items() if name not in known}


def _values(name: str, constants: set[Plain]) -> list[Plain | None]:
    field = FIELDS[name]
    unknown: list[Plain | None] = [None] if field.known else []
    if field.kind is Kind.BOOLEAN:
        return [*unknown, False, True]
    if field.kind is Kind.TEXT:
        return [*unknown, *sorted(map(str, constants)), "\0"]
    if field.kind is Kind.GRADE:
        return [*unknown, *range(len(GRADES))]
    numbers = sorted(int(each) for each in constants)
    between = [low + 1 for low, high in pairwise(numbers) if high - low > 1]
    return [*unknown, numbers[0] - 1, *numbers, *between, numbers[-1] + 1]

"""Both sides of a rule's conditions and bounds: each is held true, then false, and a case should notice."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from compliance.kinds import KINDS
from compliance.ruletest.mutation.changes import CONDITIONS, SWAPS, as_duration
from compliance.ruletest.mutation.making import made_of
from compliance.ruletest.mutation.model import Change, Mutant, Path, Tree
from compliance.ruletest.mutation.wording import operands

# That the bound moved is no proof that something stood on its other side.
_NUMBERS = frozenset({"required", "arithmetic"})
FAR = 10**9
"""A bound that no measure reaches, or with a minus none falls short of."""


def sides(rule: Tree, parameters: Mapping[str, object]) -> tuple[Mutant, ...]:
    """A mutant for each side of each condition and bound: one that is noticed shows that the other side was hit."""
    kind = next(each.name for each in KINDS if each.name in rule)
    keys = [key for key in ("when", "bearer", kind) if key in rule]
    made = made_of(rule, (change for key in keys for change in _below((key,), rule[key], parameters)))
    return tuple(replace(each, unread=_NUMBERS) for each in made)


def _below(place: Path, value: Any, parameters: Mapping[str, object]) -> Iterator[Change]:  # noqa: ANN401 YAML
    key = str(place[-1])
    if key in SWAPS and as_duration(value, parameters) is None:
        yield from _bound(place)
    elif key in CONDITIONS and isinstance(value, str):
        yield from _condition(place, value)
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _below((*place, name), part, parameters)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _below((*place, index), part, parameters)


def _bound(place: Path) -> Iterator[Change]:
    lower = place[-1] in {"at_least", "more_than"}
    beyond, within = ("short of it", "reaching it") if lower else ("beyond it", "inside it")
    yield Change(place, -FAR if lower else FAR, f"never {beyond}", f"add a case that is {beyond}")
    yield Change(place, FAR if lower else -FAR, f"never {within}", f"add a case that is {within}")


def _condition(place: Path, text: str) -> Iterator[Change]:
    for start, stop in operands(text):
        operand = " ".join(text[start:stop].split())
        for held, other in (("true", "false"), ("false", "true")):
            kill = f"add a case in which `{operand}` is {other} and all else would hold"
            yield Change(place, text[:start] + held + text[stop:], f"`{operand}` is never {other}", kill)

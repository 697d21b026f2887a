"""Making mutants: each change done to a copy of the rule, twins left out."""

from collections.abc import Iterable, Mapping
from typing import Any

from compliance.kinds import KINDS
from compliance.ruletest.mutation.changes import changes
from compliance.ruletest.mutation.model import GONE, Change, Mutant, Path, Tree
from compliance.yamldoc.writing import flow


def mutants(rule: Tree, parameters: Mapping[str, object]) -> tuple[Mutant, ...]:
    """Every mutant of a rule, none twice and none like the rule."""
    return made_of(rule, changes(rule, next(each.name for each in KINDS if each.name in rule), parameters))


def made_of(rule: Tree, found: Iterable[Change]) -> tuple[Mutant, ...]:
    """A mutant for each change that makes another rule than those before it."""
    known = {flow(rule)}
    made: dict[str, Mutant] = {}
    for change in found:
        tree = _changed(rule, change)
        written = flow(tree)
        if written in known:
            continue
        known.add(written)
        name = _free(f"{'.'.join(map(str, change.place))}: {change.says}", made)
        made[name] = Mutant(name, change.kill, tree)
    return tuple(made.values())


def _free(name: str, taken: Mapping[str, object]) -> str:
    """A name that no other mutant of the rule has."""
    if name not in taken:
        return name
    return next(other for number in range(2, len(taken) + 3) if (other := f"{name} ({number})") not in taken)


def _changed(rule: Tree, change: Change) -> Tree:
    return dict(_set(rule, change.place, change))


def _set(node: Any, place: Path, change: Change) -> Any:  # noqa: ANN401 what YAML holds
    """The node with the change at a place; a mapping that is left with nothing goes too."""
    first, rest = place[0], place[1:]
    if isinstance(node, list):
        return [_set(part, rest, change) if index == first else part for index, part in enumerate(node)]
    new = change.value if not rest else _set(node[first], rest, change)
    if new is GONE or new == {}:
        return {key: value for key, value in node.items() if key != first}
    name = change.key if not rest and change.key else first
    return {(name if key == first else key): (new if key == first else value) for key, value in node.items()}

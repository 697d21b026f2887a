"""Rules that yield to one another in a circle."""

from collections import deque
from collections.abc import Iterator, Mapping

from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at
from compliance.rulebook.loading import LoadedRule


def _find(desk: Desk) -> Iterator[Problem]:
    """Each circle once, where the first of its rules by id yields."""
    rules = {rule.rule.id: rule for rule in desk.rules}
    told: set[str] = set()
    for name, rule in rules.items():
        circle = None if name in told else _around(name, rules)
        if circle is None:
            continue
        told |= set(circle)
        index = rule.rule.yields_to.index(circle[1] if len(circle) > 1 else name)
        by = f" by way of {', '.join(f'`{each}`' for each in circle[1:])}" if len(circle) > 1 else ""
        yield at(rule, ("yields_to", index), f"it yields to itself{by}", "say which of them comes first")


def _around(name: str, rules: Mapping[str, LoadedRule]) -> tuple[str, ...] | None:
    """The shortest way from a rule back to itself, without its end; None where there is none."""
    ways: deque[tuple[str, ...]] = deque([(name,)])
    seen: set[str] = set()
    while ways:
        way = ways.popleft()
        for other in rules[way[-1]].rule.yields_to:
            if other == name:
                return way
            if other in rules and other not in seen:
                seen.add(other)
                ways.append((*way, other))
    return None


LINT = Lint(
    id="yields-to-itself",
    level=Level.WARNING,
    what="Rules yield to one another in a circle, or a rule to itself.",
    why="Which of them speaks is not said by any: it goes by the order of their ids, which nobody reads as an order.",
    avoid="a.yaml: yields_to: [own.b]    # and in b.yaml: yields_to: [own.a]",
    prefer="a.yaml: yields_to: [own.b]    # and in b.yaml nothing",
    find=_find,
)

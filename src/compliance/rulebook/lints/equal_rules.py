"""Two rules that ask the same of the same people at the same time."""

from collections.abc import Iterator
from itertools import combinations

from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at
from compliance.rulebook.lints.overlap import together
from compliance.rulebook.lints.settled import settled
from compliance.rulebook.loading import LoadedRule


def _find(desk: Desk) -> Iterator[Problem]:
    swallowed = {(one.rule.id, other.rule.id) for one, other in desk.swallowed}
    asked = [(rule, settled(rule, desk.rulebook.parameters)) for rule in desk.rules]
    for (first, one), (second, other) in combinations(asked, 2):
        ids = first.rule.id, second.rule.id
        equal = (one == other and together(first, second)) or {ids, ids[::-1]} <= swallowed
        if equal and not _gives_way(first, second):
            says = f"it asks the same as `{first.rule.id}` ({first.document.place(('id',))})"
            yield at(second, ("id",), says, "keep one, with the norms of both")


def _gives_way(first: LoadedRule, second: LoadedRule) -> bool:
    """Whether one of the two is silent where the other speaks."""
    return first.rule.id in second.rule.yields_to or second.rule.id in first.rule.yields_to


LINT = Lint(
    id="equal-rules",
    level=Level.ERROR,
    what="Two rules ask the same of the same bearers, also in other words, as another kind or by a parameter of one "
    "value, both in force on some day, and neither yields to the other.",
    why="One act would be counted twice, and stand as two accusations.",
    avoid="a.yaml and b.yaml both with: prohibition: {of: orders, where: amount > 100}",
    prefer="one rule that lists the norms of both",
    find=_find,
)

"""A condition that everything meets."""

from collections.abc import Iterator

from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at
from compliance.rulebook.lints.conditions import conditions


def _find(desk: Desk) -> Iterator[Problem]:
    for rule in desk.rules:
        for each in conditions(rule):
            if each.answers == {True}:
                yield at(rule, each.loc, "this is true, whatever the records hold", "mend it, or leave it out")
            elif each.key == "must" and False not in each.answers and True in each.answers:
                yield at(rule, each.loc, "this is never false, so nobody can breach it", "mend the condition")


LINT = Lint(
    id="always-true",
    level=Level.ERROR,
    what="A condition is true whatever the records hold, or a `must` can't be false.",
    why="It was meant to tell some records from others, and tells nothing. A `must` of this sort keeps no norm.",
    avoid="condition: {of: orders, must: amount > 0 or amount <= 100}",
    prefer="condition: {of: orders, must: amount > 0 and amount <= 100}",
    find=_find,
)

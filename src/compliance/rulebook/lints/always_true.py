"""A condition that everything meets."""

from collections.abc import Iterator

from compliance.language.formulas import Answer
from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at
from compliance.rulebook.lints.conditions import conditions
from compliance.rulebook.loading import LoadedRule


def _find(desk: Desk) -> Iterator[Problem]:
    for rule in desk.rules:
        for each in conditions(rule, desk.rulebook.parameters):
            if each.answers == {True}:
                yield at(
                    rule, each.loc, f"this is true, whatever the records hold{each.valued}", "mend it, or leave it out"
                )
            elif each.key == "must" and True in each.answers and not each.answers & _failing(rule):
                says = f"this is never false{each.valued}, so nobody can breach it"
                yield at(rule, each.loc, says, "mend the condition")


def _failing(rule: LoadedRule) -> set[Answer]:
    """The answers by which a `must` is breached."""
    condition = rule.rule.condition
    return {False, None} if condition is not None and condition.if_null == "breached" else {False}


LINT = Lint(
    id="always-true",
    level=Level.ERROR,
    what="A condition is true whatever the records hold, or a `must` can't be false. Where it compares a record with "
    "parameters, that is so by every value that they have while the rule is in force.",
    why="It was meant to tell some records from others, and tells nothing. A `must` of this sort keeps no norm.",
    avoid="condition: {of: orders, must: amount > 0 or amount <= 100}",
    prefer="condition: {of: orders, must: amount > 0 and amount <= 100}",
    find=_find,
)

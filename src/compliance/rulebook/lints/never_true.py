"""A condition that nothing meets."""

from collections.abc import Iterator

from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at
from compliance.rulebook.lints.conditions import conditions


def _find(desk: Desk) -> Iterator[Problem]:
    for rule in desk.rules:
        for each in conditions(rule, desk.rulebook.parameters):
            if True not in each.answers:
                yield at(
                    rule, each.loc, f"this is never true, whatever the records hold{each.valued}", "mend the condition"
                )


LINT = Lint(
    id="never-true",
    level=Level.ERROR,
    what="No record could make a condition true. Where it compares a record with parameters, that is so by every value "
    "that they have while the rule is in force.",
    why="As a filter it hides every record: a prohibition finds nothing, a quota finds everybody short.",
    avoid="prohibition: {of: orders, where: amount > 100 and amount < 50}",
    prefer="prohibition: {of: orders, where: amount > 100 or amount < 50}",
    find=_find,
)

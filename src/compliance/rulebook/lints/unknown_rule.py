"""A rule that yields to one that is not there."""

from collections.abc import Iterator

from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at
from compliance.yamldoc import did_you_mean


def _find(desk: Desk) -> Iterator[Problem]:
    for rule in desk.rules:
        for index, other in enumerate(rule.rule.yields_to):
            if other not in desk.rulebook.rules:
                says = f"it yields to `{other}`, which is not among the rules here"
                yield at(rule, ("yields_to", index), says, did_you_mean(other, desk.rulebook.rules) or "check the id")


LINT = Lint(
    id="unknown-rule",
    level=Level.WARNING,
    what="`yields_to` names a rule that is not among those that are read.",
    why="It yields to nothing, then, so that one deed may be told twice. Perhaps the id is misspelt, or the other pack "
    "is not switched on.",
    avoid="yields_to: [own.trainee-call]    # there is own.trainee-calls",
    prefer="yields_to: [own.trainee-calls]",
    find=_find,
)

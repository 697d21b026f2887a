"""A parameter that no rule of its pack names."""

from collections.abc import Iterator

from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint
from compliance.rulebook.lints.valued import full_name
from compliance.rulebook.loading import PARAMETERS, named_parameters


def _find(desk: Desk) -> Iterator[Problem]:
    rules, known = desk.rulebook.rules.values(), desk.rulebook.parameters
    used = {full_name(rule, name, known) for rule in rules for name in named_parameters(rule)}
    for pack in desk.rulebook.packs:
        named = {full.split(".", 1)[1] for full in pack.parameters if full in used}
        for name in sorted({full.split(".", 1)[1] for full in pack.parameters}):
            if name not in named:
                says = f"no rule uses the parameter `{name}`"
                yield pack.places[PARAMETERS].problem((name,), says, "remove it, or name it in a rule", key=True)


LINT = Lint(
    id="parameter-unused",
    level=Level.WARNING,
    what="A parameter is not named by any rule, other than in a text or a comment.",
    why="Whoever changes it believes that something changes. Often a rule has the number written out beside it.",
    avoid="calls: [{value: 30, source: clause 3}]    # and in the rule: at_least: 30",
    prefer="at_least: {parameter: calls}",
    find=_find,
)

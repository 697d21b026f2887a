"""A rule that says it is in force before its parameter has a value."""

from collections.abc import Iterator

from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at
from compliance.rulebook.loading import named_parameters


def _find(desk: Desk) -> Iterator[Problem]:
    known = desk.rulebook.parameters.values
    for rule in desk.rules:
        prefix = rule.rule.id.split(".", 1)[0]
        since = rule.rule.in_force.since
        for name in sorted(set(named_parameters(rule))):
            full = next((each for each in (f"{prefix}.{name}", name) if each in known), None)
            first = known[full][0].since if full else None
            if first and since and since < first:
                says = f"`{name}` has no value before {first}, and the rule is in force before that day"
                yield at(rule, ("in_force", "from"), says, f"let the rule begin on {first}, or give an earlier value")


LINT = Lint(
    id="in-force-hole",
    level=Level.WARNING,
    what="A rule begins on a day of its own, and one of its parameters has no value yet on that day.",
    why="On those days there is no bound, so the rule can say nothing of what happened.",
    avoid="in_force: {from: 2024-01-01}    # and calls: [{from: 2025-01-01, value: 30, source: clause 3}]",
    prefer="in_force: {from: 2025-01-01}",
    find=_find,
)

"""A rule that goes on although another has taken its place."""

from collections.abc import Iterator

from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at
from compliance.rulebook.lints.overlap import together
from compliance.rulebook.lints.successors import successors


def _find(desk: Desk) -> Iterator[Problem]:
    for one, other in successors(desk.rules):
        yielding = other.rule.id in one.rule.yields_to or one.rule.id in other.rule.yields_to
        if together(one, other) and not yielding:
            since = other.rule.in_force.since
            says = f"it is in force still when `{other.rule.id}` takes its place on {since}"
            loc = ("in_force", "to") if one.rule.in_force.to else ("id",)
            yield at(one, loc, says, "let it end on the day before, or let one of the two yield to the other")


LINT = Lint(
    id="in-force-overlap",
    level=Level.WARNING,
    what="Two rules ask the same under one clause, by other numbers or terms, and the older does not end before the "
    "younger begins.",
    why="On the days of both, people are judged by the old number and the new one.",
    avoid="in_force: {from: 2025-01-01}    # and the rule that takes its place: in_force: {from: 2026-01-01}",
    prefer="in_force: {from: 2025-01-01, to: 2025-12-31}",
    find=_find,
)

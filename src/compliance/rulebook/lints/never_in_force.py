"""A rule that ends before its document begins."""

from collections.abc import Iterator

from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at


def _find(desk: Desk) -> Iterator[Problem]:
    for pack in desk.rulebook.packs:
        begins = pack.document.in_force_from if pack.document else None
        for rule in pack.rules:
            ends = rule.rule.in_force.to
            if begins and ends and ends < begins and rule.info.document:
                says = f"the rule ends on {ends}, before its document comes into force on {begins}"
                yield at(rule, ("in_force", "to"), says, "mend the day, or remove the rule")


LINT = Lint(
    id="never-in-force",
    level=Level.ERROR,
    what="A rule ends before the document that it rests on comes into force.",
    why="On no day is there both the duty and the rule. One of the two days is wrong.",
    avoid="in_force: {to: 2024-12-31}    # and the document: in_force_from: 2025-01-01",
    prefer="in_force: {from: 2025-01-01}",
    find=_find,
)

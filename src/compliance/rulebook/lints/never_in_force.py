"""A rule that ends before its document begins, or before a single window of it does."""

from collections.abc import Iterator
from datetime import date

from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at
from compliance.rulebook.lints.countable_days import LAST_YEAR, windows
from compliance.rulebook.loading import LoadedRule, Pack
from compliance.windows import Per


def _find(desk: Desk) -> Iterator[Problem]:
    yield from (problem for pack in desk.rulebook.packs for problem in _before_its_document(pack))
    yield from (problem for rule in desk.rules for problem in _between_windows(rule))


def _before_its_document(pack: Pack) -> Iterator[Problem]:
    begins = pack.document.in_force_from if pack.document else None
    for rule in pack.rules:
        ends = rule.rule.in_force.to
        if begins and ends and ends < begins and rule.info.document:
            says = f"the rule ends on {ends}, before its document comes into force on {begins}"
            yield at(rule, ("in_force", "to"), says, "mend the day, or remove the rule")


def _between_windows(rule: LoadedRule) -> Iterator[Problem]:
    """Only windows wholly in force are owed, so a quota may never be."""
    quota, force = rule.rule.quota, rule.rule.in_force
    if quota is None or quota.per is None or force.to is None or (force.since or date.max).year > LAST_YEAR:
        return
    per = Per(quota.per)
    if not any(windows(rule, per)):
        says = f"no {per.value} lies wholly in the time that the rule is in force, so nothing is ever owed"
        yield at(rule, ("in_force", "to"), says, f"let the rule be in force for a whole {per.value}")


LINT = Lint(
    id="never-in-force",
    level=Level.ERROR,
    what="A rule ends before the document that it rests on comes into force, or no window of a quota lies wholly in "
    "the time that it is in force.",
    why="On no day does anybody owe what the rule asks for. One of the two days is wrong.",
    avoid="in_force: {to: 2024-12-31}    # and the document: in_force_from: 2025-01-01",
    prefer="in_force: {from: 2025-01-01}",
    find=_find,
)

"""A draft that nobody finished."""

from collections.abc import Iterator
from datetime import timedelta

from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at

_YEAR = timedelta(days=365)


def _find(desk: Desk) -> Iterator[Problem]:
    for rule in desk.rules:
        since = rule.rule.in_force.since
        if desk.today and since and rule.rule.status == "draft" and desk.today - since > _YEAR:
            says = f"it is a draft still, for a duty in force since {since}"
            yield at(rule, ("status",), says, "make it announced or stable, or remove it")


LINT = Lint(
    id="old-draft",
    level=Level.WARNING,
    what="A rule is a draft more than a year after the day from which it should apply.",
    why="Drafts raise no incident. A duty that looks covered is not.",
    avoid="status: draft    # with in_force: {from: 2020-01-01}",
    prefer="status: stable",
    find=_find,
)

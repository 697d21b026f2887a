"""Ids that a reader takes for one."""

import re
from collections.abc import Iterator

from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at

_SIGN = re.compile(r"(?<!\d)[.-]|[.-](?!\d)")


def _find(desk: Desk) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for rule in desk.rules:
        name = rule.rule.id
        alike = next((first[read] for read in _readings(name) if read in first), None)
        if alike is not None:
            yield at(rule, ("id",), f"its id reads like `{alike}`", "give one of the two another id")
        for read in _readings(name):
            first.setdefault(read, name)


def _readings(name: str) -> tuple[str, str]:
    """The words of each part in the order of letters, and the id without its dots and hyphens but those of numbers."""
    sorted_ = ".".join("-".join(sorted(part.split("-"))) for part in name.split("."))
    return sorted_, _SIGN.sub("", name)


LINT = Lint(
    id="alike-names",
    level=Level.WARNING,
    what="Two ids are made of the same words, in another order or with other dots and hyphens between them.",
    why="Somebody will waive, mute or quote the wrong one.",
    avoid="id: own.report-monthly    # and id: own.monthly-report",
    prefer="id: own.sales-report    # and id: own.stock-report",
    find=_find,
)

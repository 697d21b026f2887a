"""Ids that a reader takes for one."""

from collections.abc import Iterator

from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at


def _find(desk: Desk) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for rule in desk.rules:
        told = ".".join("-".join(sorted(part.split("-"))) for part in rule.rule.id.split("."))
        if told in first:
            yield at(rule, ("id",), f"its id reads like `{first[told]}`", "give one of the two another id")
        first.setdefault(told, rule.rule.id)


LINT = Lint(
    id="alike-names",
    level=Level.WARNING,
    what="Two ids are made of the same words, in another order.",
    why="Somebody will waive, mute or quote the wrong one.",
    avoid="id: own.report-monthly    # and id: own.monthly-report",
    prefer="id: own.sales-report    # and id: own.stock-report",
    find=_find,
)

"""A rule that doesn't say what obliges, what happened, or what to do about it."""

from collections.abc import Iterator

from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at

WANTED = ("clause", "message", "remedy")


def _find(desk: Desk) -> Iterator[Problem]:
    for rule in desk.rules:
        wanted = (*WANTED, "norms") if rule.shipped else WANTED  # only shipped ones cover norms of our catalogue
        lacks = [key for key in wanted if not getattr(rule.rule, key)]
        if lacks:
            says = f"rule `{rule.rule.id}` has no {', '.join(lacks)}"
            yield at(rule, ("id",), says, "audited all the same; a reader will ask for them")


LINT = Lint(
    id="unexplained-rule",
    level=Level.WARNING,
    what="A rule has no clause, no message or no remedy.",
    why="Whoever is accused asks where it is written, what exactly happened, and what to do now. A finding without "
    "these answers is hard to defend.",
    avoid="id: own.reports\ntitle: Reports are handed in\nseverity: minor",
    prefer="id: own.reports\ntitle: Reports are handed in\nseverity: minor\nclause: form/duties/1\n"
    'message: "no report of {window} by {due}"\nremedy: Hand the report in, and say what held it up.',
    find=_find,
)

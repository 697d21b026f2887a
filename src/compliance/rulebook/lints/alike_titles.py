"""Titles that a reader takes for one."""

from collections.abc import Iterator

from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at


def _find(desk: Desk) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for rule in desk.rules:
        told = "".join(character for character in rule.rule.title.casefold() if character.isalnum())
        if told in first:
            says = f"its title reads like that of `{first[told]}`"
            yield at(rule, ("title",), says, "say in the title what sets the two apart")
        first.setdefault(told, rule.rule.id)


LINT = Lint(
    id="alike-titles",
    level=Level.WARNING,
    what="Two rules have titles that differ in nothing but case, spaces or punctuation.",
    why="Reports name rules by title. A reader can't tell which of the two was breached.",
    avoid="title: Report on time    # and title: Report, on time",
    prefer="title: Monthly report on time    # and title: Weekly report on time",
    find=_find,
)

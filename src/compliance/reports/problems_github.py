"""Problems as workflow commands, which GitHub shows beside the lines of a change."""

from collections.abc import Iterable

from compliance.model.problem import Place, Problem


def render(problems: Iterable[Problem]) -> str:
    """A command a line: `::error file=...,line=...,col=...,title=...::sentence`."""
    return "".join(f"{_command(each)}\n" for each in problems)


def _command(problem: Problem) -> str:
    where = problem.where or Place("")
    places = {"file": where.file, "line": where.line, "col": where.column, "title": problem.lint or "rules"}
    given = ",".join(f"{name}={_property(str(value))}" for name, value in places.items() if value)
    told = f"{problem.says}; {problem.help}" if problem.help else problem.says
    return f"::{problem.level.value} {given}::{_data(told)}"


def _data(text: str) -> str:
    """A message on one line; the percent sign comes first, since the others are written with it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """A value among others: colon and comma would end it."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")

"""Problems as workflow commands, which GitHub shows beside the lines of a change."""

from collections.abc import Iterable

from compliance.model.problem import Place, Problem
from compliance.reports.commands import command


def render(problems: Iterable[Problem]) -> str:
    """A command a line: `::error file=...,line=...,col=...,title=...::sentence`."""
    return "".join(map(_command, problems))


def _command(problem: Problem) -> str:
    where = problem.where or Place("")
    places = {"file": where.file, "line": where.line, "col": where.column, "title": problem.lint or "rules"}
    told = f"{problem.says}; {problem.help}" if problem.help else problem.says
    return command(problem.level.value, told, places)

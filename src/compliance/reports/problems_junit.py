"""Problems of rule files as JUnit's XML: a suite a file, a case a problem."""

from collections.abc import Iterable

from compliance.model.problem import Level, Place, Problem
from compliance.reports.suites import Case, Suite, document


def render(problems: Iterable[Problem]) -> str:
    """An error fails, a warning is skipped; without any there is one case that passed."""
    files: dict[str, list[Case]] = {}
    for problem in problems:
        where = problem.where or Place("rules")
        files.setdefault(where.file, []).append(_case(problem, where))
    suites = [Suite(file, cases) for file, cases in files.items()]
    return document("rules lint", suites or [Suite("rules", [Case("no problems", "rules")])])


def _case(problem: Problem, where: Place) -> Case:
    lines = (problem.line(), *([f"help: {problem.help}"] if problem.help else []))
    return Case(
        f"{where}: {problem.lint or 'rules'}",
        where.file,
        "failure" if problem.level is Level.ERROR else "skipped",
        problem.says,
        problem.lint or problem.level.value,
        lines,
        where.file,
        where.line,
    )

"""Problems of rule files as Markdown, short enough for a comment on a pull request."""

from collections.abc import Sequence

from compliance.model.problem import Level, Place, Problem
from compliance.reports.marked import escaped, table
from compliance.reports.words import plural

MOST = 100
"""How many problems are listed, errors first."""

CELL = 250
"""How much of a text is shown."""


def render(problems: Sequence[Problem]) -> str:
    """The counts, then a table of problems, errors first; what is beyond it is counted."""
    errors = [each for each in problems if each.level is Level.ERROR]
    warnings = [each for each in problems if each.level is not Level.ERROR]
    every = [*errors, *warnings]
    heading = f"## Rules: {plural(len(errors), 'error')}, {plural(len(warnings), 'warning')}"
    if not every:
        return "## Rules: no problems\n"
    parts = [heading, table(("where", "", "problem", "what to do"), map(_row, every[:MOST]))]
    if left_out := len(every[MOST:]):
        parts.append(f"{plural(left_out, 'more problem')} not shown.")
    return "\n\n".join(parts) + "\n"


def _row(problem: Problem) -> tuple[str, str, str, str]:
    lint = f" [{problem.lint}]" if problem.lint else ""
    where = problem.where or Place("")
    return (
        escaped(str(where)[-CELL:]),
        problem.level.value,
        escaped(f"{problem.says[:CELL]}{lint}"),
        escaped(problem.help[:CELL]),
    )

"""A parameter that nobody gave a value."""

from compliance.model.problem import Level
from compliance.rulebook.lints.base import Lint

LINT = Lint(
    id="unknown-parameter",
    level=Level.ERROR,
    what="A rule names a parameter that no file of parameters has, short or in full.",
    why="Without its value there is no bound, and nothing can be judged.",
    avoid="at_least: {parameter: cals}    # and parameters.yaml: calls: [...]",
    prefer="at_least: {parameter: calls}",
)

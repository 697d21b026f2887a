"""A silencing that silences nothing, or that is none."""

from compliance.model.problem import Level
from compliance.rulebook.lints.base import Lint

LINT = Lint(
    id="unused-silencing",
    level=Level.WARNING,
    what="A silencing finds nothing to silence in its file. One without a reason, or of no lint at all, is an error.",
    why="It would hide the next mistake of its kind, for a reason that was given for another one.",
    avoid="# lint: allow alike-titles because two departments read them    # and no title is like another",
    prefer="# and no such line",
)

"""A measure for which the law has no basis."""

from compliance.model.problem import Level
from compliance.rulebook.lints.base import Lint

LINT = Lint(
    id="measure-without-basis",
    level=Level.ERROR,
    what="A judgement rule proposes a measure that a law that is shipped forbids or does not name: a fine, for one.",
    why="What no law allows is no measure, however grave the breach.",
    avoid="does: {propose: fine}",
    prefer="does: {propose: reprimand}",
)

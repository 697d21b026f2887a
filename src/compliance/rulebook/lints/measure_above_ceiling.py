"""A measure of a larger amount than the law allows."""

from compliance.model.problem import Level
from compliance.rulebook.lints.base import Lint

LINT = Lint(
    id="measure-above-ceiling",
    level=Level.ERROR,
    what="A judgement rule proposes a measure whose amount lies above the ceiling of a law that is shipped.",
    why="Nobody may be made to pay it, and a decision that does so falls in court.",
    avoid="does: {propose: recovery, amount: {months_of_pay: 2}}",
    prefer="does: {propose: recovery, amount: {months_of_pay: 1}}",
)

"""A message that speaks of what no finding has."""

from compliance.model.problem import Level
from compliance.rulebook.lints.base import Lint

LINT = Lint(
    id="unknown-message-field",
    level=Level.ERROR,
    what="A message has a word in braces that is no field of a finding.",
    why="The reader of a finding would get the braces instead of the fact.",
    avoid='message: "{who} was late"',
    prefer='message: "{bearer} was late: due {due}, done {done}"',
)

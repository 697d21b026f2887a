"""A judgement rule that can never apply."""

from compliance.model.problem import Level
from compliance.rulebook.lints.base import Lint

LINT = Lint(
    id="judgement-never-true",
    level=Level.ERROR,
    what="The condition of a judgement rule holds for no case at all.",
    why="Whoever wrote it meant some case, and that case is judged without it.",
    avoid="when: extent > 0.5 and extent < 0.5",
    prefer="when: extent > 0.5 or extent < 0.1",
)

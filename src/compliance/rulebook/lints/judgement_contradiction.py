"""Two judgement rules that pull one grade both ways."""

from compliance.model.problem import Level
from compliance.rulebook.lints.base import Lint

LINT = Lint(
    id="judgement-contradiction",
    level=Level.ERROR,
    what="Two judgement rules of one factor may apply at once, and one raises what the other lowers, or has a floor "
    "above the other one's cap.",
    why="What such a case weighs is left to chance; both sides could appeal to a rule.",
    avoid="when: extent >= 0.3, does: {raise: 1}    # and for the same factor: when: extent <= 0.3, does: {lower: 1}",
    prefer="when: extent >= 0.3, does: {raise: 1}    # and: when: extent < 0.3, does: {lower: 1}",
)

"""A clause that no document of the pack has."""

from compliance.model.problem import Level
from compliance.rulebook.lints.base import Lint

LINT = Lint(
    id="unknown-clause",
    level=Level.ERROR,
    what="A rule names a clause that the pack's document does not have.",
    why="Whoever is accused asks for the words that oblige. There must be some.",
    avoid="clause: form/duty/1    # and the document: clauses: [{section: duties, number: 1, text: ...}]",
    prefer="clause: form/duties/1",
)

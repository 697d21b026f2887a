"""A message that speaks of what no finding, or none of its kind, has."""

import re
from collections.abc import Iterator

from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint
from compliance.rulebook.schema import PLACEHOLDERS

_ALWAYS = ("bearer", "how", "cause")


def _find(desk: Desk) -> Iterator[Problem]:
    """What is no field of any kind is told while the rule is read."""
    for rule in desk.rules:
        known = {*_ALWAYS, *rule.rule.kind.speaks_of}
        for match in re.finditer(r"\{([a-z]+)\}", rule.rule.message or ""):
            if match[1] in PLACEHOLDERS and match[1] not in known:
                says = f"a finding of this {rule.rule.kind.name} has no `{match[1]}`"
                advice = f"there are: {', '.join(f'{{{name}}}' for name in PLACEHOLDERS if name in known)}"
                offset, width = match.start(), len(match[0])
                yield rule.document.problem(("message",), says, advice, offset=offset, width=width)


LINT = Lint(
    id="unknown-message-field",
    level=Level.ERROR,
    what="A message has a word in braces that is no field of a finding, or of none of the rule's kind.",
    why="The reader of a finding would get braces or nothing where the fact should stand.",
    avoid='message: "{bearer} was late: due {due}"    # in a prohibition, where nothing is due',
    prefer='message: "{bearer} must not have {record}"',
    find=_find,
)

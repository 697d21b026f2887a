"""Which missing table or column would let most rules be answered."""

import re
from collections.abc import Sequence

from compliance.check.model import Answer, RuleSeen, Unlock

# What a cause says is missing; a cause of another form stands for itself.
_THINGS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"the table (\S+) is not there"), r"table \1"),
    (re.compile(r"there is no roster \(no table (\S+)\)"), r"table \1"),
    (re.compile(r"the column (\S+) is not there"), r"column \1"),
    (re.compile(r"(\S+) has no (\S+)"), r"column \1.\2"),
    (re.compile(r"the table (\S+) holds no record"), r"records in table \1"),
)


def unlocks(rules: Sequence[RuleSeen]) -> tuple[Unlock, ...]:
    """What is missing, ranked: first what by itself lets most rules be answered, then what most need beside others."""
    needs = {rule.rule: frozenset(map(thing, rule.causes)) for rule in rules if rule.answer is Answer.NONE}
    found = (
        Unlock(
            what,
            tuple(rule for rule, needed in needs.items() if needed == {what}),
            tuple(rule for rule, needed in needs.items() if what in needed),
        )
        for what in {what for needed in needs.values() for what in needed}
    )
    return tuple(sorted(found, key=lambda each: (-len(each.unlocks), -len(each.needed_by), each.what)))


def thing(cause: str) -> str:
    """What a cause says is missing, in short."""
    matches = ((pattern.fullmatch(cause), short) for pattern, short in _THINGS)
    return next((match.expand(short) for match, short in matches if match), cause)

"""Rules that follow one another: they ask the same of the same people, by other numbers or terms, at other times."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby, pairwise

from compliance.rulebook.loading import LoadedRule

_TERMS = {"at_least", "at_most", "more_than", "less_than", "by", "within", "grace", "tolerance", "prorate"}


def successors(rules: tuple[LoadedRule, ...]) -> Iterator[tuple[LoadedRule, LoadedRule]]:
    """Each rule with the one that takes its place, by the first day of each; two of one first day follow neither."""
    chained = sorted(((_asked(rule), _first(rule), rule) for rule in rules), key=lambda each: each[:2])
    for _, chain in groupby(chained, key=lambda each: each[0]):
        for (_, begun, one), (_, later, other) in pairwise(chain):
            if begun < later:
                yield one, other


def _first(rule: LoadedRule) -> date:
    return rule.rule.in_force.since or date.min


def _asked(rule: LoadedRule) -> str:
    """What is asked and of whom, under which clause and with which force, but for its numbers and terms."""
    each = rule.rule
    rest = each.kind.model_dump(exclude=_TERMS)
    prefix = each.id.split(".", 1)[0]
    return repr((prefix, each.clause, each.force, each.kind.name, rest, each.bearer, each.when))

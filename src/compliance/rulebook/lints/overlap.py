"""Whether two rules are ever in force on one day."""

from datetime import date

from compliance.rulebook.loading import LoadedRule


def together(first: LoadedRule, second: LoadedRule) -> bool:
    """Whether there is a day on which both rules are in force; last days belong to them."""
    a, b = first.rule.in_force, second.rule.in_force
    begins = max(a.since or date.min, b.since or date.min)
    return begins <= min(a.to or date.max, b.to or date.max)


def during(first: LoadedRule, second: LoadedRule) -> bool:
    """Whether the second rule is in force on every day of the first."""
    a, b = first.rule.in_force, second.rule.in_force
    return (b.since or date.min) <= (a.since or date.min) and (a.to or date.max) <= (b.to or date.max)

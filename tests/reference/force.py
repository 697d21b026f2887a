"""When a rule binds: its status, the days on which it is in force, and those on which its `when` holds."""

from datetime import date

from tests.reference.days import ONE, Span, each_day
from tests.reference.expressions import holds
from tests.reference.records import Record
from tests.reference.world import Rule, World

RUNS = ("stable", "announced")
"""Statuses in which a rule is asked at all."""


def runs(rule: Rule) -> bool:
    """Whether a rule is asked: a draft is not yet, a retired one no longer."""
    return rule.get("status", "stable") in RUNS


def in_force(rule: Rule, world: World, span: Span) -> bool:
    """Whether a rule held on all days of a window, its last day being one of them, and applied on the first."""
    force = rule.get("in_force", {})
    first, last = force.get("from", date.min), force.get("to", date.max)
    return bool(first <= span[0] and span[1] - ONE <= last) and applies(rule, world, span[0])


def on_day(rule: Rule, world: World, day: date) -> bool:
    """Whether a rule binds what was done on a day."""
    return in_force(rule, world, (day, day + ONE))


def applies(rule: Rule, world: World, day: date) -> bool:
    """Whether `when` holds, with parameters as they were on a day."""
    return "when" not in rule or holds(rule["when"], Record(world, {}, on=day)) is not False


def never_applies(rule: Rule, world: World) -> bool:
    """Whether `when` holds on no day of the audited period."""
    return not any(applies(rule, world, day) for day in each_day(world.start, world.end))

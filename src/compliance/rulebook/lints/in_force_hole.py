"""Days on which a duty has no bound or no rule, between days on which it has."""

from collections.abc import Iterator
from datetime import date, timedelta

from compliance.language.parameters import Parameters
from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at
from compliance.rulebook.lints.successors import successors
from compliance.rulebook.lints.valued import full_name
from compliance.rulebook.loading import LoadedRule, named_parameters

_DAY = timedelta(days=1)


def _find(desk: Desk) -> Iterator[Problem]:
    for rule in desk.rules:
        for name in sorted(set(named_parameters(rule))):
            yield from _without_value(rule, name, desk.rulebook.parameters)
    for one, other in successors(desk.rules):
        ends, begins = one.rule.in_force.to, other.rule.in_force.since
        if ends and begins and ends + _DAY < begins:
            says = f"it ends on {ends}, and `{other.rule.id}`, which takes its place, begins on {begins} only"
            yield at(one, ("in_force", "to"), says, "let the one end on the day before the other begins")


def _without_value(rule: LoadedRule, name: str, parameters: Parameters) -> Iterator[Problem]:
    full, since, to = full_name(rule, name, parameters), rule.rule.in_force.since, rule.rule.in_force.to or date.max
    stretches = parameters.stretches(full) if full else []
    first = stretches[0][0] if stretches else None
    if first and since and since < first:
        says = f"`{name}` has no value before {first}, and the rule is in force before that day"
        yield at(rule, ("in_force", "from"), says, f"let the rule begin on {first}, or give an earlier value")
    for begins, ends, value in stretches:
        if value is None and (begins or date.min) <= to and (ends or date.max) > (since or date.min):
            days = f"from {begins or 'the first day'} " + (f"to {ends - _DAY}" if ends else "on")
            says = f"`{name}` has no value {days}, and the rule is in force then"
            yield at(rule, ("id",), says, "give the parameter a value, or end the rule")


LINT = Lint(
    id="in-force-hole",
    level=Level.WARNING,
    what="While a rule is in force one of its parameters has no value; or a rule ends before the one that takes its "
    "place begins.",
    why="On those days there is no bound or no rule, so nothing can be said of what happened.",
    avoid="in_force: {from: 2024-01-01}    # and calls: [{from: 2025-01-01, value: 30, source: clause 3}]",
    prefer="in_force: {from: 2025-01-01}",
    find=_find,
)

"""A quota that no window of the calendar has room for."""

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from compliance.kinds.quota import Quota
from compliance.language.grammar import ExpressionError
from compliance.language.parameters import Parameters
from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at
from compliance.rulebook.lints.bound_values import value
from compliance.rulebook.lints.countable_days import LAST_YEAR, CountableDays, windows
from compliance.rulebook.loading import LoadedRule
from compliance.windows import Per


def _find(desk: Desk) -> Iterator[Problem]:
    for rule in desk.rules:
        late = (rule.rule.in_force.since or date.min).year > LAST_YEAR
        if rule.rule.quota is not None and rule.rule.quota.per is not None and not late:
            yield from _in(rule, rule.rule.quota, Per(rule.rule.quota.per), desk)


def _in(rule: LoadedRule, quota: Quota, per: Per, desk: Desk) -> Iterator[Problem]:
    if (lower := quota.lower) and (short := _short_of_days(rule, quota, per, desk)):
        yield at(rule, ("quota", lower[0]), short, "ask for less, for a longer window, or for other days")


def _short_of_days(rule: LoadedRule, quota: Quota, per: Per, desk: Desk) -> str | None:
    """Which window is the first that can't hold what is asked for."""
    try:
        countable = CountableDays.of(quota)
    except ExpressionError:
        return None  # it is told where the condition is bound
    if countable is None or not countable.bounded:
        return None
    for span in windows(rule, per, desk.ground.calendar if desk.ground else None):
        least = _least(rule, quota, desk.rulebook.parameters, span.start)
        most = countable.most(countable.within(span))
        if least is not None and most is not None and most < least:
            return f"it can't be reached in {span.label(per)}, whose days allow {most or 'none'}"
    return None


def _least(rule: LoadedRule, quota: Quota, parameters: Parameters, day: date) -> Decimal | None:
    """The number that can't be passed from below, where it is known; whole things are counted."""
    lower = quota.lower
    number = value(rule, lower[1], parameters, day) if lower else None
    if number is None or lower is None:
        return None
    return number if lower[0] == "at_least" else number.to_integral_value(ROUND_FLOOR) + 1


LINT = Lint(
    id="impossible-quota",
    level=Level.ERROR,
    what="A quota asks for more than the days of some window can hold.",
    why="Everybody is short, whatever they do. Without --workspace, Monday to Friday are worked.",
    avoid="quota: {of: activities, where: weekday(at) = 6, at_least: 1, per: working_day}",
    prefer="quota: {of: activities, where: weekday(at) = 6, at_least: 1, per: week}",
    find=_find,
)

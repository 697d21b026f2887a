"""Two bounds on one measure that nobody can keep together."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import groupby, permutations

from compliance.language.blocks import Bound
from compliance.language.parameters import Parameters
from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at
from compliance.rulebook.lints.bound_values import days, value
from compliance.rulebook.loading import LoadedRule

_BOUNDS = {"at_least", "at_most", "more_than", "less_than"}
_STRICT = {"more_than", "less_than"}


def _find(desk: Desk) -> Iterator[Problem]:
    bounded = [(_measured(rule), rule) for rule in desk.rules if hasattr(rule.rule.kind, "at_least")]
    for _, alike in groupby(sorted(bounded, key=lambda each: each[0]), key=lambda each: each[0]):
        rules = [rule for _, rule in alike]
        for low, high in (*((rule, rule) for rule in rules), *permutations(rules, 2)):
            if clash := _clash(low, high, desk.rulebook.parameters):
                key, says = clash
                other = "" if low is high else f" by `{high.rule.id}`"
                yield at(low, (low.rule.kind.name, key), f"{says}{other}", "mend one of the two bounds")


def _measured(rule: LoadedRule) -> str:
    """What is measured, for whom and when: all of the rule's kind but its bounds."""
    each = rule.rule
    rest = repr((each.kind.name, each.kind.model_dump(exclude=_BOUNDS), each.bearer, each.when))
    return rest + (each.id.split(".", 1)[0] if ":" in str(getattr(each.kind, "where", "")) else "")


def _clash(low: LoadedRule, high: LoadedRule, parameters: Parameters) -> tuple[str, str] | None:
    """The lower bound's key and a sentence, where on some day no number lies between the two."""
    lower, upper = getattr(low.rule.kind, "lower", None), getattr(high.rule.kind, "upper", None)
    if lower is None or upper is None:
        return None
    strict = bool({lower[0], upper[0]} & _STRICT)
    for day in days((low, high), (lower[1], upper[1]), parameters):
        least, most = value(low, lower[1], parameters, day), value(high, upper[1], parameters, day)
        if least is not None and most is not None and (least > most or (strict and least == most)):
            says = f"`{_said(lower, least)}` can't be kept together with `{_said(upper, most)}`"
            return lower[0], says + _since(day, lower[1], upper[1])
    return None


def _said(side: tuple[str, Bound], number: Decimal) -> str:
    return f"{side[0]}: {number:f}"


def _since(day: date, *bounds: Bound) -> str:
    """From when on two values clash, where they are such as change."""
    dated = day != date.min and any(bound.parameter is not None or bound.times is not None for bound in bounds)
    return f" from {day} on" if dated else ""


LINT = Lint(
    id="contradicting-bounds",
    level=Level.ERROR,
    what="On some day a lower and an upper bound on the same measure, bearer and window leave no number between them.",
    why="Whatever people do, one of the two is breached.",
    avoid="at_least: 30 in one rule, at_most: 20 in another, both over the same records per day",
    prefer="at_least: 20 and at_most: 30",
    find=_find,
)

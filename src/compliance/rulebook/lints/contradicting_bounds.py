"""Two bounds on one measure that nobody can keep together."""

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import groupby, permutations

from sqlglot import exp

from compliance.kinds.base import Kind
from compliance.kinds.limit import Limit
from compliance.kinds.quota import Quota
from compliance.language.answers import implied
from compliance.language.blocks import Bound
from compliance.language.grammar import ExpressionError, parse
from compliance.language.parameters import Parameters
from compliance.language.terms import measured
from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at
from compliance.rulebook.lints.bound_values import days, value
from compliance.rulebook.lints.settled import Settled, prefix_for, settled
from compliance.rulebook.loading import LoadedRule

_BOUNDS = {"at_least", "at_most", "more_than", "less_than"}
_STRICT = {"more_than", "less_than"}


def _find(desk: Desk) -> Iterator[Problem]:
    known = desk.rulebook.parameters
    told = [(settled(rule, known), rule) for rule in desk.rules if hasattr(rule.rule.kind, "at_least")]
    bounded = sorted(((_measured(asked, rule), asked.kind, rule) for asked, rule in told), key=lambda each: each[0])
    for _, alike in groupby(bounded, key=lambda each: each[0]):
        rules = [(kind, rule) for _, kind, rule in alike]
        for (one, low), (other, high) in (*((each, each) for each in rules), *permutations(rules, 2)):
            clash = _clash(low, high, known)
            if clash and _of_the_same(one, other):
                key, says = clash
                elsewhere = "" if low is high else f" by `{high.rule.id}`"
                yield at(low, (low.rule.kind.name, key), f"{says}{elsewhere}", "mend one of the two bounds")


def _measured(asked: Settled, rule: LoadedRule) -> str:
    """What is measured, for whom and when: all of the rule's kind but its bounds and which records count."""
    rest = repr(
        (asked.kind.name, asked.kind.model_dump(exclude=_BOUNDS | {"where"}, warnings=False), asked.bearer, asked.when)
    )
    return rest + prefix_for(rule, f"{rest} {getattr(asked.kind, 'where', '')}")


def _of_the_same(low: Kind, high: Kind) -> bool:
    """Whether the two measure the same records, however that is written; more records make no count smaller."""
    one, other = (getattr(kind, "where", None) for kind in (low, high))
    if one == other:
        return True
    try:
        first, second = ((parse(where) if where else exp.true(), True) for where in (one, other))
        return implied([first], [second]) and (_counts(low) or implied([second], [first]))
    except ExpressionError:
        return False  # it is told where the condition is bound


def _counts(kind: Kind) -> bool:
    return isinstance(kind, Quota) and kind.measure.startswith("count")


def _whole(kind: Kind) -> bool:
    """Whether what is measured is a whole number."""
    if not isinstance(kind, Limit):
        return _counts(kind)
    try:
        told = measured(parse(kind.value))
    except ExpressionError:
        return False  # it is told where the value is bound
    return told.term.whole and told.times == int(told.times) and told.more == int(told.more) and kind.split is None


def _clash(low: LoadedRule, high: LoadedRule, parameters: Parameters) -> tuple[str, str] | None:
    """The lower bound's key and a sentence, where on some day no number lies between the two."""
    lower, upper = getattr(low.rule.kind, "lower", None), getattr(high.rule.kind, "upper", None)
    if lower is None or upper is None:
        return None
    strict, whole = bool({lower[0], upper[0]} & _STRICT), _whole(low.rule.kind)
    for day in days((low, high), (lower[1], upper[1]), parameters):
        least, most = value(low, lower[1], parameters, day), value(high, upper[1], parameters, day)
        if least is None or most is None:
            continue
        if least > most or (strict and least == most) or (whole and _first(lower[0], least) > _last(upper[0], most)):
            between = ", since no whole number lies between" if least < most else ""
            says = f"`{_said(lower, least)}` can't be kept together with `{_said(upper, most)}`"
            return lower[0], says + _since(day, lower[1], upper[1]) + between
    return None


def _first(key: str, least: Decimal) -> Decimal:
    """The first whole number that a lower bound allows."""
    return least.to_integral_value(ROUND_FLOOR) + 1 if key in _STRICT else least.to_integral_value(ROUND_CEILING)


def _last(key: str, most: Decimal) -> Decimal:
    """The last whole number that an upper bound allows."""
    return most.to_integral_value(ROUND_CEILING) - 1 if key in _STRICT else most.to_integral_value(ROUND_FLOOR)


def _said(side: tuple[str, Bound], number: Decimal) -> str:
    return f"{side[0]}: {number:f}"


def _since(day: date, *bounds: Bound) -> str:
    """From when on two values clash, where they are such as change."""
    dated = day != date.min and any(bound.number is None or bound.times is not None for bound in bounds)
    return f" from {day} on" if dated else ""


LINT = Lint(
    id="contradicting-bounds",
    level=Level.ERROR,
    what="On some day a lower and an upper bound on the same measure, bearer and window leave no number between them, "
    "or no whole one of counts. The upper one may count more records than the lower.",
    why="Whatever people do, one of the two is breached.",
    avoid="at_least: 30 in one rule, at_most: 20 in another, both over the same records per day",
    prefer="at_least: 20 and at_most: 30",
    find=_find,
)

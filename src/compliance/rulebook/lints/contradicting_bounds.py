"""Two bounds on one measure that nobody can keep together."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import permutations

from compliance.kinds.quota import Quota
from compliance.language.blocks import Bound
from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at
from compliance.rulebook.lints.overlap import together
from compliance.rulebook.loading import LoadedRule

_BOUNDS = {"at_least", "at_most", "more_than", "less_than"}


def _find(desk: Desk) -> Iterator[Problem]:
    quotas = [rule for rule in desk.rules if rule.rule.quota is not None]
    pairs = [*((rule, rule) for rule in quotas), *permutations(quotas, 2)]
    for low, high in pairs:
        # The clash is asked first: few pairs have one, and comparing all that is measured takes longer.
        if (clash := _clash(low, high)) and _measured(low) == _measured(high) and together(low, high):
            key, says = clash
            other = "" if low is high else f" by `{high.rule.id}`"
            yield at(low, ("quota", key), f"{says}{other}", "mend one of the two bounds")


def _measured(rule: LoadedRule) -> tuple[object, ...]:
    """What is counted, for whom and when: all of the quota but its bounds."""
    quota = rule.rule.quota
    rest = {name: getattr(quota, name) for name in Quota.model_fields if name not in _BOUNDS}
    return (rest, rule.rule.bearer, rule.rule.when)


def _clash(low: LoadedRule, high: LoadedRule) -> tuple[str, str] | None:
    """The lower bound's key and a sentence, where no number lies between the two; only written numbers are compared."""
    lower = low.rule.quota.lower if low.rule.quota else None
    upper = high.rule.quota.upper if high.rule.quota else None
    least, most = _number(lower), _number(upper)
    if lower is None or upper is None or least is None or most is None:
        return None
    strict = lower[0] == "more_than" or upper[0] == "less_than"
    if least < most or (least == most and not strict):
        return None
    return lower[0], f"`{lower[0]}: {least}` can't be kept together with `{upper[0]}: {most}`"


def _number(side: tuple[str, Bound] | None) -> Decimal | None:
    """The number that is written out, where there is one."""
    return side[1].number if side and side[1].times is None else None


LINT = Lint(
    id="contradicting-bounds",
    level=Level.ERROR,
    what="A lower and an upper bound on the same measure, bearer and window leave no number between them.",
    why="Whatever people do, one of the two is breached.",
    avoid="at_least: 30 in one rule, at_most: 20 in another, both over the same records per day",
    prefer="at_least: 20 and at_most: 30",
    find=_find,
)

"""Whether whatever breaches one rule breaches another, too: told from what the two ask, never from records."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from itertools import groupby, islice, permutations

from sqlglot import exp

from compliance.kinds.base import Kind
from compliance.kinds.quota import Quota
from compliance.language.answers import Claim, implied
from compliance.language.blocks import Bound, Bounds, DurationValue
from compliance.language.durations import duration
from compliance.language.grammar import ExpressionError, parse
from compliance.rulebook.lints.overlap import together
from compliance.rulebook.loading import LoadedRule

_SIDES = {"at_least", "at_most", "more_than", "less_than"}
_BLOCKS = {"after": {"where"}, "before": {"where"}, "expect": {"where"}, "within": True}
_MONOTONE = ("count", "count(distinct ")
_MOST_ALIKE = 50  # rules of one sort that are held against one another; more are somebody's trap, not a rulebook
_ONE = Bound(number=Decimal(1))


def swallowed(rules: tuple[LoadedRule, ...]) -> Iterator[tuple[LoadedRule, LoadedRule]]:
    """Each rule with another that is breached wherever it is, both in force on some day; force is not looked at."""
    keyed = sorted(((_rest(rule), rule) for rule in rules if rule.rule.kind.name in _JUDGES), key=lambda each: each[0])
    for _, alike in groupby(keyed, key=lambda each: each[0]):
        for (_, narrow), (_, wide) in permutations(islice(alike, _MOST_ALIKE), 2):
            if together(narrow, wide) and follows(narrow.rule.kind, wide.rule.kind):
                yield narrow, wide


def _rest(rule: LoadedRule) -> str:
    """All that two rules must have in common before their conditions and bounds are compared."""
    each = rule.rule
    open_: Mapping[str, object] = {"where": True, "must": True} | dict.fromkeys(_SIDES, True)
    if each.kind.name in {"response", "precedence"}:
        open_ = _BLOCKS
    rest = each.kind.model_dump(exclude=open_)  # type: ignore[arg-type]  # pydantic's own name for it is not exported
    prefix = each.id.split(".", 1)[0] if "parameter" in rule.document.text or ":" in repr(each.kind) else ""
    return repr((each.kind.name, rest, each.bearer, each.when, prefix))


def follows(narrow: Kind, wide: Kind) -> bool:
    """Whether a breach of the one is always a breach of the other."""
    try:
        return _JUDGES[narrow.name](narrow, wide)
    except ExpressionError:
        return False  # it is told where the condition is bound


@cache
def _parsed(text: str) -> exp.Expr:
    return parse(text)


def _claim(condition: str | None, *, answer: bool = True) -> Claim:
    return (_parsed(condition) if condition else exp.true(), answer)


def _inside(narrow: object, wide: object) -> bool:
    """Whether every record of the one block is a record of the other."""
    return implied([_claim(getattr(narrow, "where", None))], [_claim(getattr(wide, "where", None))])


def _condition(narrow: object, wide: object) -> bool:
    given, claimed = (
        [_claim(getattr(each, "where", None)), _claim(getattr(each, "must", None), answer=False)]
        for each in (narrow, wide)
    )
    return implied(given, claimed)


def _limit(narrow: object, wide: object) -> bool:
    """Amounts that are split may be below zero: of fewer records no sum can be told."""
    split, same = getattr(narrow, "split", None), getattr(narrow, "where", None) == getattr(wide, "where", None)
    return _tighter(narrow, wide) and (same if split else _inside(narrow, wide))


def _quota(narrow: object, wide: object) -> bool:
    """A count of fewer records is never larger; of sums, shares and averages nothing of the kind can be told."""
    assert isinstance(narrow, Quota)  # noqa: S101 a judge is asked of its own kind only
    sides = {name for name, side in (("lower", _lower(narrow)), ("upper", narrow.upper)) if side}
    counted = narrow.measure.startswith(_MONOTONE)
    fewer = ("upper" not in sides or (counted and _inside(narrow, wide))) and (
        "lower" not in sides or (counted and _inside(wide, narrow))
    )
    return _tighter(narrow, wide) and (fewer or getattr(narrow, "where", None) == getattr(wide, "where", None))


def _deadline(narrow: object, wide: object) -> bool:
    """What is done for the one is done for the other."""
    return _inside(wide, narrow)


def _answered(first: str) -> Callable[[object, object], bool]:
    """Of what comes first there is no more, of what is expected no less, and the time for it is no longer."""

    def judge(narrow: object, wide: object) -> bool:
        return (
            _inside(getattr(narrow, first), getattr(wide, first))
            and _inside(getattr(wide, "expect", None), getattr(narrow, "expect", None))
            and _no_longer(getattr(wide, "within", None), getattr(narrow, "within", None))
        )

    return judge


def _no_longer(one: DurationValue | None, other: DurationValue | None) -> bool:
    """Whether one term never ends after another; none is without end, and different units are not compared."""
    if other is None or one == other:
        return True
    if not (isinstance(one, str) and isinstance(other, str)):
        return False
    a, b = duration(one).normal(), duration(other).normal()
    return a.unit is b.unit and a.count <= b.count


def _lower(bounds: Bounds) -> tuple[str, Bound] | None:
    """The lower bound; a standing duty without any asks for one record."""
    standing = isinstance(bounds, Quota) and not bounds.bounds()
    return ("at_least", _ONE) if standing else bounds.lower


def _tighter(narrow: object, wide: object) -> bool:
    """Whether what leaves the one's bounds leaves the other's, too."""
    assert isinstance(narrow, Bounds)  # noqa: S101 a judge is asked of its own kind only
    assert isinstance(wide, Bounds)  # noqa: S101 as above
    return _side(_lower(narrow), _lower(wide), 1) and _side(narrow.upper, wide.upper, -1)


def _side(narrow: tuple[str, Bound] | None, wide: tuple[str, Bound] | None, up: int) -> bool:
    if narrow is None or narrow == wide:
        return True
    if wide is None:
        return False
    one, other = narrow[1], wide[1]
    if one.number is None or other.number is None or one.times is not None or other.times is not None:
        return one == other and narrow[0] in {"at_least", "at_most"}
    strict = {"more_than", "less_than"}
    return (up * one.number, narrow[0] in strict) <= (up * other.number, wide[0] in strict)


_JUDGES: Mapping[str, Callable[[object, object], bool]] = {
    "prohibition": _inside,
    "condition": _condition,
    "limit": _limit,
    "quota": _quota,
    "deadline": _deadline,
    "response": _answered("after"),
    "precedence": _answered("before"),
    "fulfilment": _inside,
    "reconciliation": _inside,
}

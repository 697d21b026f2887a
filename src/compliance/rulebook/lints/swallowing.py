"""Whether whatever breaches one rule breaches another, too: told from what the two ask, never from records."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from itertools import groupby, islice, permutations

from sqlglot import exp

from compliance.kinds.base import Kind
from compliance.kinds.limit import Limit
from compliance.kinds.quota import Quota
from compliance.language.answers import Claim, implied
from compliance.language.blocks import Bound, Bounds, DurationValue
from compliance.language.durations import Unit, duration
from compliance.language.grammar import ExpressionError, parse
from compliance.language.parameters import Parameters
from compliance.rulebook.lints.overlap import together
from compliance.rulebook.lints.settled import Settled, settled
from compliance.rulebook.loading import LoadedRule

_SIDES = {"at_least", "at_most", "more_than", "less_than"}
_BLOCKS = {"after": {"where"}, "before": {"where"}, "expect": {"where"}, "within": True}
_LEFT: Mapping[str, type[exp.Binary]] = {
    "at_least": exp.LT,
    "more_than": exp.LTE,
    "at_most": exp.GT,
    "less_than": exp.GTE,
}
_MONOTONE = ("count", "count(distinct ")
_MOST_ALIKE = 50  # rules of one sort that are held against one another; more are somebody's trap, not a rulebook
_ONE = Bound(number=Decimal(1))


def swallowed(rules: tuple[LoadedRule, ...], known: Parameters) -> Iterator[tuple[LoadedRule, LoadedRule]]:
    """Each rule with another that is breached wherever it is, both in force on some day; force is not looked at."""
    told = [(settled(rule, known), rule) for rule in rules if rule.rule.kind.name in {*_JUDGES, *_BREACHES}]
    keyed = sorted(((_rest(asked), asked.kind, rule) for asked, rule in told), key=lambda each: each[0])
    for _, alike in groupby(keyed, key=lambda each: each[0]):
        for (_, one, narrow), (_, other, wide) in permutations(islice(alike, _MOST_ALIKE), 2):
            if together(narrow, wide) and follows(one, other):
                yield narrow, wide


def _rest(asked: Settled) -> str:
    """All that two rules must have in common before their conditions and bounds are compared.

    A prohibition, a condition and a limit may say the same of a record; but what an approval has to cover is the value
    of a limit, and no value in the others.
    """
    kind = asked.kind
    alone = kind.name in _BREACHES and getattr(kind, "unless", None) is None
    open_: Mapping[str, object] = {"where": True, "must": True, "value": alone} | dict.fromkeys(_SIDES, True)
    if kind.name in {"response", "precedence"}:
        open_ = _BLOCKS
    rest = kind.model_dump(exclude=open_, exclude_defaults=True, warnings=False)  # type: ignore[arg-type]  # pydantic's own name for it is not exported
    return repr(("" if alone else kind.name, rest, asked.bearer, asked.when, asked.prefix))


def follows(narrow: Kind, wide: Kind) -> bool:
    """Whether a breach of the one is always a breach of the other."""
    try:
        first, second = _breach(narrow), _breach(wide)
        if first is not None and second is not None:
            return implied([(first, True)], [(second, True)])
        return narrow.name == wide.name and narrow.name in _JUDGES and _JUDGES[narrow.name](narrow, wide)
    except ExpressionError:
        return False  # it is told where the condition is bound


def _breach(kind: Kind) -> exp.Expr | None:
    """The condition that a record meets which breaches a rule, where one says all of it."""
    told = _BREACHES[kind.name](kind) if kind.name in _BREACHES else None
    if told is None:
        return None
    counts, wrong = _claim(getattr(kind, "where", None))[0], told
    if getattr(kind, "if_null", None) != "breached":
        return exp.and_(counts, wrong)
    return exp.and_(*(exp.Coalesce(this=exp.Paren(this=each), expressions=[exp.true()]) for each in (counts, wrong)))


def _beyond(limit: object) -> exp.Expr | None:
    """What leaves the bounds, where these are numbers and no amounts are added up."""
    assert isinstance(limit, Limit)  # noqa: S101 it is asked of limits only
    if limit.split is not None or any(bound.plain is None for _, bound in limit.bounds()):
        return None
    value = _parsed(limit.value)
    sides = [
        _LEFT[key](this=exp.Paren(this=value.copy()), expression=_number(bound.plain))
        for key, bound in limit.bounds()
        if bound.plain is not None
    ]
    return exp.or_(*sides) if sides else None


@cache
def _parsed(text: str) -> exp.Expr:
    return parse(text)


def _claim(condition: str | None, *, answer: bool = True) -> Claim:
    return (_parsed(condition) if condition else exp.true(), answer)


def _inside(narrow: object, wide: object) -> bool:
    """Whether every record of the one block is a record of the other."""
    return implied([_claim(getattr(narrow, "where", None))], [_claim(getattr(wide, "where", None))])


def _limit(narrow: object, wide: object) -> bool:
    """Amounts that are split may be below zero: of fewer records no sum can be told."""
    split = getattr(narrow, "split", None)
    value, where = (getattr(narrow, key) == getattr(wide, key) for key in ("value", "where"))
    return value and _tighter(narrow, wide) and (where if split else _inside(narrow, wide))


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
    """Whether one term never ends after another; none is without end, and hours are compared with hours alone."""
    if other is None or one == other:
        return True
    if not (isinstance(one, str) and isinstance(other, str)):
        return False
    a, b = duration(one).normal(), duration(other).normal()
    if a.unit is b.unit:
        return a.count <= b.count
    return a.unit in _LONGEST and b.unit in _SHORTEST and a.count * _LONGEST[a.unit] <= b.count * _SHORTEST[b.unit]


def _number(number: Decimal) -> exp.Expr:
    written = exp.Literal.number(f"{abs(number):f}")
    return exp.Neg(this=written) if number < 0 else written


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


_SHORTEST: Mapping[Unit, int] = {Unit.DAYS: 1, Unit.WORKING_DAYS: 1, Unit.MONTHS: 28}
_LONGEST: Mapping[Unit, int] = {Unit.DAYS: 1, Unit.MONTHS: 31}  # feasts make working days as long as they like
_BREACHES: Mapping[str, Callable[[object], exp.Expr | None]] = {
    "prohibition": lambda _: exp.true(),
    "condition": lambda kind: exp.not_(_parsed(getattr(kind, "must", ""))),
    "limit": _beyond,
}
_JUDGES: Mapping[str, Callable[[object, object], bool]] = {
    "limit": _limit,
    "quota": _quota,
    "deadline": _deadline,
    "response": _answered("after"),
    "precedence": _answered("before"),
    "fulfilment": _inside,
    "reconciliation": _inside,
}

"""The values that conditions ask about, apart from the numbers that are added to them."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sqlglot import exp

from compliance.language.constants import called, constant, span
from compliance.language.durations import Unit
from compliance.language.exact import places

_ZERO, _ONE = Fraction(0), Fraction(1)
_MOST_PLACES, _MOST_TIMES = 6, 1_000_000  # with which no engine rounds a product, or finds it too large
_MOST_PLACES_UNDER, _MOST_UNDER = (
    4,
    10_000,
)  # by which a number of four places is divided so that no bound is rounded to


@dataclass(frozen=True, slots=True)
class Term:
    """One value that conditions ask about, by its text.

    It lies from `least` to `most` and is `whole`, where what it is tells so. `of` is what it is null with, and nothing
    else, where that is known; `call` the function that makes it of its one `of`. `apart` are the two values whose
    distance it is; of moments that is real time where it is `reckoned`, and by the calendar where it is their order.
    """

    key: str
    whole: bool = False
    least: int | None = None
    most: int | None = None
    of: tuple[str, ...] = ()
    call: str | None = None
    apart: tuple[str, str] | None = None
    reckoned: bool = False


@dataclass(frozen=True, slots=True)
class Measured:
    """A value as a term, taken so many times, and a number more; a quotient has but so many places."""

    term: Term
    more: Fraction = _ZERO
    times: Fraction = _ONE
    divided: bool = False


def measured(node: exp.Expr) -> Measured:
    """Numbers, and days beside a moment, that are added to or taken from a value stand apart from it."""
    match node:
        case exp.Paren():
            return measured(node.this)
        case exp.Neg():
            inner = measured(node.this)
            return Measured(inner.term, -inner.more, -inner.times, inner.divided)
        case exp.Add() | exp.Sub():
            return _summed(node)
        case exp.Mul():
            return _multiplied(node)
        case exp.Div():
            return _divided(node)
        case _:
            return Measured(term(node))


def _summed(node: exp.Add | exp.Sub) -> Measured:
    sign = 1 if isinstance(node, exp.Add) else -1
    for number, other, turned in ((node.expression, node.this, 1), (node.this, node.expression, sign)):
        if (known := _number(number)) is not None:
            inner = measured(other)
            more = Fraction(known) * (sign if other is node.this else 1)
            return Measured(inner.term, turned * inner.more + more, turned * inner.times, inner.divided)
    return _difference(node.this.unnest(), node.expression.unnest()) if sign < 0 else Measured(term(node))


def _multiplied(node: exp.Mul) -> Measured:
    for number, other in ((node.expression, node.this), (node.this, node.expression)):
        known = constant(number)
        if isinstance(known, Decimal) and abs(known) <= _MOST_TIMES and places(known) <= _MOST_PLACES:
            inner = measured(other)
            if abs(inner.times) == _ONE and not inner.more:
                return Measured(inner.term, times=Fraction(known) * inner.times)
    return Measured(term(node))


def _divided(node: exp.Div) -> Measured:
    """A value divided by a constant; one that holds a quotient already would be rounded twice."""
    known, inner = constant(node.expression), measured(node.this)
    if not isinstance(known, Decimal) or not known or places(known) > _MOST_PLACES_UNDER or "/" in inner.term.key:
        return Measured(term(node))
    under = Fraction(known)
    if abs(under) > _MOST_UNDER * (abs(inner.times) if inner.divided else 1):
        return Measured(term(node))
    return Measured(inner.term, inner.more / under, inner.times / under, divided=True)


def _difference(one: exp.Expr, other: exp.Expr) -> Measured:
    """Of two values one way round only: the other way it is the same, turned."""
    if one == other:
        return Measured(term(one), times=_ZERO)
    first, second = sorted((one, other), key=lambda each: each.sql())
    return Measured(
        Term(
            f"{first.sql()} less {second.sql()}",
            of=_plain(first, second),
            apart=(first.sql(), second.sql()),
            reckoned=True,
        ),
        times=_ONE if first is one else -_ONE,
    )


def _plain(*nodes: exp.Expr) -> tuple[str, ...]:
    """The names of columns, where all are columns."""
    named = [each.sql() for each in nodes if isinstance(each, exp.Column | exp.Dot)]
    return tuple(named) if len(named) == len(nodes) else ()


def _number(node: exp.Expr) -> Decimal | None:
    """A number, or so many days; hours are real time, which a change of clocks moves against the calendar."""
    plain = node.unnest()
    told = span(plain) if isinstance(plain, exp.Interval) else None
    if isinstance(plain, exp.Interval) and (told is None or told.unit is not Unit.DAYS):
        return None
    number = constant(plain)
    return number if isinstance(number, Decimal) else None


_WHOLE: dict[str, tuple[int | None, int | None]] = {
    "length": (0, None),
    "working_days": (0, None),
    "nth": (1, None),
    "year": (None, None),
    "month": (1, 12),
    "day": (1, 31),
    "weekday": (1, 7),
}


def term(node: exp.Expr) -> Term:
    """A value as it stands, with what its function tells of it."""
    key, call = node.sql(), called(node)
    name = call[0] if call else str(node.this).lower() if isinstance(node, exp.Anonymous) else ""
    of = _plain(call[1]) if call and name != "nth" else ()
    told_by = name if of else None
    if name in _WHOLE:
        least, most = _WHOLE[name]
        return Term(key, whole=True, least=least, most=most, of=of, call=told_by)
    if name == "abs":
        return Term(key, least=0, of=of, call=told_by, whole=term(call[1]).whole if call else False)
    if isinstance(node, exp.Round):
        return Term(key, whole=node.args.get("decimals") is None)
    return Term(key, of=of, call=name if name == "lower" else told_by)

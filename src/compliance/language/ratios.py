"""Quotients that are reckoned with further are divided once, at the end: a third, three times, is the whole again.

Rounded on the way, ten hours would be 10.000000000008 as `(ends_at - starts_at) * 24`, and beyond a bound of ten.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import lcm

from sqlglot import exp

from compliance.language import exact
from compliance.language.values import Family, Ratio, Typed

_ROOMY_PLACES = 8
"""Of both sides together: with more, too few of the 38 digits are left before the point for large numbers."""
_MOST_PLACES = 14
_MOST_ROOM = 2_000
"""So many parts of a tree: values that are chosen among others that were chosen would else multiply."""
_ONE = exp.Literal.number(1)
_DAY_MICROSECONDS = exp.Literal.number(86_400_000_000)


def days(microseconds: exp.Expr) -> Typed:
    """A stretch of real time in days."""
    told = exp.Paren(this=exact.divide(microseconds, 0, _DAY_MICROSECONDS.copy(), 0))
    ratio = Ratio(microseconds, 0, _DAY_MICROSECONDS, 0, told)
    return Typed(told, Family.NUMBER, exact.QUOTIENT_PLACES, ratio=ratio)


def quotient(left: Typed, right: Typed) -> Typed:
    """Left / right, null where right is 0."""
    one, other = _parts(left), _parts(right)
    # What is divided by a quotient is null where that quotient's own upper side is 0, or its lower one.
    lower = exp.Nullif(this=other.under.copy(), expression=exp.Literal.number(0)) if right.unrounded else other.under
    over = _times(one.over, one.over_scale, lower, other.under_scale)
    under = _times(one.under, one.under_scale, other.over, other.over_scale)
    plain = _rounded((left.sql, left.scale), (right.sql, right.scale))
    joined = _rounded(over, under) if _joined(over, under, left, right) else plain
    return replace(rounded_before(joined, lambda: plain), percent=left.percent)


def product(left: Typed, right: Typed) -> Typed | None:
    """Left x right, where one of them is a quotient and the digits suffice."""
    one, other = _parts(left), _parts(right)
    over = _times(one.over, one.over_scale, other.over, other.over_scale)
    under = _times(one.under, one.under_scale, other.under, other.under_scale)
    return _rounded(over, under) if _joined(over, under, left, right) else None


def total(left: Typed, right: Typed, *, minus: bool) -> Typed | None:
    """Left + right, or left - right, where one of them is a quotient and the digits suffice."""
    one, other = _parts(left), _parts(right)
    if one.under == other.under:
        sides, under = ((one.over, one.over_scale), (other.over, other.over_scale)), (one.under, one.under_scale)
    else:
        sides = (
            _times(one.over, one.over_scale, other.under, other.under_scale),
            _times(other.over, other.over_scale, one.under, one.under_scale),
        )
        under = _times(one.under, one.under_scale, other.under, other.under_scale)
    first, second = (exact.cast(*side) for side in sides)
    sign = exp.Sub if minus else exp.Add
    over = exp.Paren(this=sign(this=first, expression=second)), max(scale for _, scale in sides)
    return _rounded(over, under) if _joined(over, under, left, right) else None


def rounded_before(joined: Typed, plain: Callable[[], Typed]) -> Typed:
    """A quotient that was put together; of numbers too large for its places what comes of the rounded parts."""
    ratio = joined.unrounded
    if ratio is None or ratio.over_scale + ratio.under_scale <= _ROOMY_PLACES:
        return joined
    other = plain()
    if other.sql is joined.sql:
        return joined
    scale = max(joined.scale, other.scale)
    told = exp.Coalesce(this=exact.cast(joined.sql, scale), expressions=[exact.cast(other.sql, scale)])
    return replace(joined, sql=told, scale=scale, ratio=replace(ratio, told=told))


def same(value: Typed, sql: exp.Expr) -> Typed:
    """A value in brackets."""
    ratio = value.unrounded
    return replace(value, sql=sql, ratio=replace(ratio, told=sql) if ratio else None)


def turned(value: Typed, sql: exp.Expr) -> Typed:
    """A value with the other sign."""
    ratio = value.unrounded
    if ratio is None:
        return replace(value, sql=sql)
    return replace(value, sql=sql, ratio=replace(ratio, told=sql, over=exp.Paren(this=exp.Neg(this=ratio.over.copy()))))


def sized(value: Typed, sql: exp.Expr) -> Typed:
    """A value without its sign."""
    ratio = value.unrounded
    if ratio is None:
        return replace(value, sql=sql)
    over, under = (exp.Abs(this=side.copy()) for side in (ratio.over, ratio.under))
    return replace(value, sql=sql, ratio=replace(ratio, told=sql, over=over, under=under))


def chosen(values: Sequence[Typed], sql: exp.Expr, pick: Callable[[Sequence[exp.Expr]], exp.Expr]) -> Ratio | None:
    """The quotient that one of several values is, as `sql` tells it rounded; `pick` says which of them it is.

    None where none of them is a quotient, or where putting them together takes too many digits, or too much room.
    """
    parts = _alike([_parts(value) for value in values])
    over_scale, under_scale = (max(getattr(part, side) for part in parts) for side in ("over_scale", "under_scale"))
    over = pick([exact.cast(part.over.copy(), over_scale) for part in parts])
    alike = all(part.under == parts[0].under for part in parts)
    unders = [exact.cast(part.under.copy(), under_scale) for part in parts]
    under = parts[0].under.copy() if alike else pick(unders)
    room = sum(1 for side in (over, under) for _ in side.walk())
    if room > _MOST_ROOM or not _joined((over, over_scale), (under, under_scale), *values):
        return None
    return Ratio(over, over_scale, under, under_scale, sql)


def _alike(parts: Sequence[Ratio]) -> list[Ratio]:
    """The quotients over one divisor, where each has a whole number for its own: so they still add up undivided."""
    divisors = [part.divisor for part in parts]
    if not all(divisors):
        return list(parts)
    whole = lcm(*divisors)
    overs = (_times(part.over, part.over_scale, exp.Literal.number(whole // part.divisor), 0) for part in parts)
    under = exp.Literal.number(whole)
    return [replace(part, over=over, under=under) for part, (over, _) in zip(parts, overs, strict=True)]


def _parts(value: Typed) -> Ratio:
    """A number as a quotient; one that is none is divided by 1."""
    return value.unrounded or Ratio(value.sql, value.scale, _ONE, 0, value.sql)


def _times(one: exp.Expr, one_scale: int, other: exp.Expr, other_scale: int) -> tuple[exp.Expr, int]:
    """A product with its places; 1 changes nothing, and of two whole numbers as written it is one."""
    if other == _ONE:
        return one, one_scale
    if one == _ONE:
        return other, other_scale
    if _written(one) and _written(other):
        return exp.Literal.number(int(one.name) * int(other.name)), 0
    product = exp.Mul(this=exact.cast(one.copy(), one_scale), expression=exact.cast(other.copy(), other_scale))
    return exp.Paren(this=product), one_scale + other_scale


def _written(side: exp.Expr) -> bool:
    return isinstance(side, exp.Literal) and side.name.isdigit()


def _joined(over: tuple[exp.Expr, int], under: tuple[exp.Expr, int], *of: Typed) -> bool:
    """Whether one of the numbers is a quotient, and their sides are short enough to be put together.

    The engine tries an overflow out nowhere around a sub-query, as a count of working days is one.
    """
    quotients = any(value.unrounded for value in of)
    short = over[1] + under[1] <= _MOST_PLACES
    return quotients and short and over[0].find(exp.Select) is None and under[0].find(exp.Select) is None


def _rounded(over: tuple[exp.Expr, int], under: tuple[exp.Expr, int]) -> Typed:
    divided = exact.divide(*over, *under)
    size = exp.Greatest(this=exact.size(over[0]), expressions=[exact.size(under[0])])
    there = exp.Not(this=exp.Is(this=exp.Paren(this=over[0].copy()), expression=exp.Null()))
    divides = exp.NEQ(this=exp.Paren(this=under[0].copy()), expression=exp.Literal.number(0))
    short = exact.short(over[0]) and exact.short(under[0])
    # Where the rounded parts stand in for what passes, theirs is the number that may.
    known = None if short or over[1] + under[1] > _ROOMY_PLACES else exp.And(this=there, expression=divides)
    told = exact.within(divided, size, exact.QUOTIENT_PLACES + over[1] + under[1] + 1, known)
    return Typed(told, Family.NUMBER, exact.QUOTIENT_PLACES, ratio=Ratio(*over, *under, told))

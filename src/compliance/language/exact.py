"""Exact decimal arithmetic as engine expressions; `/` and averages never pass through floating point.

A number is known with its scale (decimal places). A quotient has 12 places, rounded half away from zero, so a
difference of one microsecond in a number of days still shows.
"""

from decimal import Decimal
from functools import cache

from sqlglot import exp

QUOTIENT_PLACES = 12
MOST_DIGITS = 28
MOST_PLACES = 18
_WIDEST = 38
_BESIDE_PLACES = 9
_SHORT = 19
_PASSES = "passes"


def fits(value: Decimal) -> bool:
    """Whether a number has few enough digits, and decimal places, to be reckoned with exactly."""
    _, digits, exponent = value.as_tuple()
    return (
        isinstance(exponent, int)
        and max(len(digits), len(digits) + exponent) <= MOST_DIGITS
        and exponent >= -MOST_PLACES
    )


def reckoned(value: Decimal) -> Decimal:
    """The number itself; raises ValueError with one sentence where it has more digits than can be reckoned with."""
    if not fits(value):
        message = f"a number has at most {MOST_DIGITS} digits, {MOST_PLACES} of them decimal places"
        raise ValueError(message)
    return value


def places(value: Decimal) -> int:
    """How many decimal places a number is written with."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def data_type(name: str) -> exp.DataType:
    """The engine's type of this name."""
    return _named(name).copy()


@cache
def _named(name: str) -> exp.DataType:
    return exp.DataType.build(name)


def decimal_type(scale: int, width: int = _WIDEST) -> exp.DataType:
    """The engine's decimal type of this width and scale."""
    return data_type(f"DECIMAL({width}, {scale})")


def cast(value: exp.Expr, scale: int) -> exp.Expr:
    """The value as the widest decimal of this scale."""
    return exp.Cast(this=value, to=decimal_type(scale))


def told_beside(bound: exp.Expr) -> exp.Expr:
    """A bound that is shown in place of another one: the engine would round both to what the wider one leaves."""
    return cast(bound, _BESIDE_PLACES)


def multiply(a: exp.Expr, a_scale: int, b: exp.Expr, b_scale: int) -> tuple[exp.Expr, int]:
    """A x b and its scale; the finer factor is rounded where both together would pass 18 places."""
    while a_scale + b_scale > MOST_PLACES:
        if a_scale >= b_scale:
            a_scale -= 1
        else:
            b_scale -= 1
    return exp.Mul(this=cast(a, a_scale), expression=cast(b, b_scale)), a_scale + b_scale


def divide(a: exp.Expr, a_scale: int, b: exp.Expr, b_scale: int) -> exp.Expr:
    """A / b with 12 places, rounded half away from zero; null where b is 0."""
    over = _whole(a, a_scale, QUOTIENT_PLACES + b_scale)
    under = exp.Nullif(this=_whole(b, b_scale, a_scale), expression=exp.Literal.number(0))
    size = exp.Abs(this=over)
    twice = exp.Mul(this=exp.Literal.number(2), expression=exp.Paren(this=size))
    rounded = exp.IntDiv(
        this=exp.Paren(this=exp.Add(this=twice, expression=exp.Abs(this=under.copy()))),
        expression=exp.Paren(this=exp.Mul(this=exp.Literal.number(2), expression=exp.Abs(this=under.copy()))),
    )
    sign = exp.Mul(this=exp.Sign(this=over.copy()), expression=exp.Sign(this=under))
    signed = exp.Mul(this=cast(exp.Paren(this=rounded), 0), expression=cast(exp.Paren(this=sign), 0))
    unit = exp.Cast(this=exp.Literal.string("0." + "0" * (QUOTIENT_PLACES - 1) + "1"), to=decimal_type(QUOTIENT_PLACES))
    return exp.Mul(this=cast(signed, 0), expression=unit)


def within(number: exp.Expr, size: exp.Expr, places: int, told: exp.Expr | None) -> exp.Expr:
    """The number; null where it passes what 38 digits hold.

    `size` is what decides that, and `places` how many of the digits stand behind its point. It is asked only where the
    engine does not try by itself: around a sub-query, as a count of working days is one. `told` is whether there is a
    number at all; None where none of its parts is large enough to pass.
    """
    most = exp.Literal.number(f"1e{_WIDEST - 1 - places}")
    if number.find(exp.Select) is not None:
        found: exp.Expr = exp.Case(ifs=[exp.If(this=exp.LT(this=size, expression=most), true=number)])
        found.meta[_PASSES] = exp.GTE(this=size.copy(), expression=most.copy())
        return found
    found = exp.Anonymous(this="TRY", expressions=[number])
    if told is not None:
        none = exp.Is(this=found.copy(), expression=exp.Null())
        there = exp.Coalesce(this=exp.Anonymous(this="TRY", expressions=[told]), expressions=[exp.true()])
        found.meta[_PASSES] = exp.Paren(this=exp.And(this=none, expression=there))
    return found


def passed(value: exp.Expr) -> exp.Expr | None:
    """Whether a number on the way to a value passed what 38 digits hold; None where none can."""
    found = {str(test): test for node in value.walk() if (test := node.meta.get(_PASSES)) is not None}
    return exp.or_(*found.values()) if found else None


def short(value: exp.Expr) -> bool:
    """Whether a number is a column's own, or written with as few digits: two of them never pass 38."""
    node = value.unnest()
    node = node.this if isinstance(node, exp.Cast | exp.Neg) else node
    return isinstance(node, exp.Column) or (isinstance(node, exp.Literal) and len(node.name) <= _SHORT)


def size(*factors: exp.Expr) -> exp.Expr:
    """About how much some numbers make together, without their signs."""
    sizes = [exp.Abs(this=exp.Cast(this=factor.copy(), to=data_type("DOUBLE"))) for factor in factors]
    return sizes[0] if len(sizes) == 1 else exp.Mul(this=sizes[0], expression=sizes[1])


def _whole(value: exp.Expr, scale: int, shift: int) -> exp.Expr:
    """The value times 10^(scale + shift), as a whole number of 128 bits."""
    whole = exp.Mul(this=cast(value, scale), expression=cast(exp.Literal.number(10**scale), 0))
    shifted = exp.Cast(this=whole, to=data_type("INT128"))
    power = exp.Cast(this=exp.Literal.string(str(10**shift)), to=data_type("INT128"))
    return exp.Paren(this=exp.Mul(this=shifted, expression=power))


def pro_rata(value: exp.Expr, scale: int, part: exp.Expr, whole: exp.Expr) -> exp.Expr:
    """Value x part / whole, rounded down to a whole number; part and whole are whole numbers, whole above 0."""
    over = exp.Mul(this=_whole(value, scale, 0), expression=part)
    under = exp.Mul(
        this=exp.Paren(this=whole), expression=exp.Cast(this=exp.Literal.string(str(10**scale)), to=_wide())
    )
    return exp.IntDiv(this=exp.Paren(this=over), expression=exp.Paren(this=under))


def _wide() -> exp.DataType:
    return data_type("INT128")

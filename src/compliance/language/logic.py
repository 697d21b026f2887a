"""Taking a condition apart: what each of its comparisons asks of which value."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil

from sqlglot import exp

from compliance.language.constants import Constant, constant, later, moment
from compliance.language.exact import places
from compliance.language.formulas import (
    TURNED,
    Chosen,
    Compared,
    Formula,
    Is,
    Joined,
    Like,
    Missing,
    Open,
    Said,
    Sign,
    Turned,
    Unless,
    holds,
    likes,
)
from compliance.language.terms import Measured, Term, measured, term

_COMPARED: tuple[Sign, ...] = (exp.EQ, exp.NEQ, *TURNED)
_CONDITIONS: tuple[Sign, ...] = (exp.Not, exp.And, exp.Or, exp.Between, exp.In, exp.Like, exp.Is, *_COMPARED)
_ZERO, _LAST_YEAR, _YES = Fraction(0), 9_998, Fraction(1)
_QUOTIENT = 10**12  # a quotient has 12 places
_MOST_PLACES_BESIDE = 4  # with which a bound on a quotient lies further from all others than one is rounded


def formula(node: exp.Expr) -> Formula:  # noqa: PLR0911 a case a sort of node
    """What a condition says."""
    match node:
        case exp.Paren():
            return formula(node.this)
        case exp.Boolean():
            return Said(bool(node.this))
        case exp.Null():
            return Said(None)
        case exp.Not():
            return Turned(formula(node.this))
        case exp.And() | exp.Or():
            return Joined(formula(node.this), formula(node.expression), wins=isinstance(node, exp.Or))
        case exp.Case() | exp.Coalesce():
            return _over(node, formula)
        case exp.Column() | exp.Dot():
            return Compared(term(node), exp.EQ, _YES)
        case _:
            return _comparison(node)


def _comparison(node: exp.Expr) -> Formula:
    match node:
        case exp.Is():
            return _is(node)
        case exp.Between():
            low, high = (node.args[side] for side in ("low", "high"))
            return Joined(_compared(node.this, exp.GTE, low), _compared(node.this, exp.LTE, high), wins=False)
        case exp.In() if node.expressions:
            return _any([_compared(node.this, exp.EQ, each) for each in node.expressions])
        case exp.Like():
            liked = _over(node.this, lambda each: _like(each, node.expression))
            return Turned(liked) if node.args.get("negate") else liked
        case _ if isinstance(node, _COMPARED):
            return _compared(node.this, type(node), node.expression)
        case _:
            return Open(node.sql())


def _any(parts: Sequence[Formula]) -> Formula:
    """In halves, since of long lists one would lie in another too often to be walked."""
    half = len(parts) // 2
    return Joined(_any(parts[:half]), _any(parts[half:]), wins=True) if half else parts[0]


def _is(node: exp.Expr) -> Formula:
    """`is null` of a value or of a condition, `is true`, `is false`."""
    if isinstance(node.expression, exp.Boolean):
        return Is(formula(node.this), bool(node.expression.this))
    return _over(node.this, _missing)


def _like(node: exp.Expr, pattern: exp.Expr) -> Formula:
    """A pattern without a wildcard is met by one text."""
    told, text = constant(pattern), constant(node)
    if not isinstance(told, str) or isinstance(node, exp.Null):
        return Said(None) if isinstance(node, exp.Null) else Open(f"{node.sql()} like {pattern.sql()}")
    if isinstance(text, str):
        answer = likes(text, told)
        return Open(f"{node.sql()} like {pattern.sql()}") if answer is None else Said(answer)
    if not set(told) & set("%_"):
        return _against(node, exp.EQ, told)
    return Like(term(node), told) if set(told) != {"%"} else Unless(term(node), answer=True)


def _missing(node: exp.Expr) -> Formula:
    if isinstance(node, exp.Null):
        return Said(answer=True)
    if constant(node) is not None:
        return Said(answer=False)
    if isinstance(node, _CONDITIONS):
        return Is(formula(node), None)
    return Missing(measured(node).term)


def _over(node: exp.Expr, said: Callable[[exp.Expr], Formula]) -> Formula:
    """What is said of a value, or of each that `case` and `coalesce` choose from."""
    plain = node.unnest()
    if isinstance(plain, exp.Case):
        default = plain.args.get("default")
        chosen = said(exp.null()) if default is None else _over(default, said)
        for branch in reversed(plain.args["ifs"]):
            when = formula(branch.this) if plain.this is None else _compared(plain.this, exp.EQ, branch.this)
            chosen = Chosen(when, _over(branch.args["true"], said), chosen)
        return chosen
    if isinstance(plain, exp.Coalesce):
        *first, last = plain.this, *plain.expressions
        chosen = _over(last, said)
        for each in reversed(first):
            chosen = Chosen(_over(each, _missing), chosen, _over(each, said))
        return chosen
    return said(plain)


# --- comparisons ----------------------------------------------------------------------------


def _compared(left: exp.Expr, sign: Sign, right: exp.Expr) -> Formula:
    """One value held against another; of two that are chosen from several, the second is taken as it is."""
    if _chooses(left):
        return _over(left, lambda each: _compared_plainly(each, sign, right.unnest()))
    return _over(right, lambda each: _compared_plainly(left.unnest(), sign, each))


def _chooses(node: exp.Expr) -> bool:
    return isinstance(node.unnest(), exp.Case | exp.Coalesce)


def _compared_plainly(left: exp.Expr, sign: Sign, right: exp.Expr) -> Formula:
    if isinstance(left, exp.Null) or isinstance(right, exp.Null):
        return Said(None)
    one, other = constant(left), constant(right)
    if one is not None and other is not None:
        return _of_constants(one, sign, other) or Open(f"{left.sql()} {sign.key} {right.sql()}")
    if one is not None:
        return _against(right, TURNED.get(sign, sign), one)
    return _between(left, sign, right) if other is None else _against(left, sign, other)


def _of_constants(one: Constant, sign: Sign, other: Constant) -> Formula | None:
    """None where the two have no order, or no equality, that is known here."""
    if type(one) is not type(other):
        return None
    if isinstance(one, str) and isinstance(other, str):
        told = [moment(each) for each in (one, other)]
        dated, alike = any(each is not None for each in told), type(told[0]) is type(told[1])
        if (dated and not alike) or (not dated and sign in TURNED):
            return None
        return Said(holds(sign, *told)) if dated else Said(holds(sign, one, other))
    return Said(holds(sign, one, other))


def _against(node: exp.Expr, sign: Sign, other: Constant) -> Formula:
    """A value held against a constant."""
    if isinstance(other, bool):
        plain = formula(node)
        return plain if (sign is exp.EQ) is other else Turned(plain)
    value = measured(node)
    if not value.times and isinstance(other, Decimal):
        return Unless(value.term, holds(sign, value.more, Fraction(other)))
    moved = _without(value, other)
    if moved is None:
        return Open(f"{node.sql()} {sign.key} {other}")
    sign = TURNED.get(sign, sign) if value.times < 0 else sign
    if value.term.call == "year" and isinstance(moved, Fraction) and 1 <= moved < _LAST_YEAR:
        return _of_year(Term(value.term.of[0]), sign, moved)
    return Compared(value.term, sign, moved)


def _without(value: Measured, other: Decimal | str) -> Fraction | str | None:
    """A constant less the number that a value has more, or so many days, for each time that its term is taken."""
    if isinstance(other, Decimal):
        rounded = value.divided and places(other) > _MOST_PLACES_BESIDE
        return None if rounded else (Fraction(other) - value.more) / value.times
    if value.times != 1:
        return None
    return later(other, -value.more) if value.more else other


def _of_year(of: Term, sign: Sign, year: Fraction) -> Formula:
    """A year is told by the days with which it begins and ends."""
    first = ceil(year)
    begins = Compared(of, exp.GTE, f"{first:04}-01-01")
    later_on = Compared(of, exp.GTE, f"{first + 1:04}-01-01") if first == year else begins
    told: dict[Sign, Formula] = {
        exp.GTE: begins,
        exp.LT: Turned(begins),
        exp.GT: later_on,
        exp.LTE: Turned(later_on),
        exp.EQ: Joined(begins, Turned(later_on), wins=False),
        exp.NEQ: Joined(Turned(begins), later_on, wins=True),
    }
    return told[sign]


def _between(left: exp.Expr, sign: Sign, right: exp.Expr) -> Formula:
    """A value held against another one that changes: the difference of the two is, against a number."""
    one, other = measured(left), measured(right)
    if not one.times or not other.times:
        return Open(f"{left.sql()} {sign.key} {right.sql()}")
    if one.times != other.times or one.divided != other.divided:
        return _unlike(one, sign, other) or Open(f"{left.sql()} {sign.key} {right.sql()}")
    more = (other.more - one.more) / one.times
    if one.times < 0:
        sign = TURNED.get(sign, sign)
    if one.term == other.term:
        return Unless(one.term, holds(sign, _ZERO, more))
    if one.term.key > other.term.key:
        one, other, sign, more = other, one, TURNED.get(sign, sign), -more
    whole = one.term.whole and other.term.whole
    both = one.term.key, other.term.key
    apart = Term(" against ".join(both), whole=whole, of=both, apart=both)
    return Compared(apart, sign, more)


def _unlike(one: Measured, sign: Sign, other: Measured) -> Formula | None:
    """Two values of which one is taken more often than the other; None where a quotient is rounded on the way."""
    rounded = one.divided or other.divided
    if one.term == other.term:
        times = one.times - other.times
        sign = TURNED.get(sign, sign) if times < 0 else sign
        return None if rounded else Compared(one.term, sign, (other.more - one.more) / times)
    if one.term.key > other.term.key:
        one, other, sign = other, one, TURNED.get(sign, sign)
    more, both = other.more - one.more, (one.term.key, other.term.key)
    if rounded:
        # Only the very same quotients are one value; what is added to one must not have been rounded with it.
        first, second = (f"{each.times} * {each.term.key}{', rounded' * each.divided}" for each in (one, other))
        key = f"{first} against {second}"
        return Compared(Term(key, of=both), sign, more) if (more * _QUOTIENT).denominator == 1 else None
    ratio = other.times / one.times
    whole = one.term.whole and other.term.whole and ratio.denominator == 1
    sign = TURNED.get(sign, sign) if one.times < 0 else sign
    return Compared(Term(f"{both[0]} against {ratio} * {both[1]}", whole=whole, of=both), sign, more / one.times)

"""What an expression is worth that no record changes: literals, and arithmetic and calls over nothing but literals.

It is told where the language gives exactly one value, and left open (None) wherever an engine might round, or refuse.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, Inexact, InvalidOperation
from fractions import Fraction
from typing import TypeAlias

from sqlglot import exp

from compliance.language.durations import Duration, duration
from compliance.language.exact import MOST_PLACES, QUOTIENT_PLACES, places

Constant: TypeAlias = Decimal | str | bool
WRITTEN_SPAN = re.compile(r"interval\s+'?\s*(\w+)'?\s+([a-z_]+)\s*'?")
"""`interval '30 days'`, or `interval 30 day`."""
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?")
_SPECIAL = re.compile(r"[^\x00-\x7f\xa0-\xff\u0400-\u045f]")
_EXACT = Context(prec=120)
_ENDING = Context(prec=60, traps=[Inexact, DivisionByZero, InvalidOperation])
_MINUTES = 24 * 60
_UNIT = Decimal(1).scaleb(-QUOTIENT_PLACES)
_PARTS: dict[str, Callable[[date], int]] = {
    "weekday": date.isoweekday,
    "day": lambda day: day.day,
    "month": lambda day: day.month,
    "year": lambda day: day.year,
}


def constant(node: exp.Expr) -> Constant | None:
    """The number, text, day, datetime or yes and no that an expression is, None where it is none that is known."""
    for kinds, told in _TOLD:
        if isinstance(node, kinds):
            return told(node)
    return None


def moment(text: str) -> date | datetime | None:
    """The day or datetime that a text writes; `2026-01-01 00:00` is no day."""
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text)
        return datetime.fromisoformat(text) if _MOMENT.fullmatch(text) else None
    except ValueError:
        return None


def day_of(told: date) -> date:
    """The day of a day or datetime."""
    return told.date() if isinstance(told, datetime) else told


def span(node: exp.Expr) -> Duration | None:
    """The stretch of time that is written as an interval."""
    try:
        written = str(node.meta.get("written", "")).lower()
        return duration(WRITTEN_SPAN.sub(r"\1 \2", written)).normal()
    except ValueError:
        return None


def called(node: exp.Expr) -> tuple[str, exp.Expr] | None:
    """The name of a call of one argument, and this."""
    if isinstance(node, exp.Anonymous):
        arguments = node.expressions
        return (str(node.this).lower(), arguments[0]) if len(arguments) == 1 else None
    return (type(node).__name__.lower(), node.this) if isinstance(node, _CALLS) else None


def value_of(name: str, argument: Constant) -> Constant | None:
    """What a call of one constant gives."""
    if isinstance(argument, str) and name in _PARTS:
        told = moment(argument)
        return None if told is None else Decimal(_PARTS[name](day_of(told)))
    if isinstance(argument, str) and name in {"lower", "length"} and plain(argument):
        return argument.lower() if name == "lower" else Decimal(len(argument))
    return abs(argument) if isinstance(argument, Decimal) and name == "abs" else None


def plain(text: str) -> bool:
    """Whether every engine counts and lowers the letters of a text alike: they are Latin or Cyrillic, none composed."""
    return not _SPECIAL.search(text)


def later(text: str, days: Decimal | Fraction) -> str | None:
    """A day or datetime so many days later."""
    told = moment(text)
    if told is None or days != int(days):
        return None
    try:
        return (told + timedelta(days=int(days))).isoformat()
    except OverflowError:
        return None


def quotient(over: Decimal, under: Decimal) -> Decimal | None:
    """Over / under, where that has an end."""
    try:
        return _ENDING.divide(over, under)
    except (Inexact, DivisionByZero, InvalidOperation):
        return None


# --- kinds of nodes -------------------------------------------------------------------------


def _literal(node: exp.Expr) -> Constant | None:
    return str(node.this) if node.is_string else Decimal(node.this)


def _moment_literal(node: exp.Expr) -> Constant | None:
    """A timestamp is a moment, also where it names a day only."""
    text = str(node.this.this)
    midnight = node.args["to"].this == exp.DataType.Type.TIMESTAMP and DAY.fullmatch(text)
    return f"{text} 00:00" if midnight else text


def _interval(node: exp.Expr) -> Constant | None:
    """A stretch of fixed length as a number of days, as a difference of moments is one."""
    told = span(node)
    if told is None or told.unit not in {"days", "minutes"}:
        return None
    return Decimal(told.count) if told.unit == "days" else _quotient(Decimal(told.count), Decimal(_MINUTES))


def _negated(node: exp.Expr) -> Constant | None:
    inner = constant(node.this)
    return -inner if isinstance(inner, Decimal) else None


def _reckoned(node: exp.Expr) -> Constant | None:
    left, right = constant(node.this), constant(node.expression)
    if isinstance(left, str) and isinstance(right, Decimal) and isinstance(node, exp.Add | exp.Sub):
        return later(left, right if isinstance(node, exp.Add) else -right) if _in_days(node.expression) else None
    if not isinstance(left, Decimal) or not isinstance(right, Decimal):
        return None
    if not all(_ends(each) for side in (node.this, node.expression) for each in side.find_all(exp.Div)):
        return None  # what is reckoned with further is not rounded before
    if isinstance(node, exp.Mul):
        return (
            _EXACT.multiply(left, right) if places(left) + places(right) <= MOST_PLACES else None
        )  # beyond, the engine rounds
    if isinstance(node, exp.Div):
        return _quotient(left, right) if right else None
    return _EXACT.add(left, right if isinstance(node, exp.Add) else -right)


def _ends(node: exp.Div) -> bool:
    """Whether a quotient is exact within the places that one has."""
    left, right = constant(node.this), constant(node.expression)
    told = quotient(left, right) if isinstance(left, Decimal) and isinstance(right, Decimal) else None
    return told is not None and places(told) <= QUOTIENT_PLACES


def _in_days(node: exp.Expr) -> bool:
    """Whether a number counts days of the calendar: hours are real time, which clocks may shift."""
    told = span(node) if isinstance(node, exp.Interval) else None
    return not isinstance(node, exp.Interval) or (told is not None and told.unit == "days")


def _quotient(over: Decimal, under: Decimal) -> Decimal:
    return _EXACT.divide(over, under).quantize(_UNIT, ROUND_HALF_UP, _EXACT)


def _joined(node: exp.Expr) -> Constant | None:
    left, right = constant(node.this), constant(node.expression)
    return left + right if isinstance(left, str) and isinstance(right, str) else None


def _call(node: exp.Expr) -> Constant | None:
    call = called(node)
    argument = constant(call[1]) if call else None
    return value_of(call[0], argument) if call and argument is not None else None


_CALLS = (exp.Lower, exp.Length, exp.Abs, exp.Year, exp.Month, exp.Day)
_TOLD: tuple[tuple[type[exp.Expr] | tuple[type[exp.Expr], ...], Callable[[exp.Expr], Constant | None]], ...] = (
    (exp.Paren, lambda node: constant(node.this)),
    (exp.Literal, _literal),
    (exp.Boolean, lambda node: bool(node.this)),
    (exp.Cast, _moment_literal),
    (exp.Interval, _interval),
    (exp.Neg, _negated),
    ((exp.Add, exp.Sub, exp.Mul, exp.Div), _reckoned),
    (exp.DPipe, _joined),
    ((exp.Anonymous, *_CALLS), _call),
)

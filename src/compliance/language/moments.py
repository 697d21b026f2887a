"""Dates, datetimes and spans of time inside expressions."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlglot import exp

from compliance.language import exact, ratios
from compliance.language.durations import Duration
from compliance.language.grammar import refused
from compliance.language.scope import Scope
from compliance.language.values import Family, Typed, literal

MOMENTS = frozenset({Family.DATE, Family.DATETIME})
_FARTHEST_DAYS = 1_000_000


def day(value: Typed) -> Typed:
    """The day of a moment."""
    if value.family is Family.DATE:
        return value
    return Typed(exp.Cast(this=value.sql, to=exact.data_type("DATE")), Family.DATE)


def midnight(value: Typed) -> Typed:
    """A date as its 00:00."""
    if value.family is Family.DATETIME:
        return value
    return Typed(exp.Cast(this=value.sql, to=exact.data_type("TIMESTAMP")), Family.DATETIME)


def instant(value: Typed, scope: Scope) -> exp.Expr:
    """The moment in UTC of a datetime: as it is known, else from local time."""
    if value.instant is not None:
        return value.instant.copy()
    return value.sql if isinstance(value.sql, exp.Null) else scope.instant(value.sql)


def instants(values: Sequence[Typed], scope: Scope) -> list[exp.Expr] | None:
    """The moments in UTC of datetimes, where local time does not tell them all."""
    if any(value.family is not Family.DATETIME for value in values) or all(value.instant is None for value in values):
        return None
    return [instant(value, scope) for value in values]


def span(length: Duration) -> Typed:
    """A stretch of time as it stands beside a moment."""
    told = length.normal()
    sql = exp.Interval(this=exp.Literal.string(str(told.count)), unit=exp.Var(this=told.unit.value.upper()))
    return Typed(sql, Family.SPAN, unit=told.unit.value, count=told.count)


def reckoned(node: exp.Expr, left: Typed, right: Typed, scope: Scope, *, minus: bool) -> Typed:
    """What stands for left + right, or left - right, where one of them is a moment."""
    if minus and left.family in MOMENTS and right.text is not None:
        right = as_moment(right, node)
    if minus and left.family in MOMENTS and right.family in MOMENTS:
        return _difference(left, right, scope)
    if not minus and right.family in MOMENTS:
        left, right = right, left
    if left.family in MOMENTS and right.family is Family.NUMBER:
        return _days_later(left, right, node, minus=minus)
    if left.family in MOMENTS and right.family is Family.SPAN:
        return _span_later(left, right, node, scope, minus=minus)
    verb = "taken from" if minus else "added to"
    advice = "days are written as a number: due_on + 3" if right.text is not None else ""
    raise refused(node, f"{right.family.value} can't be {verb} {left.family.value}", help_=advice)


def _difference(left: Typed, right: Typed, scope: Scope) -> Typed:
    """Whole days where one of them is a date, else real time."""
    if Family.DATE in {left.family, right.family}:
        whole_days = exp.DateDiff(this=day(left).sql, expression=day(right).sql, unit=exp.Var(this="DAY"))
        return Typed(exp.Cast(this=whole_days, to=exact.data_type("BIGINT")), Family.NUMBER)
    later, earlier = (instant(side, scope) for side in (left, right))
    between = exp.TimestampDiff(this=later, expression=earlier, unit=exp.Var(this="MICROSECOND"))
    return ratios.days(exp.Cast(this=between, to=exact.data_type("BIGINT")))


def _days_later(left: Typed, right: Typed, node: exp.Expr, *, minus: bool) -> Typed:
    if right.scale:
        raise refused(node, "only whole days can be added to a moment", help_="write `interval '36 hours'`")
    days = right.sql if isinstance(right.sql, exp.Literal) else _reachable(right.sql)
    days = exp.Neg(this=exp.Paren(this=days)) if minus else days
    whole = exp.Paren(this=exp.Cast(this=days, to=exact.data_type("INT")))
    return _moved(left, exp.Mul(this=whole, expression=_interval(1, "DAY")))


def _span_later(left: Typed, right: Typed, node: exp.Expr, scope: Scope, *, minus: bool) -> Typed:
    if right.unit == "working_days":
        raise refused(node, "working days can't be added in an expression", help_="write `working_days(a, b) <= 2`")
    span = _interval(-right.count if minus else right.count, right.unit.upper().removesuffix("S"))
    if right.unit != "minutes":
        return _moved(left, span)
    later = exp.Paren(this=exp.Add(this=instant(midnight(left), scope), expression=span))
    return Typed(scope.local(later), Family.DATETIME, instant=later.copy())


def _interval(count: int, unit: str) -> exp.Interval:
    """So many of the engine's units."""
    return exp.Interval(this=exp.Literal.string(str(count)), unit=exp.Var(this=unit))


def _moved(value: Typed, by: exp.Expr) -> Typed:
    """A moment so much later, of its own family."""
    to = "DATE" if value.family is Family.DATE else "TIMESTAMP"
    later = exp.Add(this=value.sql, expression=by)
    return Typed(exp.Cast(this=exp.Paren(this=later), to=exact.data_type(to)), value.family)


def _reachable(days: exp.Expr) -> exp.Expr:
    """A number of days; null where it leads farther than any calendar."""
    near = exp.LTE(this=exp.Abs(this=days.copy()), expression=exp.Literal.number(_FARTHEST_DAYS))
    return exp.Case(ifs=[exp.If(this=near, true=days)])


def span_as_days(value: Typed, node: exp.Expr) -> Typed:
    """A span of fixed length as a number of days, to be compared with a difference of moments."""
    if value.family is Family.NUMBER:
        return value
    if value.unit == "days":
        return literal(value.count)
    if value.unit != "minutes":
        raise refused(node, "months and working days have no fixed length to compare with")
    sql = exact.divide(exp.Literal.number(value.count), 0, exp.Literal.number(24 * 60), 0)
    return Typed(exp.Paren(this=sql), Family.NUMBER, exact.QUOTIENT_PLACES)


def as_moment(value: Typed, node: exp.Expr) -> Typed:
    """A text literal as the date or datetime that it writes."""
    text = value.text or ""
    try:
        moment: date | datetime = (
            date.fromisoformat(text) if len(text) <= len("2026-01-01") else datetime.fromisoformat(text)
        )
    except ValueError:
        message = f"'{text}' is not a date or datetime"
        raise refused(node, message, help_="write dates as '2026-03-31', datetimes as '2026-03-31 18:00'") from None
    return literal(moment)

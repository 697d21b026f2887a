"""Dates, datetimes and spans of time inside expressions."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlglot import exp

from compliance.language import exact
from compliance.language.grammar import refused
from compliance.language.scope import Scope
from compliance.language.values import Family, Typed, literal

_FARTHEST_DAYS = 1_000_000


def day(value: Typed) -> Typed:
    """The day of a moment."""
    if value.family is Family.DATE:
        return value
    return Typed(exp.Cast(this=value.sql, to=exp.DataType.build("DATE")), Family.DATE)


def midnight(value: Typed) -> Typed:
    """A date as its 00:00."""
    if value.family is Family.DATETIME:
        return value
    return Typed(exp.Cast(this=value.sql, to=exp.DataType.build("TIMESTAMP")), Family.DATETIME)


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


def interval(count: int, unit: str) -> exp.Interval:
    """So many of the engine's units."""
    return exp.Interval(this=exp.Literal.string(str(count)), unit=exp.Var(this=unit))


def moved(value: Typed, by: exp.Expr) -> Typed:
    """A moment so much later, of its own family."""
    to = "DATE" if value.family is Family.DATE else "TIMESTAMP"
    later = exp.Add(this=value.sql, expression=by)
    return Typed(exp.Cast(this=exp.Paren(this=later), to=exp.DataType.build(to)), value.family)


def reachable(days: exp.Expr) -> exp.Expr:
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

"""A bound value: an engine expression with the type that the language gives it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from sqlglot import exp

from compliance.language.durations import Duration
from compliance.language.exact import data_type, decimal_type, places
from compliance.model.types import ColumnType

Literal: TypeAlias = int | Decimal | str | bool | date | datetime | None


class Family(StrEnum):
    """What may be compared with what."""

    TEXT = "text"
    NUMBER = "a number"
    BOOLEAN = "yes or no"
    DATE = "a date"
    DATETIME = "a datetime"
    SPAN = "a stretch of time"
    NULL = "null"


FAMILY: dict[ColumnType, Family] = {
    ColumnType.ID: Family.TEXT,
    ColumnType.TEXT: Family.TEXT,
    ColumnType.INTEGER: Family.NUMBER,
    ColumnType.DECIMAL: Family.NUMBER,
    ColumnType.MONEY: Family.NUMBER,
    ColumnType.PERCENT: Family.NUMBER,
    ColumnType.BOOLEAN: Family.BOOLEAN,
    ColumnType.DATE: Family.DATE,
    ColumnType.DATETIME: Family.DATETIME,
}
SCALE: dict[ColumnType, int] = {
    ColumnType.INTEGER: 0,
    ColumnType.DECIMAL: 4,
    ColumnType.MONEY: 2,
    ColumnType.PERCENT: 4,
}


@dataclass(frozen=True, slots=True)
class Ratio:
    """A quotient before it is rounded: what is divided and what by, each with its places, and the `told` outcome."""

    over: exp.Expr
    over_scale: int
    under: exp.Expr
    under_scale: int
    told: exp.Expr

    @property
    def divisor(self) -> int:
        """The whole number that is written as the divisor; 0 for any other."""
        return int(self.under.name) if isinstance(self.under, exp.Literal) and self.under.name.isdigit() else 0


@dataclass(frozen=True, slots=True)
class Typed:
    """An engine expression, its family and, for numbers, its decimal places.

    `text` is set for a text literal, which may still be read as a date beside one; `open` for text of a column that may
    be read as a number, or yes and no, beside one; `percent` follows percentages, which are never added up; `unit` and
    `count` describe a span; `instant` is the moment in UTC of a datetime, where more tells it than what clocks showed;
    `ratio` is the quotient that `sql` rounds, as long as `sql` is what that told. `spans` are the stretches of time
    that the text of a parameter may be read as beside a moment, each with when it holds (None: always). `unread` tells
    of a column that it is null since nobody could read it, and not since nothing is there.
    """

    sql: exp.Expr
    family: Family
    scale: int = 0
    text: str | None = None
    open: bool = False
    percent: bool = False
    unit: str = ""
    count: int = 0
    instant: exp.Expr | None = None
    ratio: Ratio | None = None
    spans: tuple[tuple[exp.Expr | None, Duration], ...] = ()
    unread: exp.Expr | None = None

    @property
    def unrounded(self) -> Ratio | None:
        """The quotient that this is; None for any other number."""
        return self.ratio if self.ratio is not None and self.ratio.told is self.sql else None


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of constants: its members, each time under the condition that they hold (None: always)."""

    steps: tuple[tuple[exp.Expr | None, tuple[Typed, ...]], ...]

    @property
    def always(self) -> tuple[Typed, ...] | None:
        """The members of a list that never changes."""
        return self.steps[0][1] if len(self.steps) == 1 and self.steps[0][0] is None else None


def kept(value: Typed, name: str, keep: Callable[[str, exp.Expr], exp.Expr]) -> Typed:
    """A value as what `keep` holds under this name; the moment in UTC of a datetime stands beside it."""
    instant = None if value.instant is None else keep(f"{name} instant", value.instant)
    unread = None if value.unread is None else keep(f"{name} unread", value.unread)
    return replace(value, sql=keep(name, value.sql), text=None, instant=instant, unread=unread)


def column(name: str, type_: ColumnType, table: str | None = None) -> Typed:
    """A column of a typed table."""
    sql = exp.column(
        exp.to_identifier(name, quoted=True), table=exp.to_identifier(table, quoted=True) if table else None
    )
    return Typed(sql, FAMILY[type_], SCALE.get(type_, 0), percent=type_ is ColumnType.PERCENT)


def literal(value: Literal) -> Typed:  # noqa: PLR0911 a case a type
    """A constant of the rule set as an engine expression; numbers stay exact."""
    match value:
        case None:
            return Typed(exp.Null(), Family.NULL)
        case bool():
            return Typed(exp.Boolean(this=value), Family.BOOLEAN)
        case int():
            return Typed(number(Decimal(value)), Family.NUMBER)
        case Decimal():
            return Typed(number(value), Family.NUMBER, places(value))
        case datetime():
            return Typed(_cast(value.isoformat(sep=" "), "TIMESTAMP"), Family.DATETIME)
        case date():
            return Typed(_cast(value.isoformat(), "DATE"), Family.DATE)
        case str():
            return Typed(exp.Literal.string(value), Family.TEXT, text=value)


def null(type_: ColumnType) -> Typed:
    """The null of a type: what a column holds that the source lacks."""
    written = {Family.TEXT: "VARCHAR", Family.BOOLEAN: "BOOLEAN", Family.DATE: "DATE", Family.DATETIME: "TIMESTAMP"}
    family = FAMILY[type_]
    scale = SCALE.get(type_, 0)
    to = decimal_type(scale) if family is Family.NUMBER else data_type(written[family])
    return Typed(exp.Cast(this=exp.Null(), to=to), family, scale, percent=type_ is ColumnType.PERCENT)


def in_words(value: Typed) -> Typed:
    """A whole number as it is written: an id whose column nobody called one names the same person."""
    if value.family is Family.NUMBER and value.scale == 0:
        return Typed(exp.cast(value.sql, "VARCHAR"), Family.TEXT)
    return value


def read_as(value: Typed, family: Family) -> Typed:
    """Open text as a number, or yes and no, null where it can't be read as one; any other value as it is."""
    if not value.open or family not in {Family.NUMBER, Family.BOOLEAN}:
        return value
    scale = SCALE[ColumnType.DECIMAL] if family is Family.NUMBER else 0
    to = decimal_type(scale, 18) if family is Family.NUMBER else data_type("BOOLEAN")
    return Typed(exp.TryCast(this=value.sql, to=to), family, scale)


def number(value: Decimal) -> exp.Expr:
    """An exact number; a literal with a fraction is cast, so that no engine reads it as floating point."""
    plain = format(value, "f")
    if "." not in plain:
        bare = exp.Literal.number(plain.lstrip("-"))
        return exp.Paren(this=exp.Neg(this=bare)) if value < 0 else bare
    return exp.Cast(this=exp.Literal.string(plain), to=decimal_type(places(value)))


def _cast(text: str, to: str) -> exp.Expr:
    return exp.Cast(this=exp.Literal.string(text), to=data_type(to))

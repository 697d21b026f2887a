"""Measures: count, count(distinct x), sum(x), avg(x), min(x), max(x) and share(condition), exact."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlglot import exp

from compliance.kinds.base import Desk
from compliance.kinds.readings import Reading
from compliance.language import exact
from compliance.language.expressions import compile_expression
from compliance.language.grammar import ExpressionError
from compliance.language.scope import Scope
from compliance.language.values import Family, Typed, literal
from compliance.sql import any_of, expression

_WRITTEN = re.compile(r"(count|sum|avg|min|max|share)\s*(?:\(\s*(distinct\s+)?(.*)\))?", re.DOTALL | re.IGNORECASE)


class Aggregate(StrEnum):
    """How the records of a window become one number."""

    COUNT = "count"
    DISTINCT = "count(distinct)"
    SUM = "sum"
    AVG = "avg"
    MIN = "min"
    MAX = "max"
    SHARE = "share"

    @property
    def pro_rated(self) -> bool:
        """Whether its lower bound is owed pro rata; shares, averages and extremes never are."""
        return self in {Aggregate.COUNT, Aggregate.DISTINCT, Aggregate.SUM}

    @property
    def settles(self) -> bool:
        """Whether a bound that is reached or passed is so for good, amounts being none below zero."""
        return self.pro_rated or self is Aggregate.MAX

    @property
    def counted(self) -> bool:
        """Whether each further record can add one at most, and none can take away."""
        return self in {Aggregate.COUNT, Aggregate.DISTINCT}


@dataclass(frozen=True)
class Measure:
    """An aggregate and what it is taken over (None for a bare count).

    Quotients that all have one divisor, as hours of `(ends_at - starts_at) * 24` have, are added up before they are
    divided: `over` is then what is divided, and `under` what by. `passes` tells of a record whether what is taken of it
    passes what 38 digits hold; None where it never does.
    """

    aggregate: Aggregate
    over: Typed | None = None
    under: int = 1
    passes: Typed | None = None

    @property
    def scale(self) -> int:
        """The decimal places of the outcome."""
        if self.aggregate.counted or self.over is None:
            return 0
        divided = self.aggregate in {Aggregate.AVG, Aggregate.SHARE} or self.under != 1
        return exact.QUOTIENT_PLACES if divided else self.over.scale

    def read_by(self, reading: Reading) -> "Measure":
        """The same over what a table's one pass has worked out."""
        if self.over is None:
            return self
        return replace(self, over=reading.want(self.over), passes=reading.want(self.passes) if self.passes else None)

    def heeding(self, counts: Typed, reading: Reading) -> "Measure":
        """The same, where a number in the condition by which records count may pass them, too."""
        passes = exact.passed(reading.unfolded(counts.sql))
        if passes is None:
            return self
        found = reading.want(Typed(passes, Family.BOOLEAN))
        return replace(self, passes=Typed(any_of(self.passes.sql, found.sql), Family.BOOLEAN) if self.passes else found)

    def untold(self, counts: exp.Expr) -> exp.Expr | None:
        """Whether a number of a row that counts, or may, passes 38 digits: then nobody can tell the measure."""
        if self.passes is None:
            return None
        return expression("coalesce(bool_or(:p) filter (where coalesce(:c, true)), false)", p=self.passes.sql, c=counts)

    def known(self, counts: exp.Expr) -> exp.Expr:
        """The aggregate, null where nobody can tell it."""
        untold = self.untold(counts)
        measured = self.sql(counts)
        return measured if untold is None else expression("case when not :u then :m end", u=untold, m=measured)

    def sql(self, counts: exp.Expr) -> exp.Expr:  # noqa: PLR0911 a case a measure
        """The aggregate over the rows where `counts` holds; count and sum of nothing are 0, the others null."""
        x = self.over.sql if self.over else exp.null()
        match self.aggregate:
            case Aggregate.COUNT:
                return expression("count(*) filter (where :c)", c=counts)
            case Aggregate.DISTINCT:
                return expression("count(distinct :x) filter (where :c)", x=x, c=counts)
            case Aggregate.SUM:
                return self.divided(expression("coalesce(sum(:x) filter (where :c), 0)", x=x, c=counts))
            case Aggregate.MIN:
                return expression("min(:x) filter (where :c)", x=x, c=counts)
            case Aggregate.MAX:
                return expression("max(:x) filter (where :c)", x=x, c=counts)
            case Aggregate.AVG:
                total = expression("sum(:x) filter (where :c)", x=x, c=counts)
                each = expression("count(:x) filter (where :c) * :u", x=x, c=counts, u=self._under)
                return exact.divide(total, self.scale_of_x, each, 0)
        held = expression("count(*) filter (where (:c) and (:x))", x=x, c=counts)
        return exact.divide(held, 0, expression("count(*) filter (where (:c) and (:x) is not null)", x=x, c=counts), 0)

    def divided(self, total: exp.Expr) -> exp.Expr:
        """A sum of what is divided, divided."""
        return total if self.under == 1 else exact.divide(total, self.scale_of_x, self._under, 0)

    @property
    def _under(self) -> exp.Expr:
        return exp.Literal.number(self.under)

    @property
    def scale_of_x(self) -> int:
        """The decimal places of what is measured."""
        return self.over.scale if self.over else 0

    def unclear(self, counts: exp.Expr) -> exp.Expr:
        """Whether a row may count, or may count for more: its `where` is null, or its part of a sum or an extreme."""
        if self.over is None or self.aggregate not in {Aggregate.SUM, Aggregate.MIN, Aggregate.MAX}:
            return expression(":c is null", c=counts)
        return expression("(:c) is null or :x is null", c=counts, x=self.over.sql)


def measured(text: str) -> str:
    """What stands in the brackets of a measure."""
    match = _WRITTEN.fullmatch(text.strip())
    return (match[3] or "").strip() if match else ""


def measure(desk: Desk, text: str, scope: Scope, loc: tuple[str | int, ...]) -> Measure | None:
    """Read a measure; a mistake is noted with a caret."""
    match = _WRITTEN.fullmatch(text.strip())
    kinds = "count, count(distinct x), sum(x), avg(x), min(x), max(x) or share(condition)"
    if match is None:
        desk.problem(loc, f"`{text}` is not a measure", f"write {kinds}")
        return None
    name, distinct, inner = match[1].lower(), match[2], (match[3] or "").strip()
    aggregate = Aggregate.DISTINCT if distinct else Aggregate(name)
    if (
        (distinct and name != "count")
        or (not inner and name != "count")
        or (inner and name == "count" and not distinct)
    ):
        desk.problem(loc, f"`{text}` is not a measure", f"write {kinds}")
        return None
    if not inner:
        return Measure(aggregate)
    wants = {Aggregate.SHARE: Family.BOOLEAN, Aggregate.DISTINCT: None}.get(aggregate, Family.NUMBER)
    taken = _undivided(aggregate, _inner(desk, text, inner, scope, loc, wants))
    passes = exact.passed(taken.over.sql) if taken.over is not None else None
    return taken if passes is None else replace(taken, passes=Typed(passes, Family.BOOLEAN))


def _undivided(aggregate: Aggregate, over: Typed) -> Measure:
    """A sum or average of quotients with one divisor as one of what is divided."""
    ratio = over.unrounded
    if ratio is None or aggregate not in {Aggregate.SUM, Aggregate.AVG} or not ratio.divisor:
        return Measure(aggregate, over)
    return Measure(aggregate, replace(over, sql=ratio.over, scale=ratio.over_scale), ratio.divisor)


def _inner(  # noqa: PLR0917 a text, its part, and how to read it
    desk: Desk, text: str, inner: str, scope: Scope, loc: tuple[str | int, ...], wants: Family | None
) -> Typed:
    """Bind what stands in the brackets, pointing into the whole measure where it is wrong."""
    try:
        return compile_expression(inner, scope, wants=wants)
    except ExpressionError as error:
        offset = text.index(inner, text.index("(")) + error.start
        desk.problems.append(desk.source.problem(loc, error.says, error.help, offset=offset, width=error.width))
        return literal(None)

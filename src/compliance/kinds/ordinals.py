"""Ordinals (`nth`): the place of a record, by time and then key, among all accepted ones with equal values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlglot import exp

from compliance.language.grammar import conjuncts
from compliance.sql import all_of, col, copied, expression, inner, named


@dataclass(frozen=True)
class Ordinal:
    """The ordinal among records of `alias` with equal `values`, in the column `name`; null where one is not counted.

    `order` are the columns that put them in order, the first of them a time where the records have one.
    """

    name: str
    alias: str
    values: tuple[exp.Expr, ...]
    rejected: exp.Expr
    order: tuple[str, ...]
    timed: exp.Expr | None

    @property
    def counted(self) -> exp.Expr:
        """Whether a record is: it was accepted, all values are known, and it has happened."""
        known = (expression(":v is not null", v=value) for value in self.values)
        happened = expression(":t is not null", t=self.timed) if self.timed is not None else None
        return all_of(expression("not :r", r=self.rejected), *known, happened)

    @property
    def place(self) -> exp.Expr:
        """The ordinal, worked out over all of them."""
        among = [copied(value) for value in (*self.values, self.rejected)]
        order = exp.Order(expressions=[exp.Ordered(this=col(name, self.alias)) for name in self.order])
        place = exp.Window(this=exp.RowNumber(), partition_by=among, order=order)
        return exp.Case(ifs=[exp.If(this=self.counted, true=place)])

    @property
    def tables(self) -> frozenset[str]:
        """The relations that the values are of."""
        return frozenset(column.table for value in self.values for column in value.find_all(exp.Column))

    def must_be_first(self, conditions: Iterable[exp.Expr]) -> bool:
        """Whether each of the conditions is false of all but the first of its like."""
        first = exp.EQ(this=col(self.name, self.alias), expression=exp.Literal.number(1))
        return all(any(part == first for part in conjuncts(condition)) for condition in conditions)

    def at_first(self, query: exp.Select, rows: exp.Expr, seen: Sequence[exp.Expr]) -> exp.Select:
        """The query over `rows` that are `seen`, of those of the first moment alone, and all that are not counted.

        A log is long, and to put it in order costs far more than to look for each first moment.
        """
        names = [f"of {number}" for number, _ in enumerate(self.values)]
        at = col(self.order[0], self.alias)
        firsts = exp.select(*map(named, self.values, names), named(exp.Min(this=copied(at)), "since"))
        firsts = firsts.from_(rows, copy=False).where(*seen, self.counted, copy=False)
        firsts = firsts.group_by(*(copied(value) for value in self.values), copy=False)
        pairs = zip(self.values, names, strict=True)
        like = all_of(*(exp.EQ(this=exp.Paren(this=copied(value)), expression=col(name, "f")) for value, name in pairs))
        query = query.join(inner(firsts, "f"), on=like, join_type="left", copy=False)
        return query.where(expression("not (:c) or :at <= f.since", c=self.counted, at=at), copy=False)

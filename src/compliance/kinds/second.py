"""A second block: its records as they are seen from a first one, an act, a trigger or a duty.

In queries the first stands as `t`, a relation with a `record_key` and what the second asks of it; the second as `x`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from sqlglot import exp

from compliance.kinds.entities import Entities
from compliance.kinds.scopes import RecordScope
from compliance.language.grammar import conjuncts
from compliance.language.scope import UnknownName
from compliance.language.values import Family, Listed, Typed, kept
from compliance.sql import all_of, col, expression, free, inner, named, relation

T, X = "t", "x"
OUTSIDE = frozenset({"this", "each", "bearer"})


class First(Protocol):
    """What a second block is seen from."""

    @property
    def day_only(self) -> bool:
        """Whether its time is a day."""
        ...

    @property
    def owed_for(self) -> Entities | None:
        """The entities of which it belongs to one; None where there are none."""
        ...

    def column(self, path: tuple[str, ...]) -> Typed:
        """A name of the first, `bearer.` and `each.` included, as a column of `t`; raises UnknownName."""
        ...

    def day(self) -> exp.Expr:
        """The day by which parameters apply, as a column of `t`."""
        ...


@dataclass
class FirstRecord:
    """A record of a table as the first; `columns` are those of its pass that `t` has to hold."""

    scope: RecordScope
    columns: dict[str, Typed] = field(default_factory=dict)
    worked: dict[str, Typed] = field(default_factory=dict)

    @property
    def day_only(self) -> bool:
        """Whether its time is a day."""
        return self.scope.day_only

    @property
    def owed_for(self) -> Entities | None:
        """A record alone is nobody's but its bearer's."""
        return None

    def column(self, path: tuple[str, ...]) -> Typed:
        """The record's own names."""
        return self.keep(f"this {'.'.join(path)}", self.scope.column(path))

    def day(self) -> exp.Expr:
        """The day of the record."""
        return self.keep("day", Typed(self.scope.day, Family.DATE)).sql

    def keep(self, name: str, value: Typed) -> Typed:
        """Have a value stand in `t` under this name."""
        self.columns[name] = wanted = self.scope.reading.want(value)
        if wanted.instant is not None:
            self.columns[f"{name} instant"] = Typed(wanted.instant, Family.DATETIME)
        if wanted.unread is not None:
            self.columns[f"{name} unread"] = Typed(wanted.unread, Family.BOOLEAN)
        return kept(value, name, _of_first)

    def keep_worked(self, name: str, value: Typed) -> Typed:
        """Have a value that is worked out of columns of `t` stand there too, under this name."""
        self.worked[name] = value
        if value.instant is not None:
            self.worked[f"{name} instant"] = Typed(value.instant, Family.DATETIME)
        if value.unread is not None:
            self.worked[f"{name} unread"] = Typed(value.unread, Family.BOOLEAN)
        return kept(value, name, _of_first)

    def query(self) -> exp.Select:
        """The accepted records for which the pass's condition holds."""
        key = self.scope.reading.technical("_key").sql
        listed = (named(value.sql, name) for name, value in self.columns.items())
        query = exp.select(named(key, "record_key"), *listed).from_(relation(self.scope.reading.name), copy=False)
        return self.with_worked(query.where(exp.not_(col("_rejected")), copy=False))

    def with_worked(self, query: exp.Select) -> exp.Select:
        """The query with what is worked out of its columns."""
        if not self.worked:
            return query
        outer = exp.select(exp.Column(this=exp.Star(), table=exp.to_identifier(T)))
        outer = outer.select(*(named(value.sql, name) for name, value in self.worked.items()))
        return outer.from_(inner(query, T), copy=False)


def _of_first(name: str, _: exp.Expr) -> exp.Expr:
    return col(name, T)


def _of_second(_: str, value: exp.Expr) -> exp.Expr:
    return col(value.name, X)


@dataclass(frozen=True)
class Across:
    """The names of a second record beside the first: its own, `this.`, `each.` and the first's `bearer.`."""

    own: RecordScope
    first: First

    def column(self, path: tuple[str, ...]) -> Typed:
        """`this.x` of the first, all else of the record itself."""
        if path[0] == "this" and len(path) > 1:
            return self.first.column(path[1:])
        if len(path) > 1 and path[0] in OUTSIDE and f"{path[0]}_id" not in self.own.table.columns:
            return self.first.column(path)
        return self.seen(self.own.column(path))

    def seen(self, value: Typed) -> Typed:
        """A value of the record as a column of `x`."""
        wanted = self.own.reading.want(value)
        return kept(wanted, "", _of_second) if isinstance(wanted.sql, exp.Column) else wanted

    def parameter(self, name: str) -> Typed | Listed:
        """By the day of the first."""
        known = self.own.ground.parameters
        return known.told(known.full_name(name, self.own.prefix), self.first.day())

    def call(self, name: str, arguments: Sequence[Typed]) -> Typed:
        """`nth` counts the record's own columns, all else takes what it is given."""
        if name != "nth":
            return self.own.call(name, arguments)
        raw = [replace(each, sql=self.own.reading.unfolded(each.sql)) for each in arguments]
        return self.seen(self.own.call(name, raw))

    def instant(self, local: exp.Expr) -> exp.Expr:
        """As for the record."""
        return self.own.instant(local)

    def local(self, instant: exp.Expr) -> exp.Expr:
        """As for the record."""
        return self.own.local(instant)


@dataclass(frozen=True)
class FromFirst:
    """The names of a bound beside a second block: `this.`, `each.`, `bearer.` and parameters, all of the first."""

    across: Across

    def column(self, path: tuple[str, ...]) -> Typed:
        """A name of the first; raises UnknownName for any other."""
        if len(path) > 1 and path[0] in OUTSIDE:
            return self.across.column(path)
        raise UnknownName(f"`{'.'.join(path)}` means nothing here", ("this", "each", "bearer"))

    def parameter(self, name: str) -> Typed | Listed:
        """By the day of the first."""
        return self.across.parameter(name)

    def call(self, name: str, arguments: Sequence[Typed]) -> Typed:
        """`working_days`; there is no record here to count."""
        if name == "nth":
            raise UnknownName("`nth` counts records, and there is none here")
        return self.across.call(name, arguments)

    def instant(self, local: exp.Expr) -> exp.Expr:
        """As for the record."""
        return self.across.instant(local)

    def local(self, instant: exp.Expr) -> exp.Expr:
        """As for the record."""
        return self.across.local(instant)


@dataclass(frozen=True)
class Second:
    """A second block's records. `counts` is true, false, or null where it can't be told; then `unclear` is true.

    `keys` are pairs of a column of `t` and one of `x` that must be equal; `joined` tells that `counts` speaks of the
    first too; `own_time` that it says itself how the two lie in time; `in_days` that their times compare as days.
    `name` is the relation in which they stand: their pass, unless they stand there several times, beside what is asked.
    """

    scope: RecordScope
    across: Across
    counts: exp.Expr
    unclear: exp.Expr
    keys: tuple[tuple[exp.Expr, exp.Expr], ...]
    joined: bool
    own_time: bool
    in_days: bool
    name: str

    @property
    def moment(self) -> exp.Expr:
        """When a record happened, as it compares with the first: an instant, or a day's 00:00. Null: not yet."""
        return comparable(self.across, in_days=self.in_days)

    def key(self) -> exp.Expr:
        """The record's key."""
        return self.across.seen(Typed(col("_key", "r"), Family.TEXT)).sql


def comparable(across: Across, *, in_days: bool) -> exp.Expr:
    """A record's time as a column of `x`, as it compares with the first's."""
    scope = across.own
    if not scope.timed:
        return exp.cast(exp.Literal.string("0001-01-01"), "TIMESTAMP")
    return across.seen(moment_of(scope, in_days=in_days)).sql


def moment_of(scope: RecordScope, *, in_days: bool) -> Typed:
    """A record's time inside its own pass: as an instant, or where days are compared as its day's 00:00."""
    if in_days:
        return Typed(expression("cast(cast(:at as date) as timestamp)", at=scope.moment), Family.DATETIME)
    return Typed(scope.happened, Family.DATETIME)


def equalities(met: exp.Expr, most: int) -> tuple[tuple[tuple[exp.Expr, exp.Expr], ...], exp.Expr]:
    """Up to `most` equalities of a value of `t` with one of `x`, joined by `and` at a condition's top; then the rest.

    They tie the two as `match` does, so the second can be sought by them.
    """
    found: list[tuple[exp.Expr, exp.Expr]] = []
    rest: list[exp.Expr] = []
    for part in conjuncts(met):
        pair = _tied(part) if len(found) < most else None
        if pair is None:
            rest.append(part)
        else:
            found.append(pair)
    return tuple(found), all_of(*(free(each) for each in rest)) if found else met


def _tied(node: exp.Expr) -> tuple[exp.Expr, exp.Expr] | None:
    """The value of `t` and that of `x`, where the node says that they are equal."""
    equal = node.unnest()
    if not isinstance(equal, exp.EQ):
        return None
    sides = {_speaks_of(equal.left): equal.left, _speaks_of(equal.right): equal.right}
    return (free(sides[T]), free(sides[X])) if sides.keys() == {T, X} else None


def _speaks_of(node: exp.Expr) -> str | None:
    """The one relation that all columns of a value are of."""
    tables = {each.table for each in node.find_all(exp.Column)}
    return tables.pop() if len(tables) == 1 else None

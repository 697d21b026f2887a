"""Readings: one narrow pass of a rule over a table, with only the columns, references and rows that it asks for.

A pass stays a view. Keeping one for all rules together was measured: at 10 million rows of Parquet, writing it down
costs 2.5 s of processor time and each question to it 0.4 s, while each narrow scan of the file itself costs 0.5 s.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlglot import exp

from compliance.kinds.ordinals import Ordinal
from compliance.language.values import Family, Typed, kept
from compliance.language.values import literal as constant
from compliance.sql import any_of, col, expression, free, inner, named, not_false, nothing, relation
from compliance.workspace.tables import Table

BASE = "r"
REJECTED = "_rejected"
UNREAD = "_dark"  # of a rejected row, the columns that could not be read
STATE = ("_since", "_until")
BEGUN = "_begun"
_TECHNICAL = {
    "_key": Family.TEXT,
    "_at": Family.DATETIME,
    "_instant": Family.DATETIME,
    "_bearer": Family.TEXT,
}


@dataclass
class Reading:
    """What a rule wants of one table. Every wanted expression becomes a column of the relation called `name`.

    Rejected rows stand in it too, marked `_rejected`: they may cure a duty, but count for nothing; unless they were set
    aside, and are not heeded. Of a history the state in force at `as_of` is read; with `states` every one, each with
    `_since` and `_until`, and with `_begun`, when the first state of its key was.
    """

    table: Table
    as_of: datetime
    rule: int
    place: int
    heeded: bool = True
    states: bool = False
    columns: dict[str, tuple[str, exp.Expr]] = field(default_factory=dict)
    joins: dict[str, exp.Join] = field(default_factory=dict)
    ordinals: dict[str, Ordinal] = field(default_factory=dict)
    filters: list[exp.Expr] = field(default_factory=list)
    whole: bool = False
    asked: bool = False

    @property
    def name(self) -> str:
        """The relation that holds the pass."""
        return f"seen {self.table.name} {self.rule}.{self.place}"

    @property
    def close_name(self) -> str:
        """The relation that holds the same of a part of the table."""
        return f"close {self.table.name} {self.rule}.{self.place}"

    @property
    def plain(self) -> bool:
        """Whether each of its rows comes of one row of the table, whatever the others are."""
        return not self.ordinals and self.table.valid_from is None

    @property
    def doubtful(self) -> bool:
        """Whether rejected rows stand among the others."""
        return self.table.rejected > 0 and self.heeded

    def want(self, value: Typed) -> Typed:
        """Have this expression worked out in the pass; answers the column that will hold it."""
        if isinstance(value.sql, exp.Literal | exp.Boolean | exp.Null):
            return value
        return kept(value, "", self._held)

    def _held(self, _: str, value: exp.Expr) -> exp.Expr:
        """The column of the pass that holds an expression, whatever it is told as."""
        text = value.sql(dialect="duckdb")
        if text not in self.columns:
            self.columns[text] = (f"c{len(self.columns) + 1}", free(value))
        return col(self.columns[text][0])

    def ordinal(self, values: Sequence[exp.Expr]) -> exp.Expr:
        """The place of a record, by time and then key, among all accepted ones with equal values of these."""
        timed = self.table.has_at
        text = ", ".join(value.sql(dialect="duckdb") for value in values)
        made = Ordinal(
            f"nth {len(self.ordinals) + 1}",
            BASE,
            tuple(value.copy() for value in values),
            col(REJECTED, BASE),
            ("_instant", "_key") if timed else ("_key",),
            col("_at", BASE) if timed else None,
        )
        return col(self.ordinals.setdefault(text, made).name, BASE)

    def unfolded(self, value: exp.Expr) -> exp.Expr:
        """An expression over columns of the pass, with each told as what it stands for."""
        known = dict(self.columns.values())

        def told(node: exp.Expr) -> exp.Expr:
            return known[node.name].copy() if isinstance(node, exp.Column) and node.name in known else node

        return value.copy().transform(told)

    def technical(self, name: str) -> Typed:
        """`_key`, `_at`, `_instant` or `_bearer` of the records."""
        return self.want(Typed(col(name, BASE), _TECHNICAL[name]))

    def only(self, condition: exp.Expr | None) -> None:
        """Ask for the rows where this is not false; without a condition, for all."""
        self.asked = True
        if condition is None:
            self.whole = True
        else:
            self.filters.append(condition)

    def passes(self, condition: exp.Expr) -> bool:
        """Whether the pass already holds no row for which this condition, one of its own columns, is false."""
        unique = {each.sql() for each in self.filters}
        written = {sql for sql, (name, _) in self.columns.items() if col(name) == condition}
        return not self.whole and len(unique) == 1 and {each.sql(dialect="duckdb") for each in self.filters} == written

    def query(self) -> exp.Select:
        """The pass as a query."""
        return self._over(self._counted())

    def query_of(self, part: str) -> exp.Select:
        """The pass over a relation of accepted rows that has the columns used."""
        accepted = named(exp.Boolean(this=False), REJECTED)
        dark = named(nothing("VARCHAR"), UNREAD)
        rows = exp.select(*(col(name) for name in sorted(self.used())), accepted, dark).from_(relation(part))
        return self._over(inner(rows, BASE))

    def used(self) -> frozenset[str]:
        """The columns of the table that the pass asks for."""
        columns = self.query().find_all(exp.Column)
        return frozenset(each.name for each in columns if each.table == BASE) - {REJECTED, UNREAD}

    def _over(self, rows: exp.Expr) -> exp.Select:
        wanted = [named(value, name) for name, value in self.columns.values()]
        query = exp.select(*wanted, named(col(REJECTED, BASE), REJECTED)).from_(rows, copy=False)
        for join in self.joins.values():
            query.append("joins", join.copy())
        conditions = [*self._seen(), *([] if self.whole else [any_of(*self._not_false())])]
        return query.where(*conditions, copy=False) if conditions else query

    def _counted(self) -> exp.Expr:
        """The rows, with the ordinals that are asked for: worked out before any other condition leaves rows out."""
        if not self.ordinals:
            return self._rows()
        query = exp.select(exp.Column(this=exp.Star(), table=exp.to_identifier(BASE)))
        query = query.select(*(named(each.place, each.name) for each in self.ordinals.values())).from_(self._rows())
        used = set().union(*(each.tables for each in self.ordinals.values()))
        needed = []
        for alias, join in reversed(self.joins.items()):  # a join may speak of those before it
            if any(each == alias or each.startswith(f"{alias}.") for each in used):
                needed.append(join)
                used |= {column.table for column in join.args["on"].find_all(exp.Column)}
        for join in reversed(needed):
            query.append("joins", join.copy())
        if (only := self._only_first()) is not None:
            query = only.at_first(query, self._rows(), self._seen())
        return inner(query.where(*self._seen(), copy=False), BASE)

    def _only_first(self) -> Ordinal | None:
        """The one ordinal of the record's own values that is asked for, where all but the first are left out."""
        if self.whole or len(self.ordinals) != 1:
            return None
        [only] = self.ordinals.values()
        return only if only.tables <= {BASE} and self.filters and only.must_be_first(self.filters) else None

    def _not_false(self) -> list[exp.Expr]:
        unique = {condition.sql(): condition for condition in self.filters}
        return [not_false(condition) for condition in unique.values()]

    def _rows(self) -> exp.Expr:
        """Accepted rows, and the rejected ones behind them where there are any."""
        accepted = self._from(self.table.relation, rejected=False)
        if not self.doubtful:
            return inner(accepted, BASE)
        both = exp.union(accepted, self._from(self.table.rejected_name, rejected=True), distinct=False)
        return inner(both, BASE)

    def _from(self, name: str, *, rejected: bool) -> exp.Select:
        columns: list[exp.Expr] = [
            col(column) for column in (*self.table.columns, *self.table.instants.values(), *_TECHNICAL)
        ]
        columns.append(named(exp.Boolean(this=rejected), REJECTED))
        if self.doubtful:
            columns.append(col(UNREAD) if rejected else named(nothing("VARCHAR"), UNREAD))
        if self.table.valid_from is None:
            return exp.select(*columns).from_(relation(name), copy=False)
        if rejected:
            never = [named(nothing("TIMESTAMP"), column) for column in (*STATE, BEGUN)]
            return exp.select(*columns, *(never if self.states else ())).from_(relation(name))
        if self.states:
            return exp.select(*columns, *map(col, (*STATE, BEGUN))).from_(relation(self.table.states_name))
        then = expression("_since <= :at and (_until is null or _until > :at)", at=constant(self.as_of).sql)
        return exp.select(*columns).from_(relation(self.table.states_name)).where(then)

    def state(self, name: str) -> Typed:
        """`_since`, `_until` or `_begun` of a history's states."""
        return self.want(Typed(col(name, BASE), Family.DATETIME))

    def _seen(self) -> list[exp.Condition]:
        """What happened or was recorded after `as_of` is not seen; tables that look ahead are seen whole."""
        if self.table.ahead:
            return []
        late = []
        for column, last in (("_at", self.table.last_at), ("recorded_at", self.table.last_recorded_at)):
            if column in {"_at", *self.table.columns} and (self.doubtful or (last is not None and last > self.as_of)):
                moment = constant(self.as_of).sql
                at = col(column, BASE)
                late.append(exp.or_(exp.Is(this=at, expression=exp.Null()), exp.LTE(this=at.copy(), expression=moment)))
        return late

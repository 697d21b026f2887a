"""What names mean inside a rule: the record's own columns, references, the bearer's appointment, and second records."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from sqlglot import exp

from compliance.clock import instant_sql, local_sql
from compliance.kinds.ground import ROSTER, ROSTER_COLUMNS, WORKED, Ground
from compliance.kinds.readings import BASE, UNREAD, Reading
from compliance.language.scope import UnknownName
from compliance.language.values import Family, Listed, Typed, column, null
from compliance.model.types import ColumnType
from compliance.sql import col, expression, named, nothing, relation, sql, text
from compliance.workspace.standard import EMPLOYEES, OPEN, STANDARD
from compliance.workspace.tables import Table, marked

TENURE = "tenure_days"
WORKED_TO = "select max(n) from worked where day = cast(:x as date) + interval '1' day"


@dataclass
class Needs:
    """What a rule asks of the workspace: the columns that it reads; what lacks, in plain words, in the order met."""

    missing: list[str] = field(default_factory=list)
    columns: set[tuple[str, str]] = field(default_factory=set)

    def lack(self, cause: str) -> None:
        """Note one cause, once."""
        if cause not in self.missing:
            self.missing.append(cause)


@dataclass
class RuleScope:
    """What is the same in every scope of a rule: parameters, the calendar's arithmetic, the clock."""

    ground: Ground
    prefix: str
    needs: Needs
    day: exp.Expr

    def parameter(self, name: str) -> Typed | Listed:
        """A parameter by the date of the act or the window's first day."""
        known = self.ground.parameters
        return known.told(known.full_name(name, self.prefix), self.day)

    def call(self, name: str, arguments: Sequence[Typed]) -> Typed:
        """`working_days(a, b)`: those after a, up to and including b."""
        if name != "working_days":
            raise UnknownName("`nth` counts records, and there is none here")
        before = [sql(WORKED_TO, {"worked": WORKED}, x=argument.sql).subquery() for argument in arguments]
        counted = expression("case when :b < :a then 0 else :b - :a end", a=before[0], b=before[1])
        return Typed(counted, Family.NUMBER)

    def instant(self, local: exp.Expr) -> exp.Expr:
        """A local time as the same moment in UTC."""
        return _once(local, lambda moment: instant_sql(moment, self.ground.zone))

    def local(self, instant: exp.Expr) -> exp.Expr:
        """A moment in UTC as local time."""
        return _once(instant, lambda moment: local_sql(moment, self.ground.zone))


def history(table: Table) -> str:
    """The relation of a history's states, each from `_since` up to `_until`."""
    return table.states_name


def _once(value: exp.Expr, tree: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
    """A tree over a value that it asks again and again: the value is worked out once, and named, where it is no column.

    A tree of a zone with summer time inside another one would else multiply.
    """
    if isinstance(value.unnest(), exp.Column | exp.Literal):
        return tree(value)
    named_tree = tree(col("moment", "once"))
    if named_tree == col("moment", "once"):
        return value
    source = exp.alias_(exp.select(named(value, "moment")).subquery(), "once", table=True, quoted=True)
    return exp.select(exp.Max(this=named_tree)).from_(source).subquery()


@dataclass
class RecordScope(RuleScope):
    """The names of a table's records, worked out inside the table's one pass.

    `moment` is when a record happened, local; `timed` tells that it has such a time, `day_only` that it is a day.
    `known` is set for a block's own time: whether it lies by `as_of`; a row that can't be read may else be of any time.
    `utc` is the moment in UTC, where more tells it than what clocks showed.
    """

    table: Table
    present: bool
    reading: Reading
    bearer: exp.Expr
    moment: exp.Expr = field(default_factory=exp.null)
    timed: bool = True
    day_only: bool = False
    known: exp.Expr | None = None
    utc: exp.Expr | None = None

    def column(self, path: tuple[str, ...]) -> Typed:
        """A column, a reference followed, or the bearer's appointment at the time of the record.

        `this.` is the record itself, where no second one is in sight.
        """
        if len(path) == 1:
            own = self._own(self.table, self.present, BASE, path[0])
            return replace(own, unread=self._unread(path[0])) if self.present and self.reading.doubtful else own
        if path[0] == "this":
            return self.column(path[1:])
        if path[0] == "bearer" and "bearer_id" not in self.table.columns:
            return self._appointment(path)
        return self._reference(self.table, self.present, BASE, path)

    def _unread(self, name: str) -> exp.Expr | None:
        """Whether the record is one that was rejected, and this cell of it one that could not be read."""
        if name not in self.table.columns:
            return None
        return expression("strpos(:dark, :name) > 0", dark=col(UNREAD, BASE), name=text(marked(name)))

    def told(self, name: str) -> Typed | None:
        """What a record has under a column or reference of this name; None where its table leads to none."""
        path = tuple(name.split("."))
        if len(path) == 1 or self.ground.knows(self.table, name):
            return self.column((name,)) if self.ground.knows(self.table, name) else None
        try:
            return self.column(path)
        except UnknownName:
            return None

    def call(self, name: str, arguments: Sequence[Typed]) -> Typed:
        """As everywhere; and `nth`, the record's place among those with equal values."""
        if name != "nth":
            return super().call(name, arguments)
        if not self.present:
            return Typed(nothing("BIGINT"), Family.NUMBER)
        return Typed(self.reading.ordinal([argument.sql for argument in arguments]), Family.NUMBER)

    @property
    def happened_at(self) -> Typed:
        """When a record happened, as a column of the pass."""
        return self.reading.want(Typed(self.moment, Family.DATETIME))

    @property
    def happened(self) -> exp.Expr:
        """When a record happened, as a moment in UTC."""
        return self.utc if self.utc is not None else self.instant(self.moment)

    def _own(self, table: Table, present: bool, alias: str, name: str) -> Typed:  # noqa: FBT001 a fact about the table
        self.needs.columns.add((table.name, name))
        if name in table.columns:
            value = column(name, table.columns[name], alias) if present else null(table.columns[name])
            renamed = self.ground.renamed(table.name, name, value.sql) if present else value.sql
            instant = col(table.instants[name], alias) if present and name in table.instants else None
            return replace(value, sql=renamed, open=table.open(name), instant=instant)
        standard = STANDARD.get(table.name)
        if standard is not None and name in standard.columns:
            self.needs.lack(f"the column {table.name}.{name} is not there")
            return replace(null(standard.columns[name]), open=name in OPEN)
        raise UnknownName(f"table `{table.name}` has no column `{name}`", tuple(table.columns))

    def _reference(self, table: Table, present: bool, alias: str, path: tuple[str, ...]) -> Typed:  # noqa: FBT001
        found = self.ground.reference(table, path[0])
        if found is None and path[0] == "each":
            raise UnknownName("`each` is the entity of `for_each`, and there is none here", ("bearer",))
        if found is None:
            says = f"nothing of `{table.name}` refers to a `{path[0]}`"
            if led := next((each for each in (f"{path[0]}_id", path[0]) if each in table.columns), None):
                advice = f"say under `refs` of {table.name} in the manifest which table `{led}` leads to"
                raise UnknownName(says, advice=advice)
            names = tuple(name.removesuffix("_id") for name in table.columns if name.endswith("_id"))
            raise UnknownName(says, (*names, "bearer"))
        foreign, target_name = found
        target, there = self.ground.table(target_name)
        if target is None:
            raise UnknownName(f"`{path[0]}` refers to a table `{target_name}` that nobody knows")
        if present and foreign not in table.columns:
            self.needs.lack(f"the column {table.name}.{foreign} is not there")
        if not there:
            self.needs.lack(self.ground.why_absent(target_name))
        if (keyless := self.ground.keyless(target)) is not None:
            self.needs.lack(keyless)
        below = f"{alias}.{path[0]}"
        if there and present and foreign in table.columns:
            self._follow(below, target, col(foreign, alias))
        reachable = there and present and foreign in table.columns
        if len(path) == 2:  # noqa: PLR2004 a reference and a column
            own = self._own(target, reachable, below, path[1])
            return replace(own, unread=self._apart(below, target, col(foreign, alias))) if reachable else own
        return self._reference(target, reachable, below, path[1:])

    def _apart(self, below: str, target: Table, foreign: exp.Expr) -> exp.Expr | None:
        """Whether a reference leads to a row that was rejected: what that row says is not nothing."""
        if target.valid_from is not None or not self.ground.doubtful(target.name):
            return None
        there = f"{below} apart"
        self._join(there, target.rejected_name, exp.EQ(this=col("_key", there), expression=foreign))
        return expression(":apart is not null and :found is null", apart=col("_key", there), found=col("_key", below))

    def _follow(self, below: str, target: Table, foreign: exp.Expr) -> None:
        """Join the row referred to; of a history, the state at the time of the record."""
        same: exp.Expr = exp.EQ(this=col("_key", below), expression=foreign)
        if target.valid_from is None:
            self._join(below, target.relation, same)
            return
        since, until = col("_since", below), col("_until", below)
        then = expression(":at >= :s and (:u is null or :at < :u)", at=self.moment, s=since, u=until)
        self._join(below, history(target), exp.and_(same, then))

    def _appointment(self, path: tuple[str, ...]) -> Typed:
        if not self.ground.rostered:
            self.needs.lack("there is no roster (no table employees)")
        return _roster_column(self, path, self._join_roster)

    def known_bearer(self) -> Typed:
        """The bearer as the roster knows them: null for somebody who does not stand there."""
        return Typed(col("bearer", self._join_roster()) if self.ground.rostered else self.bearer, Family.TEXT)

    def _join_roster(self) -> str:
        """Join the bearer's row of the record's day; another bearer or day of the same pass has a row of its own."""
        for number in count(1):
            alias = "bearer" if number == 1 else f"bearer {number}"
            known = self.reading.joins.get(alias)
            if known is None or known.args["on"] == self._then(alias):
                break
        self._join(alias, ROSTER, self._then(alias))
        return alias

    def _then(self, alias: str) -> exp.Expr:
        same = exp.EQ(this=col("bearer", alias), expression=self.bearer.copy())
        if not self.ground.roster.historic:
            return same
        since, until = col("since", alias), col("until", alias)
        return exp.and_(same, expression(":day >= :s and :day < :u", day=self.day, s=since, u=until))

    def _join(self, alias: str, table: str, on: exp.Expr) -> None:
        source = relation(table, alias)
        self.reading.joins.setdefault(alias, exp.Join(this=source, side="LEFT", on=on))


@dataclass
class OwedScope(RuleScope):
    """The names of a duty: the bearer's appointment at the window's first day, and the entity it is owed for."""

    roster_alias: str
    each: Callable[[tuple[str, ...]], Typed] | None = None

    def column(self, path: tuple[str, ...]) -> Typed:
        """`bearer.x` or `each.x`; a duty has no columns of its own."""
        if path[0] == "bearer" and len(path) > 1:
            if not self.ground.rostered:
                self.needs.lack("there is no roster (no table employees)")
            return _roster_column(self, path, lambda: self.roster_alias)
        if path[0] == "each" and self.each is not None:
            return self.each(path[1:])
        raise UnknownName(f"`{'.'.join(path)}` means nothing here", ("bearer", *(["each"] if self.each else [])))


def _roster_column(scope: RuleScope, path: tuple[str, ...], alias: Callable[[], str]) -> Typed:
    """A column of the bearer's appointment; `tenure_days` are the days since hiring."""
    if len(path) != 2 or path[1] not in {*ROSTER_COLUMNS, TENURE}:  # noqa: PLR2004 `bearer.` and a column
        raise UnknownName(f"a bearer has no `{'.'.join(path[1:])}`", (*ROSTER_COLUMNS, TENURE))
    needed = "hired_on" if path[1] == TENURE else path[1]
    scope.needs.columns.add((EMPLOYEES, needed))
    if not scope.ground.rostered:
        return replace(null(ROSTER_COLUMNS.get(path[1], ColumnType.INTEGER)), open=path[1] in OPEN)
    if needed not in scope.ground.roster.columns:
        scope.needs.lack(f"the column employees.{needed} is not there")
    if path[1] == TENURE:
        days = expression(
            "cast(date_diff('day', :hired, cast(:day as date)) as bigint)",
            hired=col("hired_on", alias()),
            day=scope.day,
        )
        return Typed(days, Family.NUMBER)
    if path[1] == "level" and not scope.ground.roster.named_levels:
        return column(path[1], ColumnType.INTEGER, alias())
    told = column(path[1] if path[1] != "employee_id" else "bearer", ROSTER_COLUMNS[path[1]], alias())
    return replace(told, open=path[1] in OPEN)

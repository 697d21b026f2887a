"""What the names of an `at` or `bearer` mean: a table's own columns, and those of tables that it refers to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from compliance.clock import instant_sql, local_sql
from compliance.language.scope import UnknownName
from compliance.language.values import Typed
from compliance.language.values import column as typed_column
from compliance.model.types import ColumnType
from compliance.workspace.sql import all_of, column, named, selected, sql, table
from compliance.workspace.tables import Table

APART = "_apart"


@dataclass(frozen=True, slots=True)
class Joined:
    """A table that a reference leads to: the name it goes by, and the column that holds its key.

    `apart`: the rows that were rejected stand in it too, which `_apart` tells: what a record's time is sought in.
    """

    alias: str
    by: exp.Column
    table: Table
    apart: bool = False

    def join(self, rows: exp.Select) -> exp.Select:
        """The rows with this table beside them; of a history its latest state."""
        on = sql(":key = :by", key=column("_key", self.alias), by=self.by)
        return rows.join(table(self.alias), on=on, join_type="left", copy=False)

    def stage(self) -> tuple[str, exp.Query]:
        """The stage that gives it its name; it stands before all that might go by the name of a table."""
        if self.apart:
            return self.alias, self._with_rejected()
        if self.table.valid_from is None:
            return self.alias, all_of(self.table.relation)
        latest = "row_number() over (partition by _key order by :since desc nulls last) = 1"
        return self.alias, all_of(self.table.relation).qualify(sql(latest, since=column(self.table.valid_from)))

    def _with_rejected(self) -> exp.Query:
        """The rows that stand, and behind them the rejected ones whose keys none of those has."""
        names = (*self.table.columns, *self.table.instants.values(), "_key")
        standing = selected([*map(column, names), named(exp.false(), APART)], table(self.table.relation))
        rejected = selected([*map(column, names), named(exp.true(), APART)], table(self.table.rejected_name))
        known = selected([column("_key")], table(self.table.relation)).where(sql("_key is not null"))
        elsewhere = exp.Not(this=exp.In(this=column("_key"), query=known.subquery()))
        return exp.union(standing, rejected.where(elsewhere), distinct=False)


def _told(name: str, kind: ColumnType, alias: str, instant: str | None) -> Typed:
    """A column, and the one of its moment in UTC where one is kept."""
    return replace(typed_column(name, kind, alias), instant=column(instant, alias) if instant else None)


class RowScope:
    """Resolves names over the relation `typed`, and remembers the tables that must be joined for them."""

    def __init__(
        self,
        columns: Mapping[str, ColumnType],
        instants: Mapping[str, str],
        refs: Mapping[str, str],
        tables: Mapping[str, Table],
        zone: str,
    ) -> None:
        self._columns, self._instants, self._refs, self._tables, self._zone = columns, instants, refs, tables, zone
        self.joins: dict[tuple[str, ...], Joined] = {}

    def column(self, path: tuple[str, ...]) -> Typed:
        """A column, or the end of a reference."""
        if len(path) == 1:
            if path[0] not in self._columns:
                raise UnknownName(f"no column `{path[0]}`", tuple(self._columns))
            return _told(path[0], self._columns[path[0]], "typed", self._instants.get(path[0]))
        joined = self._joined(path[:-1])
        target = joined.table
        if path[-1] not in target.columns:
            raise UnknownName(f"`{target.name}` has no column `{path[-1]}`", tuple(target.columns))
        return _told(path[-1], target.columns[path[-1]], joined.alias, target.instants.get(path[-1]))

    def heed_rejected(self) -> tuple[Joined, ...]:
        """Look among the rejected rows, too, for what the record's own references followed so far lead to."""
        for path, joined in self.joins.items():
            if len(path) == 1 and joined.table.rejected and joined.table.valid_from is None:
                self.joins[path] = replace(joined, apart=True)
        return tuple(each for each in self.joins.values() if each.apart)

    def _joined(self, path: tuple[str, ...]) -> Joined:
        if path not in self.joins:
            above = self._joined(path[:-1]) if path[:-1] else None
            refs = above.table.refs if above else self._refs
            name = next((each for each in (f"{path[-1]}_id", path[-1]) if each in refs), None)
            if name is None:
                raise UnknownName(f"`{path[-1]}` leads to no table", tuple(each.removesuffix("_id") for each in refs))
            by = column(name, above.alias if above else "typed")
            self.joins[path] = Joined(f"_{'_'.join(path)}", by, self._tables[refs[name]])
        return self.joins[path]

    def parameter(self, name: str) -> Typed:
        """No parameters: records are read before any rule."""
        raise UnknownName(f"`:{name}` is not known here")

    def call(self, name: str, arguments: Sequence[Typed]) -> Typed:  # noqa: ARG002 part of the seam
        """No calls that need a calendar or all records."""
        raise UnknownName(f"`{name}` can't be used here, only in rules")

    def instant(self, local: exp.Expr) -> exp.Expr:
        """A local time as the same moment in UTC."""
        return instant_sql(local, self._zone)

    def local(self, instant: exp.Expr) -> exp.Expr:
        """A moment in UTC as local time."""
        return local_sql(instant, self._zone)

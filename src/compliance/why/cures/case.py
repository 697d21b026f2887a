"""One breach on its way to a cure: the rule, the records, and new records made like those that count."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlglot import exp

from compliance.assess.account import people
from compliance.calendar import ONE_DAY, midnight
from compliance.kinds.base import Kind
from compliance.language.blocks import Block
from compliance.language.grammar import ExpressionError, conjuncts, parse
from compliance.model.finding import Finding
from compliance.model.names import Namer
from compliance.why.changes import Row, at_time, by, shown
from compliance.why.world import Judged, World
from compliance.workspace.tables import Table

MINUTE = timedelta(minutes=1)
NOON = timedelta(hours=12)


@dataclass(frozen=True)
class Case:
    """A finding, and the world that it was judged in."""

    world: World
    judged: Judged
    finding: Finding

    @property
    def kind(self) -> Kind:
        """The rule's kind."""
        return self.world.rule.rule.kind

    @property
    def zone(self) -> str:
        """The time zone of the organisation."""
        return self.judged.ground.zone

    def table(self, name: str) -> Table | None:
        """A table of the workspace."""
        return self.world.tables.get(name)

    @property
    def row(self) -> Mapping[str, Any]:
        """The row of verdicts."""
        return self.judged.rows.get(self.finding.id, {})

    @property
    def by_bearer(self) -> str:
        """` by Ann (a)`, where somebody owes."""
        who = self.finding.bearer
        return f" by {Namer(people(self.judged.ground)).person(who)}" if who else ""

    def own_record(self) -> Row | None:
        """The finding's record."""
        return self.world.record(self.finding.record)

    def a_day(self) -> datetime | None:
        """Noon of a day of the window on which the bearer was there: the first such working day, else the first day."""
        window = self.finding.window
        if window is None:
            return None
        first, last = window.start.date(), (window.end - timedelta(microseconds=1)).date()
        days = [first + ONE_DAY * place for place in range((last - first).days + 1)]
        good = (day for day in days if self.judged.ground.calendar.is_working(day) and not self._away(day))
        return midnight(next(good, first)) + NOON

    def _away(self, day: date) -> bool:
        roster = self.judged.ground.roster
        return any(each.bearer == self.finding.bearer and each.since <= day < each.until for each in roster.away)

    # new records ------------------------------------------------------------------------------------------------

    def made(self, block: Block, table: Table, at: datetime, tied: Mapping[str, Any]) -> Iterator[tuple[Row, Row]]:
        """Records that may count, with the values that they are told by: with what `where` fixes, or like one there is.

        `tied` are the columns that tie it to the duty.
        """
        fixed = fixed_values(block.where) if block.where else {}
        own = {name: value for name, value in fixed.items() if name in table.columns}
        given = at_time(table, at, self.zone, block.at if block.at in table.columns else None)
        hidden = {table.bearer, "on_behalf_of"}
        told = own | {name: value for name, value in tied.items() if not name.startswith("_") and name not in hidden}
        referred = self._referred(block, table)
        yield {**self.world.blank(table.name), **own, **referred, **given, **tied}, {**told, **referred}
        for like in self._alike(table, own):
            yield {**like, **own, **given, **tied}, told

    def _alike(self, table: Table, own: Mapping[str, Any]) -> list[Row]:
        """Records of the table that have the fixed values."""
        rows = self.world.records(table.name)
        return [row for row in rows if all(row.get(name) == value for name, value in own.items())][:3]

    def _referred(self, block: Block, table: Table) -> Row:
        """Keys of records that have what the condition asks of them: `client.category = 'main'` needs such a client."""
        wanted: dict[str, dict[str, set[Any]]] = {}
        for path, values in asked_values(block.where or ""):
            if len(path) == 2:  # noqa: PLR2004 a reference and its column
                wanted.setdefault(path[0], {})[path[1]] = values
        found: Row = {}
        for name, columns in wanted.items():
            reference = self.judged.ground.reference(table, name)
            if reference is None or reference[1] not in self.world.tables:
                continue
            rows = self.world.records(reference[1])
            fits = (row for row in rows if all(row.get(key) in values for key, values in columns.items()))
            if (row := next(fits, None)) is not None:
                found[reference[0]] = row["_key"]
        return found

    def bearers(self, table: Table) -> Row:
        """The columns that make a record the bearer's."""
        values = by(table, self.finding.bearer)
        if "on_behalf_of" in table.columns:
            values["on_behalf_of"] = None
        return values


def fixed_values(where: str) -> dict[str, Any]:
    """The columns that a condition fixes by equality at its top, the first of a list of values."""
    return {path[0]: next(iter(sorted(values, key=str))) for path, values in asked_values(where) if len(path) == 1}


def asked_values(where: str) -> Iterator[tuple[tuple[str, ...], set[Any]]]:
    """Names and the values that a condition asks of them at its top: by `=`, `in`, or a bare yes."""
    try:
        tree = parse(where) if where else None
    except ExpressionError:
        return
    if tree is None:
        return
    for node in conjuncts(tree):
        if isinstance(node, exp.Column | exp.Dot):
            yield _path(node), {True}
        elif isinstance(node, exp.EQ) and isinstance(node.this, exp.Column | exp.Dot):
            if (value := constant(node.expression)) is not None:
                yield _path(node.this), {value}
        elif isinstance(node, exp.In) and isinstance(node.this, exp.Column | exp.Dot):
            values = {constant(each) for each in node.expressions} - {None}
            if values:
                yield _path(node.this), values


def _path(node: exp.Expr) -> tuple[str, ...]:
    return (
        tuple(part.name for part in node.find_all(exp.Identifier, bfs=False))
        if isinstance(node, exp.Dot)
        else tuple(part.name for part in (node.parts if isinstance(node, exp.Column) else ()))
    )


def constant(node: exp.Expr) -> Any:  # noqa: ANN401 any constant of a rule
    """The value of a constant; None where it is none."""
    from decimal import Decimal  # noqa: PLC0415 used nowhere else here

    inner = node.unnest()
    if isinstance(inner, exp.Boolean):
        return bool(inner.this)
    if isinstance(inner, exp.Literal):
        return inner.this if inner.is_string else Decimal(inner.this)
    return None


def told(values: Mapping[str, Any]) -> str:
    """` (kind call, direction outbound)`; nothing where there is nothing to tell."""
    parts = [f"{name} {shown(value)}" for name, value in values.items() if value is not None and name[0] != "_"]
    return f" ({', '.join(parts)})" if parts else ""

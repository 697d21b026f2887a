"""One rule, judged on the workspace's tables or on changed ones, as often as is asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlglot import exp

from compliance.assess.account import people
from compliance.assess.finding import findings_of
from compliance.assess.judging import assess
from compliance.assess.prepare import ground
from compliance.assess.yielding import verdicts_of
from compliance.engines.base import Engine
from compliance.kinds.ground import Ground
from compliance.language.parameters import Parameters
from compliance.model.finding import Finding, RecordRef, Window
from compliance.model.names import Namer
from compliance.model.problem import UserError
from compliance.rulebook.loading import LoadedRule
from compliance.rulebook.planning import Planned, plan_rules
from compliance.sql import col, relation, text
from compliance.why.changes import Edit, fitted, in_utc
from compliance.workspace.manifest import Settings
from compliance.workspace.tables import Books, Table, relation_of


@dataclass(frozen=True)
class Judged:
    """The rule's findings, each with its row of verdicts, and the ground that it was judged on."""

    ground: Ground
    planned: Planned
    findings: tuple[Finding, ...]
    rows: Mapping[str, Mapping[str, Any]]
    kept: dict[str, Any] = field(default_factory=dict)
    """What was read of somebody's rows, by who; asked for again for each finding of theirs."""

    def find(self, key: str) -> Finding | None:
        """The finding of an id."""
        return next((each for each in self.findings if each.id == key), None)


@dataclass
class World:
    """What a rule is judged on. `rules` are the asked one and those that it yields to."""

    manifest: Settings
    parameters: Parameters
    books: Books
    engine: Engine
    rule: LoadedRule
    rules: tuple[LoadedRule, ...]
    period: Window
    as_of: Any
    _copied: set[str] = field(default_factory=set)

    @property
    def tables(self) -> Mapping[str, Table]:
        """The workspace's tables as they are."""
        return self.books.tables

    def judged(self, edits: Sequence[Edit] = ()) -> Judged:
        """Judge the rule, with the facts changed by these edits; the tables are as before afterwards."""
        changed = {each.table for each in edits}
        try:
            for name in changed:
                self._lay_over(name, [each for each in edits if each.table == name])
            return self._judged({name: self._bounds(table, edits) for name, table in self.tables.items()})
        finally:
            for name in changed & self._copied:
                self.engine.create(relation_of(name), exp.select("*").from_(relation(_unchanged(name))), kept=False)

    def _judged(self, tables: dict[str, Table]) -> Judged:
        engine = self.engine
        books = replace(self.books, tables=tables)
        stands = ground(self.manifest, books, self.parameters, engine, period=self.period, as_of=self.as_of)
        planned = plan_rules(self.rules, stands)
        if problems := [problem for each in planned for problem in each.problems]:
            raise UserError(problems)
        own = next(each for each in planned if each.rule.rule.id == self.rule.rule.id)
        namer = Namer(people(stands))
        found = assess(planned, stands, engine, namer, keep_all=True).findings
        mine = tuple(each for each in found if each.rule == self.rule.rule.id)
        return Judged(stands, own, mine, self._rows(own, mine, namer))

    def _rows(self, own: Planned, found: Sequence[Finding], namer: Namer) -> dict[str, Mapping[str, Any]]:
        """The rows behind findings, by the finding's id; a rule's one finding about nobody has none."""
        if own.plan is None or own.missing or (len(found) == 1 and about_nobody(found[0])):
            return {}
        table = self.engine.fetch(exp.select("*").from_(relation(verdicts_of(own))))
        named = [each.id for each in findings_of(self.rule, table, {}, namer)]
        return dict(zip(named, table.to_pylist(), strict=True))

    # records ----------------------------------------------------------------------------------------------------

    def records(self, table: str, keys: Iterable[str] | None = None, *, most: int = 1_000) -> list[dict[str, Any]]:
        """Rows of a table with their technical columns, by key."""
        query = exp.select("*").from_(relation(relation_of(table))).order_by(col("_key")).limit(most)
        if keys is not None:
            wanted = [text(key) for key in keys]
            query = query.where(exp.In(this=col("_key"), expressions=wanted)) if wanted else query.limit(0)
        found: list[dict[str, Any]] = self.engine.fetch(query).to_pylist()
        return found

    def record(self, ref: RecordRef | None) -> dict[str, Any] | None:
        """One record; None where there is none of that key."""
        if ref is None or ref.table not in self.tables:
            return None
        return ref.among({row["_key"]: row for row in self.records(ref.table, ref.keys)})

    def blank(self, table: str) -> dict[str, Any]:
        """A row of a table with nothing in it."""
        schema = self.engine.fetch(exp.select("*").from_(relation(relation_of(table))).limit(0)).schema
        return dict.fromkeys(schema.names)

    # edits ------------------------------------------------------------------------------------------------------

    def _lay_over(self, name: str, edits: Sequence[Edit]) -> None:
        """The table with its changed rows instead of those they stand for."""
        kept = _unchanged(name)
        if name not in self._copied:
            self.engine.create(kept, exp.select("*").from_(relation(relation_of(name))), kept=True)
            self._copied.add(name)
        schema = self.engine.fetch(exp.select("*").from_(relation(kept)).limit(0)).schema
        table, zone = self.tables[name], self.manifest.timezone
        rows = fitted([in_utc(table, row, zone) for each in edits for row in each.rows], schema)
        self.engine.hand_over(_changed(name), rows)
        gone = [text(key) for each in edits for key in each.gone]
        stay = exp.select("*").from_(relation(kept))
        if gone:
            stay = stay.where(exp.not_(exp.In(this=col("_key"), expressions=gone)))
        both = exp.union(stay, exp.select("*").from_(relation(_changed(name))), distinct=False)
        self.engine.create(relation_of(name), both, kept=False)

    @staticmethod
    def _bounds(table: Table, edits: Sequence[Edit]) -> Table:
        """The table's first and last time and its number of rows, with the edits."""
        own = [each for each in edits if each.table == table.name]
        if not own:
            return table
        moments = [row["_at"] for each in own for row in each.rows if row.get("_at")]
        more = sum(len(each.rows) - len(each.gone) for each in own)
        if not moments or table.ahead or not table.has_at:
            return replace(table, accepted=table.accepted + more)
        first = min(filter(None, [table.first_at, *moments]))
        last = max(filter(None, [table.last_at, *moments]))
        return replace(table, accepted=table.accepted + more, first_at=first, last_at=last)


def about_nobody(finding: Finding) -> bool:
    """Whether it is a rule's one finding, that of a rule that can't be answered or does not apply."""
    return finding.bearer is None and finding.at is None and finding.record is None


def _unchanged(name: str) -> str:
    return f"unchanged {name}"


def _changed(name: str) -> str:
    return f"changed {name}"

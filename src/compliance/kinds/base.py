"""What every kind has in common: a model read from YAML, a plan made of one query, and a sentence."""

import re
from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar, Literal

from sqlglot import exp

from compliance.kinds.ground import Ground
from compliance.kinds.readings import Reading
from compliance.kinds.scopes import Needs
from compliance.kinds.told import Told
from compliance.language.blocks import Bearer
from compliance.language.expressions import compile_expression
from compliance.language.grammar import ExpressionError, parameters, parse, paths
from compliance.language.scope import Scope, UnknownName
from compliance.language.values import Family, Listed, Typed, literal
from compliance.model.base import Strict
from compliance.model.problem import Problem
from compliance.sql import cast, named, united
from compliance.workspace.standard import STANDARD
from compliance.workspace.tables import Table
from compliance.yamldoc import did_you_mean
from compliance.yamldoc.document import Source

VERDICT_COLUMNS: Mapping[str, str] = {
    "bearer": "VARCHAR",
    "responsible": "VARCHAR",
    "department": "VARCHAR",
    "start": "TIMESTAMP",
    "stop": "TIMESTAMP",
    "record_table": "VARCHAR",
    "record_key": "VARCHAR",
    "verdict": "VARCHAR",
    "how": "VARCHAR",
    "measured": "DECIMAL(38, 12)",
    "required": "DECIMAL(38, 12)",
    "cause": "VARCHAR",
    "full_bound": "DECIMAL(38, 12)",
    "most": "DECIMAL(38, 12)",
    "present": "BIGINT",
    "total": "BIGINT",
    "at": "TIMESTAMP",
    "due": "TIMESTAMP",
    "done": "TIMESTAMP",
    "grace": "TIMESTAMP",
    "silent": "VARCHAR",
    "other": "DECIMAL(38, 12)",
    "least": "DECIMAL(38, 12)",
    "by": "VARCHAR",
    "named": "VARCHAR",
    "entity_table": "VARCHAR",
    "entity_key": "VARCHAR",
}
LEFT = "unattended"
"""What stands for a verdict where there is none: `due` lay in an absence, on the day `at`, with nobody in charge."""


@dataclass(frozen=True)
class Plan:
    """How one rule is judged: a query that gives a row per obligation, with the columns of VERDICT_COLUMNS.

    Behind them it may tell of what was LEFT unattended in an absence.
    `evidence` gives table and key of the records behind the obligations of a relation `breaches` (bearer, start, stop,
    record_key, number); `close` is the one pass that it asks, where it asks only for the bearer's own of the day on
    which the obligation starts. `wanting` are the tables whose emptiness would leave somebody wanting without proof.
    `excusable` tells of a breach `j` whether what the kind says of absences is asked (None: always).
    """

    verdicts: exp.Query
    evidence: exp.Query | None = None
    wanting: tuple[str, ...] = ()
    close: Reading | None = None
    excusable: exp.Expr | None = None

    def resting_on(self, evidence: Iterable[exp.Query]) -> "Plan":
        """The plan whose breaches rest on these records, too."""
        queries = [each for each in (self.evidence, *evidence) if each is not None]
        if len(queries) < 2:  # noqa: PLR2004 there is nothing to put together
            return replace(self, evidence=next(iter(queries), None))
        return replace(
            self, evidence=united([exp.select("s.*").from_(each.subquery("s")) for each in queries], distinct=False)
        )


_EACH = re.compile(r"\beach\s*\.")


class Kind(Strict):
    """The shape of an obligation."""

    name: ClassVar[str]
    of_records: ClassVar[bool] = False
    """Whether each finding is about one record of the block that the rule begins with."""
    recurs: ClassVar[bool] = False
    """Whether it is owed by whoever holds a post, whether there is a record or none."""
    unmeasured: ClassVar[str] = "nothing"
    unbound: ClassVar[str] = "an unknown bound"
    """What a rule's own message says of a breach for `{measured}` and `{required}` where there is no such number."""

    @abstractmethod
    def plan(self, desk: "Desk") -> Plan | None:
        """The query that judges; None where it can't be planned, which is noted on the desk."""

    @property
    def reads(self) -> str:
        """The table in which what was owed is looked for."""
        return str(getattr(self, "of", ""))

    @property
    @abstractmethod
    def speaks_of(self) -> tuple[str, ...]:
        """What a message about a finding may name beside `bearer`, `how` and `cause`, which every kind has."""

    @abstractmethod
    def says(self, told: Told) -> str:
        """The sentence about a finding: of a breach where the rule has no message of its own, of any other always."""

    @property
    def excusable(self) -> str | None:
        """Whether an absence `u` might have changed a breach `j`, in SQL; None where no absence does."""
        return None

    @property
    def absentee(self) -> str:
        """Whose absences are asked of a breach `j`, in SQL."""
        return "j.bearer"


def _column_of(text: str, scope: Scope, wants: Family | None) -> Typed | None:
    """What is no expression may be a column's own name, as in the manifest: `case:concept:name`."""
    quoted = text.replace('"', '""')
    try:
        return compile_expression(f'"{quoted}"', scope, wants=wants)
    except ExpressionError:
        return None


@dataclass
class Desk:
    """One rule on its way to a plan: what it may use, and what turned out wrong or missing.

    `behind` are queries for the records of further blocks that a breach rests on, as `Plan.evidence`.
    """

    ground: Ground
    rule: str
    number: int
    source: Source
    bearer: Bearer | None
    since: date | None = None
    until: date | None = None
    when: str | None = None
    needs: Needs = field(default_factory=Needs)
    problems: list[Problem] = field(default_factory=list)
    wanting: list[str] = field(default_factory=list)
    behind: list[exp.Query] = field(default_factory=list)
    of_records: bool = False
    names_entity: bool = False
    owner: str | None = None

    def heed(self, kind: Kind) -> None:
        """Whether findings are about records, and with `for_each`, whether any part of the kind names the entity.

        Where `who` speaks of nothing but the entity, it says who owns that.
        """
        self.of_records = kind.of_records
        if not getattr(kind, "for_each", None):
            return
        self.names_entity = _EACH.search(kind.model_dump_json()) is not None
        if self.bearer is not None and self.bearer.of_entity:
            self.owner, self.bearer = self.bearer.who, self.bearer.model_copy(update={"who": None})

    @property
    def prefix(self) -> str:
        """The first part of the rule's id, which its parameters share."""
        return self.rule.split(".", 1)[0]

    def parameters(self, written: str | None) -> dict[str, str]:
        """The parameters of an expression with their full names; what is wrong with it is told where it is bound."""
        try:
            named = parameters(parse(written)) if written else ()
            return {name: self.ground.parameters.full_name(name, self.prefix) for name in named}
        except (ExpressionError, UnknownName):
            return {}

    def relation(self, name: str) -> str:
        """A name in the engine that is this rule's own."""
        return f"{name} {self.number}"

    def problem(self, loc: tuple[str | int, ...], says: str, help_: str = "", *, key: bool = False) -> None:
        """Note a mistake at a place of the rule file."""
        self.problems.append(self.source.problem(loc, says, help_, key=key))

    def expression(
        self, text: str, scope: Scope, loc: tuple[str | int, ...], wants: Family | None = None, *, key: bool = False
    ) -> Typed:
        """Bind an expression, which may be a `key`; a mistake is noted at its place, and null stands in for it."""
        try:
            return compile_expression(text, scope, wants=wants)
        except ExpressionError as error:
            if (column := _column_of(text, scope, wants)) is not None:
                return column
            within = {} if key else {"offset": error.start, "width": error.width}
            self.problems.append(self.source.problem(loc, error.says, error.help, key=key, **within))
            return literal(None)

    def guarded(self, loc: tuple[str | int, ...], work: Callable[[], Typed | Listed]) -> Typed | Listed:
        """Look a name up; what nobody knows is noted at its place."""
        try:
            return work()
        except UnknownName as unknown:
            near = did_you_mean(self.source.written(loc) or "", unknown.known)
            self.problem(loc, unknown.says, near or unknown.help)
            return literal(None)

    def table(self, name: str, loc: tuple[str | int, ...], *, timed: bool = True) -> tuple[Table, bool] | None:
        """A table that the rule reads; noted as missing, or as a mistake where nobody knows it.

        `timed`: its standard time is asked for too.
        """
        table, present = self.ground.table(name)
        if table is None:
            advice = "name a table of compliance.yaml or a standard one"
            help_ = did_you_mean(name, self.ground.known_tables()) or advice
            self.problem(loc, f"there is no table `{name}`", help_)
            return None
        if not present:
            self.needs.lack(self.ground.why_absent(name))
        elif timed:
            self.needs_standard_time(table)
        return table, present

    def needs_standard_time(self, table: Table) -> None:
        """Note where a standard table's own time is missing."""
        if (at := _standard_role(table, "at")) and not table.has_at:
            self.needs.lack(_not_there(table, at))

    def needs_time(self, table: Table, loc: tuple[str | int, ...], advice: str) -> None:
        """Note where a table's records have no time: its column is missing, which was noted, or it never had one."""
        if not table.has_at and _standard_role(table, "at") is None:
            self.problem(loc, f"table `{table.name}` has no time to count by", advice, key=True)

    def needs_standard_bearer(self, table: Table) -> None:
        """Note where the column that says whose a standard table's records are is missing."""
        if not (bearer := _standard_role(table, "bearer")) or table.has_bearer:
            return
        told = _standard_role(table, "bearer_where")
        wanting = [path[0] for path in paths(parse(told)) if path[0] not in table.columns] if told else []
        self.needs.lack(_not_there(table, wanting[0] if wanting else bearer))

    def needs_bearer(self, table: Table) -> None:
        """Note where nobody can be named for a table's records: its bearer's column is missing, or it never had one."""
        self.needs_standard_bearer(table)
        if not table.has_bearer and _standard_role(table, "bearer") is None:
            says = f"the records of table `{table.name}` are nobody's"
            self.problem(
                ("id",), says, "say in the manifest whose they are, with `bearer`, or here who owes: `bearer: {who: …}`"
            )


def _not_there(table: Table, name: str) -> str:
    """The cause for a column that a table lacks, as conditions tell it; of a reference either end may be missing."""
    return f"{table.name} has no {name}" if "." in name else f"the column {table.name}.{name} is not there"


def _standard_role(table: Table, role: Literal["at", "bearer", "bearer_where"]) -> str | None:
    """What tells a standard table's time, its bearer, or of which of its rows that is the bearer."""
    standard = STANDARD.get(table.name)
    found: str | None = getattr(standard, role, None)
    return found


def verdict_rows(query: exp.Select, given: Mapping[str, exp.Expr]) -> exp.Select:
    """Select exactly VERDICT_COLUMNS: the given ones, null for the rest, each cast to its type."""
    columns = [named(cast(given.get(name, exp.Null()), type_), name) for name, type_ in VERDICT_COLUMNS.items()]
    return query.select(*columns, append=False, copy=False)

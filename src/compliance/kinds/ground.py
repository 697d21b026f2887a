"""The ground that every rule stands on: tables, calendar, roster, period and parameters of one audit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pyarrow as pa
from sqlglot import exp

from compliance.calendar import WorkCalendar
from compliance.kinds.authority import Grant
from compliance.kinds.readings import Reading
from compliance.kinds.silence import Beats, Silent, silent_days
from compliance.language.parameters import Parameters
from compliance.model.finding import Window
from compliance.model.types import ColumnType
from compliance.roster import Roster
from compliance.windows import Span
from compliance.workspace.cells import MOMENTS
from compliance.workspace.standard import KEYS, STANDARD, StandardTable, reference_target, references
from compliance.workspace.tables import Table

ROSTER = "roster"
CALENDAR = "calendar"
WORKED = "worked_days"
LEAVE = "leave"
UNREAD_LEAVE = "unread_leave"
UNREAD_POSTS = "unread_posts"
IN_CHARGE = "in_charge"
DEPUTIES = "deputies_by_order"
YEAR = 366
POSITIONS = frozenset({"position", "approver_position", "superior_position"})
DEPARTMENTS = frozenset({"department", "department_id", "parent_id", "recipient_department"})
# The people of clients hold positions of their own, whatever they are called.
OF_OTHERS = frozenset({"contacts"})
ROSTER_COLUMNS: Mapping[str, ColumnType] = {
    "employee_id": ColumnType.ID,
    "name": ColumnType.TEXT,
    "position": ColumnType.TEXT,
    "level": ColumnType.TEXT,
    "department": ColumnType.TEXT,
    "superior_id": ColumnType.ID,
    "mode": ColumnType.TEXT,
    "hired_on": ColumnType.DATE,
}


@dataclass(frozen=True)
class Ground:
    """What is the same for every rule of an audit. `tables` are those that the workspace has."""

    tables: Mapping[str, Table]
    calendar: WorkCalendar
    zone: str
    parameters: Parameters
    period: Window
    as_of: datetime
    roster: Roster
    grants: tuple[Grant, ...] = ()
    unread_grants: tuple[Grant, ...] = ()
    set_aside: frozenset[str] = frozenset()
    positions: Mapping[str, str] = field(default_factory=dict)
    departments: Mapping[str, str] = field(default_factory=dict)
    beats: Mapping[str, Beats] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)
    views: dict[tuple[int, str], exp.Query] = field(default_factory=dict)
    handed: dict[str, pa.Table] = field(default_factory=dict)
    absent: Mapping[str, str] = field(default_factory=dict)

    @property
    def watched(self) -> Span:
        """The days on which silence is told: from a year before the period to the last whole day before `as_of`."""
        return Span(self.period.start.date() - timedelta(days=YEAR), min(self.as_of, self.period.end).date())

    @property
    def rostered(self) -> bool:
        """Whether there is a roster: a table `employees`."""
        return "employees" in self.tables

    @property
    def by_department(self) -> bool:
        """Whether a table is silent by department, so that it counts in which one somebody was."""
        return any("department" in each.by for each in self.beats.values())

    @property
    def whose(self) -> str:
        """The column of an act that tells whose department it is: who answers, or who did it where nobody is to."""
        return "whose" if self.by_department else "bearer"

    @property
    def keeps_deputies(self) -> bool:
        """Whether it is known who was away, and who stood in: else nobody can be told to have been without a deputy."""
        return self.rostered and {"absences", "deputies"} <= {*self.tables}

    @property
    def doubts_authority(self) -> bool:
        """Whether a row of `authority` can't be read, or does not say how far it goes."""
        return bool(self.unread_grants) or any(each.at_most is None for each in self.grants)

    def table(self, name: str) -> tuple[Table | None, bool]:
        """A table as rules see it and whether the workspace has it; (None, False) where nobody knows the name."""
        if name in self.tables:
            return self.tables[name], True
        return (as_table(STANDARD[name]), False) if name in STANDARD else (None, False)

    def why_absent(self, name: str) -> str:
        """Why a table that rules may read is not there."""
        return self.absent.get(name, f"the table {name} is not there")

    @staticmethod
    def keyless(table: Table) -> str | None:
        """Why nothing can lead to the rows of a standard table, where its source has no column for their key."""
        if table.key_columns or table.name not in STANDARD:
            return None
        return f"the column {table.name}.{STANDARD[table.name].key} is not there"

    def reference(self, table: Table, name: str) -> tuple[str, str] | None:
        """The column of a table that a reference goes through, and the table it leads to."""
        keys = {
            **KEYS,
            **{each.key_columns[0]: each.name for each in self.tables.values() if len(each.key_columns) == 1},
        }
        for column in (f"{name}_id", name):
            target = table.refs.get(column) or reference_target(column, keys)
            if target and self.knows(table, column) and table.columns.get(column) not in MOMENTS:
                return column, target
        return None

    @staticmethod
    def knows(table: Table, column: str) -> bool:
        """Whether a table has a column, or is a standard one that should have it."""
        return column in table.columns or (table.name in STANDARD and column in STANDARD[table.name].columns)

    def reading(self, rule: int, table: Table, *, states: bool = False) -> Reading:
        """A narrow pass of a rule over a table, for one block; over a history for the state of `as_of`, or all."""
        heeded, place = table.name not in self.set_aside, len(self.readings) + 1
        found = Reading(table, self.as_of, rule, place, heeded=heeded, states=states)
        self.readings.append(found)
        return found

    def renamed(self, table: str, column: str, value: exp.Expr) -> exp.Expr:
        """A position or department of the house under its canonical name, in whichever standard table it stands."""
        of_departments = column in DEPARTMENTS or (table, column) == ("departments", "name")
        aliases = self.positions if column in POSITIONS else self.departments if of_departments else {}
        if not aliases or table not in STANDARD or table in OF_OTHERS:
            return value
        ifs = [
            exp.If(this=exp.EQ(this=value.copy(), expression=exp.Literal.string(title)), true=exp.Literal.string(name))
            for title, name in sorted(aliases.items())
        ]
        return exp.Case(ifs=ifs, default=value.copy())

    def doubtful(self, name: str) -> bool:
        """Whether a table has rejected rows that may still count."""
        return name in self.tables and self.tables[name].rejected > 0 and name not in self.set_aside

    def silent_days(self, table: Table, fixed: Mapping[str, frozenset[str]]) -> tuple[Silent, ...]:
        """The working days without a row of a table with a heartbeat; with a department where silence is told by it."""
        beats = self.beats.get(table.name)
        return silent_days(beats, self.calendar, self.watched, fixed, self.roster) if beats is not None else ()

    def known_tables(self) -> tuple[str, ...]:
        """Every table name that a rule may use."""
        return tuple(dict.fromkeys((*self.tables, *STANDARD)))


def as_table(standard: StandardTable) -> Table:
    """A standard table that the workspace lacks, as rules would see it."""
    return Table(
        name=standard.name,
        columns=standard.columns,
        key_columns=(standard.key,),
        at=standard.at,
        bearer=standard.bearer,
        ahead=standard.ahead,
        standard=True,
        refs=references(standard),
    )

"""What intake hands on: typed tables on the engine, what became of their rows, and the digest of their sources."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from compliance.model.audit import TableAccount
from compliance.model.types import ColumnType, Told
from compliance.workspace.entry import Heartbeat
from compliance.workspace.standard import OPEN


def relation_of(name: str) -> str:
    """The relation that holds a table: users name their tables as they like, the engine's own begin otherwise."""
    return f"table {name}"


def rejected_of(name: str) -> str:
    """The relation that holds a table's rejected rows."""
    return f"rejected {name}"


def marked(column: str) -> str:
    """A column as it stands among those of a rejected row that could not be read."""
    return f"\x1f{column}\x1f"


def singular(word: str) -> str:
    """The word for one: `activities` becomes `activity`."""
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


@dataclass(frozen=True, slots=True)
class Table:
    """One table on the engine, and beside it the rows that were rejected.

    `columns` are those that rules may name, and `told` says what tells the type of each; beside them stand `_key`,
    `_at` (local), `_instant` (the same moment in UTC) and `_bearer`. `at` and `bearer` are as the manifest or the
    standard write them: a column, or an expression over columns and references. `refs` maps a column to the table whose
    key it holds. `instants` maps datetimes whose source tells more than local time to the column of their moments in
    UTC. `accepted` counts repeated rows too; `accepted - repeated` rows stand in the table. `last_at`
    is None for tables that look ahead. `valid_from` is set for a history, where several rows of one `_key`
    stand, each from another moment on.
    """

    name: str
    columns: Mapping[str, ColumnType]
    key_columns: tuple[str, ...] = ()
    at: str | None = None
    at_is_date: bool = False
    bearer: str | None = None
    ahead: bool = False
    heartbeat: Heartbeat | None = None
    standard: bool = False
    refs: Mapping[str, str] = field(default_factory=dict)
    valid_from: str | None = None
    accepted: int = 0
    rejected: int = 0
    repeated: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    last_recorded_at: datetime | None = None
    told: Mapping[str, Told] = field(default_factory=dict)
    instants: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_at(self) -> bool:
        """Whether its rows happen at a time."""
        return self.at is not None

    def open(self, column: str) -> bool:
        """Whether a column is text only because nobody says what it is: it may be read as a number, or yes and no."""
        untold = self.told.get(column, Told.STANDARD) is Told.STANDARD and self.columns[column] is ColumnType.TEXT
        return self.standard and untold and column in OPEN

    @property
    def entity(self) -> tuple[str, ...]:
        """What a row is called: by its key (`line`, of `line_id`), and by the table's name (`order_line`)."""
        by_key = [key.removesuffix("_id") for key in self.key_columns if len(self.key_columns) == 1]
        return tuple(dict.fromkeys((*by_key, singular(self.name))))

    @property
    def has_bearer(self) -> bool:
        """Whether its rows are somebody's."""
        return self.bearer is not None

    @property
    def relation(self) -> str:
        """The name on the engine of its rows."""
        return relation_of(self.name)

    @property
    def states_name(self) -> str:
        """The name on the engine of a history's states, each from `_since` up to `_until`."""
        return f"history {self.name}"

    @property
    def rejected_name(self) -> str:
        """The name on the engine of its rejected rows."""
        return rejected_of(self.name)


@dataclass(frozen=True, slots=True)
class Books:
    """Everything that was taken in; `accounts` stand in the manifest's order, as `tables` do.

    `absent` says of a table that is made from others why it could not be.
    """

    tables: Mapping[str, Table]
    accounts: tuple[TableAccount, ...]
    digest: str
    absent: Mapping[str, str] = field(default_factory=dict)

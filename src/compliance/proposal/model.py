"""What was seen of a file's table, and what is proposed for it; frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from compliance.model.types import ColumnType
from compliance.workspace.source import Source
from compliance.workspace.standard import StandardTable


@dataclass(frozen=True, slots=True)
class Seen:
    """One column of a source: the type that its cells have, whether any is filled, and whether each row differs.

    A `fraction` is a column of numbers between 0 and 1, not all whole. `forms` are the ways in which its dates can be
    read, the likeliest first; none where they are ISO 8601.
    """

    name: str
    type: ColumnType
    filled: bool
    unique: bool
    fraction: bool = False
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sighted:
    """One table of a file with all that is needed to read it; `source` is relative to the current folder.

    `names` are given to the columns of a file whose first line is a record; `header` is the line that names them, where
    it is not the first.
    """

    source: Source
    stem: str
    rows: int
    columns: tuple[Seen, ...]
    delimiter: str | None = None
    encoding: str | None = None
    decimal: str | None = None
    names: tuple[str, ...] = ()
    header: int | None = None


@dataclass(frozen=True, slots=True)
class Mapped:
    """A source column taken for one of a standard table, and how alike they are, 1 being the same."""

    column: Seen
    name: str
    likeness: float
    percent: bool = False

    @property
    def hundredfold(self) -> bool:
        """Whether it must be multiplied: a share of 1 where per cent are meant."""
        return self.percent and self.column.fraction

    @property
    def written(self) -> str:
        """What stands in the manifest behind the standard's name."""
        quoted = self.column.name.replace('"', '""')
        return f'"{quoted}" * 100' if self.hundredfold else self.column.name


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much a table is like a standard one, and which columns for which."""

    standard: StandardTable
    score: float
    mapped: tuple[Mapped, ...]


@dataclass(frozen=True, slots=True)
class Proposed:
    """An entry of the manifest; `like` is None for a table of the user's own.

    `types` are those that neither a name nor the standard tells rightly. `misread` are columns that have a name of the
    standard's and can't be what it says there, so that they need another. `strangers` says that no bearer is on the
    roster, so that the table is read without one. `notes` are remarks on rows that can't be read.
    """

    name: str
    table: Sighted
    like: Likeness | None
    key: str | None
    at: str | None
    bearer: str | None
    types: Mapping[str, ColumnType] = field(default_factory=dict)
    misread: tuple[str, ...] = ()
    strangers: bool = False
    notes: tuple[str, ...] = ()

"""The cells of a source: what the engine holds of a column, and as what type it is to be taken."""

from dataclasses import dataclass
from enum import StrEnum

from sqlglot import exp

from compliance.model.types import ColumnType
from compliance.workspace.sql import sql

ENGINE_TYPE: dict[ColumnType, str] = {
    ColumnType.ID: "VARCHAR",
    ColumnType.TEXT: "VARCHAR",
    ColumnType.INTEGER: "BIGINT",
    ColumnType.DECIMAL: "DECIMAL(18, 4)",
    ColumnType.MONEY: "DECIMAL(18, 2)",
    ColumnType.PERCENT: "DECIMAL(18, 4)",
    ColumnType.BOOLEAN: "BOOLEAN",
    ColumnType.DATE: "DATE",
    ColumnType.DATETIME: "TIMESTAMP",
}
WORDS = frozenset({ColumnType.ID, ColumnType.TEXT})
MOMENTS = frozenset({ColumnType.DATE, ColumnType.DATETIME})


EPOCHS: dict[str, int] = {"unix": 1_000_000, "unix_ms": 1_000, "unix_us": 1}
"""Formats of moments that are counted from 1970 in UTC, and how many microseconds each counts by."""


class Native(StrEnum):
    """What a source gives: text still to be read, or values of its own; `instant` is a moment in UTC."""

    TEXT = "text"
    INTEGER = "integer"
    FLOAT = "float"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    INSTANT = "instant"


OWN_TYPE: dict[Native, ColumnType] = {
    Native.TEXT: ColumnType.TEXT,
    Native.INTEGER: ColumnType.INTEGER,
    Native.FLOAT: ColumnType.DECIMAL,
    Native.DECIMAL: ColumnType.DECIMAL,
    Native.BOOLEAN: ColumnType.BOOLEAN,
    Native.DATE: ColumnType.DATE,
    Native.DATETIME: ColumnType.DATETIME,
    Native.INSTANT: ColumnType.DATETIME,
}


@dataclass(frozen=True, slots=True)
class Notation:
    """How a column's text is written: a decimal comma, more words (in small letters) for yes and no, a strftime format.

    With `or_iso` moments may come as ISO 8601 beside the format: the source has dates of its own.
    """

    comma: bool = False
    true: tuple[str, ...] = ()
    false: tuple[str, ...] = ()
    format: str | None = None
    or_iso: bool = False

    @property
    def tells_offset(self) -> bool:
        """Whether the format itself says how far from UTC its moments are."""
        return self.format is not None and ("%z" in self.format or self.format in EPOCHS)

    @property
    def tells_time(self) -> bool:
        """Whether the format tells more than a day."""
        return self.tells_offset or any(code in (self.format or "") for code in ("%H", "%I", "%M", "%S", "%X", "%c"))

    @property
    def words(self) -> tuple[str, ...]:
        """The words for yes and no that are added here."""
        return (*self.true, *self.false)


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of a source, as the engine holds it.

    `declared` is the type that the source itself says; where the cell `infers`, only as far as every filled cell fits.
    `utc` is the true moment of a cell that says its offset from UTC, `raw` the text that it was worked out from;
    `trimmed` text has no blanks around it any more; `solid` text is proven never to be empty, so that conditions on it
    can be pushed down into the file; blanks around `loose` text, as people and spreadsheets write it, are none of it.
    """

    name: str
    value: exp.Expr
    native: Native = Native.TEXT
    notation: Notation = Notation()
    declared: ColumnType | None = None
    infers: bool = False
    engine_type: str = "VARCHAR"
    utc: exp.Expr | None = None
    raw: exp.Expr | None = None
    trimmed: bool = False
    solid: bool = False
    loose: bool = False

    @property
    def source(self) -> exp.Expr:
        """What stood in the source."""
        return self.raw if self.raw is not None else self.value

    def filled(self) -> exp.Expr:
        """Whether anything stands in the cell."""
        if self.trimmed:
            return sql(":cell <> ''", cell=self.value)
        if self.native is Native.TEXT or self.raw is not None:
            return sql(r"regexp_matches(:cell, '[^ \t\r\n\x{a0}]')", cell=self.source)
        return sql(":cell is not null", cell=self.value)

    def shown(self) -> exp.Expr:
        """The cell as text, for a reader."""
        return sql("cast(:cell as varchar)", cell=self.source)

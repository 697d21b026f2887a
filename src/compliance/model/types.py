"""The types that a column may have, and what tells them."""

from enum import StrEnum


class ColumnType(StrEnum):
    """What the cells of a column are."""

    ID = "id"
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    PERCENT = "percent"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"


class Told(StrEnum):
    """What tells a column's type: the manifest, the standard, the column's name, or the source and its cells."""

    GIVEN = "given"
    STANDARD = "standard"
    BY_NAME = "by name"
    INFERRED = "inferred"

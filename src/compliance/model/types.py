"""The types that a column may have."""

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

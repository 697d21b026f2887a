"""What a column's name tells in any table: its type, and the table that it leads to."""

from collections.abc import Iterable, Mapping

from compliance.model.types import ColumnType

EMPLOYEES = "employees"

# --- types by name --------------------------------------------------------------------------

_BY_NAME: Mapping[str, ColumnType] = {
    "at": ColumnType.DATETIME,
    "on_behalf_of": ColumnType.ID,
    "amount": ColumnType.MONEY,
    "price": ColumnType.MONEY,
    "minutes": ColumnType.DECIMAL,
    "quantity": ColumnType.DECIMAL,
}
_BY_ENDING: Mapping[str, ColumnType] = {
    "_id": ColumnType.ID,
    "_by": ColumnType.ID,
    "_at": ColumnType.DATETIME,
    "_on": ColumnType.DATE,
}


def type_by_name(column: str, key_columns: Iterable[str] = ()) -> ColumnType | None:
    """The type that a column's name tells in any table, None where it tells none."""
    if column in key_columns:
        return ColumnType.ID
    endings = (kind for ending, kind in _BY_ENDING.items() if column.endswith(ending))
    return _BY_NAME.get(column) or next(endings, None)


# What the names do not tell. A name with a table wins over the same name without. All other columns are text.
_EXCEPTIONS: Mapping[ColumnType, str] = {
    ColumnType.INTEGER: "units deferral_days to_deferral_days lead_time_days ordinal",
    ColumnType.DECIMAL: (
        "at_most target value tolerance reserve hours score from_quantity to_quantity experience_years "
        "sales_experience_years confidence"
    ),
    ColumnType.MONEY: "pay bonus average_pay credit_limit margin list_price damage promotion_amount",
    ColumnType.PERCENT: "discount share",
    ColumnType.BOOLEAN: (
        "excused granted upheld gone demo promising corporate in_stock decision_maker returned marked "
        "attended accepted wanted "
    ),
    # `needed_by` is a day, not a person.
    ColumnType.DATE: "birthday valid_until in_force_from in_force_to needed_by",
    # The amount of a harm, but the word of an intent.
    ColumnType.TEXT: "circumstances.value",
}
# Text of which an organisation may make numbers, or yes and no: beside such it is read as one.
_OPEN = (
    "answer category chain conclusions form_version grade income level needs new number old prospects quality "
    "reliability result segment solvency stage tier version volume"
)
OPEN: frozenset[str] = frozenset(_OPEN.split())
_TYPES: Mapping[str, ColumnType] = {name: kind for kind, names in _EXCEPTIONS.items() for name in names.split()}


def column_type(table: str, column: str, key: str) -> ColumnType:
    """The type of a standard table's column; `key` is the table's key column."""
    stated = _TYPES.get(f"{table}.{column}") or _TYPES.get(column)
    return stated or type_by_name(column, [key]) or ColumnType.TEXT


# --- references -----------------------------------------------------------------------------

# Columns that name a person though they are no `employee_id`; every other `*_by` does too.
_PERSON_COLUMNS = (
    "owner_id superior_id absent_id deputy_id approver_id issuer_id head_id developer_id mentor_id trainee_id "
    "sender_id recipient_id addressee_id performer_id subject_employee_id"
)
PEOPLE: frozenset[str] = frozenset(_PERSON_COLUMNS.split())
_OTHERS: Mapping[str, str] = {"recipient_client_id": "clients"}
_NO_PERSON: frozenset[str] = frozenset({"needed_by"})


def reference_target(column: str, keys: Mapping[str, str]) -> str | None:
    """The table that a column leads to, by its name; `keys` maps each table's key column to the table."""
    if column in keys:
        return keys[column]
    by_person = column.endswith("_by") and column not in _NO_PERSON
    return EMPLOYEES if column in PEOPLE or by_person else _OTHERS.get(column)

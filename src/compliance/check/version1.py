"""The shape of the JSON of a check, version 1: fields may be added, none is renamed or changes its meaning."""

from typing import Literal, TypedDict

PeriodV1 = TypedDict("PeriodV1", {"from": str, "to": str})


class CheckV1(TypedDict):
    """What was checked; `period` and `as_of` are null where no record has a time. Not `answerable` exits with 1."""

    organisation: str
    period: PeriodV1 | None
    as_of: str | None
    answerable: bool


class RuleV1(TypedDict):
    """A rule, whether it can be answered, and why not."""

    rule: str
    title: str
    answer: Literal["answered", "in part", "not answered"]
    determined: int
    undetermined: int
    not_applicable: int
    causes: dict[str, int]


class UnlockV1(TypedDict):
    """Something that is missing, best first."""

    missing: str
    unlocks: list[str]
    needed_by: list[str]


class TitleV1(TypedDict):
    """A title that no rule names and no alias maps."""

    title: str
    table: str
    rows: int


class OddityV1(TypedDict):
    """Something that looks wrong; `table` is null where it is not about a single one."""

    table: str | None
    says: str
    help: str


class ColumnV1(TypedDict):
    """A column, what tells its type, and the cells of the first rows."""

    name: str
    type: str
    told: Literal["given", "standard", "by name", "inferred"]
    first: list[str | None]


class TableV1(TypedDict):
    """A table as it was taken in."""

    table: str
    source: str
    read: int
    accepted: int
    rejected: int
    repeated: int
    reasons: dict[str, int]
    key: list[str]
    at: str | None
    bearer: str | None
    columns: list[ColumnV1]

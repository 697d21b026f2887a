"""The shape of the JSON that tells how cases came out, version 1: fields may be added, none changes its meaning."""

from typing import TypedDict


class RuleV1(TypedDict):
    """The counts of one file of cases; `name` is its rule, or the file where that brings its rules."""

    name: str
    file: str
    rules: list[str]
    passed: int
    failed: int
    todo: int


class GivenV1(TypedDict):
    """Rows of a table of a case, and how many more there are."""

    table: str
    columns: list[str]
    rows: list[list[str]]
    left_out: int


class DifferenceV1(TypedDict):
    """One difference; `expected` and `got` are null where it is no comparison."""

    says: str
    about: str | None
    expected: str | None
    got: str | None
    given: list[GivenV1]


class CaseV1(TypedDict):
    """One case and how it came out."""

    case: str
    name: str
    file: str
    line: int
    passed: bool
    todo: bool
    differences: list[DifferenceV1]


class SideV1(TypedDict):
    """A side of a condition or bound that no case hits, and which case would."""

    side: str
    add: str


class CoverageV1(TypedDict):
    """How many sides of a rule's conditions and bounds its cases hit."""

    rule: str
    sides: int
    hit: int
    missing: list[SideV1]


class SummaryV1(TypedDict):
    """The counts of all."""

    cases: int
    rules: int
    failed: int
    todo: int

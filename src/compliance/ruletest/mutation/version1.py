"""The shape of the JSON that tells mutation scores, version 1: fields may be added, none changes its meaning."""

from typing import TypedDict


class SurvivorV1(TypedDict):
    """A mutant that no case noticed; `because` is null where nobody says why that is accepted."""

    mutant: str
    kill: str
    because: str | None


class ScoreV1(TypedDict):
    """The counts of one rule; `percent` is whole, rounded down."""

    rule: str
    pack: str
    file: str
    mutants: int
    killed: int
    percent: int
    survivors: list[SurvivorV1]
    failing: list[str]


class PackV1(TypedDict):
    """The counts of one pack."""

    pack: str
    mutants: int
    killed: int
    percent: int


class SummaryV1(TypedDict):
    """The counts of all."""

    rules: int
    mutants: int
    killed: int
    percent: int

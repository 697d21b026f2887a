"""The shape of the JSON that tells what is covered, version 1: fields may be added, none changes its meaning."""

from typing import TypedDict


class CoveringV1(TypedDict):
    """A rule that runs, and how many cases it has."""

    rule: str
    cases: int


class NotCheckableV1(TypedDict):
    """Why no record can tell, and what is done instead."""

    because: str
    instead: str | None


class NotRunningV1(TypedDict):
    """A rule that names a norm but does not run."""

    rule: str
    status: str


class NormV1(TypedDict):
    """A norm and all that accounts for it; `way` is what counts, `line` its line in the catalogue."""

    norm: str
    line: int | None
    way: str
    rules: list[CoveringV1]
    elsewhere: list[str]
    not_checkable: list[NotCheckableV1]
    not_running: list[NotRunningV1]


class ClauseV1(TypedDict):
    """A clause, the rules that rest on it or cover a norm of it, and the ids of its norms."""

    clause: str
    document: str
    pack: str
    kind: str
    way: str
    rules: list[CoveringV1]
    norms: list[str]


class ForeignV1(TypedDict):
    """A norm that the catalogue lacks."""

    norm: str
    named_by: list[str]


class SummaryV1(TypedDict):
    """The counts of all norms, each once."""

    norms: int
    accounted_for: int
    by_rules: int
    elsewhere: int
    not_checkable: int
    missing: int

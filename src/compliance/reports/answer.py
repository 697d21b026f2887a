"""The answer to `why`: one verdict with all that it rests on. `explain` fills it as far as the register knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from compliance.model.finding import How, Number, RecordRef, Verdict, Window


@dataclass(frozen=True, slots=True)
class Duty:
    """The rule in the words that a reader is shown."""

    id: str
    title: str
    force: str | None = None
    clause: str | None = None
    clause_text: str | None = None
    document: str | None = None
    asks: str | None = None
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Value:
    """A parameter that the rule reads, as it was on the day, and where it comes from."""

    parameter: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Row:
    """A record that counted: its key, its local time and the columns that are known of it."""

    key: str
    at: datetime | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Apart:
    """How many records did not count, and why."""

    count: int
    because: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of one table: how many rows counted, the first of them, and those that did not."""

    table: str
    counted: int
    rows: tuple[Row, ...] = ()
    apart: tuple[Apart, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the facts: `add`, `change` or `remove`, the record's table and key, and its values as text."""

    action: str
    table: str
    key: str | None
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cure:
    """What would have met the duty. `verdict` is what the engine said of the changed facts.

    It is `met`, or None where nothing is left to be judged, since the record is not there.
    """

    says: str
    changes: tuple[Change, ...]
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Answer:
    """One verdict, and why."""

    finding: str
    verdict: Verdict
    how: How | None
    message: str
    duties: tuple[Duty, ...]
    bearer: str | None = None
    responsible: str | None = None
    window: Window | None = None
    record: RecordRef | None = None
    measured: Number | None = None
    required: Number | None = None
    arithmetic: str | None = None
    due: datetime | None = None
    done: datetime | None = None
    owed: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()
    read: tuple[Read, ...] = ()
    cause: str | None = None
    decided: str = ""
    margin: str | None = None
    would_decide: tuple[str, ...] = ()
    cures: tuple[Cure, ...] = ()

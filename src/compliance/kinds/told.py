"""What the sentence about a finding may speak of, and the phrases that several kinds share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import TypeAlias

from compliance.language.blocks import Block, Bound
from compliance.model.finding import How, Number, Verdict

_MICROSECOND = timedelta(microseconds=1)
_ASKED: Mapping[str, str] = {
    "at_least": "at least {} required",
    "more_than": "more than {} required",
    "at_most": "at most {} allowed",
    "less_than": "less than {} allowed",
}

Side: TypeAlias = tuple[str, Bound] | None


@dataclass(frozen=True, slots=True)
class Told:
    """The facts of one finding, as a sentence writes them: empty, or None, where there are none.

    `by` is who approved it, `named` what the record is not known by itself: the entity of a level, the stage that came
    too soon; `other` is a figure beside the two that are compared.
    """

    verdict: Verdict
    how: How | None = None
    bearer: str | None = None
    record: str = ""
    window: str = ""
    measured: Number | None = None
    required: Number | None = None
    at: datetime | None = None
    due: datetime | None = None
    done: datetime | None = None
    by: str | None = None
    named: str | None = None
    other: Number | None = None

    @property
    def wanting(self) -> bool:
        """Whether it was breached, with an excuse or without."""
        return self.verdict in {Verdict.BREACHED, Verdict.EXCUSED}

    @property
    def met(self) -> bool:
        """Whether it was met."""
        return self.verdict is Verdict.MET

    @property
    def about(self) -> str:
        """The record in front of what is said of it, if there is one."""
        return f"{self.record}: " if self.record else ""

    @property
    def approved(self) -> str:
        """By whom and when it was approved, where a decision is known."""
        if self.by is None and self.done is None:
            return ""
        late = self.how is How.RATIFIED_LATE
        when = f" on {moment(self.done)}" if self.done else ""
        return f", approved by {self.by or 'nobody named'}{' only' if late else ''}{when}{', after it' if late else ''}"


def figure(number: Number | None) -> str:
    """A number exactly."""
    return format(number, "f") if isinstance(number, Decimal) else str(number)


def moment(value: datetime) -> str:
    """A local moment, to the minute or as exactly as it is known; a day's 00:00 as the day."""
    if value.time() == time.min:
        return value.date().isoformat()
    return value.isoformat(sep=" ", timespec="auto" if value.second or value.microsecond else "minutes")


def due_day(due: datetime | None) -> str:
    """A due instant as people write it: the end of a day is that day."""
    if due is None:
        return ""
    return (due - _MICROSECOND).date().isoformat() if due.time() == time.min else moment(due)


def those(block: Block) -> str:
    """A block's records by their table; where it has conditions, that they are those of the table that count."""
    narrow = block.where is not None or block.with_ is not None or block.without is not None
    return f"{block.of} that count" if narrow else block.of


def asked(side: Side, required: Number | None) -> str:
    """What a bound asks, `at least 3 required`; or that nobody knows what."""
    if side is None:
        return ""
    if required is None:
        allowed = side[0] in {"at_most", "less_than"}
        return f"what is {'allowed' if allowed else 'required'} is not recorded"
    return _ASKED[side[0]].format(figure(required))


def course(told: Told) -> str:
    """How what is due was done: `due 2026-03-04: done 2026-03-05 10:00`."""
    due = f"due {due_day(told.due)}" if told.due else "due on no day yet"
    if told.done is not None:
        known = " as far as is known" if told.verdict is Verdict.UNDETERMINED else ""
        return f"{due}: done {moment(told.done)}{known}"
    state = {Verdict.PENDING: "not done yet", Verdict.UNDETERMINED: "not known to be done"}
    return f"{due}: {state.get(told.verdict, 'not done')}"

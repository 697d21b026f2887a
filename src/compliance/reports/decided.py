"""The comparison that decided a verdict, and by how much it was decided."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from compliance.model.finding import How, Number, Verdict
from compliance.reports.words import figure, plural

_SAID = {
    How.FORBIDDEN: "the record is there, and must not be",
    How.FALSE: "what must hold of the record does not hold",
    How.MISSING: "nothing that counts was found",
    How.RATIFIED_LATE: "what was to come before the act came only after it",
    How.GAP: "nothing came in time, so the gap became too long",
    How.OUT_OF_ORDER: "a stage came before, or without, an earlier one",
    How.PARTIAL: "less than the quantity had been delivered by the due day",
}
_MET = {
    "prohibition": "it was approved beforehand",
    "condition": "what must hold of the record holds",
    "level": "the level stayed within its bounds in this period",
    "sequence": "no stage came before, or without, an earlier one",
    "interval": "the next record came in time, or nothing was ever missing",
    "precedence": "what must come first was there in time",
}
_SIGNS = {
    ("at_least", True): "reaches",
    ("at_least", False): "is less than",
    ("more_than", True): "is more than",
    ("more_than", False): "is not more than",
    ("at_most", True): "stays within",
    ("at_most", False): "is more than",
    ("less_than", True): "is less than",
    ("less_than", False): "is not less than",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a verdict was decided by. `bound` is the key of the bound, `declared` where what was declared is one.

    `approver` is who decided on the act, and `done` then when.
    """

    verdict: Verdict
    how: How | None = None
    measured: Number | None = None
    required: Number | None = None
    bound: str | None = None
    due: datetime | None = None
    done: datetime | None = None
    approver: str | None = None

    @property
    def pair(self) -> tuple[Decimal, Decimal] | None:
        """What was measured and what was required, where both are known and compared."""
        if self.measured is None or self.required is None or not (self.bound or self.how):
            return None
        return Decimal(self.measured), Decimal(self.required)


def decided(facts: Facts, *, cause: str | None = None, kind: str | None = None) -> str:
    """One sentence: the comparison, the record or the condition that decided."""
    due = facts.due
    if facts.verdict is Verdict.UNDETERMINED:
        return f"it can't be told: {cause or 'what decides is not known'}"
    if facts.verdict is Verdict.PENDING:
        return f"it is not decided yet: due {last_day(due)}" if due else "it is not decided yet: its time is not over"
    if facts.verdict is Verdict.NOT_APPLICABLE:
        return cause or "nothing was owed here"
    return _compared(facts, kind) or _timed(facts) or _told(facts, kind)


def _compared(facts: Facts, kind: str | None) -> str | None:
    if facts.pair is None:
        return None
    measured, required = facts.pair
    if facts.how is How.DIFFERS or facts.bound == "declared":
        return f"the records show {figure(measured)}, declared is {figure(required)}"
    if facts.due is not None and facts.how is How.LATE:
        return None
    beyond = _beyond(measured, required, facts.bound) if facts.bound else facts.how is not None
    said = f"{figure(measured)} {_sign(facts.bound, facts.how, beyond=beyond)} {figure(required)}"
    if facts.how is How.RATIFIED_LATE:
        return f"{said}, and it was approved only after the act{_approved(facts)}"
    if not beyond or facts.verdict is not Verdict.MET:
        return said
    return f"{said}, within the tolerance" if kind == "fulfilment" else f"{said}, and {_beforehand(facts)}"


def _beforehand(facts: Facts) -> str:
    return f"it was approved beforehand{_approved(facts)}"


def _approved(facts: Facts) -> str:
    """By whom it was approved and when, as far as that is known."""
    when = f" on {moment(facts.done)}" if facts.done else ""
    return f", by {facts.approver}{when}" if facts.approver else ""


def _timed(facts: Facts) -> str | None:
    if facts.due is None:
        return None
    if facts.done is not None:
        after = "in time for" if facts.verdict is Verdict.MET else "after"
        return f"done {moment(facts.done)}, {after} what was due {last_day(facts.due)}"
    if facts.how in {How.MISSING, How.GAP, How.LATE}:
        return f"{_SAID.get(facts.how, 'it came too late')}, due {last_day(facts.due)}"
    return None


def _told(facts: Facts, kind: str | None) -> str:
    if facts.how in {How.OVER, How.SHORT} and facts.measured is None:
        return "the value is not recorded, which this rule takes for a breach"
    if facts.how is not None:
        said = _SAID.get(facts.how, facts.how.value.replace("_", " "))
        return f"{said}{_came(facts)}"
    if facts.approver is not None:
        return _beforehand(facts)
    return _MET.get(kind or "", "what was asked for is there") if facts.verdict is Verdict.MET else facts.verdict.value


def _came(facts: Facts) -> str:
    """When what was to come before an act came after it, or too long before."""
    if facts.done is None:
        return ""
    if facts.how is How.RATIFIED_LATE:
        return _approved(facts) or f", on {moment(facts.done)}"
    return f" in time, the last on {moment(facts.done)}" if facts.how is How.MISSING else ""


def margin(facts: Facts) -> str | None:
    """How far the verdict is from the bound: `28 of 30, 2 short`, `3 days late`, `on the last day`."""
    due, done = facts.due, facts.done
    if facts.verdict not in {Verdict.MET, Verdict.BREACHED, Verdict.EXCUSED}:
        return None
    if facts.pair is not None and facts.how is not How.LATE:
        told = _between(*facts.pair, facts.bound, facts.how)
        tolerated = facts.verdict is Verdict.MET and facts.approver is None and facts.pair[0] < facts.pair[1]
        return f"{told}, within the tolerance" if tolerated and facts.bound == "at_least" else told
    if due is None or done is None or facts.how is How.GAP:
        return None
    days = (done.date() - (due - timedelta(microseconds=1)).date()).days
    if days > 0:
        return f"{plural(days, 'day')} late"
    if days < 0:
        return f"{plural(-days, 'day')} early"
    return "on the last day" if facts.verdict is Verdict.MET else f"{_span(done - due)} late"


def _between(measured: Decimal, required: Decimal, bound: str | None, how: How | None) -> str:
    upper = how is How.OVER or (how is not How.SHORT and bound in {"at_most", "less_than"})
    pair = f"{figure(measured)} {'against' if upper else 'of'} {figure(required)}"
    apart = figure(abs(measured - required))
    if how is How.DIFFERS or bound == "declared":
        return f"{pair} declared, {apart} apart" if measured != required else f"{pair} declared, no difference"
    if measured == required:
        return f"{pair}, exactly the bound"
    if upper:
        return f"{pair}, {apart} too much" if measured > required else f"{pair}, {apart} below the bound"
    return f"{pair}, {apart} short" if measured < required else f"{pair}, {apart} to spare"


def _beyond(measured: Decimal, required: Decimal, bound: str | None) -> bool:
    """Whether a value does not keep its bound."""
    kept = {
        "at_least": measured >= required,
        "more_than": measured > required,
        "at_most": measured <= required,
        "less_than": measured < required,
    }
    return not kept.get(bound or "", True)


def _sign(bound: str | None, how: How | None, *, beyond: bool) -> str:
    fallback = {How.OVER: "at_most", How.SHORT: "at_least"}.get(how) if how else None
    return _SIGNS[bound or fallback or "at_least", not beyond]


def _span(length: timedelta) -> str:
    minutes = max(0, int(length.total_seconds() // 60))
    if minutes >= 60:  # noqa: PLR2004 an hour
        return f"{plural(minutes // 60, 'hour')} {plural(minutes % 60, 'minute')}"
    return plural(minutes, "minute") if minutes else "less than a minute"


def moment(value: datetime) -> str:
    """A local moment, to the minute or as exactly as it is known; a day's 00:00 as the day."""
    if value.time() == time.min:
        return str(value.date())
    return value.isoformat(sep=" ", timespec="auto" if value.second or value.microsecond else "minutes")


def last_day(due: datetime | None) -> str:
    """The end of a day is the next 00:00, and a person calls it by the day that ends."""
    if due is None:
        return "at an unknown time"
    if due.time() == time.min:
        return str((due - timedelta(days=1)).date())
    return due.isoformat(sep=" ", timespec="minutes")

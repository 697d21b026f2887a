"""The comparison that decided a verdict, and by how much it was decided."""

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


def decided(  # noqa: PLR0911 a case a way of deciding
    verdict: Verdict,
    how: How | None,
    *,
    measured: Number | None = None,
    required: Number | None = None,
    bound: str | None = None,
    due: datetime | None = None,
    done: datetime | None = None,
    cause: str | None = None,
) -> str:
    """One sentence: the comparison, the record or the condition that decided."""
    if verdict is Verdict.UNDETERMINED:
        return f"it can't be told: {cause or 'what decides is not known'}"
    if verdict is Verdict.PENDING:
        return f"it is not decided yet: due {last_day(due)}" if due else "it is not decided yet: its time is not over"
    if verdict is Verdict.NOT_APPLICABLE:
        return cause or "nothing was owed here"
    if how is How.DIFFERS or (bound == "declared" and measured is not None and required is not None):
        return f"the records show {_figure(measured)}, declared is {_figure(required)}"
    if measured is not None and required is not None and (bound or how in {How.SHORT, How.OVER}):
        return f"{_figure(measured)} {_sign(bound, how)} {_figure(required)}"
    if due is not None and done is not None:
        after = "after" if how is How.LATE or verdict is Verdict.BREACHED else "in time for"
        return f"done {moment(done)}, {after} what was due {last_day(due)}"
    if due is not None and how in {How.MISSING, How.GAP, How.LATE}:
        return f"{_SAID.get(how, 'it came too late')}, due {last_day(due)}"
    if how is not None:
        return _SAID.get(how, how.value.replace("_", " "))
    return "what was asked for is there" if verdict is Verdict.MET else verdict.value


def margin(
    verdict: Verdict,
    how: How | None,
    *,
    measured: Number | None = None,
    required: Number | None = None,
    bound: str | None = None,
    due: datetime | None = None,
    done: datetime | None = None,
) -> str | None:
    """How far the verdict is from the bound: `28 of 30, 2 short`, `3 days late`, `on the last day`."""
    if verdict not in {Verdict.MET, Verdict.BREACHED, Verdict.EXCUSED}:
        return None
    if measured is not None and required is not None and (bound or how is not None):
        return _between(Decimal(measured), Decimal(required), bound, how)
    if due is None or done is None or how is How.GAP:
        return None
    last = (due - timedelta(microseconds=1)).date()
    days = (done.date() - last).days
    if days > 0:
        return f"{plural(days, 'day')} late"
    if days < 0:
        return f"{plural(-days, 'day')} early"
    return "on the last day" if verdict is Verdict.MET else f"{_span(done - due)} late"


def _between(measured: Decimal, required: Decimal, bound: str | None, how: How | None) -> str:
    pair = f"{figure(measured)} of {figure(required)}"
    apart = figure(abs(measured - required))
    if how is How.DIFFERS or bound == "declared":
        return f"{pair} declared, {apart} apart" if measured != required else f"{pair} declared, no difference"
    if measured == required:
        return f"{pair}, exactly the bound"
    upper = how is How.OVER or (how is None and bound in {"at_most", "less_than"})
    if upper:
        return f"{pair}, {apart} too much" if measured > required else f"{pair}, {apart} below the bound"
    return f"{pair}, {apart} short" if measured < required else f"{pair}, {apart} to spare"


def _sign(bound: str | None, how: How | None) -> str:
    fallback = {How.OVER: "at_most", How.SHORT: "at_least"}.get(how) if how else None
    return _SIGNS[bound or fallback or "at_least", how is None]


def _figure(number: Number | None) -> str:
    return figure(number) if number is not None else "nothing"


def _span(length: timedelta) -> str:
    minutes = max(0, int(length.total_seconds() // 60))
    if minutes >= 60:  # noqa: PLR2004 an hour
        return f"{plural(minutes // 60, 'hour')} {plural(minutes % 60, 'minute')}"
    return plural(minutes, "minute") if minutes else "less than a minute"


def moment(value: datetime) -> str:
    """A local moment; a day's 00:00 as the day."""
    return str(value.date()) if value.time() == time.min else value.isoformat(sep=" ", timespec="minutes")


def last_day(due: datetime | None) -> str:
    """The end of a day is the next 00:00, and a person calls it by the day that ends."""
    if due is None:
        return "at an unknown time"
    if due.time() == time.min:
        return str((due - timedelta(days=1)).date())
    return due.isoformat(sep=" ", timespec="minutes")

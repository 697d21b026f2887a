"""Durations in rules: read from the rule or a parameter, and counted back from `as_of`."""

from datetime import date, datetime, time, timedelta

from compliance.calendar import ONE_DAY, midnight
from compliance.kinds.base import Desk
from compliance.language.blocks import DurationValue
from compliance.language.durations import Duration, Unit, duration
from compliance.language.scope import UnknownName

Loc = tuple[str | int, ...]


def length(desk: Desk, value: DurationValue, loc: Loc) -> Duration:
    """A duration, or the one that a parameter holds on the audit's first day."""
    if isinstance(value, str):
        return duration(value)
    known, name = desk.ground.parameters, value.parameter
    found: list[Duration] = []
    try:
        written = known.on(known.full_name(name, desk.prefix), desk.ground.period.start.date())
        found.append(duration("a list" if isinstance(written, tuple) else str(written)))
    except (UnknownName, ValueError) as error:
        desk.problem((*loc, "parameter"), str(error))
    return found[0] if found else Duration(0, Unit.DAYS)


def known_since(desk: Desk, within: Duration) -> datetime:
    """Whoever began after this instant is still inside the time allowed at `as_of`."""
    as_of, span = desk.ground.as_of, within.normal()
    if span.unit is Unit.MINUTES:
        return as_of - timedelta(minutes=span.count)
    day = as_of.date() - ONE_DAY
    while midnight(desk.ground.calendar.after(day, within) + ONE_DAY) > as_of:
        day -= ONE_DAY
    return datetime.combine(day, time.max)


def standing_day(as_of: datetime) -> date:
    """The day that a standing duty is judged on: the day of `as_of`, at 00:00 the day before."""
    return as_of.date() - ONE_DAY if as_of.time() == time.min else as_of.date()

"""Durations in rules: read from the rule or a parameter, and counted back from `as_of`."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby

import pyarrow as pa

from compliance.calendar import ONE_DAY, OutOfCalendar, WorkCalendar, midnight
from compliance.kinds.base import Desk
from compliance.language.blocks import DurationValue
from compliance.language.durations import Duration, Unit, duration
from compliance.language.scope import UnknownName
from compliance.roster import FIRST_DAY, LAST_DAY
from compliance.yamldoc import did_you_mean

Loc = tuple[str | int, ...]
_End = tuple[date | None, int | None]


def length(desk: Desk, value: DurationValue, loc: Loc, day: date | None = None) -> Duration:
    """A duration, or the one of a parameter on a day (else the audit's first); before its first value, that one."""
    if isinstance(value, str):
        return duration(value)
    known, name = desk.ground.parameters, value.parameter
    found: list[Duration] = []
    try:
        full_name = known.full_name(name, desk.prefix)
        values = (dated.value for dated in known.values[full_name] if dated.value is not None)
        written = known.on(full_name, day or desk.ground.period.start.date()) or next(values, None)
        found.append(duration("a list" if isinstance(written, tuple) else str(written)))
    except UnknownName as unknown:
        desk.problem((*loc, "parameter"), unknown.says, did_you_mean(name, unknown.known) or unknown.help)
    except ValueError as error:
        desk.problem((*loc, "parameter"), str(error))
    return found[0] if found else Duration(0, Unit.DAYS)


def stretched(desk: Desk, value: DurationValue, loc: Loc) -> list[tuple[date | None, date | None, Duration]]:
    """A duration from when to when: one for good, or those of a parameter, of which the first holds before it too."""
    if isinstance(value, str):
        return [(None, None, duration(value))]
    known = desk.ground.parameters
    try:
        steps = known.stretches(known.full_name(value.parameter, desk.prefix))
    except UnknownName:
        return [(None, None, length(desk, value, loc))]
    found = [(since, until, length(desk, value, loc, since or date.min)) for since, until, _ in steps]
    return [(None, *found[0][1:]), *found[1:]]


def far_on(lengths: Sequence[tuple[date | None, date | None, Duration]], day: date | None) -> Duration:
    """Which of several durations counts from a day (None: from the first there is)."""
    return next(far for _, until, far in lengths if until is None or (day or date.min) < until)


def reach(desk: Desk, value: DurationValue, loc: Loc, *, back: bool = False) -> str:
    """Hand over where a duration ends from each day of the calendar on, or where it begins `back` from it.

    Answers the relation: `day`; `minutes` of a duration in real time; else `reached`, the day. A parameter counts by
    its value on the day; before its first value nothing is reached.
    """
    first = length(desk, value, loc)
    days = list(_days(desk, first))
    ends = _ends(desk, _spans(desk, value, loc, days), days, back=back)
    name = desk.relation(f"reach {len(desk.ground.handed) + 1}")
    desk.ground.handed[name] = pa.table(
        {
            "day": pa.array(days, pa.date32()),
            "reached": pa.array([reached for reached, _ in ends], pa.date32()),
            "minutes": pa.array([minutes for _, minutes in ends], pa.int64()),
        }
    )
    return name


def in_real_time(desk: Desk, name: str) -> bool:
    """Whether what was handed over by `reach` counts minutes on any day."""
    minutes = desk.ground.handed[name]["minutes"]
    return bool(minutes.null_count < len(minutes))


def steady(desk: Desk, name: str) -> bool:
    """Whether what was handed over by `reach` never ends sooner for what begins later, once it ends at all."""
    columns = (desk.ground.handed[name][column].drop_null() for column in ("reached", "minutes"))
    days, minutes = (column.to_pylist() for column in columns)
    return not (days and minutes) and days == sorted(days) and len({*minutes}) <= 1


def _days(desk: Desk, span: Duration) -> Iterator[date]:
    """The calendar's days, and those before it from which the duration still reaches into the audited period."""
    calendar, normal = desk.ground.calendar, span.normal()
    first = calendar.first
    if normal.unit in {Unit.DAYS, Unit.MONTHS}:
        longest = min(normal.count * (31 if normal.unit is Unit.MONTHS else 1), 40_000)
        first = min(first, desk.ground.period.start.date() - timedelta(days=longest + 31))
    while first <= calendar.last:
        yield first
        first += ONE_DAY


def _spans(desk: Desk, value: DurationValue, loc: Loc, days: Sequence[date]) -> list[Duration | None]:
    """The duration by which each day counts; None before a parameter's first value."""
    if isinstance(value, str):
        return [duration(value)] * len(days)
    known = desk.ground.parameters
    try:
        name = known.full_name(value.parameter, desk.prefix)
    except UnknownName:
        return [Duration(0, Unit.DAYS)] * len(days)  # told by `length`
    written = [known.on(name, day) for day in days]
    held = {each: day for each, day in zip(written, days, strict=True) if each is not None}
    read = {each: length(desk, value, loc, day) for each, day in held.items()}
    return [None if each is None else read[each] for each in written]


def _ends(desk: Desk, spans: Iterable[Duration | None], days: Sequence[date], *, back: bool) -> list[_End]:
    """For each day what a duration from it reaches: a day, or minutes."""
    ends: list[_End] = []
    for span, those in groupby(spans):
        count = len([*those])
        if span is None or span.exact:
            ends += [(None, span.normal().count if span else None)] * count
        else:
            reached = _reached(desk.ground.calendar, span, days[0], days[-1], back=back)
            ends += ((each, None) for each in reached[len(ends) : len(ends) + count])
    return ends


# Many rules give the same few lengths of time.
@lru_cache(maxsize=64)
def _reached(calendar: WorkCalendar, span: Duration, first: date, last: date, *, back: bool) -> tuple[date, ...]:
    """Where a duration of days ends from each of these days on, or where it begins `back` from it."""
    counted = calendar.before if back else calendar.after
    found: list[date] = []
    while first <= last:
        try:
            found.append(counted(first, span))
        except (OutOfCalendar, OverflowError, ValueError):
            found.append(FIRST_DAY if back else LAST_DAY - ONE_DAY)  # whose end is still a time
        first += ONE_DAY
    return tuple(found)


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

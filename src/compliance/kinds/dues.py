"""When a deadline falls due: the periods that concern an audit, their due instants, and when records count for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Annotated, Literal, TypeGuard

import pyarrow as pa
from pydantic import BeforeValidator, Field, WithJsonSchema

from compliance.calendar import ONE_DAY, OutOfCalendar, add_months, midnight
from compliance.clock import to_instant, to_local
from compliance.kinds.base import Desk
from compliance.kinds.lengths import length, stretched
from compliance.language.blocks import DurationValue, ParameterRef, WholeValue
from compliance.language.durations import Duration, Unit
from compliance.language.parameters import Value
from compliance.language.scope import UnknownName
from compliance.model.base import Strict
from compliance.roster import LAST_DAY
from compliance.windows import Per, Span, span_of, spans


def _clock(value: object) -> object:
    """A time of day as it is written: 18:00."""
    if isinstance(value, str):
        try:
            return time.fromisoformat(value)
        except ValueError:
            message = f"`{value}` is not a time of day; write it as 18:00"
            raise ValueError(message) from None
    return value


_WRITTEN = r"^[0-2][0-9]:[0-5][0-9](:[0-5][0-9])?$"  # the `time` of JSON Schema would ask for an offset
TimeOfDay = Annotated[time, BeforeValidator(_clock), WithJsonSchema({"type": "string", "pattern": _WRITTEN})]
_MONTHS = 1200
_FREE = timedelta(days=60)  # longer than any row of days off
_FAR = 40_000  # of any unit
_LONGEST_MONTH = 31


class By(Strict):
    """The due day and time: `day` of the month that is `month` months after the period, rolled to a working day."""

    day: WholeValue | None = None
    month: Annotated[int, Field(ge=-_MONTHS, le=_MONTHS)] | ParameterRef = 1
    time_: TimeOfDay | ParameterRef | None = Field(default=None, alias="time")
    roll: Literal["none", "next_working_day", "previous_working_day"] = "none"


@dataclass(frozen=True, slots=True)
class Due:
    """A period with its due day and instant (exclusive unless `exact`), and between when records count for it."""

    span: Span
    day: date
    instant: datetime
    exact: bool
    count_from: datetime
    count_to: datetime

    @property
    def begins(self) -> datetime:
        """When the deadline begins to run: with its period, or with the month of its due day if that is earlier."""
        return midnight(min(self.span.start, self.day.replace(day=1)))


@dataclass(frozen=True)
class Dues:
    """The deadlines of one rule: how often, and by when."""

    desk: Desk
    per: Per
    by: By | DurationValue

    def hand_over(self) -> str:
        """Hand the periods to the engine; answers their relation."""
        name, moment = self.desk.relation("periods"), pa.timestamp("us")
        rows = list(self._dues())
        columns = {
            "start": pa.array([row.span.window.start for row in rows], moment),
            "stop": pa.array([row.span.window.end for row in rows], moment),
            "start_day": pa.array([row.span.start for row in rows], pa.date32()),
            "stop_day": pa.array([row.span.stop for row in rows], pa.date32()),
            "label": pa.array([row.span.label(self.per) for row in rows], pa.string()),
            "begins": pa.array([row.begins for row in rows], moment),
            "due_day": pa.array([row.day for row in rows], pa.date32()),
            "due": pa.array([row.instant for row in rows], moment),
            "exact": pa.array([row.exact for row in rows], pa.bool_()),
            "count_from": pa.array([row.count_from for row in rows], moment),
            "count_to": pa.array([row.count_to for row in rows], moment),
        }
        self.desk.ground.handed[name] = pa.table(columns)
        return name

    def _dues(self) -> Iterator[Due]:
        """Every period whose deadline may concern this audit: due in it, moved into it, or begun in it."""
        ground = self.desk.ground
        longest = max((each.back - each.since for each in ground.roster.away if each.back), default=timedelta(0))
        first = ground.period.start - longest - timedelta(days=1)
        found = list(self._all(first))
        for index, due in enumerate(found):
            following = found[index + 1].count_from if index + 1 < len(found) else due.count_to
            if due.instant > first and due.begins < ground.period.end:
                yield Due(
                    due.span,
                    due.day,
                    due.instant,
                    due.exact,
                    due.count_from,
                    min(due.count_to, max(following, due.count_from)),
                )

    def _all(self, first: datetime) -> Iterator[Due]:
        reach = self._reach()
        start, stop = first.date() - reach, self.desk.ground.period.end.date() + reach
        calendar = self.desk.ground.calendar
        start, stop = max(start, calendar.first + ONE_DAY), min(stop, calendar.last - ONE_DAY)
        listed = [span for span in spans(self.per, start, stop, calendar) if span.start >= calendar.first]
        for span, after in pairwise(listed):
            day, instant, exact = self._due(span)
            within = self._within(span)
            count_from, count_to = (
                (span.window.start, span.window.end) if within else (span.window.end, after.window.end)
            )
            if not within and day < span.stop:
                count_from = midnight(day)
            yield Due(span, day, instant, exact, count_from, count_to)

    def _reach(self) -> timedelta:
        """How far from its period a deadline may fall, generously."""
        by = self.by
        if isinstance(by, By):
            return timedelta(days=31 * (self._furthest(by) + 2) + 400)
        per_unit = {Unit.MINUTES: timedelta(minutes=1), Unit.DAYS: ONE_DAY, Unit.WORKING_DAYS: 3 * ONE_DAY}
        waits = [each.normal() for _, _, each in stretched(self.desk, by, ("deadline", "by"))]
        reach = max(min(each.count, _FAR) * per_unit.get(each.unit, timedelta(days=31)) for each in waits)
        return min(reach, _FAR * ONE_DAY) + timedelta(days=400)

    def _furthest(self, by: By) -> int:
        """The most months between a period and its due day."""
        if not isinstance(by.month, ParameterRef):
            return abs(by.month)
        known = self.desk.ground.parameters
        try:
            steps = known.stretches(known.full_name(by.month.parameter, self.desk.prefix))
        except UnknownName:
            return 0  # told where it is asked for a period
        return max((abs(value) for _, _, value in steps if _is_whole(value, -_MONTHS, _MONTHS)), default=0)

    def _within(self, span: Span) -> bool:
        """Whether what is done in a period counts for that period, not for the one before."""
        by = self.by
        return isinstance(by, By) and (self.per.daily or self._month(by, span) <= 0)

    def _due(self, span: Span) -> tuple[date, datetime, bool]:
        by, calendar = self.by, self.desk.ground.calendar
        if not isinstance(by, By):
            return self._after(span, length(self.desk, by, ("deadline", "by"), span.start))
        day = self._day(by, span)
        if calendar.first + _FREE <= day <= calendar.last - _FREE:  # further off, a deadline is not due in this audit
            day = calendar.rolled(day, by.roll)
        moment = self._time(by, span)
        if moment is None:
            return day, midnight(day + ONE_DAY), False
        zone = self.desk.ground.zone
        return day, to_local(to_instant(datetime.combine(day, moment), zone), zone), True

    def _after(self, span: Span, wait: Duration) -> tuple[date, datetime, bool]:
        if wait.exact:
            zone = self.desk.ground.zone
            minutes = min(wait.normal().count, _FAR * 24 * 60)
            instant = to_local(to_instant(span.window.end, zone) + timedelta(minutes=minutes), zone)
            return instant.date(), instant, True
        try:
            day = self.desk.ground.calendar.after(span.last, wait)
        except (OutOfCalendar, OverflowError, ValueError):
            day = LAST_DAY - ONE_DAY  # whose end is still a time
        return day, midnight(day + ONE_DAY), False

    def _day(self, by: By, span: Span) -> date:
        if self.per.daily:
            return span.start
        number, months = self._number(by, span), self._month(by, span)
        if self.per is Per.WEEK:
            return (span.stop if months >= 1 else span.start) + timedelta(days=number - 1)
        month = span_of(add_months(span.stop, months - 1), Per.MONTH)
        return min(month.start + timedelta(days=number - 1), month.last)

    def _number(self, by: By, span: Span) -> int:
        return self._whole(by.day or 1, "day", span, (1, _LONGEST_MONTH))

    def _month(self, by: By, span: Span) -> int:
        return self._whole(by.month, "month", span, (-_MONTHS, _MONTHS))

    def _whole(self, given: WholeValue, key: str, span: Span, ends: tuple[int, int]) -> int:
        """A whole number of this period, 1 where its parameter gives none."""
        if not isinstance(given, ParameterRef):
            return given
        value = self._given(given, key, span)
        if value is None:
            return 1
        if not _is_whole(value, *ends):
            self._wrong(given, key, f"the {key} of a deadline is a whole number from {ends[0]} to {ends[1]}")
            return 1
        return value

    def _time(self, by: By, span: Span) -> time | None:
        if not isinstance(by.time_, ParameterRef):
            return by.time_
        value = self._given(by.time_, "time", span)
        if value is None:
            return None
        try:
            return time.fromisoformat(str(value))
        except ValueError:
            self._wrong(by.time_, "time", "the time of a deadline is a time of day, written as 18:00")
            return None

    def _given(self, ref: ParameterRef, key: str, span: Span) -> Value | None:
        """A parameter's value by the period's first day; None where it has none."""
        known = self.desk.ground.parameters
        try:
            return known.on(known.full_name(ref.parameter, self.desk.prefix), span.start)
        except UnknownName as unknown:
            self._wrong(ref, key, unknown.says)
            return None

    def _wrong(self, ref: ParameterRef, key: str, says: str) -> None:
        """Tell once, however many periods ask."""
        if not self.desk.problems:
            self.desk.problem(
                ("deadline", "by", key, "parameter"), says, f"correct `{ref.parameter}` among the parameters"
            )


def _is_whole(value: Value, least: int, most: int) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most

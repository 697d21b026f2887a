"""Absence: when each was away with an excuse, and when each is back."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from compliance.calendar import ONE_DAY, WorkCalendar
from compliance.roster.days import FIRST_DAY, after

Covered = Callable[[str, date], bool]


@dataclass(frozen=True, slots=True)
class Away:
    """A stretch of excused absence `[since, until)`, and the first working day after it on which duties fall due.

    `record` is the key of the absence that it begins with.
    """

    bearer: str
    since: date
    until: date
    back: date | None
    record: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """Somebody's absence of which not all could be read, or is told, and on which days `[since, until)` it may be."""

    bearer: str
    since: date
    until: date


def unread(rows: Iterable[Mapping[str, Any]]) -> tuple[Unread, ...]:
    """Absences that could not be read, or lack their first day, and may excuse; a day that is not told may be any.

    One of somebody whom nobody knows excuses none of those who are known: registers of absence hold former people too.
    """
    found = []
    for row in rows:
        first, last = row.get("starts_on"), row.get("ends_on")
        if first is not None and last is not None and last < first:  # one of both is wrong
            first, last = last, first
        if row.get("excused") is not False and row["_bearer"] is not None:
            found.append(Unread(row["_bearer"], first or FIRST_DAY, after(last)))
    return tuple(found)


def excused(absences: Iterable[Mapping[str, Any]]) -> tuple[Away, ...]:
    """Excused absences, merged where they touch or overlap; one without a word on `excused` counts as excused.

    `ends_on` is the last day away; without it the bearer is away from then on.
    """
    rows = sorted(
        (row["_bearer"], row["starts_on"], after(row.get("ends_on")), str(row.get("_key", "")))
        for row in absences
        if row["_bearer"] is not None and row.get("starts_on") is not None and row.get("excused") is not False
    )
    made = (Away(bearer, since, until, None, key) for bearer, since, until, key in rows if since < until)
    return tuple(each for _, own in groupby(made, key=lambda row: row.bearer) for each in _merged(own))


def _merged(rows: Iterable[Away]) -> list[Away]:
    found: list[Away] = []
    for row in rows:
        if found and row.since <= found[-1].until:
            found[-1] = replace(found[-1], until=max(found[-1].until, row.until))
        else:
            found.append(row)
    return found


def returning(
    stretches: Iterable[Away], calendar: WorkCalendar, covered: Covered = lambda _bearer, _day: False
) -> tuple[Away, ...]:
    """The stretches with the day back; `covered` tells the days of absence on which somebody is in charge instead."""
    people = [list(own) for _, own in groupby(stretches, key=lambda row: row.bearer)]
    return tuple(replace(each, back=_back(each.until, own, calendar, covered)) for own in people for each in own)


def away(absences: Iterable[Mapping[str, Any]], calendar: WorkCalendar) -> tuple[Away, ...]:
    """Excused absences with the day back, where nobody stands in for anybody."""
    return returning(excused(absences), calendar)


def _back(until: date, own: Sequence[Away], calendar: WorkCalendar, covered: Covered) -> date | None:
    """The first working day from `until` on that lies in no other absence; None where there is no end.

    A day of another absence on which somebody is in charge will do: duties then fall due on it.
    """
    if not calendar.first <= until <= calendar.last - 14 * ONE_DAY:
        return None
    day = calendar.next_working(until)
    other = next((each for each in own if each.since <= day < each.until), None)
    if other is None or covered(other.bearer, day):
        return day
    return _back(other.until, own, calendar, covered)

"""Shifts that come back every year on "the last Sunday of March at 1:00" and the like, in a few terms for all years.

A clock that is put forward and back each year to 2100 takes some hundred comparisons, which every expression that asks
for local time brings along. One count of the changes so far stands for decades of them.

From one 1 March to the next a year has 365.25 days on average, so that from 1901 to 2099 the last Sunday up to a day of
the calendar is, in weeks, the whole part of (1461 * year + some number) / 28.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlglot import exp

_LEAST = 5
"""Fewer years are told quicker one by one."""
_YEAR, _PER_WEEK = 1461, 28
_WEEK = timedelta(weeks=1)
_ORIGIN = datetime(1960, 1, 3)  # noqa: DTZ001 a Sunday before all changes, so that no count is below zero
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Yearly:
    """A change on the same weekday and time of every year: `since` the origin's week, and what is `added` to a count.

    So many of them there were up to a moment: (28 * the weeks from the origin and `since` to it + `added`) // 1461.
    """

    since: timedelta
    added: int


@dataclass(frozen=True, slots=True)
class Era:
    """Starts that come back: of an even number `count` from `place` on, in turn those of two changes of a year."""

    place: int
    count: int
    one: Yearly
    other: Yearly


def eras(starts: Sequence[datetime], shifts: Sequence[timedelta]) -> Iterator[Era]:
    """The years in which the shifts alternate by one rule, in order, as long as each goes."""
    place = 1  # the first piece is open to the past
    while place < len(starts):
        years = _years(starts, shifts, place)
        if len(years) < _LEAST:
            place += 1
            continue
        one, other = (_yearly(starts[place + half], years[-1][half]) for half in (0, 1))
        yield Era(place, 2 * len(years), one, other)
        place += 2 * len(years)


def _years(starts: Sequence[datetime], shifts: Sequence[timedelta], place: int) -> list[tuple[range, range]]:
    """Year by year from a place on, as long as both changes come back: what may be added to the count of each."""
    found: list[tuple[range, range]] = []
    any_ = range(-_YEAR * 1000, _YEAR * 1000)
    for year, at in enumerate(range(place, len(starts) - 1, 2)):
        if shifts[at : at + 2] != shifts[place : place + 2]:
            break
        left = found[-1] if found else (any_, any_)
        one, other = (_added(starts[place + half], starts[at + half], year, left[half]) for half in (0, 1))
        if not (one and other):
            break
        found.append((one, other))
    return found


def _added(first: datetime, start: datetime, year: int, left: range) -> range:
    """What is left to be added to a count so that the change is the next one exactly with this start."""
    weeks, beside = divmod(start - _ORIGIN - _since(first), _WEEK)
    if beside:
        return range(0)
    least = _YEAR * (year + 1) - _PER_WEEK * weeks
    return range(max(left.start, least), min(left.stop, least + _PER_WEEK))


def _since(start: datetime) -> timedelta:
    return (start - _ORIGIN) % _WEEK


def _yearly(start: datetime, added: range) -> Yearly:
    return Yearly(_since(start), added.start)


def in_between(moment: exp.Expr, era: Era) -> exp.Expr:
    """Whether a moment of the era lies after the one and before the other of its two changes of a year."""
    return exp.NEQ(this=_count(moment, era.one), expression=_count(moment, era.other))


def _count(moment: exp.Expr, yearly: Yearly) -> exp.Expr:
    since = exp.cast(exp.Literal.string((_ORIGIN + yearly.since).isoformat(sep=" ")), "TIMESTAMP")
    seconds = exp.DateDiff(this=moment.copy(), expression=since, unit=exp.Var(this="SECOND"))
    weeks = exp.IntDiv(this=seconds, expression=_number(_WEEK // _SECOND))
    counted = exp.Add(this=exp.Mul(this=weeks, expression=_number(_PER_WEEK)), expression=_number(yearly.added))
    return exp.IntDiv(this=exp.Paren(this=counted), expression=_number(_YEAR))


def _number(number: int) -> exp.Expr:
    return exp.Literal.number(number)

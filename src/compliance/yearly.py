"""Shifts that come back every year on "the last Sunday of March at 1:00" and the like, in a few terms for all years.

A clock that is put forward and back each year to 2100 takes some hundred comparisons, which every expression that asks
for local time brings along. One rule of this shape stands for decades of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlglot import exp

_LEAST = 5
"""Fewer years are told quicker one by one."""
_WEEK = 7
_AFTER_FEBRUARY = 3
"""A change in the first weeks of a year would be met by a week that began in the year before."""
_AHEAD = ((0, 0), (0, 1), (1, 0), (1, 1))
_BOTH = (0, 1)
_MONTH = range(1, 32)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Yearly:
    """A day of the week at a time; `ahead` days later it is one of the seven that begin with the `first` of a month.

    What is the first Sunday of April where clocks are ahead of UTC may be the last of March there.
    """

    month: int
    first: int
    weekday: int
    clock: time
    ahead: int

    @property
    def since_monday(self) -> timedelta:
        """How long after the beginning of a week, a Monday, it is."""
        clock = self.clock
        return timedelta(days=self.weekday, hours=clock.hour, minutes=clock.minute, seconds=clock.second)

    @property
    def first_number(self) -> int:
        """The first of the seven days as month * 100 + day."""
        return 100 * self.month + self.first


@dataclass(frozen=True, slots=True)
class Era:
    """Starts that follow one rule: of an even number `count` from `place` on, in turn the year's earlier and later."""

    place: int
    count: int
    earlier: Yearly
    later: Yearly


def eras(starts: Sequence[datetime], shifts: Sequence[timedelta]) -> Iterator[Era]:
    """The years in which the shifts alternate by one rule, in order, as long as each goes."""
    place = 1  # the first piece is open to the past
    while place < len(starts):
        tried = {ahead: _years(starts, shifts, place, ahead) for ahead in _AHEAD}
        ahead, years = max(tried.items(), key=lambda each: len(each[1]))
        if len(years) < _LEAST:
            place += 1
            continue
        both = (_yearly(starts[place + half], years[-1][half], ahead[half]) for half in _BOTH)
        yield Era(place, 2 * len(years), *both)
        place += 2 * len(years)


def _years(
    starts: Sequence[datetime], shifts: Sequence[timedelta], place: int, ahead: tuple[int, int]
) -> list[tuple[range, range]]:
    """Year by year from a place on, as long as both changes come back: the days on which their seven may begin."""
    found: list[tuple[range, range]] = []
    firsts = _pair(starts, place, ahead)
    for year, at in enumerate(range(place, len(starts) - 1, 2)):
        pair = _pair(starts, at, ahead)
        alike = all(_comes_back(first, moment, year) for first, moment in zip(firsts, pair, strict=True))
        if not alike or shifts[at : at + 2] != shifts[place : place + 2]:
            break
        left = found[-1] if found else (_MONTH, _MONTH)
        earlier, later = (_first_days(moment, days) for moment, days in zip(pair, left, strict=True))
        if not (earlier and later and pair[0].year == pair[1].year and pair[0].month >= _AFTER_FEBRUARY):
            break
        found.append((earlier, later))
    return found


def _pair(starts: Sequence[datetime], place: int, ahead: tuple[int, int]) -> list[datetime]:
    return [start + timedelta(days=ahead[half]) for half, start in enumerate(starts[place : place + 2])]


def _comes_back(first: datetime, moment: datetime, years: int) -> bool:
    """Whether a change is one like the first of its era, so many years later."""
    kinds = {(each.month, each.weekday(), each.time()) for each in (first, moment)}
    return len(kinds) == 1 and moment.year == first.year + years


def _yearly(start: datetime, days: range, ahead: int) -> Yearly:
    month = (start + timedelta(days=ahead)).month
    return Yearly(month, days.stop - 1, start.weekday(), start.time(), ahead)


def _first_days(moment: datetime, left: range) -> range:
    """On which days of the month the seven may begin so that the moment is in them."""
    return range(max(left.start, moment.day - _WEEK + 1), min(left.stop, moment.day + 1))


def in_between(moment: exp.Expr, era: Era) -> exp.Expr:
    """Whether a moment of the era lies after the earlier and before the later of its two changes of a year.

    Asked is on which date the week began that the last change on or before the moment would have begun. The week of the
    later change is held against a month before the earlier one, too: in January the other's may be of the old year.
    """
    begun, over = _date(moment, era.earlier), _date(moment, era.later)
    after = exp.GTE(this=begun, expression=_number(era.earlier.first_number))
    least, most = _number(era.earlier.first_number - 100), _number(era.later.first_number - 1)
    return exp.And(this=after, expression=exp.Between(this=over, low=least, high=most))


def _date(moment: exp.Expr, yearly: Yearly) -> exp.Expr:
    """The date of the last weekday and time on or before a moment, as month * 100 + day."""
    since = exp.Paren(this=exp.Sub(this=moment.copy(), expression=_interval(yearly.since_monday // _SECOND, "SECOND")))
    week = exp.TimestampTrunc(this=since, unit=exp.Var(this="WEEK"))
    day = exp.Paren(this=exp.Add(this=week, expression=_interval(yearly.weekday + yearly.ahead, "DAY")))
    month = exp.Mul(this=exp.Extract(this=exp.Var(this="MONTH"), expression=day), expression=_number(100))
    return exp.Add(this=month, expression=exp.Extract(this=exp.Var(this="DAY"), expression=day.copy()))


def _interval(count: int, unit: str) -> exp.Interval:
    return exp.Interval(this=exp.Literal.string(str(count)), unit=exp.Var(this=unit))


def _number(number: int) -> exp.Expr:
    return exp.Literal.number(number)

"""What all worlds of a batch share: period, calendar, zone and clock, and what is kept of people and records."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from tests.reference.days import ONE, Days, each_day
from tests.reference.world import midnight

Draw: TypeAlias = Callable[[st.SearchStrategy[Any]], Any]

KINDS = ("fire", "stock", "gift")
CATEGORIES = ("main", "small")
PAPERS = ("offer", "deed")
DEPARTMENTS = ("north", "south")
POSITIONS = ("seller", "buyer")
TITLES, PLACES = {"Seller, grade I": "seller"}, {"North wing": "north"}
"""Other names of positions and departments; what the manifest says of them is another matter."""

TIMES = (time(0), time(9), time(10), time(2, 30), time(12), time(23, 59, 59, 999999))
STARTS = (
    date(2026, 3, 1),
    date(2024, 2, 1),
    date(2026, 12, 14),
    date(2025, 10, 1),
    date(2020, 12, 21),
    date(2026, 3, 9),
    date(2025, 12, 15),
    date(2026, 4, 30),
)
"""Some before the end of a year, of which two have 53 weeks."""
ZONES = ("UTC", "Europe/Moscow", "Europe/Berlin", "America/New_York")
SAYS = ("period", "as_of")


@dataclass(frozen=True)
class Setting:
    """What all worlds of a batch share."""

    start: date
    end: date
    as_of: datetime
    zone: ZoneInfo
    days: Days
    damaged: bool
    strangers: bool
    history: bool
    empty: bool
    beat: tuple[str, ...]
    rostered: bool
    deputised: bool
    lacking: bool
    booked: bool
    titles: tuple[str, ...]
    places: tuple[str, ...]
    aliased: bool
    says: frozenset[str]
    changing: bool

    @property
    def named_only(self) -> tuple[str, ...]:
        """Who is named as a superior, and stands on no roster."""
        return ("outsider",) if self.strangers else ()


@st.composite
def settings(draw: Draw) -> Setting:
    """A period of days or months, its calendar and zone, and an `as_of` at, after or before its end."""
    start = draw(st.sampled_from(STARTS))
    end = start + timedelta(days=draw(st.sampled_from((31, 28, 60, 92, 7, 30))))
    off = draw(st.sets(days_of(start, end), max_size=2))
    days = Days(draw(st.sampled_from((None, None, "RU", "DE"))), frozenset(off))
    rostered = draw(st.sampled_from((True, True, True, True, False)))
    beats = ((), (), ("kind",), ("department",), ("kind", "department"))
    beat = draw(st.sampled_from(beats)) if rostered else ()
    later = draw(st.sampled_from((0, 0, 0, 24 * 5, -24 * 3 + 12, -24 * 3)))
    return Setting(
        start,
        end,
        midnight(end) + timedelta(hours=later),
        ZoneInfo(draw(st.sampled_from(ZONES))),
        days,
        damaged=draw(st.booleans()),
        strangers=rostered and draw(st.sampled_from((False, False, False, True))),
        history=draw(st.sampled_from((False, True) if "department" in beat else (False, False, True))),
        empty=draw(st.sampled_from((False, False, False, False, False, True))),
        beat=beat,
        rostered=rostered,
        deputised=draw(st.booleans()),
        says=frozenset(draw(st.sampled_from((SAYS, SAYS, SAYS, SAYS, (), SAYS[:1], SAYS[1:])))),
        titles=draw(st.sampled_from(((), tuple(TITLES)))),
        places=draw(st.sampled_from(((), tuple(PLACES)))),
        aliased=draw(st.booleans()),
        booked=draw(st.sampled_from((False, False, True))),
        changing=draw(st.booleans()),
        lacking=draw(st.sampled_from((False, False, False, False, False, True))),
    )


def days_of(start: date, end: date) -> st.SearchStrategy[date]:
    return st.integers(0, (end - start).days - 1).map(lambda count: start + timedelta(days=count))


def moments(setting: Setting) -> st.SearchStrategy[datetime]:
    """Local times around the period, at the edges of days and months more often than elsewhere."""
    first, last = setting.start - timedelta(days=35), setting.end + timedelta(days=6)
    edges = [day for day in each_day(first, last) if day.day == 1 or (day + ONE).day == 1 or day == setting.end]
    days = st.one_of(days_of(setting.start, setting.end), days_of(first, last), st.sampled_from(edges))
    return st.builds(lambda day, at: _real(datetime.combine(day, at), setting.zone), days, st.sampled_from(TIMES))


def _real(moment: datetime, zone: ZoneInfo) -> datetime:
    """A local time that does not exist moves on by the jump."""
    there = moment.replace(tzinfo=zone).astimezone(ZoneInfo("UTC")).astimezone(zone)
    return there.replace(tzinfo=None, fold=0) if there.replace(tzinfo=None) != moment else moment

"""Where the marks of a drawing stand: the timeline of a case, and how many incidents became known each month."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from compliance.register.case import Case, Sighting

WIDTH = 480.0
"""How many units a timeline is wide: on a phone a unit is some three quarters of a pixel."""

EDGE = 14.0
APART = 24.0
"""How far from the border, and from its neighbour in the same lane, a mark stands."""

MONTHS = 24
"""How many months are drawn at most, the newest ones."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened, or will fall due, at a moment; `kind` is what of it, `what` its sentence in English."""

    at: datetime
    what: str
    kind: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A mark with its number and its place in the drawing."""

    number: int
    mark: Mark
    x: float
    lane: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """The marks of a case in their order; `now` is where this moment stands."""

    marks: tuple[Placed, ...]
    now: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One month: how many incidents, and as what share of the highest month."""

    month: date
    count: int
    share: float


def timeline(case: Case, acted: datetime | None, now: datetime) -> Timeline:
    """From the act to the last day that counts, evenly by time."""
    marks = sorted(_marks(case, acted), key=lambda each: each.at)
    start, end = min(marks[0].at, now), max(marks[-1].at, now)
    length = (end - start).total_seconds() or 1.0

    def place(at: datetime) -> float:
        return round(EDGE + (WIDTH - 2 * EDGE) * (at - start).total_seconds() / length, 1)

    placed = tuple(_placed(marks, [place(each.at) for each in marks]))
    return Timeline(placed, place(now), APART * (max(each.lane for each in placed) + 1) + EDGE)


def _placed(marks: list[Mark], places: list[float]) -> Iterator[Placed]:
    """Each mark in the lowest lane where it touches no other."""
    ends: list[float] = []
    for number, (mark, x) in enumerate(zip(marks, places, strict=True), start=1):
        lane = next((lane for lane, end in enumerate(ends) if x - end >= APART), len(ends))
        ends[lane : lane + 1] = [x]
        yield Placed(number, mark, x, lane)


def _marks(case: Case, acted: datetime | None) -> Iterator[Mark]:
    if acted is not None:
        yield Mark(acted, "it happened", "act")
    yield from _audits(case.sightings)
    for each in case.events:
        yield Mark(each.at, each.deed.value, "deed", each.by)
    if case.term is not None:
        yield Mark(_ends(case.term), "the term of the explanation ends", "term")
    if case.found.last_day is not None:
        yield Mark(_ends(case.found.last_day), "last day to act", "term")


def _audits(sightings: Iterable[Sighting]) -> Iterator[Mark]:
    """The audits that changed what is known of it; one that found it again as it was is none."""
    before: Sighting | None = None
    for each in sightings:
        if before is None:
            yield Mark(each.as_of, "an audit found it", "audit")
        elif each.state != before.state and not each.found:
            yield Mark(each.as_of, "an audit did not find it any more", "audit")
        elif each.found and (each.grade, each.responsible) != (before.grade, before.responsible):
            yield Mark(each.as_of, "an audit found it changed", "audit")
        before = each


def _ends(day: date) -> datetime:
    return datetime.combine(day, time(23, 59))


def trend(counts: Mapping[date, int]) -> tuple[Bar, ...]:
    """A bar for each month from the first that has an incident to the last, also where there was none."""
    if not counts:
        return ()
    months = [*_months(min(counts), max(counts))][-MONTHS:]
    most = max(counts.get(each, 0) for each in months) or 1
    return tuple(Bar(each, counts.get(each, 0), counts.get(each, 0) / most) for each in months)


def _months(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first = date(first.year + first.month // 12, first.month % 12 + 1, 1)

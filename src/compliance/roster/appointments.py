"""Appointments: who held which position when, told so that every day of everybody has exactly one row."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

from compliance.roster.days import FIRST_DAY, LAST_DAY, after

HELD = ("position", "level", "department", "superior_id", "mode")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Appointment:
    """One person in one position, in force in `[since, until)`; a bearer's appointments tile all time.

    `held` is false on days of employment on which no position is held; the row then speaks of the nearest one.
    """

    bearer: str
    name: str | None
    position: str | None
    level: int | str | None
    department: str | None
    superior_id: str | None
    mode: str | None
    hired_on: date | None
    left_on: date | None
    since: date = FIRST_DAY
    until: date = LAST_DAY
    held: bool = True

    @property
    def employed_from(self) -> date:
        """The first day of employment."""
        return self.hired_on or FIRST_DAY

    @property
    def employed_to(self) -> date:
        """The day after the last of employment."""
        return after(self.left_on)

    def employed(self, day: date) -> bool:
        """Whether the bearer is employed on a day."""
        return self.employed_from <= day < self.employed_to


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two appointments of one person that are in force on one day, by their keys; the later one starts on `since`."""

    bearer: str
    earlier: str
    later: str
    since: date


@dataclass(frozen=True, slots=True)
class _Term:
    """A row of the appointments' table with its days."""

    since: date
    until: date
    key: str
    row: Row


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Days of one row; `gap` where none is in force."""

    since: date
    until: date
    row: Row
    gap: bool = False


def appointments(employees: Iterable[Row], history: Iterable[Row] = ()) -> tuple[Appointment, ...]:
    """Everybody's appointments, by id and day: those of the history, else the one for all time of `employees`.

    What the history has no column for is as `employees` say.
    """
    terms = _terms(history)
    made = (each for row in employees for each in _of(row, terms.get(row["_key"], ())))
    return tuple(sorted(made, key=lambda each: (each.bearer, each.since)))


def overlaps(history: Iterable[Row]) -> tuple[Overlap, ...]:
    """Each appointment that starts while an earlier one of the person goes on, with the one that goes on longest."""
    return tuple(
        Overlap(bearer, longest.key, later.key, later.since)
        for bearer, terms in sorted(_terms(history).items())
        for index, later in enumerate(terms)
        if index and (longest := max(terms[:index], key=lambda term: term.until)).until > later.since
    )


def untold(rejected: Iterable[Row], history: Iterable[Row], known: Sequence[Appointment]) -> tuple[Appointment, ...]:
    """Posts that somebody may have held by rows that could not be read; what such a row does not tell is null.

    It ends with the next appointment of that person that is known to begin after it; an untold day may be any.
    """
    people, terms = {each.bearer: each for each in known}, _terms(history)
    found = []
    for row in rejected:
        first, last = row.get("starts_on"), row.get("ends_on")
        if first is not None and last is not None and last < first:  # one of both is wrong
            first, last = None, None
        if row["_bearer"] not in people:
            continue
        later = (term.since for term in terms.get(row["_bearer"], ()) if first is not None and term.since > first)
        told: dict[str, Any] = {name: row[name] for name in HELD if name in row}
        until = min((after(last), *later))
        found.append(replace(people[row["_bearer"]], **told, since=first or FIRST_DAY, until=until))
    return tuple(found)


def layers(posts: Iterable[Appointment]) -> Iterator[tuple[Appointment, ...]]:
    """The posts apart, one of each person at a time."""
    found: dict[str, list[Appointment]] = defaultdict(list)
    for post in posts:
        found[post.bearer].append(post)
    for place in range(max(map(len, found.values()), default=0)):
        yield tuple(own[place] for own in found.values() if place < len(own))


def supposed(known: Iterable[Appointment], posts: Iterable[Appointment]) -> tuple[Appointment, ...]:
    """The appointments of whoever has one of these posts, as they are with it; still one row for each day."""
    found = {post.bearer: [post] for post in posts}
    for each in known:
        for post in found.get(each.bearer, ())[:1]:
            before = replace(each, until=min(each.until, post.since))
            later = replace(each, since=max(each.since, post.until))
            found[each.bearer] += [part for part in (before, later) if part.since < part.until]
    return tuple(each for own in found.values() for each in sorted(own, key=lambda each: each.since))


def _terms(history: Iterable[Row]) -> dict[str, list[_Term]]:
    """Each person's rows, in the order in which they start."""
    found: dict[str, list[_Term]] = defaultdict(list)
    for row in history:
        since, until = row.get("starts_on") or FIRST_DAY, after(row.get("ends_on"))
        if row["_bearer"] is not None and since < until:
            found[row["_bearer"]].append(_Term(since, until, row["_key"], row))
    for terms in found.values():
        terms.sort(key=lambda term: (term.since, term.key))
    return found


def _of(person: Row, terms: Sequence[_Term]) -> Iterator[Appointment]:
    told: dict[str, Any] = {name: person.get(name) for name in ("name", *HELD, "hired_on", "left_on")}
    whole = Appointment(bearer=person["_key"], **told)
    if not terms:
        yield whole
        return
    made: list[Appointment] = []
    for each in _split(_filled(_in_force(terms)), whole.employed_from, whole.employed_to):
        own = {name: each.row[name] for name in HELD if name in each.row}
        held = not (each.gap and whole.employed(each.since))
        row = replace(whole, **own, since=each.since, until=each.until, held=held)
        if made and replace(made[-1], since=row.since, until=row.until) == row:
            row = replace(row, since=made.pop().since)
        made.append(row)
    yield from made


def _in_force(terms: Sequence[_Term]) -> list[_Stretch]:
    """The days of each row: of several in force, the one that started last holds."""
    days = sorted({day for term in terms for day in (term.since, term.until)})
    found: list[_Stretch] = []
    for since, until in pairwise(days):
        last = next((term for term in reversed(terms) if term.since <= since < term.until), None)
        if last is None:
            continue
        if found and found[-1].until == since and found[-1].row is last.row:
            found[-1] = replace(found[-1], until=until)
        else:
            found.append(_Stretch(since, until, last.row))
    return found


def _filled(stretches: Sequence[_Stretch]) -> Iterator[_Stretch]:
    """The stretches and the gaps around and between them, each gap told by the nearest row, of two by the earlier."""
    first, last = stretches[0], stretches[-1]
    yield _Stretch(FIRST_DAY, first.since, first.row, gap=True)
    for each, following in pairwise(stretches):
        yield each
        middle = date.fromordinal((each.until.toordinal() + following.since.toordinal() - 1) // 2 + 1)
        middle = max(middle, each.until)
        yield _Stretch(each.until, middle, each.row, gap=True)
        yield _Stretch(middle, following.since, following.row, gap=True)
    yield last
    yield _Stretch(last.until, LAST_DAY, last.row, gap=True)


def _split(stretches: Iterable[_Stretch], *days: date) -> Iterator[_Stretch]:
    """The stretches that have a day, gaps cut where employment begins and ends."""
    for each in stretches:
        cuts = [day for day in days if each.gap and each.since < day < each.until]
        for since, until in pairwise([each.since, *cuts, each.until]):
            if since < until:
                yield replace(each, since=since, until=until)

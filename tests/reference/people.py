"""People: who is employed on a day, who is away with excuse, what position somebody holds."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache

from tests.reference.days import ONE, Span, each_day
from tests.reference.world import Row, Value, World


def roster(world: World) -> list[str] | None:
    """Everybody in `employees`, None where no roster is kept."""
    table = world.tables.get("employees")
    return None if table is None else [str(row["employee_id"]) for row in table.accepted]


def on_roster(world: World, person: Value) -> str | None:
    """Somebody who is named, if the roster knows them: a name that leads nowhere is null."""
    people = roster(world)
    return None if person is None or (people is not None and person not in people) else str(person)


def _person(world: World, person: str) -> Row:
    return next(iter(_of(world, "employees", person)), {})


def _of(world: World, name: str, person: str) -> Sequence[Row]:
    """The accepted rows of a table that are somebody's."""
    return _by_person(world, name).get(person, ())


@lru_cache(maxsize=20)
def _by_person(world: World, name: str) -> Mapping[Value, Sequence[Row]]:
    """The accepted rows of a table by whose they are: each is asked for on every day of a year."""
    found: dict[Value, list[Row]] = {}
    for row in world.tables[name].accepted if name in world.tables else ():
        found.setdefault(row["employee_id"], []).append(row)
    return found


def within(day: date, first: Value, last: Value) -> bool:
    """Whether a day lies from one to another; both days inclusive, a null one open."""
    return (not isinstance(first, date) or first <= day) and (not isinstance(last, date) or day <= last)


def employed(world: World, person: str, day: date) -> bool:
    """From the day of hiring to the day of leaving; without a roster everybody is."""
    row = _person(world, person)
    return within(day, row.get("hired_on"), row.get("left_on"))


def away(world: World, person: str, day: date) -> bool:
    """Whether the day lies in an excused absence, as one is that does not say so: a reading."""
    return any(_excuses(row) and lies_in(day, row) for row in _of(world, "absences", person))


def _excuses(row: Row) -> bool:
    return row["excused"] is not False and row["starts_on"] is not None


def lies_in(day: date, row: Row) -> bool:
    """Whether a day is one of a row with a first and a last one."""
    return within(day, row["starts_on"], row["ends_on"])


def perhaps_away(world: World, person: str | None) -> list[Row]:
    """The absences of somebody that can't be read, or do not say from when on; a stranger's are nobody's who is known.

    That what does not say when it began may have begun is a reading: nobody is blamed for a day on which one may have
    been away.
    """
    table = world.tables.get("absences")
    if table is None or person is None:
        return []
    rejected = () if table.name in world.set_aside else table.rejected
    untimed = (row for row in _of(world, table.name, person) if row["starts_on"] is None)
    rows = (*untimed, *(row for row in rejected if row["employee_id"] == person))
    return [row for row in rows if row["excused"] is not False]


def may_be_away(world: World, person: str | None, day: date) -> bool:
    """Whether an absence that can't be read may excuse somebody on a day."""
    return any(lies_in(day, row) for row in perhaps_away(world, person))


def present(world: World, person: str, day: date) -> bool:
    """Employed and not away."""
    return employed(world, person, day) and not away(world, person, day)


def left_open(world: World, person: str, day: date) -> bool:
    """Whether the day lies in an excused absence with nobody in charge: what is due then moves on."""
    return away(world, person, day) and in_charge(world, person, day) is None


def who_answers(world: World, person: str | None, day: date) -> str | None:
    """The deputy of the due day, else the bearer."""
    if person is None or not away(world, person, day):
        return person
    return in_charge(world, person, day) or person


def in_charge(world: World, person: str, day: date, asked: frozenset[str] = frozenset()) -> str | None:
    """Who stands in for somebody on a day, by an order in time; a deputy who is away is followed to the own one."""
    for deputy in _deputies(world, person, day):
        if deputy in asked | {person}:
            continue
        found = deputy if present(world, deputy, day) else in_charge(world, deputy, day, asked | {person})
        if found is not None:
            return found
    return None


def _deputies(world: World, person: str, day: date) -> list[str]:
    """By orders signed by their first day; of two who are in charge the one who began later comes first."""
    table = world.tables.get("deputies")
    rows = [
        row
        for row in (table.accepted if table else ())
        if row["absent_id"] == person and within(day, row["starts_on"], row["ends_on"]) and by_order(row)
    ]
    latest = sorted(rows, key=lambda row: (row["starts_on"], str(row["substitution_id"])), reverse=True)
    return [str(row["deputy_id"]) for row in latest]


def may_be_stood_in_for(world: World, person: str, day: date) -> bool:
    """Whether an order that can't be read, or lacks who, whom or when, may name a deputy for a day."""
    table = world.tables["deputies"]
    lacking = [row for row in table.accepted if None in {row["absent_id"], row["deputy_id"], row["starts_on"]}]
    return any(
        row["absent_id"] in {None, person}
        and within(day, row["starts_on"], row["ends_on"])
        and (by_order(row) or None in {row["appointed_on"], row["starts_on"]})
        for row in (*lacking, *(() if "deputies" in world.set_aside else table.rejected))
    )


def ordered(world: World, deputy: str, absent: str, day: date) -> bool:
    """Whether somebody stands in for another on a day, by an order in time."""
    return deputy in _deputies(world, absent, day)


def by_order(row: Row) -> bool:
    """Whether a deputy is one by an order that was signed by the first day."""
    signed, first = row["appointed_on"], row["starts_on"]
    return isinstance(signed, date) and isinstance(first, date) and signed <= first


def days_present(world: World, person: str, span: Span, but_for: Row | None = None) -> int:
    """The working days of a stretch on which somebody was present, but for those of one more absence."""
    there = (day for day in each_day(*span) if world.days.working(day) and present(world, person, day))
    return sum(1 for day in there if but_for is None or not lies_in(day, but_for))


def back_at_work(world: World, person: str, day: date) -> date | None:
    """The first working day after the absences that begin with this day and touch; None if they have no end."""
    for _ in range(2000):
        if not away(world, person, day):
            return world.days.following(day)
        day += ONE
    return None


def appointment(world: World, person: str, day: date, column: str) -> Value:
    """A column of somebody's appointment on a day, outside all of them of the nearest."""
    own = _person(world, person)
    hired = own.get("hired_on")
    if column == "tenure_days":
        return Fraction((day - hired).days) if isinstance(hired, date) else None
    if column in {"hired_on", "left_on", "name"}:
        return own.get(column)
    found = _held(world, person, day, own).get(column)
    return world.named(found) if column in {"position", "department"} else found


def takes_a_post(world: World, person: str, day: date) -> bool:
    """Whether somebody is hired on a day, or holds another appointment than the day before, or one at last."""
    own, before = _person(world, person), day - ONE
    began = between_posts(world, person, before) and not between_posts(world, person, day)
    return own.get("hired_on") == day or began or _held(world, person, day, own) != _held(world, person, before, own)


def _held(world: World, person: str, day: date, own: Row) -> Row:
    """The appointment of a day, of several the one that began last; on a day without one the nearest, or one's own."""
    rows = _appointments(world, person)
    current = [row for row in rows if within(day, row["starts_on"], row["ends_on"])]
    if current:
        return max(current, key=lambda row: (row["starts_on"] or date.min, str(row["appointment_id"])))
    return min(rows, key=lambda row: (_distance(day, row), row["starts_on"] or date.min), default=own)


def _appointments(world: World, person: str) -> list[Row]:
    return [*_of(world, "appointments", person)]


def between_posts(world: World, person: str, day: date) -> bool:
    """Whether somebody who is employed, and has a history, holds no post on a day."""
    rows = _appointments(world, person)
    none = rows and not any(within(day, row["starts_on"], row["ends_on"]) for row in rows)
    return bool(none) and employed(world, person, day)


def _distance(day: date, row: Row) -> timedelta:
    first, last = row["starts_on"], row["ends_on"]
    if isinstance(first, date) and day < first:
        return first - day
    return day - last if isinstance(last, date) and last < day else timedelta(0)


def stretches(days: Iterator[tuple[date, bool]]) -> list[Span]:
    """The runs of days for which something is so, as `[first, next)`."""
    found: list[Span] = []
    for day, so in days:
        if so and found and found[-1][1] == day:
            found[-1] = (found[-1][0], day + ONE)
        elif so:
            found.append((day, day + ONE))
    return found

"""Records seen from a rule: names and references, what a block takes, and what it may have taken."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from tests.reference import bounds
from tests.reference.expressions import Measure, Tree, holds, parse, work_out
from tests.reference.people import appointment, between_posts, on_roster, roster
from tests.reference.world import PEOPLE_COLUMNS, Row, Rule, Table, Value, World, day_of

if TYPE_CHECKING:
    from tests.reference.entities import Entity

Moment: TypeAlias = date | datetime | None
STAFF = frozenset({"employees", "appointments", "plans"})
"""The tables whose positions and departments may go by another name."""
NOBODY = "none"
"""What stands under `who` where nobody of ours owes it."""


@dataclass(frozen=True, eq=False)
class Record:
    """One record of a table, as an expression sees it; with an empty row, the duty itself.

    `decided`: it is settled who answers for it, if only that nobody does; `bearer.` then speaks of `speaks_of`, and as
    it was on `bearer_on` where that is another day than that of parameters. `open`: it stands, unless a row that nobody
    can read is the one of `without`.
    """

    world: World
    row: Row
    table: Table | None = None
    on: date | None = None
    bearer_is: str | None = None
    at_column: str | None = None
    rejected: bool = False
    this: "Record | None" = None
    each: "Record | None" = None
    told_as: str | None = None
    decided: bool = False
    speaks_of: str | None = None
    bearer_on: date | None = None
    entity: "Entity | None" = None
    open: bool = False

    @property
    def told(self) -> str:
        """What a finding on it is known by: its key, and the entity where that does not follow from it."""
        return self.key if self.told_as is None else self.told_as

    @property
    def key(self) -> str:
        """The record's key."""
        return self.table.key_of(self.row) if self.table else ""

    @cached_property
    def at(self) -> Moment:
        """When it happened, by the block's `at` or the table's."""
        column = self.at_column or (self.table.at if self.table else None)
        moment = self.value(column) if column else None
        return moment if isinstance(moment, date) else None

    @cached_property
    def instant(self) -> datetime:
        """When it happened, on the world's time line."""
        if self.at is None:
            raise ValueError(f"{self.key} has not happened")
        return self.world.instant(self.at)

    @cached_property
    def bearer(self) -> str | None:
        """Whom the row says to have done it; somebody whom the roster doesn't know can't be told."""
        if self.decided or self.bearer_is is not None or self.table is None or self.table.bearer is None:
            return self.bearer_is
        found = self.value(self.table.bearer)
        return None if found is None else str(found)

    @property
    def doer(self) -> str | None:
        """Who did it, whoever answers for it."""
        return replace(self, bearer_is=None, decided=False).bearer

    @property
    def whose_duty(self) -> str | None:
        """Whose duty was done: whom the rule's `who` names, else what stands in `on_behalf_of`, else who did it."""
        if self.decided:
            return self.bearer
        on_behalf = self.row.get("on_behalf_of")
        return self.bearer if on_behalf is None else str(on_behalf)

    def value(self, name: str) -> Value:
        """A name's value: own columns first, then what it is seen from, then references."""
        if name.startswith(":"):
            found: Value = self.parameter(name[1:])
            return found
        if name in self.row:
            of_staff = self.table is not None and self.table.name in STAFF and name in {"position", "department"}
            return self.world.named(self.row[name]) if of_staff else self.row[name]
        head, _, rest = name.partition(".")
        if head == "bearer":
            return self._of_bearer(rest)
        seen = {"this": self.this, "each": self.each}.get(head)
        if seen is not None:
            return seen.value(rest)
        referred = self.referred(f"{head}_id") or self.referred(head)
        return referred.value(rest) if referred else None

    def _of_bearer(self, column: str) -> Value:
        """What is told of whoever answers; seen from a first record, of whoever answers for that."""
        if self.this is not None:
            return self.this.value(f"bearer.{column}")
        if self._untimed and "appointments" in self.world.tables:
            return None  # who somebody was at an unknown time: the product's reading
        person = self.bearer or self.speaks_of
        return appointment(self.world, person, self.bearer_on or self._day, column) if person else None

    @property
    def _untimed(self) -> bool:
        return self.rejected and self.on is None and self.at is None

    def parameter(self, name: str) -> Any:  # noqa: ANN401 a list may stand behind `in`
        """The value of a parameter on the record's day; of one that changes nobody can tell it at an unknown time.

        A second record is asked for what the day of the first asks.
        """
        if self.this is not None:
            return self.this.parameter(name)
        if self.rejected and self.on is None and self.at is None and len(self.world.parameters[name]) > 1:
            return None
        found = self.world.setting({"parameter": name}, self._day)
        number = isinstance(found, int | float) and not isinstance(found, bool)
        return Fraction(str(found)) if number else found

    @property
    def _day(self) -> date:
        """The day of a record, or of the window's beginning, by which parameters and appointments are chosen."""
        if self.on is not None:
            return self.on
        return day_of(self.at or self.world.as_of)

    def referred(self, column: str) -> "Record | None":
        """The record that a column leads to."""
        if self.row.get(column) is None:
            return None
        rows = [(table, row) for table in self._led_to(column) for row in table.accepted]
        rows = [(table, row) for table, row in rows if table.key_of(row) == self.row[column]]
        if any(table.valid_from for table, _ in rows):  # its own time may be reached by a reference, to no history
            if self._untimed:
                return None  # which state it was at an unknown time
            when = self.on if self.at is None and self.on is not None else self.at
            rows = [(table, row) for table, row in rows if stated(self.world, table, row, when)]
        return next((Record(self.world, row, table) for table, row in rows), None)

    def _led_to(self, column: str) -> list[Table]:
        """The table to which a column leads, as far as it is kept."""
        if self.table is not None and column in self.table.refs:
            return [each for each in self.world.tables.values() if each.name == self.table.refs[column]]
        person = column in PEOPLE_COLUMNS or column.endswith("_by")
        return [each for each in self.world.tables.values() if each.key == ("employee_id" if person else column)]

    def ordinal(self, parts: Sequence[Tree]) -> Value:
        """`nth`: the place by time and key among all records held with equal values; a rejected row has none."""
        if self.rejected or self.table is None or self.at is None:
            return None
        own = [work_out(part, self) for part in parts]
        if None in own:
            return None
        alike = [
            each
            for each in held(self.world, self.table.name)
            if [work_out(part, each) for part in parts] == own and each.place <= self.place
        ]
        return Fraction(len(alike))

    @property
    def place(self) -> tuple[datetime, str]:
        """The order of a table's records: by time, then by key as text."""
        by_table = replace(self, at_column=None)
        return by_table.instant, self.key


def stated(world: World, table: Table, row: Row, when: Moment) -> bool:
    """Whether a row is the state of a time; None: of `as_of`. A state that began after `as_of` is not seen."""
    if table.valid_from is None:
        return True
    end = world.instant(world.as_of)
    if when is not None:
        end = min(end, world.instant(when))
    since = [each for each in _states(world, table.name).get(row[table.key], ()) if _begun(world, each, end)]
    return bool(since) and row[table.valid_from] == max(since)  # type: ignore[type-var] # days


@lru_cache(maxsize=20)
def _states(world: World, name: str) -> Mapping[Value, list[Value]]:
    """Since when each state of a history holds, by key."""
    table, found = world.tables[name], dict[Value, list[Value]]()
    for row in table.accepted:
        found.setdefault(row[table.key], []).append(row[table.valid_from or table.key])
    return found


def _begun(world: World, since: Value, end: datetime) -> bool:
    return isinstance(since, date) and world.instant(since) <= end


def known(record: Record) -> bool:
    """Whether a record had happened, and was written down, by `as_of`; a null time has not come yet."""
    if record.table is None or record.table.ahead:
        return True
    times = [record.value(name) for name in {record.table.at, record.at_column} if name]
    # The promise says of the table's own time that a null one has not happened; that a block's `at` stands in for it is
    # the product's reading.
    if not record.rejected and record.at is None:
        return record.at_column is None and record.table.at is None
    seen = [each for each in (*times, record.row.get("recorded_at")) if isinstance(each, date)]
    return all(record.world.known(each) for each in seen)


def _none_later(record: Record) -> bool:
    """Whether nothing of a record is later than `as_of`, though it may say nothing of its time."""
    times = (record.at, record.row.get("recorded_at"))
    return all(record.world.known(each) for each in times if isinstance(each, date))


@lru_cache(maxsize=100)
def held(world: World, name: str, at: str | None = None) -> list[Record]:
    """All accepted records of a table that are known as of `as_of`."""
    table = world.tables[name]
    rows = (Record(world, row, table, at_column=at) for row in table.accepted)
    return [each for each in rows if known(each)]


@lru_cache(maxsize=100)
def unreadable(world: World, name: str, at: str | None = None) -> list[Record]:
    """The rejected rows of a table that may be known as of `as_of`; none once they were set aside."""
    table = world.tables[name]
    rows = () if name in world.set_aside else table.rejected
    return [each for row in rows if known(each := Record(world, row, table, at_column=at, rejected=True))]


@dataclass(frozen=True)
class Taken:
    """What a block takes: `sure` for certain, `maybe` where a rejected row or a null leaves it open."""

    sure: tuple[Record, ...] = ()
    maybe: tuple[Record, ...] = ()


def named_by(rule: Rule) -> str | None:
    """The expression by which a rule names who owes."""
    found = rule.get("bearer", {}).get("who")
    return None if found in {None, NOBODY} else str(found)


def take(
    world: World,
    block: Rule,
    *,
    this: Record | None = None,
    each: Record | None = None,
    on: date | None = None,
    who: str | None = None,
    answered: Callable[[Record], Record] | None = None,
) -> Taken:
    """The records of a block's table whose `where` is true, and those that may belong to it.

    Each is by `who` it names, or `answered` says who answers for it.
    """
    name, at = block["of"], block.get("at")
    rows = (*held(world, name, at), *unreadable(world, name, at))
    each = this.each if each is None and this is not None else each
    near = [row for row in rows if this is None or matches(row, block.get("match", ()), this) is not False]
    seen = [replace(row, this=this, each=each, on=on) for row in near]
    seen = [_named(each, who) for each in seen] if who else seen
    seen = [answered(each) for each in seen] if answered else seen
    matched = [(record, fits(record, block, this)) for record in seen]
    return Taken(
        tuple(record for record, fits in matched if fits is True and not record.rejected),
        tuple(_open(record, block) for record, fits in matched if fits is None or (fits and record.rejected)),
    )


def _open(record: Record, block: Rule) -> Record:
    """The record, marked where it stands as far as is known: by `without` alone it may be ruled out."""
    return record if record.rejected or "without" not in block else stands(record, block) or record


def _named(record: Record, who: str) -> Record:
    """The record with whom an expression over it names."""
    return replace(record, bearer_is=on_roster(record.world, work_out(parse(who), record)), decided=True)


def fits(record: Record, block: Rule, this: Record | None) -> bool | None:
    """Whether `where`, `match`, `with` and `without` take a record."""
    parts = [holds(block.get("where"), record)]
    if this is not None:
        parts.append(matches(record, block.get("match", ()), this))
    parts.extend(_accompanied(record, block))
    return False if False in parts else None if None in parts else True


def stands(record: Record, block: Rule) -> Record | None:
    """The record, where a block asks something of it: until one of `without` is known to be there."""
    own = {name: block[name] for name in ("where", "with") if name in block}
    ruled_out = exists_before(record, block["without"]) if "without" in block else False
    return replace(record, open=ruled_out is None) if fits(record, own, None) and ruled_out is not True else None


def _accompanied(record: Record, block: Rule) -> Iterator[bool | None]:
    """Whether it has what `with` asks, and not what `without` does; of a rejected row the promise asks neither."""
    for word, wanted in (("with", True), ("without", False)):
        if word in block:
            found = None if record.rejected else exists_before(record, block[word])
            yield found if wanted or found is None else not found


def exists_before(record: Record, block: Rule) -> bool | None:
    """Whether the further block has a matching record at or before this one, unless its `where` tells the time.

    With bounds it is measured, and must be within them; rows that may count leave open what they could change.
    """
    free = _tells_the_time(record, block)
    taken = take(record.world, block, this=record)
    sure = [each for each in taken.sure if free or _at_or_before(each, record)]
    maybe = [each for each in taken.maybe if free or _at_or_before(each, record) is not False]
    asked = bounds.read(block) or [bounds.Bound("at_least", 1)]
    measured = Measure.read(block.get("measure", "count")).over(sure)
    if measured is None:
        return None
    kept = [_kept(bound, measured, len(maybe), record) for bound in asked]
    return False if False in kept else None if None in kept else True


def _kept(bound: "bounds.Bound", measured: Fraction, maybe: int, record: Record) -> bool | None:
    """Whether a count keeps its bound, however many of the rows that may count do."""
    limit = bounds.number(bound.given)
    fewest, most = (bound.kept(count, limit, record.world) for count in (measured, measured + maybe))
    return fewest if fewest == most else None


def _tells_the_time(record: Record, block: Rule) -> bool:
    """Whether `where` compares a time of its own with one of `this.`."""
    own = record.world.tables[block["of"]].types
    its = record.table.types if record.table else {}
    named = [
        f"{name} {sign} this.{other}"
        for name in own
        for sign in ("<", "<=", ">", ">=", "=")
        for other in its
        if {own[name], its[other]} <= {"date", "datetime"}
    ]
    return any(each in block.get("where", "") for each in named)


def _at_or_before(found: Record, record: Record) -> bool | None:
    """Where one of the two tells only its day, days are compared.

    A first record of a table without time is judged as of `as_of`, when all that is seen has been: a reading. So is
    that a further record of such a table, as of `authority`, is there at any time.
    """
    if any(each.table is not None and each.table.at is None for each in (found, record)):
        return True
    if found.at is None or record.at is None:
        return None
    if isinstance(found.at, datetime) and isinstance(record.at, datetime):
        return found.instant <= record.instant
    return day_of(found.at) <= day_of(record.at)


def matches(record: Record, match: Mapping[str, str] | Sequence[str], other: Record) -> bool | None:
    """Whether the columns of `match` are equal; a null leaves it open."""
    pairs = match.items() if isinstance(match, Mapping) else [(column, column) for column in match]
    return equal([(record.value(own), other.value(its)) for own, its in pairs])


def equal(pairs: Sequence[tuple[Value, Value]]) -> bool | None:
    """Whether all pairs are equal: one that differs settles it, else one null leaves it open."""
    found = [None if None in pair else pair[0] == pair[1] for pair in pairs]
    return False if False in found else None if None in found else True


def chooses(rule: Rule) -> bool:
    """Whether a rule asks for a position, a level or something else of its bearers."""
    return bool({"position", "level", "where"} & set(rule.get("bearer", {})))


def admits(rule: Rule, world: World, person: str | None, on: date) -> bool:
    """Whether a rule's `bearer` admits somebody on a day."""
    wanted: Mapping[str, Any] = rule.get("bearer", {})
    filters = {name: wanted[name] for name in ("position", "level") if name in wanted}
    if person is None:
        return not filters and "where" not in wanted
    own = Record(world, {}, on=on, bearer_is=person)
    named = all(own.value(f"bearer.{name}") == value for name, value in filters.items())
    return named and holds(wanted.get("where"), own) is True


def asks(rule: Rule, world: World, person: str | None, on: date) -> bool:
    """Whether a rule owes something of somebody on a day: between two posts nobody holds the one that it asks for."""
    between = person is not None and chooses(rule) and between_posts(world, person, on)
    return not between and admits(rule, world, person, on)


def bearers(rule: Rule, world: World, table: str) -> list[str]:
    """Who may owe a duty per period: the roster, or without one whoever stands in an accepted row of the table.

    Where `who` names somebody, and the rule chooses nobody, it is whomever it names in any record that is known by
    `as_of`: a reading.
    """
    people, who = roster(world), named_by(rule)
    if people is not None and (who is None or chooses(rule)):
        return people
    rows = (Record(world, row, world.tables[table]) for row in world.tables[table].accepted)
    seen = (_named(record, who) for record in rows if _none_later(record)) if who else rows
    return sorted({record.bearer for record in seen if record.bearer is not None})

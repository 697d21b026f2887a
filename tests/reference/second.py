"""A second measure as the bound of a limit: what other records of the bearer, the entity and the window come to."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.reference import bounds
from tests.reference.bounds import Bound
from tests.reference.days import Span, span_named
from tests.reference.entities import Entity
from tests.reference.expressions import Measure, evaluate
from tests.reference.records import Record, Taken, equal, take
from tests.reference.silence import silent
from tests.reference.world import Rule, Value, World, day_of, midnight

UNITS = ("day", "week", "month", "quarter", "year")
COUNTED = ("count", "distinct")


@dataclass(frozen=True)
class Second:
    """A bound by a second measure, of one record: the records that it measures, and its window."""

    bound: Bound
    record: Record
    entity: Entity | None
    anybody: bool

    @property
    def block(self) -> Rule:
        """The block that is measured."""
        return self.bound.block or {}

    @property
    def world(self) -> World:
        """Where it is measured."""
        return self.record.world

    @property
    def untold(self) -> bool:
        """Whether it has a window, and nobody can tell which."""
        return "window" in self.block and self.span is None

    @property
    def span(self) -> Span | None:
        """The window: a period by its text, or a day; None where it has none."""
        if "window" not in self.block:
            return None
        found = evaluate(self.block["window"], self.record)
        return span_of(found)

    @property
    def running(self) -> bool:
        """Whether the window is still open: a bound by a second measure is decided only at its end."""
        span = self.span
        return span is not None and not self.world.known(midnight(span[1]))

    @property
    def taken(self) -> Taken:
        """The records measured, and those that may belong to them."""
        block = {name: self.block[name] for name in ("of", "where", "match", "with", "without") if name in self.block}
        found = take(self.world, block, this=self.record)
        own = [(each, self._own(each)) for each in (*found.sure, *found.maybe)]
        sure = tuple(each for each, so in own if so and each in found.sure)
        return Taken(sure, tuple(each for each, so in own if so is not False and each not in sure))

    def measured(self) -> Fraction | None:
        """What it comes to; None where there is nothing to take an average, least or greatest of."""
        return self._measure.over(self.taken.sure)

    def short(self, found: Fraction) -> bool:
        """Whether it is below its `minimum`, which is compared before `times`."""
        return "minimum" in self.block and found < bounds.number(self.block["minimum"])

    def eased(self) -> bool:
        """Whether rows that may count could move it to the bearer's good; more rows never lower a count."""
        counted = self._measure.name in COUNTED
        if self.bound.lower and counted:
            return False
        valued = None if self._measure.name == "distinct" else self._measure.of
        taken = self.taken
        without = [each for each in taken.sure if valued and evaluate(valued, each) is None]
        return bool(taken.maybe or without) or (not self.bound.lower and self._silent())

    @property
    def _measure(self) -> Measure:
        return Measure.read(self.block.get("measure", "count"))

    def _silent(self) -> bool:
        """Whether what lacks may lack because nobody wrote at all on a day of the window."""
        span, own = self.span, self.record
        return span is not None and silent(self.world, self.block, own.bearer_is, span, did=own.speaks_of)

    def _own(self, other: Record) -> bool | None:
        """Whether a record lies in the window, and without `match` is of the same bearer and entity."""
        parts = [self._inside(other)]
        if "match" not in self.block:
            parts += [self._theirs(other), self._of_entity(other)]
        return False if False in parts else None if None in parts else True

    def _inside(self, other: Record) -> bool | None:
        span = self.span
        if span is None:
            return True
        if other.at is None:
            return None if other.rejected else False
        return span[0] <= day_of(other.at) < span[1]

    def _theirs(self, other: Record) -> bool | None:
        if self.anybody or other.table is None or other.table.bearer is None:
            return True
        if other.bearer is None:
            return None if other.rejected else False
        # Of whom the same would be that nobody knows, may be anybody's.
        return None if self.record.bearer_is is None else other.bearer == self.record.bearer_is

    def _of_entity(self, other: Record) -> bool | None:
        if self.entity is None:
            return True
        shared = [name for name in self.entity.columns if other.table and name in other.table.types]
        return equal([(other.value(name), self.entity.columns[name]) for name in shared])


def span_of(value: Value) -> Span | None:
    """The days that a period or a day names."""
    if isinstance(value, date):
        return span_named("day", day_of(value).isoformat())
    return next((span for unit in UNITS if (span := span_named(unit, str(value)))), None)

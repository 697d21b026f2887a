"""The roster: everybody's appointments, absences and deputies, in Python and as tables for the engine."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import pyarrow as pa

from compliance.roster.absence import Away, Unread
from compliance.roster.appointments import Appointment, Overlap, layers, supposed
from compliance.roster.days import FIRST_DAY, LAST_DAY
from compliance.roster.deputies import InCharge, Possible, StandIn, pairs

_TEXTS = ("bearer", "name", "position", "department", "superior_id", "mode")
_DAYS = ("hired_on", "employed_from", "employed_to", "since", "until")


@dataclass(frozen=True)
class Roster:
    """Everybody's appointments and excused absences. `columns` are those that the records really give.

    `deputies` are those appointed by order, `without_order` the rows that are no appointment, `possible` those that
    could not be read and may be one, `unread` the absences that could not be read, `posts` those that somebody may have
    held by appointments that could not be read.
    """

    appointments: tuple[Appointment, ...]
    away: tuple[Away, ...] = ()
    columns: frozenset[str] = frozenset()
    deputies: tuple[StandIn, ...] = ()
    without_order: tuple[StandIn, ...] = ()
    charge: tuple[InCharge, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    unread: tuple[Unread, ...] = ()
    possible: tuple[Possible, ...] = ()
    posts: tuple[Appointment, ...] = ()

    @cached_property
    def historic(self) -> bool:
        """Whether anybody's position changes over time."""
        return any((each.since, each.until) != (FIRST_DAY, LAST_DAY) for each in (*self.appointments, *self.posts))

    @cached_property
    def _by_bearer(self) -> dict[str, list[Appointment]]:
        found: dict[str, list[Appointment]] = defaultdict(list)
        for each in self.appointments:
            found[each.bearer].append(each)
        return found

    def on(self, bearer: str | None, day: date) -> Appointment | None:
        """The appointment of a day, the nearest where none is held; None where the roster has no such person."""
        for each in self._by_bearer.get(bearer or "", ()):
            if each.since <= day < each.until:
                return each
        return None

    def may_be_stood_in_for(self, bearer: str, day: date) -> bool:
        """Whether a row that could not be read may have appointed a deputy for somebody on a day."""
        return any(each.absent in {None, bearer} and each.since <= day < each.until for each in self.possible)

    def everybody(self, day: date) -> tuple[Appointment, ...]:
        """Everybody's appointment of a day, by id."""
        return tuple(each for each in self.appointments if each.since <= day < each.until)

    def table(self) -> pa.Table:
        """The appointments for the engine; `employed_from` and `employed_to` (exclusive) are never null."""
        return self._table(self.appointments)

    def posts_table(self) -> pa.Table:
        """The posts that somebody may have held, for the engine, in the shape of the appointments."""
        return self._table(self.posts)

    def supposed(self, position: str | None, level: int | str | None) -> tuple[pa.Table, ...]:
        """Whoever may have held a post, in the shape of the appointments, as if each had; one table for each row more.

        `position` and `level` stand for what such a row does not tell.
        """
        if not self.named_levels:
            level = int(str(level)) if str(level).isdigit() else None
        filled = [
            replace(
                post,
                position=position if post.position is None else post.position,
                level=level if post.level is None else post.level,
            )
            for post in self.posts
        ]
        return tuple(self._table(supposed(self.appointments, layer)) for layer in layers(filled))

    def _table(self, rows: Sequence[Appointment]) -> pa.Table:
        return pa.table(
            {name: pa.array([getattr(row, name) for row in rows], pa.string()) for name in _TEXTS}
            | {"level": self._levels(rows)}
            | {name: _days([getattr(row, name) for row in rows]) for name in _DAYS}
            | {"held": pa.array([row.held for row in rows], pa.bool_())}
        )

    @cached_property
    def named_levels(self) -> bool:
        """Whether levels may have names; they are numbers where the manifest calls them so."""
        levels = [each.level for each in (*self.appointments, *self.posts) if each.level is not None]
        return not levels or any(isinstance(level, str) for level in levels)

    def _levels(self, rows: Sequence[Appointment]) -> pa.Array:
        levels = [each.level for each in rows]
        if not self.named_levels:
            return pa.array(levels, pa.int64())
        return pa.array([None if level is None else str(level) for level in levels], pa.string())

    def away_table(self) -> pa.Table:
        """The excused absences for the engine."""
        days = {name: _days([getattr(row, name) for row in self.away]) for name in ("since", "until", "back")}
        return pa.table({"bearer": pa.array([row.bearer for row in self.away], pa.string())} | days)

    def unread_table(self) -> pa.Table:
        """The absences that could not be read, for the engine."""
        days = {name: _days([getattr(row, name) for row in self.unread]) for name in ("since", "until")}
        return pa.table({"bearer": pa.array([row.bearer for row in self.unread], pa.string())} | days)

    def charge_table(self) -> pa.Table:
        """Who is in charge on which days of an absence, for the engine."""
        return pa.table(
            {
                name: pa.array([getattr(row, name) for row in self.charge], pa.string())
                for name in ("bearer", "responsible")
            }
            | {name: _days([getattr(row, name) for row in self.charge]) for name in ("since", "until")}
        )

    def deputies_table(self) -> pa.Table:
        """Who stands in for whom by order, for the engine; each pair once a day."""
        rows = pairs(self.deputies)
        return pa.table(
            {name: pa.array([getattr(row, name) for row in rows], pa.string()) for name in ("absent", "deputy")}
            | {name: _days([getattr(row, name) for row in rows]) for name in ("since", "until")}
        )


def _days(values: list[date | None]) -> pa.Array:
    return pa.array(values, pa.date32())

"""Authority: up to which value a person of a position and level may decide, day by day."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

import pyarrow as pa

from compliance.roster import FIRST_DAY, LAST_DAY, Appointment, Roster, after

UNLIMITED = Decimal(10) ** 14 - 1


@dataclass(frozen=True, slots=True)
class Grant:
    """One row of the authority table; a null position or level means any, null dates are open, `until` is exclusive.

    Of a row that can't be read what is null may be anything, its act too.
    """

    act: str | None
    position: str | None
    level: int | str | None
    at_most: Decimal | None
    since: date
    until: date

    def fits(self, position: str | None, level: int | str | None) -> bool:
        """Whether the row speaks of such a person."""
        return self.position in {None, position} and (self.level is None or str(self.level) == str(level))

    @property
    def rank(self) -> tuple[int, Decimal]:
        """The row that names most of position and level wins, then the highest."""
        return self.names, self.at_most or Decimal(0)

    @property
    def names(self) -> int:
        """How much of position and level the row names."""
        return (self.position is not None) + (self.level is not None)


def grants(
    rows: Iterable[Mapping[str, Any]], positions: Mapping[str, str], *, rejected: bool = False
) -> tuple[Grant, ...]:
    """The authority table's rows, or those rejected, positions under their canonical names."""
    return tuple(
        Grant(
            act=row.get("act"),
            position=positions.get(row.get("position") or "", row.get("position")),
            level=row.get("level"),
            at_most=row.get("at_most"),
            since=row.get("in_force_from") or FIRST_DAY,
            until=after(row.get("in_force_to")),
        )
        for row in rows
        if rejected or row.get("act") is not None
    )


def steps(
    rows: Sequence[Grant], position: str | None, level: int | str | None
) -> list[tuple[date, date, Grant | None]]:
    """The row in force for such a person in each stretch of time; None where there is no authority."""
    fitting = [row for row in rows if row.fits(position, level)]
    days = sorted({FIRST_DAY, LAST_DAY, *(row.since for row in fitting), *(row.until for row in fitting)})
    return [
        (
            since,
            until,
            max((row for row in fitting if row.since <= since < row.until), key=lambda row: row.rank, default=None),
        )
        for since, until in pairwise(days)
    ]


def authority_table(rows: Iterable[Grant], unread: Iterable[Grant], act: str, roster: Roster) -> pa.Table | None:
    """Everybody's authority for an act for the engine; None where no authority is kept for it at all.

    Without authority `granted` is false and `at_most` 0. `perhaps` is up to where a row that can't be read might reach
    beyond that, null where none does.
    """
    kept = [row for row in rows if row.act == act]
    if not kept:
        return None
    maybe = [row for row in unread if row.act in {None, act}]
    known: dict[tuple[str | None, int | str | None], list[_Step]] = {}
    for each in roster.appointments:
        if (each.position, each.level) not in known:
            known[each.position, each.level] = [*_doubted(kept, maybe, each.position, each.level)]
    made = [
        _row(each, step)
        for each in roster.appointments
        for step in known[each.position, each.level]
        if max(step.since, each.since) < min(step.until, each.until)
    ]
    height = pa.decimal128(18, 4)
    days = {"since": pa.date32(), "until": pa.date32()}
    schema = {"bearer": pa.string(), **days, "granted": pa.bool_(), "at_most": height, "perhaps": height}
    return pa.Table.from_pylist(made, schema=pa.schema(schema))


class _Step(NamedTuple):
    """A stretch of time with the row in force, and how high a row that can't be read might reach beyond it."""

    since: date
    until: date
    grant: Grant | None
    perhaps: Decimal | None


def _doubted(
    kept: Sequence[Grant], maybe: Iterable[Grant], position: str | None, level: int | str | None
) -> Iterator[_Step]:
    fitting = [row for row in maybe if row.fits(position, level)]
    for since, until, grant in steps(kept, position, level):
        inside = {day for row in fitting for day in (row.since, row.until) if since < day < until}
        for first, last in pairwise(sorted({since, until, *inside})):
            own = grant.at_most if grant else Decimal(0)
            there = (row for row in fitting if row.since <= first < row.until or row.until <= row.since)
            heights = (_height(row) for row in (*there, *_as_strong(kept, position, level, first, grant)))
            yield _Step(first, last, grant, max((each for each in heights if own is None or each > own), default=None))


def _as_strong(
    kept: Sequence[Grant], position: str | None, level: int | str | None, day: date, grant: Grant | None
) -> Iterator[Grant]:
    """The rows that name as much as the one in force on a day, and do not say how far they go."""
    if grant is not None:
        yield from (
            row
            for row in kept
            if row.at_most is None
            and row.names == grant.names
            and row.fits(position, level)
            and row.since <= day < row.until
        )


def _height(row: Grant) -> Decimal:
    return UNLIMITED if row.at_most is None else row.at_most


def _row(each: Appointment, step: _Step) -> dict[str, object]:
    return {
        "bearer": each.bearer,
        "since": max(step.since, each.since),
        "until": min(step.until, each.until),
        "granted": step.grant is not None,
        "at_most": step.grant.at_most if step.grant else Decimal(0),
        "perhaps": step.perhaps,
    }

"""Authority: up to which value a person of a position and level may decide, day by day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pyarrow as pa

from compliance.roster import FIRST_DAY, LAST_DAY, Appointment, Roster, after


@dataclass(frozen=True, slots=True)
class Grant:
    """One row of the authority table; a null position or level means any, null dates are open, `until` is exclusive."""

    act: str
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
        return (self.position is not None) + (self.level is not None), self.at_most or Decimal(0)


def grants(rows: Iterable[Mapping[str, Any]], positions: Mapping[str, str]) -> tuple[Grant, ...]:
    """The authority table's rows, positions under their canonical names."""
    return tuple(
        Grant(
            act=row["act"],
            position=positions.get(row.get("position") or "", row.get("position")),
            level=row.get("level"),
            at_most=row.get("at_most"),
            since=row.get("in_force_from") or FIRST_DAY,
            until=after(row.get("in_force_to")),
        )
        for row in rows
        if row.get("act") is not None
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


def authority_table(rows: Iterable[Grant], act: str, roster: Roster) -> pa.Table | None:
    """Everybody's authority for an act for the engine; None where no authority is kept for it at all.

    Without authority `granted` is false and `at_most` 0.
    """
    kept = [row for row in rows if row.act == act]
    if not kept:
        return None
    known: dict[tuple[str | None, int | str | None], list[tuple[date, date, Grant | None]]] = {}
    for each in roster.appointments:
        known.setdefault((each.position, each.level), steps(kept, each.position, each.level))
    made = [
        _row(each, *step)
        for each in roster.appointments
        for step in known[each.position, each.level]
        if max(step[0], each.since) < min(step[1], each.until)
    ]
    schema = pa.schema(
        {
            "bearer": pa.string(),
            "since": pa.date32(),
            "until": pa.date32(),
            "granted": pa.bool_(),
            "at_most": pa.decimal128(18, 4),
        }
    )
    return pa.Table.from_pylist(made, schema=schema)


def _row(each: Appointment, since: date, until: date, grant: Grant | None) -> dict[str, object]:
    return {
        "bearer": each.bearer,
        "since": max(since, each.since),
        "until": min(until, each.until),
        "granted": grant is not None,
        "at_most": grant.at_most if grant else Decimal(0),
    }

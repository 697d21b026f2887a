"""`dutybook.backdated`: an entry of the audited period that was written down late."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, cast

import pyarrow as pa
from sqlglot import exp

from compliance.assess.builtin.told import finding, told_by
from compliance.calendar import ONE_DAY, midnight
from compliance.engines.base import Engine
from compliance.kinds.ground import Ground
from compliance.language.durations import Duration
from compliance.language.values import literal
from compliance.model.finding import Finding, How, RecordRef
from compliance.model.names import Namer
from compliance.sql import sql
from compliance.workspace.manifest import BACKDATED
from compliance.workspace.tables import Table

INFO = told_by(
    BACKDATED,
    "Entries are written down soon after what they record",
    "Write entries down on the day; say in the entry why it is late.",
)
# The first comparison is cheap and leaves few rows for the calendar's.
LATE = """
    select r._key, r._bearer, r._at, r.recorded_at
    from records as r join latest as l on l.day = cast(r._at as date)
    where r._at >= :start and r._at < :stop and r.recorded_at <= :as_of
        and r.recorded_at > r._at + :least and r.recorded_at >= l.until
    order by r._key
"""
LATE_EXACT = """
    select r._key, r._bearer, r._at, r.recorded_at from records as r
    where r._at >= :start and r._at < :stop and r.recorded_at <= :as_of and r.recorded_at > r._at + :least
    order by r._key
"""


def backdated(ground: Ground, engine: Engine, tolerance: Duration, namer: Namer) -> tuple[Finding, ...] | None:
    """Entries of the audited period recorded later than the tolerance after they happened; they count all the same.

    None where no table says when its entries were written down.
    """
    tables = [
        each for each in ground.tables.values() if "recorded_at" in each.columns and each.has_at and not each.ahead
    ]
    if not tables:
        return None
    if not tolerance.exact:
        engine.hand_over("latest", _latest(ground, tolerance))
    return tuple(
        _finding(table, row, ground, namer) for table in tables for row in _rows(table, ground, engine, tolerance)
    )


def _rows(table: Table, ground: Ground, engine: Engine, tolerance: Duration) -> Iterable[dict[str, Any]]:
    span = tolerance.normal()
    unit = "MINUTE" if tolerance.exact else "DAY"
    count = span.count if tolerance.exact or span.unit.value != "months" else 28 * span.count
    holes = {
        "start": literal(ground.period.start).sql,
        "stop": literal(ground.period.end).sql,
        "as_of": literal(ground.as_of).sql,
        "least": exp.Interval(this=exp.Literal.string(str(count)), unit=exp.Var(this=unit)),
    }
    template = LATE_EXACT if tolerance.exact else LATE
    rows = engine.fetch(sql(template, {"records": table.relation}, **holes)).to_pylist()
    return cast("list[dict[str, Any]]", rows)


def _latest(ground: Ground, tolerance: Duration) -> pa.Table:
    """For every day, the first moment that is too late to write down what happened on it."""
    days = list(_days(ground))
    until = [midnight(ground.calendar.after(day, tolerance) + ONE_DAY) for day in days]
    return pa.table({"day": pa.array(days, pa.date32()), "until": pa.array(until, pa.timestamp("us"))})


def _days(ground: Ground) -> Iterator[date]:
    day = ground.period.start.date()
    while day <= ground.period.end.date():
        yield day
        day += ONE_DAY


def _finding(table: Table, row: dict[str, Any], ground: Ground, namer: Namer) -> Finding:
    bearer, record = row["_bearer"], RecordRef(table.name, str(row["_key"]))
    told = f"{namer.person(bearer)}: {table.name} {record.key} of {row['_at']} was written down on {row['recorded_at']}"
    return finding(BACKDATED, bearer, record, told, ground, at=row["_at"], how=How.LATE, responsible=bearer)

"""Preparing the ground: calendar, roster, authority and heartbeats of one audit, offered to the engine."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache

import pyarrow as pa
from sqlglot import exp

from compliance.assess.period import EARLIEST, LATEST
from compliance.assess.staff import staff
from compliance.calendar import WorkCalendar, work_calendar
from compliance.engines.base import Engine
from compliance.kinds.authority import Grant, grants
from compliance.kinds.ground import (
    CALENDAR,
    DEPUTIES,
    IN_CHARGE,
    LEAVE,
    ROSTER,
    UNREAD_LEAVE,
    UNREAD_POSTS,
    WORKED,
    Ground,
)
from compliance.kinds.silence import DEPARTMENT, Beats
from compliance.language.parameters import Parameters
from compliance.language.values import literal
from compliance.model.finding import Window
from compliance.sql import col, expression, named, relation, sql
from compliance.workspace.fetching import rows
from compliance.workspace.manifest import Calendar, Settings
from compliance.workspace.tables import Books, Table

ABSENT = """
    select a.bearer, c.day, c.working from leave as a join calendar as c on c.day >= a.since and c.day < a.until
    where c.day >= :first and c.day < :last
"""
UNEMPLOYED = """
    select r.bearer, c.day, c.working
    from (select distinct bearer, employed_from, employed_to from roster) as r
        join calendar as c on c.day < r.employed_from or c.day >= r.employed_to
    where c.day >= :first and c.day < :last
"""
_AROUND = timedelta(days=800)
# What `working_days` counts between: days of hiring or of foundation too, long before any record.
_WORKED = date(1950, 1, 1), date(2100, 1, 1)


def ground(
    manifest: Settings,
    books: Books,
    parameters: Parameters,
    engine: Engine,
    *,
    period: Window,
    as_of: datetime,
) -> Ground:
    """What every rule stands on; small tables are offered to the engine, since few rules ask for all of them."""
    tables = dict(books.tables)
    calendar = _calendar(manifest, tables.values(), period, as_of)
    roster = staff(manifest, tables, engine, calendar)
    engine.offer(CALENDAR, calendar.table)
    engine.offer(WORKED, lambda: _worked(manifest.calendar, calendar.first, calendar.last))
    engine.offer(ROSTER, roster.table)
    engine.offer(LEAVE, roster.away_table)
    engine.offer(UNREAD_LEAVE, roster.unread_table)
    engine.offer(UNREAD_POSTS, roster.posts_table)
    engine.offer(IN_CHARGE, roster.charge_table)
    engine.offer(DEPUTIES, roster.deputies_table)
    engine.offer("absent", lambda: _absent(period))
    return Ground(
        tables=tables,
        calendar=calendar,
        zone=manifest.timezone,
        parameters=parameters,
        period=period,
        as_of=as_of,
        roster=roster,
        grants=_grants(manifest, tables, engine),
        unread_grants=_grants(manifest, tables, engine, rejected=True),
        set_aside=frozenset(manifest.set_aside),
        positions=manifest.positions,
        departments=manifest.departments,
        absent=books.absent,
        beats={
            table.name: _beats(table, engine, as_of) for table in tables.values() if table.heartbeat and table.has_at
        },
    )


def _calendar(manifest: Settings, tables: Iterable[Table], period: Window, as_of: datetime) -> WorkCalendar:
    moments = [
        moment for table in tables for moment in (table.first_at, table.last_at, table.last_recorded_at) if moment
    ]
    first = max(min([period.start, as_of, *moments]).date(), EARLIEST) - _AROUND
    last = min(max([period.end, as_of, *moments]).date(), LATEST) + _AROUND
    return _between(manifest.calendar, first, last)


@lru_cache(maxsize=4)
def _worked(given: Calendar, first: date, last: date) -> pa.Table:
    """A calendar for whatever days stand in records; it is long, and made only where a rule counts working days."""
    earliest, latest = _WORKED
    return _between(given, min(first, earliest), max(last, latest)).table()


# Small audits in turn ask for the same ones.
@lru_cache(maxsize=16)
def _between(given: Calendar, first: date, last: date) -> WorkCalendar:
    return work_calendar(
        first,
        last,
        country=given.country,
        subdivision=given.subdivision,
        days_off=given.extra_days_off,
        working_days=given.extra_working_days,
    )


def _grants(
    manifest: Settings, tables: dict[str, Table], engine: Engine, *, rejected: bool = False
) -> tuple[Grant, ...]:
    """Who may do what, or the rows of that which can't be read and that nobody has set aside."""
    authority = tables.get("authority")
    if authority is None or "act" not in authority.columns:
        return ()
    if rejected and (not authority.rejected or authority.name in manifest.set_aside):
        return ()
    columns = ("act", "position", "level", "at_most", "in_force_from", "in_force_to")
    return grants(rows(engine, authority, columns, rejected=rejected), manifest.positions, rejected=rejected)


def _beats(table: Table, engine: Engine, as_of: datetime) -> Beats:
    """The days with rows; a rejected row breaks the silence too, whatever could be read of it.

    What it does not tell may be anything; an accepted row that names none is of none.
    """
    by = tuple(table.heartbeat.by if table.heartbeat else ())
    parts = [(table.relation, ""), *([(table.rejected_name, None)] if table.rejected else [])]
    found = {
        (row["day"], tuple(untold if row[name] is None else row[name] for name in by))
        for part, untold in parts
        for row in engine.fetch(_days(table, part, by, as_of)).to_pylist()
    }
    return Beats(by, tuple(sorted(found, key=repr)))


def _days(table: Table, part: str, by: tuple[str, ...], as_of: datetime) -> exp.Select:
    """The days of a table's rows seen by `as_of`, with the values that its silence is told by."""
    own = [named(exp.cast(col(name, "r"), "VARCHAR"), name) for name in by if name in table.columns]
    query = exp.select(expression("cast(r._at as date)").as_("day"), *own).from_(relation(part, "r"))
    if DEPARTMENT in by and DEPARTMENT not in table.columns:
        query = query.select(named(col(DEPARTMENT, "p"), DEPARTMENT))
        then = "p.bearer = r._bearer and cast(r._at as date) >= p.since and cast(r._at as date) < p.until"
        query = query.join(relation(ROSTER, "p"), on=expression(then), join_type="left")
    seen = [expression("r._at <= :as_of", as_of=literal(as_of).sql)]
    if "recorded_at" in table.columns:
        seen.append(expression("coalesce(r.recorded_at <= :as_of, true)", as_of=literal(as_of).sql))
    return query.where(*seen).distinct()


def _absent(period: Window) -> exp.Query:
    """Every day, worked or not, on which somebody was excused or not employed, around the period."""
    first, last = period.start.date() - _AROUND / 2, period.end.date() + _AROUND / 2
    first_day, last_day = literal(first).sql, literal(last).sql
    away_days = sql(ABSENT, first=first_day, last=last_day)
    return exp.union(away_days, sql(UNEMPLOYED, first=first_day, last=last_day), distinct=True)

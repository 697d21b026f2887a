"""Records that happened far from all others of their table: a slip of the pen, or a placeholder such as 1900."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from compliance.check.model import Oddity
from compliance.check.oddities.looked import Looked
from compliance.engines.base import Engine
from compliance.language.values import literal
from compliance.reports.words import plural
from compliance.sql import sql
from compliance.workspace.tables import Table

FEWEST = 5
"""Among fewer records none is far from the rest."""
TIMES = 5
"""A record is far where it lies more than so many times the span of the middle half away from that half."""
LEAST = timedelta(days=60)
"""The least span that the middle half is taken for."""
SHOWN = 3

# By rank, not by interpolation: each is the moment of a record.
QUARTERS = """
    select count(*) as n, min(case when nth >= total * 0.25 then _at end) as low,
        min(case when nth >= total * 0.75 then _at end) as high
    from (select _at, row_number() over (order by _at) as nth, count(*) over () as total
          from records where _at is not null) as ranked
"""
FAR = """
    select _key, cast(_at as timestamp) as at, count(*) over () as n
    from records where _at < :low or _at > :high order by _at, _key limit 3
"""


@dataclass(frozen=True, slots=True)
class _Usual:
    """Between which moments a record is usual."""

    low: datetime
    high: datetime


def far_moments(looked: Looked) -> Iterator[Oddity]:
    """Tables with records far outside the rest, with the first of those."""
    for table in looked.books.tables.values():
        usual = _usual(table, looked.engine) if table.has_at else None
        if usual is None:
            continue
        bounds = {"low": literal(usual.low).sql, "high": literal(usual.high).sql}
        rows = looked.engine.fetch(sql(FAR, {"records": table.relation}, **bounds)).to_pylist()
        if rows:
            yield Oddity(table.name, _told(table, rows[0]["n"], rows), "check the dates where they were written down")


def _usual(table: Table, engine: Engine) -> _Usual | None:
    found = engine.fetch(sql(QUARTERS, {"records": table.relation})).to_pylist()[0]
    if found["n"] < FEWEST:
        return None
    low, high = found["low"], found["high"]
    room = TIMES * max(high - low, LEAST)
    return _Usual(low - min(room, low - datetime.min), high + min(room, datetime.max - high))  # noqa: DTZ901 local time


def _told(table: Table, count: int, rows: list[dict[str, object]]) -> str:
    shown = ", ".join(f"{row['_key']} ({str(row['at'])[:16]})" for row in rows)
    more = f" and {count - SHOWN:,} more" if count > SHOWN else ""
    return f"{plural(count, 'record')} of {table.name} happened far from all others: {shown}{more}"

"""A working day on which every log is silent, as if it had been a holiday."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from sqlglot import exp

from compliance.calendar import ONE_DAY
from compliance.check.model import Oddity
from compliance.check.oddities.looked import Looked
from compliance.reports.words import day as written
from compliance.sql import col, expression, relation
from compliance.workspace.tables import Table

FEWEST = 5
"""So many working days a log must have rows on before its silence tells anything."""
DENSE = (4, 5)
"""The share of working days that must have rows: a log with more holes is simply kept seldom."""
FREE_ALMOST_ANYWHERE = frozenset({(1, 1), (5, 1), (12, 25)})
LONGEST = 10
"""The most silent working days before the first record, or after the last, that may be a holiday."""


def silent_holidays(looked: Looked) -> Iterator[Oddity]:
    """Stretches of working days of the period on which nobody wrote anything, though on nearly every other.

    A log that should have a row every working day is silent by itself where the day is free almost anywhere.
    """
    if looked.period is None or looked.as_of is None or looked.calendar is None:
        return
    logs = {table.name: table for table in looked.books.tables.values() if table.has_at and not table.ahead}
    heard = {name: frozenset(_days(table, looked)) for name, table in logs.items()}
    first, stop = looked.period.start.date(), min(looked.period.end, looked.as_of).date()
    working = [day for day in _between(first, stop) if looked.calendar.is_working(day)]
    everywhere = list(_holidays(working, frozenset().union(*heard.values())))
    yield from (_oddity(silent, "every table", looked) for silent in everywhere)
    told = {day for silent in everywhere for day in silent}
    for name, table in logs.items():
        if table.heartbeat:
            alone = (silent for silent in _holidays(working, heard[name]) if _free(silent) and not told & {*silent})
            yield from (_oddity(silent, name, looked) for silent in alone)


def _days(table: Table, looked: Looked) -> Iterator[date]:
    """The days with rows, accepted or rejected."""
    parts = [table.relation, *([table.rejected_name] if table.rejected else [])]
    for part in parts:
        asked = exp.select(expression("cast(_at as date)").as_("day")).distinct().from_(relation(part))
        filled = asked.where(exp.not_(exp.Is(this=col("_at"), expression=exp.null())))
        yield from looked.engine.fetch(filled).column(0).to_pylist()


def _between(first: date, stop: date) -> Iterator[date]:
    while first < stop:
        yield first
        first += ONE_DAY


def _holidays(working: list[date], heard: frozenset[date]) -> Iterator[list[date]]:
    """The silent stretches among the working days that look like holidays."""
    loud = [day for day in working if day in heard]
    if len(loud) < FEWEST:
        return
    inside = sum(loud[0] <= day <= loud[-1] for day in working)
    if len(loud) * DENSE[1] < inside * DENSE[0]:
        return
    for quiet, stretch in groupby(working, key=lambda day: day not in heard):
        silent = list(stretch)
        if quiet and (loud[0] < silent[0] < loud[-1] or _free(silent)):
            yield silent


def _free(silent: list[date]) -> bool:
    """Whether a stretch before the first record or after the last is a holiday, not a log that was not kept yet."""
    return len(silent) <= LONGEST and any((day.month, day.day) in FREE_ALMOST_ANYWHERE for day in silent)


def _oddity(silent: list[date], where: str, looked: Looked) -> Oddity:
    first, last = silent[0], silent[-1]
    when = f"{written(first)} is" if first == last else f"{written(first)} to {written(last)} are"
    if looked.manifest.calendar.country is None:
        asks, advice = "is the calendar missing?", "name the country whose holidays are kept: `calendar: {country: DE}`"
    else:
        days = ", ".join(map(str, silent))
        asks, advice = "was it a day off?", f"if it was, say so: `calendar: {{extra_days_off: [{days}]}}`"
    return Oddity(where if where in looked.books.tables else None, f"{when} silent in {where}: {asks}", advice)

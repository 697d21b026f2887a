"""The time that a second measure is taken in, named by a `period` text or a date of the first record."""

from collections.abc import Iterator

import pyarrow as pa
from sqlglot import exp

from compliance.calendar import ONE_DAY
from compliance.kinds.base import Desk
from compliance.kinds.opened import Loc
from compliance.kinds.second import FirstRecord, Second
from compliance.language.values import Family, Typed
from compliance.sql import col, expression, nothing, sql
from compliance.windows import Per, Span, spans

LABELS = "labels"
WINDOW = "window"
_PERIODS = (Per.DAY, Per.WEEK, Per.MONTH, Per.QUARTER, Per.YEAR)
WINDOWED = """
    select t.*, :window is not null as told, l.first_day, l.stop_day
    from first as t left join labels as l on l.label = :window
"""


def keep_window(desk: Desk, written: str | None, first: FirstRecord, loc: Loc, name: str = WINDOW) -> None:
    """Have the text of the window stand in the first's relation under this name, and whether one is asked for."""
    value = Typed(nothing("VARCHAR"), Family.TEXT)
    if written is not None:
        found = desk.expression(written, first.scope, loc)
        if found.family is Family.DATETIME:
            found = Typed(exp.cast(found.sql, "DATE"), Family.DATE)
        year = found.family is Family.NUMBER and found.scale == 0
        if found.family not in {Family.TEXT, Family.DATE, Family.NULL} and not year:
            desk.problem(loc, f"a window is a period such as 2026-03, or a date, not {found.family.value}")
        value = Typed(exp.cast(found.sql, "VARCHAR"), Family.TEXT)
    first.keep(name, value)
    first.keep_worked("asked", Typed(exp.Boolean(this=written is not None), Family.BOOLEAN))


def windowed(desk: Desk, first: str, name: str = WINDOW) -> exp.Select:
    """The first's relation with `first_day` and `stop_day` of each window of that name; null where it names none."""
    if LABELS not in desk.ground.handed:
        rows = list(_labels(desk))
        desk.ground.handed[LABELS] = pa.table(
            {
                "label": pa.array([label for label, _ in rows], pa.string()),
                "first_day": pa.array([span.start for _, span in rows], pa.date32()),
                "stop_day": pa.array([span.stop for _, span in rows], pa.date32()),
            }
        )
    return sql(WINDOWED, {"first": first}, window=col(name, "t"))


def _labels(desk: Desk) -> Iterator[tuple[str, Span]]:
    calendar = desk.ground.calendar
    for per in _PERIODS:
        yield from ((span.label(per), span) for span in spans(per, calendar.first, calendar.last + ONE_DAY, calendar))


def inside(found: Second) -> exp.Expr:
    """Whether a record of `x` lies in the window of `t`."""
    day = found.across.seen(Typed(exp.cast(found.scope.moment, "DATE"), Family.DATE)).sql
    return expression(":d >= t.first_day and :d < t.stop_day", d=day)

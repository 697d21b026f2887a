"""Bounds that are measures themselves: the same measure some windows earlier, or a second one in the same window."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

import pyarrow as pa
from sqlglot import exp

from compliance.kinds.base import Desk
from compliance.kinds.bounds import bound_value, refused_bound
from compliance.kinds.duties import employed_then
from compliance.kinds.entities import Entities
from compliance.kinds.ground import CALENDAR, LEAVE
from compliance.kinds.heartbeat import silence
from compliance.kinds.measures import Aggregate, Measure, measure
from compliance.kinds.onrecord import on_record
from compliance.kinds.opened import Loc, record_scope
from compliance.kinds.scopes import OwedScope
from compliance.kinds.steps import Steps, steps
from compliance.kinds.tally import Tally, counted, may_be, of_duty, tally
from compliance.language.blocks import MOST_PREVIOUS, Bound, ParameterRef
from compliance.language.parameters import Value
from compliance.language.values import Family, Typed, literal
from compliance.sql import all_of, any_of, col, expression, relation, sql
from compliance.windows import Per, Span, span_of, spans

EMPLOYED = """
    exists (
        select 1 from roster as r where r.bearer = o.bearer and r.employed_from <= :start and r.employed_to >= :stop
    )
"""

# Whose bound is measured in a time in which the table of its records was silent.
HUSHED = """
    select o.bearer, o.start_day, min(s.told) as silent
    from owed as o join silence as s on s.day >= o.start_day and s.day < o.stop_day
        left join roster as d on d.bearer = o.bearer and s.day >= d.since and s.day < d.until
    where (s.department is null or s.department = d.department) and (:employed)
    group by o.bearer, o.start_day
"""
HUSHED_BEFORE = """
    select o.bearer, o.start_day, min(s.told) as silent
    from owed as o join earlier as e on e.start_day = o.window_day
        join silence as s on s.day >= e.earlier_start and s.day < e.earlier_stop
        left join roster as d on d.bearer = o.bearer and s.day >= d.since and s.day < d.until
    where (s.department is null or s.department = d.department) and (:employed)
    group by o.bearer, o.start_day
"""

AWAY_BEFORE = """
    select d.bearer, d.window_day, sum(cast(d.working as bigint)) as days
    from (
        select distinct l.bearer, e.start_day as window_day, c.day, c.working
        from earlier as e join calendar as c on c.day >= e.earlier_start and c.day < e.earlier_stop
            join leave as l on c.day >= l.since and c.day < l.until
    ) as d
    group by 1, 2
"""


@dataclass
class Relative:
    """One bound as a measure: the query parts that it needs, the joins to `owed as o`, and what comes of them.

    `unsure` tells whether rows that may count could move it, `hushed` whether its table was silent in its window, so
    that some may lack, and `silent` when first; `below` whether it is too small to bind anybody: a `second` measure
    under its `least`, or somebody who was away.
    """

    side: str
    value: Typed
    unsure: exp.Expr
    grows: bool
    hushed: exp.Expr = field(default_factory=exp.false)
    silent: exp.Expr = field(default_factory=exp.null)
    below: exp.Expr = field(default_factory=exp.false)
    second: exp.Expr = field(default_factory=exp.null)
    least: exp.Expr = field(default_factory=exp.null)
    parts: dict[str, exp.Query | None] = field(default_factory=dict)
    joins: list[tuple[exp.Expr, exp.Expr]] = field(default_factory=list)


def earlier(  # noqa: PLR0917 a bound, and where it stands
    desk: Desk, bound: Bound, done: Tally, taken: Measure, scope: OwedScope, side: str, loc: Loc
) -> Relative | None:
    """The same measure some windows earlier.

    Null where the bearer was not employed throughout it, or where the table's records begin later.
    """
    per, each = done.per, done.entities
    assert bound.previous is not None  # noqa: S101 asked before
    if per is None:
        desk.problem(loc, "an earlier window is there only with `per`", "say how often this is owed")
        return None
    counts = steps(desk, bound.previous, (*loc, "previous"), _windows, f"a whole number from 1 to {MOST_PREVIOUS}")
    if counts is None:
        return None
    name = _hand_over(desk, per, counts)
    alias, before = f"earlier {side}", f"before {side}"
    start, stop = col("earlier_start", before), col("earlier_stop", before)
    known = [expression(":s is not null", s=start)]
    known.append(expression("cast(:s as timestamp) >= :f", s=start, f=_first(done)))
    if desk.ground.rostered:
        known.append(expression(f"(o.bearer is null or {EMPLOYED})", start=start, stop=stop))
    if each is not None:
        # A value of a column is owed for in the window that first holds it, too.
        began, ended = (expression("cast(:s as timestamp)", s=side_) for side_ in (start, stop))
        known.append(each.begun("o", began, ended))
    zero = taken.aggregate.counted or taken.aggregate is Aggregate.SUM
    if taken.passes is not None:
        known.append(_told(alias))
    measured = expression("coalesce(:m, 0)" if zero else ":m", m=col("measured", alias))
    value = expression("case when :k then :m end", k=all_of(*known), m=measured)
    same = all_of(of_duty(done.keys, alias, "o"), exp.EQ(this=col("start_day", alias), expression=start.copy()))
    unsure = any_of(expression("coalesce(:m, 0) > 0", m=col("maybe", alias)), _loose(done, "loose", start))
    made = Relative(side, Typed(value, Family.NUMBER, taken.scale), unsure, taken.aggregate.counted)
    made.joins = [
        (relation(name, before), exp.EQ(this=col("start_day", before), expression=col("window_day", "o"))),
        (relation("done", alias), same),
    ]
    _listen(made, HUSHED_BEFORE, silence(desk, done.scope.table, done.where), {"earlier": name})
    if bound.present is not None:
        _only_present(desk, bound.present, made, name, scope, loc)
    return made


def _first(done: Tally) -> exp.Expr:
    """When the table's records begin; of one that has no time but the block's, those that its one pass reads."""
    scope = done.scope
    if scope.table.has_at or not scope.timed:
        return literal(scope.table.first_at).sql
    least = expression("min(:at)", at=scope.happened_at.sql)
    return exp.select(least).from_(relation(done.seen)).where(exp.not_(col("_rejected"))).subquery()


def _listen(made: Relative, query: str, quiet: str | None, names: Mapping[str, str]) -> None:
    """Find the duties in whose window the table that the bound is measured by was silent."""
    if quiet is None:
        return
    name = f"hushed {made.side}"
    made.parts[name] = sql(query, {**names, "silence": quiet}, employed=employed_then("o"))
    same = expression(
        ":b is not distinct from o.bearer and :s = o.start_day", b=col("bearer", name), s=col("start_day", name)
    )
    made.joins.append((relation(name), same))
    made.hushed = expression(":s is not null", s=col("start_day", name))
    made.silent = col("silent", name)


def _only_present(  # noqa: PLR0917 a bound, and where it stands
    desk: Desk, share: Decimal | ParameterRef, made: Relative, windows: str, scope: OwedScope, loc: Loc
) -> None:
    """Let the bound bind nobody who was there for less than that share of the working days of one of both windows."""
    away, before = f"away {made.side}", f"before {made.side}"
    made.parts[away] = sql(AWAY_BEFORE, {"earlier": windows, "leave": LEAVE, "calendar": CALENDAR})
    same = all_of(*(exp.EQ(this=col(key, away), expression=col(key, "o")) for key in ("bearer", "window_day")))
    made.joins.append((relation(away), same))
    as_bound = Bound(parameter=share.parameter) if isinstance(share, ParameterRef) else Bound(number=share)
    place = (*loc, "present")
    least = bound_value(desk, as_bound, scope, place, refused_bound(desk, place)).sql
    then = {"all": col("earlier_working", before), "away": col("days", away)}
    made.below = any_of(
        expression("o.present < :l * o.total", l=least),
        expression("coalesce(:all - coalesce(:away, 0) < :l * :all, false)", l=least.copy(), **then),
    )


def _windows(value: Value) -> int | None:
    """How many windows earlier a parameter says."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 1 <= value <= MOST_PREVIOUS else None


def _hand_over(desk: Desk, per: Per, counts: Steps[int]) -> str:
    """For each window, the one that many earlier."""
    told = "; ".join(f"{step.value}{f' from {step.since}' if step.since else ''}" for step in counts.all)
    name = f"earlier {per.value} {told}"
    if name not in desk.ground.handed:
        pairs = list(_pairs(desk, per, counts))
        columns = {
            "start_day": [now.start for now, _ in pairs],
            "earlier_start": [then.start for _, then in pairs],
            "earlier_stop": [then.stop for _, then in pairs],
        }
        arrays = {key: pa.array(days, pa.date32()) for key, days in columns.items()}
        calendar = desk.ground.calendar
        # The first window may begin before the calendar does, long before any record.
        working = [calendar.working_days(max(then.start, calendar.first), then.stop) for _, then in pairs]
        desk.ground.handed[name] = pa.table(arrays | {"earlier_working": pa.array(working, pa.int64())})
    return name


def _pairs(desk: Desk, per: Per, counts: Steps[int]) -> Iterator[tuple[Span, Span]]:
    calendar = desk.ground.calendar
    first = span_of(calendar.first, per)
    listed = [each for each in spans(per, calendar.first, calendar.last, calendar) if each.start >= first.start]
    for place, now in enumerate(listed):
        if (then := place - counts.at(now.start)) >= 0:
            yield now, listed[then]


def _loose(done: Tally, loose: str, start: exp.Expr) -> exp.Expr:
    """Whether rows that may count may lie in that window."""
    if done.loose() is None:
        return exp.false()
    fits = [may_be(col(f"k{index}", "l"), col(name, "o")) for index, (_, name) in enumerate(done.keys)]
    fits.append(expression("l.start_day is null or l.start_day = :s", s=start))
    found = sql("select 1 from loose as l where :fits", {"loose": loose}, fits=all_of(*fits))
    return exp.Exists(this=found)


def second_measure(  # noqa: PLR0917 a bound, and where it stands
    desk: Desk, bound: Bound, done: Tally, each: Entities | None, scope: OwedScope, side: str, loc: Loc
) -> Relative | None:
    """Another measure of the same bearer, entity and window."""
    block = bound.second
    assert block is not None  # noqa: S101 asked before
    if bound.window is not None:
        says = "the second measure of a quota is taken in the quota's own window"
        desk.problem((*loc, "window"), says, "leave `window` out", key=True)
    records = record_scope(desk, block.of, loc, block.at)
    if records is None:
        return None
    counts = counted(desk, block, records, loc, entities=each is not None and not each.whole)
    who = desk.bearer.who if desk.bearer else None
    whose = who or done.scope.table.bearer
    per = done.per if records.timed else None
    other = replace(tally(desk, block, records, per, counts, each, loc, whose=whose), stands=None)
    other = replace(other, cut=done.cut) if per is done.per else on_record(other, records)
    taken = measure(desk, bound.measure, records, (*loc, "measure"))
    if taken is None:
        return None
    taken = taken.read_by(records.reading).heeding(counts, records.reading)
    alias, loose = f"second {side}", f"loose {side}"
    zero = taken.aggregate.counted or taken.aggregate is Aggregate.SUM
    measured = expression("coalesce(:m, 0)" if zero else ":m", m=col("measured", alias))
    same = all_of(of_duty(other.keys, alias, "o"), expression(":s = o.start_day", s=col("start_day", alias)))
    start = col("start_day", "o")
    unsure = any_of(expression("coalesce(:m, 0) > 0", m=col("maybe", alias)), _loose(other, loose, start))
    told = _told(alias) if taken.passes is not None else None
    value = measured if told is None else expression("case when :k then :m end", k=told, m=measured)
    made = Relative(side, Typed(value, Family.NUMBER, taken.scale), unsure, taken.aggregate.counted)
    made.parts = {alias: other.done(taken), loose: other.loose(alias)}
    if (proof := other.evidence()) is not None:
        desk.behind.append(proof)
    made.joins = [(relation(alias), same)]
    if per is not None:
        _listen(made, HUSHED, silence(desk, records.table, other.where), {})
    made.second, made.least = measured, _least(desk, bound, scope, loc)
    if bound.minimum is not None:
        made.below = expression(":m < :l", m=measured, l=made.least)
    if not zero:
        made.below = any_of(made.below, expression(":m is null", m=measured))
    if told is not None:
        made.below = all_of(told, made.below)
    return made


def _told(alias: str) -> exp.Expr:
    """Whether no number on the way to a measure passed what can be reckoned with."""
    return expression("not coalesce(:u, false)", u=col("untold", alias))


def _least(desk: Desk, bound: Bound, scope: OwedScope, loc: Loc) -> exp.Expr:
    """The minimum under which the second measure binds nobody; null where there is none."""
    least = bound.minimum
    if least is None:
        return exp.null()
    as_bound = Bound(parameter=least.parameter) if isinstance(least, ParameterRef) else Bound(number=least)
    place = (*loc, "minimum")
    return bound_value(desk, as_bound, scope, place, refused_bound(desk, place)).sql

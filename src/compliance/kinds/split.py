"""Split amounts: acts of the same bearer that together are one, looked back over and added up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
from sqlglot import exp

from compliance.calendar import ONE_DAY
from compliance.kinds.base import Desk
from compliance.kinds.lengths import far_on, stretched
from compliance.kinds.opened import Loc
from compliance.kinds.steps import Steps, names, steps
from compliance.language.blocks import DurationValue, ParameterRef
from compliance.language.durations import Duration, Unit
from compliance.language.parameters import between
from compliance.model.base import Strict
from compliance.sql import all_of, any_of, col, expression, inner, relation, sql, text, with_

LOC: Loc = ("limit", "split")
HOLE = exp.Var(this="hole")
# Days back begin at 00:00: the sum of those days, less what came later on the act's own day.
BY_DAYS = """
    select a.*,
        sum(a.amount) over (partition by :same order by a.place range between :back preceding and current row)
        - sum(a.amount) over (partition by :same, a.place)
        + sum(a.amount) over (
            partition by :same, a.place order by a.instant range between unbounded preceding and current row
        ) as so_far
    from placed as a
"""
BY_TIME = """
    select a.*, sum(a.amount) over (partition by :same order by a.instant range between :back preceding and current row)
        as so_far
    from placed as a
"""
BY_CALENDAR = """
    select a.record_key, sum(b.amount) as so_far
    from placed as a join lookback as l on l.day = cast(a.at as date)
        join placed as b on :same and b.instant <= a.instant and cast(b.at as date) >= l.first_day
    where a.inside group by a.record_key
"""
# An act of which nobody can tell what it belongs to stands alone; one of which nobody can tell whether it counts would
# add its own value, if it did.
WITH_OWN = """
    select s.*, case when :alone then s.value when s.counts is null then coalesce(s.so_far, 0) + s.value
        else s.so_far end as measured
    from summed as s where s.inside
"""
PLACED = """
    select r.*, case when r.counts then r.value end as amount,
        date_diff('day', date '1970-01-01', cast(r.at as date)) as place
    from read as r
"""
# An act of which nobody can tell whether it counts is judged with what came before it.
PIECES = """
    select b.number, :table as record_table, :key as record_key, p.at as happened
    from breaches as b join placed as a on a.record_key = b.record_key
        join placed as p on :same and (p.counts or p.record_key = a.record_key) and p.instant <= a.instant
    where :within
"""


class Split(Strict):
    """Acts of the same bearer with equal columns, looked back over, are judged as one."""

    same: tuple[str, ...] | ParameterRef
    within: DurationValue


@dataclass(frozen=True, slots=True)
class Back:
    """From which day on, and to which, acts are looked back from, how far, and the `columns` that must be equal."""

    since: date | None
    until: date | None
    far: Duration
    columns: tuple[str, ...]

    def on(self, day: exp.Expr) -> exp.Expr | None:
        """Whether a day is one of these; None where every day is."""
        return between(day, self.since, self.until)


def looked_back(desk: Desk, split: Split) -> tuple[Back, ...] | None:
    """How far is looked back, and the columns that must be equal, each by the day of the act."""
    if (alike := alike_by(desk, split)) is None:
        return None
    lengths = stretched(desk, split.within, (*LOC, "within"))
    days = (max(since, step.since, key=_first) for since, _, _ in lengths for step in alike.all)
    starts = sorted(set(days), key=_first)
    ends = [*starts[1:], None]
    return tuple(
        Back(since, until, far_on(lengths, since), tuple(f"same {name}" for name in alike.at(since or date.min)))
        for since, until in zip(starts, ends, strict=True)
    )


def alike_by(desk: Desk, split: Split) -> Steps[tuple[str, ...]] | None:
    """The columns in which acts that belong together are equal."""
    return steps(desk, split.same, (*LOC, "same"), names, "a list of columns")


def _first(day: date | None) -> date:
    return day or date.min


def summed(desk: Desk, read: exp.Query, backs: Sequence[Back], whose: tuple[str, ...]) -> exp.Select:
    """The acts that are `read` with `measured`: the sum over the look-back."""
    parts = {"read": read, "placed": sql(PLACED), "summed": _by_day(desk, backs, whose)}
    return with_(sql(WITH_OWN, alone=_alone(backs)), **parts)


def _alone(backs: Sequence[Back]) -> exp.Expr:
    """Whether nobody can tell what an act belongs to."""
    if len({back.columns for back in backs}) == 1:
        return _untold(backs[0])
    return any_of(*(all_of(back.on(expression("cast(s.at as date)")), _untold(back)) for back in backs))


def _untold(back: Back) -> exp.Expr:
    return any_of(*(expression(":c is null", c=col(name, "s")) for name in back.columns))


def _by_day(desk: Desk, backs: Sequence[Back], whose: tuple[str, ...]) -> exp.Query:
    """The sums over the look-back of each act's own day."""
    sums = [_summed(desk, back.far.normal(), (*whose, *back.columns)) for back in backs]
    if len(backs) == 1:
        return sums[0]
    found = [
        exp.select("s.*").from_(inner(each, "s")).where(all_of(back.on(expression("cast(s.at as date)"))))
        for back, each in zip(backs, sums, strict=True)
    ]
    return exp.union(*found, distinct=False)


def _summed(desk: Desk, back: Duration, same: tuple[str, ...]) -> exp.Select:
    columns = [col(name, "a") for name in same]
    if back.unit is Unit.MINUTES:
        return _over(
            sql(BY_TIME, same=HOLE, back=exp.Interval(this=text(str(back.count)), unit=exp.Var(this="MINUTE"))), columns
        )
    if back.unit is Unit.DAYS:
        return _over(sql(BY_DAYS, same=HOLE, back=exp.Literal.number(back.count)), columns)
    name = _name(back)
    desk.ground.handed.setdefault(name, _lookback(desk, back))
    alike = [expression(":a is not distinct from :b", a=col(each, "a"), b=col(each, "b")) for each in same]
    sums = sql(BY_CALENDAR, {"lookback": name}, same=exp.and_(*alike))
    query = sql("select p.*, s.so_far from placed as p join sums as s on s.record_key = p.record_key")
    return query.with_("sums", as_=sums)


def _over(query: exp.Select, columns: list[exp.Column]) -> exp.Select:
    """Put the columns that must be equal where the template has its hole."""
    for window in query.find_all(exp.Window):
        rest = [part for part in window.args["partition_by"] if part.find(exp.Var) is None]
        window.set("partition_by", [*(column.copy() for column in columns), *rest])
    return query


def _lookback(desk: Desk, back: Duration) -> pa.Table:
    """For every day of the calendar, the first day of a look-back from it."""
    calendar = desk.ground.calendar
    days = [calendar.first + ONE_DAY * index for index in range(len(calendar.working))]
    firsts = [calendar.before(day, back) for day in days]
    return pa.table({"day": pa.array(days, pa.date32()), "first_day": pa.array(firsts, pa.date32())})


def _name(back: Duration) -> str:
    """The relation that tells how far days of the calendar reach back."""
    return f"lookback {back}"


def pieces(table: str, key: str, read: exp.Query, backs: Sequence[Back], whose: tuple[str, ...]) -> exp.Select:
    """Of the acts that are `read` those that each breached sum is of, as evidence."""
    pairs = [expression(":a is not distinct from :p", a=col(name, "a"), p=col(name, "p")) for name in whose]
    columns = {each.columns for each in backs}
    always = backs[0].columns if len(columns) == 1 else ()
    pairs += _equal(always)
    within = any_of(*(_within(each, f"l{index}", always) for index, each in enumerate(backs)))
    query = sql(PIECES, table=text(table), key=col(key, "p"), same=all_of(*pairs), within=within)
    for index, back in enumerate(backs):
        if (far := back.far.normal()).unit not in {Unit.MINUTES, Unit.DAYS}:
            day = expression(":l = cast(a.at as date)", l=col("day", f"l{index}"))
            query = query.join(relation(_name(far), f"l{index}"), on=day, join_type="left")
    return with_(query, read=read, placed=sql(PLACED))


def _equal(columns: Sequence[str]) -> list[exp.Expr]:
    return [exp.EQ(this=col(name, "a"), expression=col(name, "p")) for name in columns]


def _within(each: Back, days: str, asked_already: Sequence[str]) -> exp.Expr:
    far = each.far.normal()
    asked = [each.on(expression("cast(a.at as date)")), *_equal([] if asked_already else each.columns)]
    if far.unit is Unit.MINUTES:
        span = exp.Interval(this=text(str(far.count)), unit=exp.Var(this="MINUTE"))
        return all_of(*asked, expression("p.instant >= a.instant - :s", s=span))
    if far.unit is Unit.DAYS:
        return all_of(*asked, expression("p.place >= a.place - :n", n=exp.Literal.number(far.count)))
    return all_of(*asked, expression("cast(p.at as date) >= :f", f=col("first_day", days)))

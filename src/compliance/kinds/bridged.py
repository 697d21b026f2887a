"""The gaps of an interval that a row of which we don't know enough may have bridged, short enough on both sides."""

from sqlglot import exp

from compliance.kinds.base import Desk
from compliance.kinds.gaps import Holds
from compliance.kinds.ground import IN_CHARGE, LEAVE
from compliance.kinds.lengths import in_real_time, steady
from compliance.kinds.scopes import RecordScope
from compliance.language.values import literal
from compliance.sql import col, expression, nothing, sql, text, united

# The gap behind the row has its own due day, which an absence moves like any other.
DOUBTFUL = """
    select distinct c.slice, c.gap
    from (
        select c.*, l.open, r.minutes, r.reached, l.ends as held_to,
            case when r.minutes is null then r.reached else cast(:local as date) end as next_day
        from concerning as c join loose as l on l.slice = c.slice
            left join reach as r on r.day = coalesce(l.gap_day, c.due_day)
        where not c.in_time and (l.starts is null or l.starts < c.until) and (l.ends is null or l.ends > c.gap)
    ) as c
        left join leave as a on a.bearer = c.bearer and c.next_day >= a.since and c.next_day < a.until
        left join in_charge as i on i.bearer = c.bearer and c.next_day >= i.since and c.next_day < i.until
    where c.open or (a.bearer is not null and i.bearer is null and a.back is null)
        or coalesce(c.following, case when c.minutes is null then :now else :now + :one end)
            < case when a.bearer is not null and i.bearer is null then :back
            when c.minutes is null then :next
            else coalesce(c.held_to + :one, c.until) + c.minutes * interval '1' minute end
"""
# Rows of any slice are as many as the table's. Of those that begin between two moments at which a gap should have been
# closed, and that give time until the same day, only the last end tells: what ends later never reaches less far.
LAST_ENDS = """
    select max(s.at) as starts, max(s.ends) as ends, s.open, s.reached, s.minutes, s.next_day from (
        select p.*, count(p.until) over (
            order by p.at, p.place rows between unbounded preceding and current row
        ) as earlier
        from (
            select coalesce(u.starts, timestamp '0001-01-01') as at, 1 as place, u.ends, u.open, r.reached, r.minutes,
                case when r.minutes is null then r.reached else cast(:local as date) end as next_day,
                cast(null as timestamp) as until
            from unplaced as u left join reach as r on r.day = u.gap_day
            where u.ends is not null and (u.open or r.reached is not null or r.minutes is not null)
            union all
            select w.until, 0, null, null, null, null, null, w.until
            from (select distinct c.until from concerning as c where not c.in_time and c.until is not null) as w
        ) as p
    ) as s
    where s.place = 1
    group by s.earlier, s.open, s.reached, s.minutes, s.next_day
"""
# Each gap asks the running maxima of those that began before it should have been closed. What reaches furthest ends
# last, since the time allowed never ends sooner for what begins later. What holds for good reaches beyond the end of a
# stretch that has none.
REACHING = """
    select cast(null as varchar) as bearer, u.starts as at, u.ends,
        case when u.open then timestamp 'infinity' when u.minutes is null then :midnight
            else u.ends + :one + u.minutes * interval '1' minute end as reaches
    from last_ends as u
"""
# For whoever is away when it would be too long, with nobody in charge, it reaches until the first day back.
REACHING_BACK = """
    select a.bearer, u.starts as at, u.ends,
        case when a.back is null then timestamp 'infinity' else :back end as reaches
    from last_ends as u
        join leave as a on u.next_day >= a.since and u.next_day < a.until
        join (select distinct c.bearer from concerning as c where not c.in_time) as w on w.bearer = a.bearer
        left join in_charge as i on i.bearer = a.bearer and u.next_day >= i.since and u.next_day < i.until
    where not u.open and i.bearer is null
"""
SWEPT = """
    select s.slice, s.gap from (
        select p.*,
            max(p.ends) over (
                partition by p.bearer order by p.at, p.place rows between unbounded preceding and current row
            ) as last_end,
            max(p.reaches) over (
                partition by p.bearer order by p.at, p.place rows between unbounded preceding and current row
            ) as furthest
        from (
            select u.bearer, u.at, 1 as place, u.ends, u.reaches, cast(null as bigint) as slice,
                cast(null as timestamp) as gap, cast(null as timestamp) as awaited
            from reaching as u
            union all
            select :bearer, c.until, 0, cast(null as timestamp), cast(null as timestamp), c.slice, c.gap,
                coalesce(c.following, :now)
            from concerning as c where not c.in_time and c.until is not null
        ) as p
    ) as s
    where s.place = 0 and s.last_end > s.gap and s.furthest > s.awaited
"""
ANYWHERE = """
    select o.number as slice, u.starts, u.ends, u.open, u.gap_day
    from slices as o cross join (select distinct * from unplaced) as u
    where :which
"""


def bridged(desk: Desk, held: Holds, longest: str, scope: RecordScope) -> dict[str, exp.Query | None]:
    """Common table expressions that end in `doubtful`: slice and gap of those of `concerning` that a row may bridge."""
    one = exp.Interval(this=text("1"), unit=exp.Var(this="MICROSECOND"))
    now = scope.instant(literal(desk.ground.as_of).sql)
    real = in_real_time(desk, longest)
    next_due = "coalesce(l.ends + :one, c.until) + r.minutes * interval '1' minute"
    local = scope.local(expression(next_due, one=one)) if real else nothing("TIMESTAMP")
    away = {"leave": LEAVE, "in_charge": IN_CHARGE}
    doubtful = sql(
        DOUBTFUL,
        {"reach": longest, **away},
        now=now,
        one=one,
        local=local,
        back=_day_after(scope, "a.back"),
        next=_day_after(scope, "c.reached"),
    )
    parts: dict[str, exp.Query | None] = {}
    loose, found = list(held.loose), [doubtful]
    if held.unplaced is not None:
        swept = steady(desk, longest)
        parts["unplaced"] = held.unplaced
        loose.append(sql(ANYWHERE, which=expression("u.ends is null") if swept else exp.true()))
        if swept:
            midnight, back = _day_after(scope, "u.reached"), _day_after(scope, "a.back")
            ends = expression("u.ends + :one + r.minutes * interval '1' minute", one=one)
            local = scope.local(ends) if real else nothing("TIMESTAMP")
            parts["last_ends"] = sql(LAST_ENDS, {"reach": longest}, local=local)
            parts["reaching"] = sql(REACHING, midnight=midnight, one=one)
            parts["reaching_back"] = sql(REACHING_BACK, away, back=back)
            last = expression(":now + :one", now=now, one=one) if real else now
            found.append(sql(SWEPT, bearer=nothing("VARCHAR"), now=last))
            found.append(sql(SWEPT, {"reaching": "reaching_back"}, bearer=col("bearer", "c"), now=last))
    return {**parts, "loose": united(loose, distinct=False), "doubtful": united(found, distinct=True)}


def _day_after(scope: RecordScope, day: str) -> exp.Expr:
    """The end of a day, as an instant."""
    return scope.instant(expression(f"cast({day} as timestamp) + interval '1' day"))

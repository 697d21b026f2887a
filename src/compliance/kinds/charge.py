"""Who is in charge: what falls due in an excused absence moves on, unless a deputy answers for it.

A relation of due instants has, besides whatever else, `bearer`, `planned_day` (the due day), `planned` (the instant,
exclusive unless `planned_exact`) and `fixed` (whether it moves for nobody). The due instant lies in an absence if its
day does. With a deputy in charge that day it stays, and the deputy is responsible; with nobody it moves to the end of
the first working day back.
"""

from sqlglot import exp

from compliance.kinds.base import LEFT, Desk, verdict_rows
from compliance.kinds.ground import IN_CHARGE, LEAVE
from compliance.language.values import literal
from compliance.sql import col, expression, sql, text

# An absence `u` in which a breach `j` may have fallen due.
FELL_IN = """
    cast(j.due - interval '1' microsecond as date) >= u.since
        and cast(j.due - interval '1' microsecond as date) < u.until
"""
MOVED = """
    select d.*, a.bearer is not null and c.bearer is null and not d.fixed as moved,
        case when a.bearer is null or c.bearer is not null or d.fixed then d.planned_day else a.back end as due_day,
        case when a.bearer is null or c.bearer is not null or d.fixed then d.planned
            else cast(a.back as timestamp) + interval '1' day end as due,
        (a.bearer is null or c.bearer is not null or d.fixed) and d.planned_exact as exact
    from planned as d
        left join leave as a on a.bearer = d.bearer and d.planned_day >= a.since and d.planned_day < a.until
        left join in_charge as c on c.bearer = d.bearer and d.planned_day >= c.since and d.planned_day < c.until
"""
SETTLED = """
    select m.*, c.responsible from moved as m
        left join in_charge as c on not m.fixed and c.bearer = m.bearer and m.due_day >= c.since and m.due_day < c.until
"""


def settled(planned: str = "planned") -> dict[str, exp.Query]:
    """Common table expressions that end in `settled`: each row with `due_day`, `due`, `exact` and `responsible`.

    `responsible` is null where the bearer is, `due` where the absence has no end; `moved`: nobody was appointed.
    """
    tables = {"planned": planned, "leave": LEAVE, "in_charge": IN_CHARGE}
    return {"moved": sql(MOVED, tables), "settled": sql(SETTLED, tables)}


# All rows of a bearer tell the same; whoever is on no roster counts as employed, anybody on a day that is not known.
EMPLOYED = """
    not exists (
        select 1 from roster as r where r.bearer = :who and not (r.employed_from <= :day and r.employed_to > :day)
    )
"""
UNATTENDED = """
    select * from (
        select distinct o.bearer, o.planned_day, o.planned from asked_for as o
        where o.moved and o.planned > :start and o.planned <= :end and o.planned <= :as_of and not :open
    ) as u
"""


def owed_when_due(planned: str) -> dict[str, exp.Query]:
    """The same, ending in `owed`: what falls due on a day on which the bearer is not employed is not owed."""
    owed = sql(
        "select s.* from settled as s where :employed", employed=employed("s", "coalesce(s.due_day, s.planned_day)")
    )
    return settled(planned) | {"owed": owed}


def employed(alias: str, day: str) -> exp.Expr:
    """Whether the bearer of a relation is employed on a day of its."""
    return employed_on(col("bearer", alias), expression(day if "(" in day else f"{alias}.{day}"))


def employed_on(who: exp.Expr, day: exp.Expr) -> exp.Expr:
    """The same of a person and a day."""
    return expression(EMPLOYED, who=who, day=day)


def with_unattended(told: exp.Query, desk: Desk, owed: str = "owed", opens: str | None = None) -> exp.Query:
    """The verdicts, and behind them the due instants of the audited period that moved since nobody was in charge.

    Of what is `owed`, as `o`; `opens`: whether one may be ruled out, for all we know. Both are told by one query, since
    what is owed may be as long as a log. None are told where absences or deputies are not kept.
    """
    ground = desk.ground
    if not ground.keeps_deputies:
        return told
    moments = (ground.period.start, ground.period.end, ground.as_of)
    start, end, seen = (literal(moment).sql for moment in moments)
    open_ = expression(opens) if opens else exp.false()
    moved = sql(UNATTENDED, {"asked_for": owed}, start=start, end=end, as_of=seen, open=open_)
    given = {"bearer": col("bearer", "u"), "at": col("planned_day", "u"), "due": col("planned", "u")}
    rows = verdict_rows(moved, {**given, "verdict": text(LEFT)})
    return exp.union(told, rows, distinct=False, copy=False)

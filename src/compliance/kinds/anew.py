"""Gaps of an interval that nobody was asked for from their beginning: they run anew from the day on which somebody is.

Whoever takes a post when a gap is too long already did not owe what fell due before, and what began before a rule came
into force is not owed by it. Without this neither would be asked again until a record closes the gap, perhaps never.
"""

from sqlglot import exp

from compliance.kinds.base import Desk
from compliance.kinds.duties import admitted
from compliance.kinds.posts import of_the_post
from compliance.kinds.scopes import OwedScope
from compliance.kinds.stretches import Slices
from compliance.language.values import literal
from compliance.sql import all_of, col, expression, sql, united

# The roster's rows tile all time, so that who was not admitted on the last day of one may be from the next one on.
POSTS = """
    select s.number as slice, t.taken from slices as s join (
        select f.*, lag(f.at_last) over (partition by f.bearer order by f.taken) as before from (
            select h.bearer, :first as taken, :at_first as at_first, :at_last as at_last
            from roster as h where h.until > h.employed_from and h.since < h.employed_to
        ) as f
    ) as t on t.bearer = s.bearer
    where s.since is not null and t.at_first and not coalesce(t.before, false) and t.taken >= :since
"""
FORCE = """
    select s.number as slice, :since as taken from slices as s
    where s.since is not null and (
        not exists (select 1 from roster as h where h.bearer = s.bearer) or exists (
            select 1 from roster as h where h.bearer = s.bearer and greatest(h.since, h.employed_from) <= :since
                and least(h.until, h.employed_to) > :since and :admitted
        )
    )
"""
FORCE_OWNED = "select s.number as slice, :since as taken from slices as s where s.since is not null"
TAKINGS = "select t.*, lead(t.taken) over (partition by t.slice order by t.taken) as retaken from taking as t"
ANEW = """
    select l.slice, :start as gap, l.following, l.closed, l.ended_by, l.bearer, l.listed_from, l.listed_to,
        l.record_table, l.record_key
    from lasting as l join takings as t on t.slice = l.slice and t.taken > l.first_day
        and (t.taken > l.planned_day or l.first_day < :since)
    where :start < coalesce(l.following, timestamp '9999-12-31')
"""
ASKED_ONCE = "select n.*, cast(null as date) as taken, cast(null as date) as retaken from named as n"
# What would be too long in the next post only is asked of that from its own first day.
HELD_THEN = "select l.* from lasting as l where l.retaken is null or l.planned_day < l.retaken"


def anew(desk: Desk, framed: Slices, lasting: str) -> dict[str, exp.Query | None]:
    """Common table expressions that end in `asked_gaps`: those of `named`, and the same from a later day on.

    `lasting` tells of each of `named` when it is too long. `taken` is the day from which a gap runs anew, `retaken` the
    next such day.
    """
    since = literal(desk.since).sql if desk.since else expression("date '0001-01-01'")
    start = framed.scope.instant(expression("cast(t.taken as timestamp)"))
    later = sql(ANEW, {"lasting": lasting}, start=start, since=since)
    beside = ("state_since", "state_until") if framed.stated else ()
    later = later.select(*(col(name, "l") for name in beside), col("taken", "t"), col("retaken", "t"))
    return {
        "taking": united(_takings(desk, framed, since), distinct=True),
        "takings": sql(TAKINGS),
        "asked_gaps": exp.union(sql(ASKED_ONCE), later, distinct=False, copy=False),
    }


def begun_unasked(desk: Desk, framed: Slices, at: exp.Expr) -> exp.Expr | None:
    """Which gaps, begun at this local time, may run anew: of what is owned those from before the rule; else any."""
    if not framed.owned or desk.since is None:
        return None
    return expression("cast(:at as date) < :since", at=at, since=literal(desk.since).sql)


def _takings(desk: Desk, framed: Slices, since: exp.Expr) -> list[exp.Query]:
    """From when on somebody is asked: from a post on, and from the rule's first day on."""
    if framed.owned:
        return [sql(FORCE_OWNED, since=since)]
    first, last = expression("greatest(h.since, h.employed_from)"), expression("least(h.until, h.employed_to) - 1")
    found: list[exp.Query] = []
    if desk.ground.rostered:
        found.append(sql(POSTS, first=first, at_first=_fits(desk, first), at_last=_fits(desk, last), since=since))
    if desk.since is not None:
        found.append(sql(FORCE, since=since, admitted=_fits(desk, since)))
    return found


def _fits(desk: Desk, day: exp.Expr) -> exp.Expr:
    """Whether the rule admits a row of the roster on a day."""
    fits = admitted(desk, OwedScope(desk.ground, desk.prefix, desk.needs, day.copy(), "h"))
    if fits is None:
        return exp.true()
    return expression("coalesce(:f, false)", f=all_of(fits, col("held", "h")) if of_the_post(desk) else fits)

"""`unless: approved`: a granted decision at or before the act, by someone else whose own authority covers the value.

A decision after the act does not undo it: `ratified_late`. Where authority is kept for the act, the approver's must
cover the value; where it is not, any other person's granted decision counts.
"""

from collections.abc import Sequence

from sqlglot import exp

from compliance.kinds.acts import Acts
from compliance.kinds.base import Desk
from compliance.kinds.behalf import ON_BEHALF_OF, lends, lent
from compliance.kinds.bounds import authority_relation
from compliance.kinds.opened import record_scope
from compliance.sql import all_of, any_of, col, expression, nothing, relation, sql

DECISIONS = """
    select :act as act, :act_id as act_id, :approver as approver, :decision as decision, :at as decided,
        :instant as decided_instant, :ceiling as ceiling, :behalf as on_behalf_of, :decision_id as decision_id,
        _rejected as rejected
    from seen
    where coalesce(:named, true) and coalesce(:decision = 'granted', true)
"""
FOR_THE_ACT = "select b.*, d.* from beyond as b join rulings as d on d.act_id = :key"
FOR_ANY_ACT = "select b.*, d.* from beyond as b cross join rulings as d where d.rejected and d.act_id is null"
COVERED = """
    select d.record_key, coalesce(bool_or(:sound and :covers and :before), false) as in_time,
        coalesce(bool_or(:sound and :covers and not :before), false) as later,
        coalesce(bool_or(:unsure and coalesce(:before, true) and (d.approver is null or :covers)), false)
            or coalesce(bool_or(:sound and :perhaps and :before), false) as doubtful,
        coalesce(bool_or(:sound and :untold and :before), false) as untold,
        min(case when :sound and :covers and :before then :said end) as approved,
        min(case when :sound and :covers and not :before then :said end) as ratified
    from asked as d group by d.record_key
"""
# Of a decision without a day, an authority of any day up to the act may have been its.
WHILE_GRANTED = """
    a.bearer = d.approver and cast(coalesce(d.decided, d.at) as date) >= a.since
        and (d.decided is null or cast(d.decided as date) < a.until)
"""
SAID = "cast(d.decided as varchar) || chr(31) || d.approver"
# Somebody else: neither who answers for the act nor who did it.
SOUND = """
    not d.rejected and d.decision is not null and d.act is not null
        and d.approver <> coalesce(d.bearer, '') and d.approver <> coalesce(d.doer, '')
"""
UNSURE = """
    (d.rejected or d.decision is null or d.act is null)
        and coalesce(d.approver <> d.bearer, d.rejected) and coalesce(d.approver <> d.doer, true)
"""


def decisions(desk: Desk, named: Sequence[str], loc: tuple[str | int, ...]) -> tuple[exp.Select, bool] | None:
    """The granted decisions on an act and whether they carry days only; None where `approvals` can't be read.

    `named` is what the act may be called.
    """
    scope = record_scope(desk, "approvals", loc)
    if scope is None:
        return None
    desk.needs_bearer(scope.table)
    columns = {name: scope.column((name,)) for name in ("act", "act_id", "decision")}
    ceiling = scope.column(("at_most",)) if "at_most" in scope.table.columns else None
    reading = scope.reading
    holes = {name: reading.want(value).sql for name, value in columns.items()}
    holes["ceiling"] = reading.want(ceiling).sql if ceiling else exp.Null()
    behalf = scope.column((ON_BEHALF_OF,)) if ON_BEHALF_OF in scope.table.columns else None
    holes["behalf"] = reading.want(behalf).sql if behalf else nothing("VARCHAR")
    holes["decision_id"] = reading.technical("_key").sql
    holes["approver"] = reading.technical("_bearer").sql
    holes["at"], holes["instant"] = reading.technical("_at").sql, reading.technical("_instant").sql
    reading.only(None)
    holes["named"] = exp.In(this=holes["act"].copy(), expressions=[exp.Literal.string(name) for name in named])
    return sql(DECISIONS, {"seen": reading.name}, **holes), scope.table.at_is_date


def covered(
    desk: Desk, named: Sequence[str], acts: Acts, *, days: bool, value: str | None, loc: tuple[str | int, ...]
) -> exp.Select:
    """For each act beyond its bound: whether it was approved in time, later, or perhaps by an unreadable decision.

    `untold`: by somebody whose authority names no height, so that nobody can tell whether it covers the value;
    `approved` and `ratified` tell when, and by whom, first.
    """
    granted = _granted(desk, named, loc)
    days_only = days or acts.day_only
    before = expression(
        "cast(d.decided as date) <= cast(d.at as date)" if days_only else "d.decided_instant <= d.instant"
    )
    within = expression("d.ceiling is null or :value <= d.ceiling", value=col(value, "d")) if value else None
    own = untold = perhaps = None
    if granted is not None:
        lending = "approvals" in desk.ground.tables and lends(desk.ground, desk.ground.tables["approvals"])
        aliases = ("a", "l") if lending else ("a",)
        own = any_of(*(_covers(alias, value) for alias in aliases))
        untold = any_of(*(_untold(alias) for alias in aliases)) if value else None
        perhaps = any_of(*(_perhaps(alias, value) for alias in aliases))
    query = sql(
        COVERED,
        before=before,
        covers=all_of(within, own),
        untold=all_of(within, untold) if untold else exp.false(),
        perhaps=all_of(within, perhaps) if perhaps else exp.false(),
        sound=expression(SOUND),
        said=expression(SAID),
        unsure=expression(UNSURE),
    )
    if granted is None:
        return query
    query = query.join(relation(granted, "a"), on=expression(WHILE_GRANTED), join_type="left")
    if lending:
        whose = {"doer": col("approver", "d"), "absent": col(ON_BEHALF_OF, "d")}
        query.append("joins", lent(granted, "l", **whose, day=expression("cast(coalesce(d.decided, d.at) as date)")))
    return query


def _granted(desk: Desk, named: Sequence[str], loc: tuple[str | int, ...]) -> str | None:
    """Everybody's authority under the first of the act's names for which any is kept."""
    if "authority" not in desk.ground.tables:
        return None
    return next((found for name in named if (found := authority_relation(desk, name, loc))), None)


def _covers(alias: str, value: str | None) -> exp.Expr:
    """Whether an authority, under its alias, covers the value of an act; without a value, whether there is any."""
    if value is None:
        return expression("coalesce(:g, false)", g=col("granted", alias))
    granted, at_most = col("granted", alias), col("at_most", alias)
    return expression("coalesce(:g and :v <= :m, false)", g=granted, v=col(value, "d"), m=at_most)


def _untold(alias: str) -> exp.Expr:
    """Whether there is authority under this alias of which nobody wrote down how far it goes."""
    return expression("coalesce(:g, false) and :m is null", g=col("granted", alias), m=col("at_most", alias))


def _perhaps(alias: str, value: str | None) -> exp.Expr:
    """Whether a row that can't be read might give authority, under this alias, that covers the value."""
    if value is None:
        return expression(":p is not null", p=col("perhaps", alias))
    return expression("coalesce(:v <= :p, false)", v=col(value, "d"), p=col("perhaps", alias))


def asked(named_by: str, *, doubtful: bool) -> exp.Query:
    """Each act beyond its bound beside each decision on it, and beside those whose act can't be read."""
    own = sql(FOR_THE_ACT, key=col(named_by, "b"))
    return exp.union(own, sql(FOR_ANY_ACT), distinct=False) if doubtful else own

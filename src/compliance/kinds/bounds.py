"""Bounds: what is required of a measure or value, from a number, a parameter, a plan or an authority."""

from collections.abc import Callable

from sqlglot import exp

from compliance.kinds.authority import authority_table
from compliance.kinds.base import Desk
from compliance.language import exact
from compliance.language.blocks import Bound, ParameterRef
from compliance.language.scope import Scope
from compliance.language.values import Family, Listed, Typed, literal, null, number
from compliance.sql import col, expression, sql
from compliance.windows import Per
from compliance.workspace.standard import STANDARD
from compliance.workspace.tables import relation_of

# A bearer's own plan comes before the department's; two joins, since `or` in a join can't be hashed.
PLANNED = """
    select f.bearer, f.start_day, f.target, f.approved_at, f.place = 0 as own,
        row_number() over (
            partition by f.bearer, f.start_day order by f.place, f.approved_at desc nulls last, f.plan_id
        ) as place
    from (
        select o.bearer, o.start_day, p.target, p.approved_at, p.plan_id, 0 as place
        from owed as o join plan_rows as p on p.employee_id = o.bearer and p.first_day = o.window_day
        where p.measure = :measure and (p.approved_at is null or cast(p.approved_at as date) <= o.start_day)
        union all
        select o.bearer, o.start_day, p.target, p.approved_at, p.plan_id, 1 as place
        from owed as o join plan_rows as p on p.department = o.department and p.first_day = o.window_day
        where p.employee_id is null and p.measure = :measure
            and (p.approved_at is null or cast(p.approved_at as date) <= o.start_day)
    ) as f
"""
# A plan that can't be read, unless the one that counts is the bearer's own and was approved later for certain.
PERHAPS = """
    select o.bearer, o.start_day, :best as target, bool_or(p.target is null) as untold
    from owed as o join unread_plans as p
            on (p.employee_id = o.bearer or p.employee_id is null
                and (p.department is null or p.department = o.department))
            and (p.period is null or p.first_day = o.window_day) and (p.measure is null or p.measure = :measure)
            and (p.approved_at is null or cast(p.approved_at as date) <= o.start_day)
        left join planned as k on k.bearer = o.bearer and k.start_day = o.start_day and k.place = 1
    where not coalesce(k.own and p.approved_at < k.approved_at, false)
    group by o.bearer, o.start_day
"""
PLANS = """
    select :employee_id as employee_id, :department as department, :measure as measure, :target as target,
        :approved_at as approved_at, p._key as plan_id, :period as period,
        coalesce(w.start_day,
            case when length(:period) = 10 then cast(date_trunc(:unit, try_cast(:period as date)) as date) end
        ) as first_day
    from plans as p left join windows as w on w.label = :period
"""


def bound_value(desk: Desk, bound: Bound, scope: Scope, loc: tuple[str | int, ...], sources: "Sources") -> Typed:
    """The bound as a number, before pro rata; `sources` answers all that is not said by the bound itself."""
    value = _value(desk, bound, scope, loc, sources)
    if value.family not in {Family.NUMBER, Family.NULL}:
        desk.problem(loc, f"a bound is a number, not {value.family.value}")
        return literal(None)
    return times(desk, bound, value, scope, loc)


def times(desk: Desk, bound: Bound, value: Typed, scope: Scope, loc: tuple[str | int, ...]) -> Typed:
    """A bound's value times what it says."""
    if bound.times is None:
        return value
    if isinstance(bound.times, ParameterRef):
        place = (*loc, "times")
        as_bound = Bound(parameter=bound.times.parameter)
        factor = bound_value(desk, as_bound, scope, place, refused_bound(desk, place))
        product, scale = exact.multiply(value.sql, value.scale, factor.sql, factor.scale)
    else:
        product, scale = exact.multiply(value.sql, value.scale, number(bound.times), exact.places(bound.times))
    return Typed(exp.Paren(this=product), Family.NUMBER, scale)


# Answers a plan, an authority, an earlier window or a second measure where the bound stands.
Sources = Callable[[Bound], Typed]


def _value(desk: Desk, bound: Bound, scope: Scope, loc: tuple[str | int, ...], sources: Sources) -> Typed:
    if bound.number is not None:
        return literal(bound.number)
    if bound.expression is not None:
        return desk.expression(bound.expression, scope, loc, Family.NUMBER)
    if bound.parameter is not None:
        name = bound.parameter
        found = desk.guarded((*loc, "parameter"), lambda: scope.parameter(name))
        if isinstance(found, Listed):
            desk.problem((*loc, "parameter"), f"`{name}` is a list, not a bound")
            return literal(None)
        return desk.expression(f":{name}", scope, loc, Family.NUMBER) if found.spans else found
    return sources(bound)


def refused_bound(desk: Desk, loc: tuple[str | int, ...]) -> Sources:
    """For places where a bound is said by itself: a number, an expression or a parameter."""

    def source(_: Bound) -> Typed:
        desk.problem(loc, "the bound is a number, an expression or a parameter here")
        return literal(None)

    return source


def authority_relation(desk: Desk, act: str, loc: tuple[str | int, ...]) -> str | None:
    """Hand everybody's authority for an act over; None where none is kept for it."""
    if desk.table("authority", loc) is None or "authority" not in desk.ground.tables:
        return None
    if not desk.ground.rostered:
        desk.needs.lack("there is no roster (no table employees)")
        return None
    name = f"authority {act}"
    if name not in desk.ground.handed:
        table = authority_table(desk.ground.grants, desk.ground.unread_grants, act, desk.ground.roster)
        if table is None:
            return None
        desk.ground.handed[name] = table
    return name


def plans(
    desk: Desk, per: Per, windows: str, loc: tuple[str | int, ...], *, rejected: bool = False
) -> exp.Select | None:
    """The plans, or those that can't be read, with the first day of each one's window; None where there are none."""
    found = desk.table("plans", loc, timed=False)  # a plan without a date counts, also where none has one
    if found is None or not found[1]:
        return None
    columns = STANDARD["plans"].columns
    table = found[0]
    for needed in ("period", "measure", "target"):
        if needed not in table.columns:
            desk.needs.lack(f"the column plans.{needed} is not there")
    names = ("employee_id", "department", "period", "measure", "target", "approved_at")
    holes = {name: col(name, "p") if name in table.columns else null(columns[name]).sql for name in names}
    holes["department"] = desk.ground.renamed("plans", "department", holes["department"])
    read = {"plans": table.rejected_name if rejected else relation_of("plans"), "windows": windows}
    return sql(PLANS, read, unit=exp.Literal.string(per.unit), **holes)


def planned(measure: exp.Expr) -> exp.Select:
    """The plan rows of a measure that fit each duty `o`, the one that counts at place 1."""
    return sql(PLANNED, measure=measure)


def perhaps_planned(measure: exp.Expr, known: str, *, lower: bool) -> exp.Select:
    """For each duty what a plan that can't be read may ask instead of the `known` one: the least, or the most."""
    best = expression("min(p.target)" if lower else "max(p.target)")
    return sql(PERHAPS, {"planned": known}, measure=measure, best=best)

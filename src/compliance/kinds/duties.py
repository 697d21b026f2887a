"""Duties per period: which bearer owes in which window, present on how many working days."""

from collections.abc import Iterable
from dataclasses import replace

import pyarrow as pa
from sqlglot import exp

from compliance.calendar import ONE_DAY, midnight
from compliance.kinds.base import Desk
from compliance.kinds.lengths import standing_day
from compliance.kinds.scopes import OwedScope, RecordScope
from compliance.language.blocks import NOBODY, ParameterRef
from compliance.language.expressions import TYPE_IT
from compliance.language.grammar import ExpressionError, parse, paths
from compliance.language.scope import Scope
from compliance.language.values import Family, Listed, Typed, kept, literal
from compliance.roster import LAST_DAY
from compliance.sql import all_of, any_of, col, expression, nothing, sql
from compliance.windows import Per, Span, judged

ABSENT = """
    select a.bearer, cast(date_trunc(:unit, a.day) as date) as start_day, sum(cast(a.working as bigint)) as days
    from absent as a group by 1, 2
"""
NOBODY_AWAY = "select a.bearer, a.day as start_day, cast(0 as bigint) as days from absent as a where false"
# The window of a standing duty is a day, be it worked on or not.
AWAY_NOW = "select a.bearer, a.day as start_day, cast(1 as bigint) as days from absent as a where a.day = :day"
# A day of a window that is cut belongs to the part that it lies in, which is known by its first day.
ABSENT_IN_PARTS = """
    select a.bearer, coalesce(c.since, cast(date_trunc(:unit, a.day) as date)) as start_day,
        sum(cast(a.working as bigint)) as days
    from absent as a left join cuts as c on c.bearer = a.bearer and a.day >= c.since and a.day < c.until group by 1, 2
"""
HUSHED = """
    select h.bearer, h.start_day, min(s.told) as silent
    from held as h join silence as s on cast(date_trunc(:unit, s.day) as date) = h.window_day
            and s.day >= h.start_day and s.day < h.stop_day and s.day >= h.employed_from and s.day < h.employed_to
        left join roster as d on d.bearer = h.bearer and s.day >= d.since and s.day < d.until
    where s.department is null or s.department = d.department
    group by h.bearer, h.start_day
"""
# Where an entity has no owner, the log's own silence is all there is.
HUSHED_ALL = """
    select cast(null as varchar) as bearer, w.start_day, min(s.told) as silent
    from windows as w join silence as s on s.day >= w.start_day and s.day < w.stop_day
    where s.department is null group by w.start_day
"""
# Where no roster is kept, an owner need not be seen in the log.
HUSHED_OWED = """
    select o.bearer, o.start_day, min(s.told) as silent
    from owed as o join silence as s on s.day >= o.start_day and s.day < o.stop_day
    where s.department is null
    group by o.bearer, o.start_day
"""

# An absence `u` on a day of the window of a breach `j`.
IN_WINDOW = "u.since < j.stop and u.until > j.start"
# The same on the day of a standing duty, which at 00:00 is the day before.
ON_THE_DAY = """
    u.since <= cast(j.at - interval '1' microsecond as date) and u.until > cast(j.at - interval '1' microsecond as date)
"""

EVER = "select p.bearer from roster as p where :fits"
OF_DEPARTMENT = """
    s.department is null or exists (
        select 1 from roster as e
        where e.bearer = {alias}.{whose} and e.since <= s.day and e.until > s.day and e.department = s.department
    )
"""
EMPLOYED_THEN = """
    {alias}.bearer is null or not exists (select 1 from roster as e where e.bearer = {alias}.bearer)
        or exists (
            select 1 from roster as e
            where e.bearer = {alias}.bearer and e.employed_from <= s.day and e.employed_to > s.day
        )
"""


def windows_table(per: Per, desk: Desk) -> str:
    """Hand the windows that this audit judges over; answers their relation.

    `ends_in`: it ends inside the audited period; `ended`: it is over as of `as_of`; `working`: its working days.
    """
    ground = desk.ground
    name = f"windows {per.value}"
    if name not in ground.handed:
        ground.handed[name] = _windows(per, judged(per, ground.period, ground.calendar), desk)
    return name


def _windows(per: Per, spans: Iterable[Span], desk: Desk) -> pa.Table:
    rows = list(spans)
    calendar, end, as_of = desk.ground.calendar, desk.ground.period.end, desk.ground.as_of
    moment = pa.timestamp("us")
    return pa.table(
        {
            "start": pa.array([row.window.start for row in rows], moment),
            "stop": pa.array([row.window.end for row in rows], moment),
            "start_day": pa.array([row.start for row in rows], pa.date32()),
            "stop_day": pa.array([row.stop for row in rows], pa.date32()),
            "ends_in": pa.array([row.window.end <= end for row in rows], pa.bool_()),
            "ended": pa.array([row.window.end <= as_of for row in rows], pa.bool_()),
            "label": pa.array([row.label(per) for row in rows], pa.string()),
            "working": pa.array([calendar.working_days(row.start, row.stop) for row in rows], pa.int64()),
        }
    )


def standing_window(desk: Desk) -> str:
    """Hand the one window of a standing duty over: the day of `as_of`, over and inside the period by definition."""
    name, day, as_of = "windows standing", standing_day(desk.ground.as_of), desk.ground.as_of
    row = {
        "start": midnight(day),
        "stop": as_of,
        "start_day": day,
        "stop_day": day + ONE_DAY,
        "label": "",
        "working": 1,
    }
    fields = {
        "start": pa.timestamp("us"),
        "stop": pa.timestamp("us"),
        "start_day": pa.date32(),
        "stop_day": pa.date32(),
    }
    schema = pa.schema(
        fields | {"label": pa.string(), "working": pa.int64(), "ends_in": pa.bool_(), "ended": pa.bool_()}
    )
    desk.ground.handed[name] = pa.Table.from_pylist([row | {"ends_in": True, "ended": True}], schema=schema)
    return name


def due_by(desk: Desk, written: str, scope: Scope, loc: tuple[str | int, ...]) -> Typed:
    """When something is due, by an expression over a record.

    `9999-12-31` stands for never in many a register, and there is no day after it: it becomes the day before.
    """
    value = desk.expression(written, scope, loc)
    if value.family not in {Family.DATE, Family.DATETIME, Family.NULL}:
        desk.problem(
            loc,
            f"`{loc[-1]}` is a date or datetime, not {value.family.value}",
            TYPE_IT if value.family is Family.TEXT else "",
        )
    latest, capped = literal(LAST_DAY - ONE_DAY).sql, "case when :d > :l then :l else :it end"
    return kept(replace(value, unread=None), "", lambda _, it: expression(capped, d=value.sql, l=latest, it=it))


def last_day(due: str) -> exp.Expr:
    """The last day that has any time before a due instant: of the day that begins with it, nothing is asked."""
    return expression(f"cast({due} - interval '1' microsecond as date)")


def employed_then(alias: str) -> exp.Expr:
    """Whether a silent day `s.day` lies in the employment of a relation's bearer; one outside does not count."""
    return expression(EMPLOYED_THEN.format(alias=alias))


def concerned_then(desk: Desk, alias: str, whose: str = "bearer") -> exp.Expr:
    """The same, and that the silence is of all or of the department in which the bearer was on that day.

    `whose` is the column of who else tells the department, where nobody may be to answer.
    """
    if not desk.ground.by_department:
        return employed_then(alias)
    return all_of(employed_then(alias), expression(OF_DEPARTMENT.format(alias=alias, whose=whose)))


def in_force(desk: Desk, start: exp.Expr, stop: exp.Expr) -> exp.Expr:
    """Only windows wholly inside the rule's own time are owed; its last day is the last inside."""
    since = exp.GTE(this=start, expression=literal(desk.since).sql) if desk.since else None
    until = expression(":stop <= :until + 1", stop=stop, until=literal(desk.until).sql) if desk.until else None
    return all_of(since, until, applies(desk, start))


def applies(desk: Desk, day: exp.Expr) -> exp.Expr | None:
    """Whether the rule's `when` holds on a day; None where it is the same on every day."""
    if desk.when is None or not _dated(desk, desk.when):
        return None
    names = OwedScope(desk.ground, desk.prefix, desk.needs, day, "nobody")
    return desk.expression(desk.when, names, ("when",), Family.BOOLEAN).sql


def _dated(desk: Desk, written: str) -> bool:
    stretches = (each for name in desk.parameters(written).values() for each in desk.ground.parameters.stretches(name))
    return any(since is not None for since, _, _ in stretches)


def admitted(desk: Desk, scope: OwedScope | RecordScope) -> exp.Expr | None:
    """Whether the rule's `bearer` filter admits a bearer; None where it admits everyone."""
    bearer = desk.bearer
    if bearer is None or not bearer.filters:
        return None
    conditions = [
        _among(desk, scope, name, getattr(bearer, name))
        for name in ("position", "level")
        if getattr(bearer, name) is not None
    ]
    if bearer.where is not None:
        # Nobody is none of those whom the rule asks, though nobody's level is null.
        conditions.append(expression(":b is not null", b=_person(scope)))
        if isinstance(scope, RecordScope):
            _of_the_bearer(desk, bearer.where)
        conditions.append(desk.expression(bearer.where, scope, ("bearer", "where"), Family.BOOLEAN).sql)
    return all_of(*conditions)


def ever_admitted(desk: Desk, person: exp.Expr) -> exp.Expr | None:
    """Whether a person of the roster ever has a post that the rule names; None where it names none."""
    bearer = desk.bearer
    if bearer is None or not desk.ground.rostered:
        return None
    given = {name: getattr(bearer, name) for name in ("position", "level")}
    named_ = [name for name, value in given.items() if value is not None and not isinstance(value, ParameterRef)]
    if not named_:
        return None
    scope = OwedScope(desk.ground, desk.prefix, desk.needs, exp.null(), "p")
    fits = all_of(*(_among(desk, scope, name, given[name]) for name in named_))
    return exp.In(this=person, query=exp.Subquery(this=sql(EVER, fits=fits)))


def _of_the_bearer(desk: Desk, where: str) -> None:
    """A condition on who owes can't ask what was done: as a filter of records it would belong to the block."""
    try:
        named = paths(parse(where))
    except ExpressionError:
        return  # said where it is bound
    for path in named:
        if path[0] != "bearer":
            advice = "name `bearer.department` and the like; what a record says is asked in the block's `where`"
            desk.problem(("bearer", "where"), f"`{'.'.join(path)}` is not the bearer's", advice)


def _person(scope: OwedScope | RecordScope) -> exp.Expr:
    return scope.bearer if isinstance(scope, RecordScope) else col("bearer", scope.roster_alias)


def _among(desk: Desk, scope: Scope, name: str, wanted: object) -> exp.Expr:
    own = desk.guarded(("bearer", name), lambda: scope.column(("bearer", name)))
    if isinstance(wanted, ParameterRef):
        found = desk.guarded(("bearer", name, "parameter"), lambda: scope.parameter(wanted.parameter))
        listed = found if isinstance(found, Listed) else Listed(((None, (found,)),))
    else:
        named_ = wanted if isinstance(wanted, tuple) else (wanted,)
        listed = Listed(((None, tuple(literal(each) for each in named_)),))
    assert isinstance(own, Typed)  # noqa: S101 a column is one value
    return any_of(*(all_of(when, any_of(*(_same(own, each) for each in members))) for when, members in listed.steps))


def _same(own: Typed, wanted: Typed) -> exp.Expr:
    """Whether they are equal; a level is a number or a name, whichever the roster keeps and the rule asks for."""
    sides = [own.sql.copy(), wanted.sql.copy()]
    if own.family is not wanted.family:
        sides = [exp.cast(side, "VARCHAR") for side in sides]
    return exp.EQ(this=sides[0], expression=sides[1])


def unit_of(per: Per) -> exp.Expr:
    """The unit that finds a moment's window."""
    return exp.Literal.string(per.unit)


def bucket(per: Per, moment: exp.Expr) -> exp.Expr:
    """The first day of the window that a moment lies in."""
    if per.daily:
        return expression("cast(:moment as date)", moment=moment)
    return expression("cast(date_trunc(:unit, :moment) as date)", unit=unit_of(per), moment=moment)


def bearer_of(desk: Desk, scope: RecordScope) -> Typed:
    """Whose duty a record was done for: whom `who` names, else its bearer or on whose behalf it was done."""
    if desk.bearer is not None and desk.bearer.who == NOBODY:
        return Typed(nothing("VARCHAR"), Family.TEXT)
    if desk.bearer is not None and desk.bearer.who is not None:
        return desk.expression(desk.bearer.who, scope, ("bearer", "who"), Family.TEXT)
    desk.needs_bearer(scope.table)
    own = Typed(col("_bearer", "r"), Family.TEXT)
    if "on_behalf_of" not in scope.table.columns:
        return own
    return Typed(exp.Coalesce(this=col("on_behalf_of", "r"), expressions=[own.sql]), Family.TEXT)

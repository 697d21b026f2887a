"""Posts: whom a rule admits in which window or period, and the parts of a window in which it does."""

from typing import Literal

from sqlglot import exp

from compliance.kinds.base import Desk
from compliance.kinds.duties import admitted
from compliance.kinds.ground import ROSTER
from compliance.kinds.opened import record_scope
from compliance.kinds.scopes import OwedScope
from compliance.language.blocks import NOBODY
from compliance.language.grammar import ExpressionError, parse, paths
from compliance.language.values import Family
from compliance.sql import all_of, col, expression, sql, with_
from compliance.windows import Per
from compliance.workspace.tables import Table

# What a person has by the position held, and not by being employed.
OF_THE_POST = frozenset({"position", "level", "department", "superior_id", "mode"})
THEN = """
    select h.bearer, h.name, h.position, h.level, h.department, h.superior_id, h.mode, h.hired_on, h.hired_on as taken,
        h.employed_from, h.employed_to, w.start_day as window_day, w.start_day, w.stop_day, w.working
    from roster as h join windows as w on :then where :fits
"""
SEEN_BEARERS = """
    select s.bearer, cast(null as varchar) as name, cast(null as varchar) as position, cast(null as varchar) as level,
        cast(null as varchar) as department, cast(null as varchar) as superior_id, cast(null as varchar) as mode,
        cast(null as date) as hired_on, cast(null as date) as taken, date '0001-01-01' as employed_from,
        date '9999-12-31' as employed_to, w.start_day as window_day, w.start_day, w.stop_day, w.working
    from bearers as s cross join windows as w
"""
BEARERS = "select _bearer as bearer from seen where _bearer is not null group by _bearer"
NAMED = "select :who as bearer from seen where not _rejected and :who is not null group by :who"
# Rows tile all time, so that neighbours of one answer are one stretch.
ASKED = """
    select h.bearer, h.since, h.until, w.start_day, w.stop_day, coalesce(:fits, false) as fits
    from roster as h cross join windows as w
"""
TURNS = """
    select a.*, case when lag(a.fits) over (partition by a.bearer, a.start_day order by a.since) = a.fits then 0 else 1
        end as turn
    from asked as a
"""
RUNS = "select t.*, sum(t.turn) over (partition by t.bearer, t.start_day order by t.since) as run from turns as t"
PARTS = """
    select r.bearer, r.start_day as window_day, r.fits, min(r.since) as taken,
        greatest(min(r.since), r.start_day) as start_day, least(max(r.until), r.stop_day) as stop_day,
        min(r.since) <= r.start_day and max(r.until) >= r.stop_day as whole
    from runs as r group by r.bearer, r.start_day, r.stop_day, r.fits, r.run
    having min(r.since) < r.stop_day and max(r.until) > r.start_day
"""
PARTS_HELD = """
    select h.bearer, h.name, h.position, h.level, h.department, h.superior_id, h.mode, h.hired_on,
        case when p.taken > h.employed_from then p.taken else h.hired_on end as taken, h.employed_from, h.employed_to,
        p.window_day, p.start_day, p.stop_day, b.n - a.n as working
    from parts as p
        join roster as h on h.bearer = p.bearer and h.since <= p.start_day and h.until > p.start_day
        join calendar as a on a.day = p.start_day join calendar as b on b.day = p.stop_day
    where p.fits
"""
CUTS = "select p.bearer, p.start_day as since, p.stop_day as until from parts as p where not p.whole"
TERMS = """
    select h.bearer, h.employed_from, h.employed_to, h.since, h.until, w.start_day as window_day
    from roster as h cross join windows as w where :fits
"""
SEEN_TERMS = """
    select s.bearer, date '0001-01-01' as employed_from, date '9999-12-31' as employed_to, date '0001-01-01' as since,
        date '9999-12-31' as until, w.start_day as window_day
    from bearers as s cross join windows as w
"""


ON = {
    "part": "h.since <= w.start_day and h.until > w.start_day",
    "last_day": "h.since < w.stop_day and h.until >= w.stop_day",
}


def held(
    desk: Desk,
    windows: str,
    table: Table,
    per: Per | None,
    *,
    by: Literal["part", "last_day"] = "part",
    owned: bool = False,
) -> dict[str, exp.Query]:
    """Whom the rule admits in each window, as common table expressions that end in `held`.

    `part`: a row for each part of a window in which it does, with the appointment of the part's first day; where a
    window is cut, `cuts` tells all its parts, also those that are not owed. `last_day`: whom it admits on the window's
    last day, the window being whole. Without a roster, the bearers seen in the rule's table. `owned` duties are those
    of entities with owners.
    """
    if not rostered(desk):
        return {"bearers": seen_bearers(desk, table, owned=owned), "held": sql(SEEN_BEARERS, {"windows": windows})}
    fits = _fits(desk, table, owned=owned)
    if by == "part" and desk.ground.roster.historic and fits is not None and not (per is not None and per.daily):
        asked = sql(ASKED, {"roster": ROSTER, "windows": windows}, fits=fits)
        parts: dict[str, exp.Query] = {"asked": asked, "turns": sql(TURNS), "runs": sql(RUNS), "parts": sql(PARTS)}
        return parts | {"held": sql(PARTS_HELD), "cuts": sql(CUTS)}
    then = expression(ON[by]) if desk.ground.roster.historic else exp.true()
    return {"held": sql(THEN, {"roster": ROSTER, "windows": windows}, then=then, fits=fits)}


def terms(desk: Desk, windows: str, table: Table, *, owned: bool = False) -> exp.Select:
    """The days in `[since, until)` on which the rule admits each bearer, as it stands on each window's first day."""
    if not rostered(desk):
        return with_(sql(SEEN_TERMS, {"windows": windows}), bearers=seen_bearers(desk, table, owned=owned))
    return sql(TERMS, {"roster": ROSTER, "windows": windows}, fits=_fits(desk, table, owned=owned))


def seen_bearers(desk: Desk, table: Table, *, owned: bool = False) -> exp.Select:
    """Whose records stand in the rule's table, whatever its condition; where it says `who`, whom that names."""
    return _named(desk, table, owned=owned) or sql(BEARERS, {"seen": table.relation})


def is_named(desk: Desk, table: Table, *, owned: bool = False) -> exp.Expr | None:
    """Whether `who` names a row `h` of the roster; None where the rule says otherwise of whom it asks."""
    if desk.bearer is not None and desk.bearer.filters:
        return None
    named = _named(desk, table, owned=owned)
    return exp.In(this=col("bearer", "h"), query=exp.Subquery(this=named)) if named is not None else None


def _named(desk: Desk, table: Table, *, owned: bool) -> exp.Select | None:
    """Whom `who` names in any record of the table."""
    who = desk.bearer.who if desk.bearer is not None else None
    if owned or who is None or who == NOBODY:
        return None
    scope = record_scope(desk, table.name, ("bearer",))
    assert scope is not None  # noqa: S101 the rule's own table is known
    value = scope.reading.want(desk.expression(who, scope, ("bearer", "who"), Family.TEXT))
    scope.reading.only(None)
    return sql(NAMED, {"seen": scope.reading.name}, who=value.sql)


def rostered(desk: Desk) -> bool:
    """Whether there is a roster; a rule that chooses among people lacks it."""
    if desk.ground.rostered:
        return True
    if desk.bearer and desk.bearer.filters:
        desk.needs.lack("there is no roster (no table employees)")
    return False


def _fits(desk: Desk, table: Table, *, owned: bool) -> exp.Expr | None:
    """Whether the rule admits a row of the roster in a window; None where it admits everyone."""
    scope = OwedScope(desk.ground, desk.prefix, desk.needs, col("start_day", "w"), "h")
    named = is_named(desk, table, owned=owned)
    fits = all_of(admitted(desk, scope), named) if named is not None else admitted(desk, scope)
    return fits if fits is None or not of_the_post(desk) else all_of(fits, col("held", "h"))


def of_the_post(desk: Desk) -> bool:
    """Whether the rule asks for what people have by their position."""
    bearer = desk.bearer
    if bearer is None:
        return False
    if bearer.position is not None or bearer.level is not None:
        return True
    try:
        asked = paths(parse(bearer.where)) if bearer.where is not None else ()
    except ExpressionError:
        return False
    return any(path[0] == "bearer" and path[-1] in OF_THE_POST for path in asked)

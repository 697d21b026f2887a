"""What was owed: bearer (and entity) and window, and what is required there, pro rata where it is owed so."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from sqlglot import exp

from compliance.kinds.base import Desk
from compliance.kinds.bounds import authority_relation, bound_value, perhaps_planned, planned, plans
from compliance.kinds.duties import in_force, windows_table
from compliance.kinds.entities import Entities
from compliance.kinds.measures import Measure
from compliance.kinds.opened import Loc
from compliance.kinds.relative import Relative, earlier, second_measure
from compliance.kinds.scopes import OwedScope
from compliance.kinds.steps import a_text, steps
from compliance.kinds.tally import Tally
from compliance.language import exact
from compliance.language.blocks import NOBODY, Bound
from compliance.language.values import Family, Typed, literal
from compliance.sql import all_of, col, expression, named, relation, sql, text
from compliance.windows import Per

# A window of which a part is owed ends, and is judged, with that part; whether it is in force is asked of the whole.
OWED = """
    select h.bearer, h.name, h.position, h.level, h.department, h.superior_id, h.mode, h.hired_on, h.taken,
        cast(h.start_day as timestamp) as start, cast(h.stop_day as timestamp) as stop, h.window_day, h.start_day,
        h.stop_day, w.label, w.ends_in or cast(h.stop_day as timestamp) <= :end as ends_in,
        w.ended or cast(h.stop_day as timestamp) <= :as_of as ended, w.working as total,
        h.working - coalesce(a.days, 0) as present, a.bearer is not null as absent, cast(null as varchar) as record_key
    from held as h join windows as w on w.start_day = h.window_day
        left join away as a on a.bearer = h.bearer and a.start_day = h.start_day
    where h.employed_from < h.stop_day and h.employed_to > h.start_day
        and (h.stop_day = w.stop_day or cast(h.stop_day as timestamp) > :begin)
        and (h.start_day = w.start_day or cast(h.start_day as timestamp) < :end)
"""
OWED_EACH = """
    select e.*, coalesce(e.owner, h.bearer) as bearer, h.name, h.position, h.level, h.department, h.superior_id, h.mode,
        h.hired_on, h.taken, w.start, w.stop, w.start_day as window_day, w.start_day, w.stop_day, w.label, w.ends_in,
        w.ended, w.working as total, :present as present, a.bearer is not null as absent
    from entities as e cross join windows as w left join held as h on :same and h.window_day = w.start_day
        left join away as a on a.bearer = coalesce(e.owner, h.bearer) and a.start_day = w.start_day
    where :known and (e.until is null or w.start < e.until) and :then and :admitted
        and (h.bearer is null or (h.employed_from < w.stop_day and h.employed_to >= w.stop_day))
"""
RATED = """
    select s.*, case when not s.part then s.full_lower
        when s.full_lower >= 1 and 2 * s.present >= s.total then greatest(s.share, :least) else s.share end as lower
    from (select r.*, case when r.part then :share end as share from required as r) as s
"""
Side = tuple[str, Bound] | None
GONE = "gone"
"""For whom a duty is owed, and on how many days of a window that person was not there."""


def owed(
    desk: Desk, windows: str, each: Entities | None, *, standing: bool = False, person: int | None = None
) -> exp.Select:
    """A row per duty, numbered; `person`: the part of the entity that has to be there, of which `gone` tells."""
    force = in_force(desk, col("start_day", "w"), col("stop_day", "w"))
    listed = _owed(desk, windows) if each is None else _owed_each(desk, windows, each, standing=standing, person=person)
    numbered = sql("select row_number() over () as duty, o.* from listed as o")
    return numbered.with_("listed", as_=listed.where(force, copy=False), copy=False)


def _owed(desk: Desk, windows: str) -> exp.Select:
    ground = desk.ground
    begin, end, as_of = (literal(each).sql for each in (ground.period.start, ground.period.end, ground.as_of))
    return sql(OWED, {"windows": windows}, begin=begin, end=end, as_of=as_of)


def _owed_each(desk: Desk, windows: str, each: Entities, *, standing: bool, person: int | None) -> exp.Select:
    """An entity's owner owes; without one nobody does, unless the rule names bearers: then each of them.

    An entity owes no window that began before it; a standing duty, which has no window, it owes as soon as it is there.
    """
    known = each.begun("e", col("start", "w"), col("stop", "w"))
    if standing:
        known = expression("(e.since is null or e.since <= :as_of)", as_of=literal(desk.ground.as_of).sql)
    then = each.then("e", col("stop", "w"), desk.ground.as_of)
    who = {"same": owner(desk, each), "admitted": admits(desk, each)}
    there = expression("w.working - coalesce(g.days, 0)" if person is not None else "w.working")
    listed = sql(OWED_EACH, {"windows": windows}, then=then, known=known, present=there, **who)
    if person is None:
        return listed
    same = expression("g.bearer = :key and g.start_day = w.start_day", key=col(f"key {person}", "e"))
    return listed.join(relation(GONE, "g"), on=same, join_type="left")


def owner(desk: Desk, each: Entities) -> exp.Expr:
    """Who of `held as h` owes for an entity of `entities as e`: its owner, else each bearer that the rule names."""
    if each.owned:
        return expression("h.bearer = e.owner")
    return exp.false() if desk.bearer is None or desk.bearer.who == NOBODY else exp.true()


def admits(desk: Desk, each: Entities) -> exp.Expr:
    """Whether the duty is owed at all: by somebody whom the rule admits; without a filter, an owner may be missing."""
    if desk.bearer is not None and desk.bearer.filters:
        return expression("h.bearer is not null")
    if each.owned and desk.ground.rostered:
        return expression("e.owner is null or h.bearer is not null")
    return exp.true()


@dataclass(frozen=True)
class Requirement:
    """The bounds of a quota as they are owed. `done` and `taken` are its measure; `per` is None for a standing duty.

    `pro_rated` tells of a duty `o` whether whoever was not there throughout owes a part of the lower one.
    """

    desk: Desk
    done: Tally
    taken: Measure
    lower: Side
    upper: Side
    pro_rated: exp.Expr

    @property
    def per(self) -> Per | None:
        """How often it is owed."""
        return self.done.per

    @property
    def unread(self) -> frozenset[str]:
        """The sides bounded by what stands in rows that can't be read and that nobody has set aside.

        Those are rows of `plans`; and of `authority` where that says how much is allowed.
        """
        ground, found = self.desk.ground, set()
        if ground.doubtful("plans") and self.per is not None:
            found |= {side for side, given in self._sides().items() if given and given[1].plan is not None}
        act = self.upper[1].authority if self.upper else None
        if act is not None and ground.doubts_authority and authority_relation(self.desk, act, ("quota",)):
            found.add("upper")
        return frozenset(found)

    def parts(self, scope: OwedScope) -> dict[str, exp.Query | None]:
        """Common table expressions ending in `bound`: each duty with `full_lower`, `lower`, `upper` and `part`.

        Where a bound is a measure itself, `lower_unsure`, `lower_hushed` and `lower_below` (or `upper_…`) stand beside
        it.
        """
        plan_rows: dict[str, exp.Query | None] = {}
        relative: list[Relative] = []
        lower, upper = (self._value(side, given, scope, plan_rows, relative) for side, given in self._sides().items())
        query = sql("select o.* from owed as o")
        for name in (name for name in plan_rows if name.startswith("planned")):
            query = query.join(relation(name), on=_same_duty(name), join_type="left")
        for side, given in self._sides().items():
            query = self._perhaps(side, given, scope, plan_rows, query)
        for each in relative:
            for source, on in each.joins:
                query = query.join(source, on=on, join_type="left")
            told = {"unsure": each.unsure, "hushed": each.hushed, "silent": each.silent, "below": each.below}
            told |= {"second": each.second, "least": each.least}
            query = query.select(*(named(value, f"{each.side}_{name}") for name, value in told.items()))
        part = self._part()
        bounds = (
            named(lower.sql if lower else exp.null(), "full_lower"),
            named(upper.sql if upper else exp.null(), "upper"),
        )
        query = query.select(*bounds, named(part, "part"))
        scale = lower.scale if lower else 0
        share = exact.pro_rata(col("full_lower", "r"), scale, col("present", "r"), col("total", "r"))
        least = exp.Literal.number(1 if self.lower and self.lower[0] == "at_least" else 0)
        rated = sql(RATED, share=share if lower else exp.null(), least=least)
        more = {name: part for each in relative for name, part in each.parts.items()}
        return plan_rows | more | {"required": query, "bound": rated}

    def _part(self) -> exp.Expr:
        """Whether the lower bound is owed pro rata: of whoever was not there throughout."""
        part, rated = expression("o.total > 0 and o.present < o.total"), self.pro_rated
        if isinstance(rated, exp.Boolean):
            return part if rated.this else exp.false()
        return all_of(part, rated)

    def _perhaps(
        self, side: str, given: Side, scope: OwedScope, plan_rows: dict[str, exp.Query | None], query: exp.Select
    ) -> exp.Select:
        """Beside a bound by a plan or authority, `…_perhaps`: what one that can't be read may ask or allow.

        `…_untold` tells whether that may be anything.
        """
        if given is None or side not in self.unread:
            return query
        known, name, loc = f"planned {side}", f"perhaps {side}", ("quota", given[0])
        if given[1].authority is not None or self.per is None:
            reach = Typed(col("perhaps", f"authority {side}"), Family.NUMBER, 4)
            asked = bound_value(self.desk, given[1], scope, loc, lambda _: reach)
            return query.select(named(asked.sql, f"{side}_perhaps"), named(exp.false(), f"{side}_untold"))
        rows = plans(self.desk, self.per, windows_table(self.per, self.desk), loc, rejected=True)
        measure = self._planned(given[1], loc)
        plan_rows |= {"unread_plans": rows, name: perhaps_planned(measure, known, lower=side == "lower")}
        asked = bound_value(self.desk, given[1], scope, loc, lambda _: Typed(col("target", name), Family.NUMBER, 4))
        query = query.join(relation(name), on=_same_owed(name), join_type="left")
        return query.select(named(asked.sql, f"{side}_perhaps"), named(col("untold", name), f"{side}_untold"))

    def _sides(self) -> Mapping[str, Side]:
        return {"lower": self.lower, "upper": self.upper}

    def _value(
        self, side: str, given: Side, scope: OwedScope, plan_rows: dict[str, exp.Query | None], relative: list[Relative]
    ) -> Typed | None:
        if given is None:
            return None
        loc = ("quota", given[0])
        source = partial(self._source, side, scope, loc, plan_rows, relative)
        return bound_value(self.desk, given[1], scope, loc, source)

    def _source(  # noqa: PLR0917 as above
        self,
        side: str,
        scope: OwedScope,
        loc: Loc,
        plan_rows: dict[str, exp.Query | None],
        relative: list[Relative],
        bound: Bound,
    ) -> Typed:
        unknown = Typed(exp.Cast(this=exp.null(), to=exact.decimal_type(4)), Family.NUMBER, 4)
        if bound.authority is not None:
            return self._granted(side, bound.authority, loc, relative) or unknown
        if bound.plan is None:
            return self._relative(side, scope, loc, bound, relative) or unknown
        if self.per is None:
            self.desk.problem(loc, "a plan is for a period", "say with `per` how often this is owed")
            return unknown
        rows = plans(self.desk, self.per, windows_table(self.per, self.desk), loc)
        if rows is None:
            return unknown
        plan_rows.update({"plan_rows": rows, f"planned {side}": planned(self._planned(bound, loc))})
        return Typed(col("target", f"planned {side}"), Family.NUMBER, 4)

    def _granted(self, side: str, act: str, loc: Loc, relative: list[Relative]) -> Typed | None:
        """How far the bearer's authority for an act goes on the day by which who owes is known."""
        granted = authority_relation(self.desk, act, loc)
        if granted is None:
            return None
        alias = f"authority {side}"
        by_last = self.done.entities is not None and self.per is not None
        day = expression("o.stop_day - 1" if by_last else "o.start_day")
        mine = exp.EQ(this=col("bearer", alias), expression=col("bearer", "o"))
        then = expression(":d >= :s and :d < :u", d=day, s=col("since", alias), u=col("until", alias))
        found = Typed(col("at_most", alias), Family.NUMBER, 4)
        joins = [(relation(granted, alias), all_of(mine, then))]
        relative.append(Relative(side, found, exp.false(), grows=False, joins=joins))
        return found

    def _planned(self, bound: Bound, loc: Loc) -> exp.Expr:
        """The measure that a plan is for, on the first day of a duty `o`."""
        assert bound.plan is not None  # noqa: S101 asked before
        found = steps(self.desk, bound.plan, (*loc, "plan"), a_text, "the name of a measure in `plans`")
        return found.told(col("start_day", "o"), text) if found is not None else exp.null()

    def _relative(self, side: str, scope: OwedScope, loc: Loc, bound: Bound, relative: list[Relative]) -> Typed | None:
        if bound.previous is not None:
            made = earlier(self.desk, bound, self.done, self.taken, scope, side, loc)
        else:
            made = second_measure(self.desk, bound, self.done, self.done.entities, scope, side, loc)
        if made is None:
            return None
        relative.append(made)
        return made.value


def _same_owed(name: str) -> exp.Expr:
    return exp.and_(*(exp.EQ(this=col(key, name), expression=col(key, "o")) for key in ("bearer", "start_day")))


def _same_duty(name: str) -> exp.Expr:
    return exp.and_(_same_owed(name), exp.EQ(this=col("place", name), expression=exp.Literal.number(1)))

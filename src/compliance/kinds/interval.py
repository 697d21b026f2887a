"""`interval`: never longer than this between two records, or never without one that holds."""

from typing import ClassVar

from pydantic import model_validator
from sqlglot import exp

from compliance.kinds.anew import HELD_THEN, anew, begun_unasked
from compliance.kinds.base import Desk, Kind, Plan, verdict_rows
from compliance.kinds.bridged import bridged
from compliance.kinds.charge import FELL_IN, employed, owed_when_due, with_unattended
from compliance.kinds.duties import concerned_then, last_day
from compliance.kinds.gaps import Holds, holds
from compliance.kinds.heartbeat import silence
from compliance.kinds.lengths import in_real_time, reach
from compliance.kinds.stretches import Framed, Slices, slices
from compliance.kinds.told import Told, due_day, moment, those
from compliance.language.blocks import DurationValue, Expression
from compliance.language.values import literal
from compliance.model.finding import Verdict
from compliance.sql import col, expression, nothing, relation, sql, text, with_
from compliance.yamldoc import Misplaced

# Records that hold for an instant: each is followed by the next. Of those of one instant the last by key is the one
# with a gap behind it.
POINTS = """
    select h.slice, h.ends as gap, h.record_key,
        lead(h.ends) over (partition by h.slice order by h.ends, h.record_key nulls first) as following
    from held as h
"""
FOLLOWED = """
    select p.slice, p.gap, coalesce(p.following, s.until) as following, p.following as closed,
        p.record_key as ended_by, s.bearer, s.listed_from, s.listed_to,
        case when p.record_key is null then s.record_table else :table end as record_table,
        coalesce(p.record_key || coalesce(' / ' || s.listed, ''), s.record_key) as record_key
    from points as p join slices as s on s.number = p.slice
    where p.gap < coalesce(p.following, s.until, timestamp '9999-12-31')
"""
# Holds that touch or overlap are one; the record that ends last names what follows.
ISLANDS = """
    select i.slice, i.island, min(i.starts) as starts, max(i.ends) as ends
    from (
        select h.*, sum(case when h.starts > h.covered then 1 else 0 end) over (
            partition by h.slice order by h.starts, h.ends, h.record_key
            rows between unbounded preceding and current row
        ) as island
        from (
            select h.*, max(h.ends) over (
                partition by h.slice order by h.starts, h.ends, h.record_key
                rows between unbounded preceding and 1 preceding
            ) as covered
            from held as h
        ) as h
    ) as i
    group by i.slice, i.island
"""
GAPS = """
    select i.slice, i.ends as gap, lead(i.starts) over (partition by i.slice order by i.island) as following
    from islands as i
"""
NAMED = """
    select g.slice, g.gap, g.following, max(h.record_key) as record_key
    from gaps as g left join held as h on h.slice = g.slice and h.ends = g.gap
    group by g.slice, g.gap, g.following
"""
LONGEST = """
    select n.*, false as fixed, r.reached is not null or r.minutes is not null as bounded,
        r.minutes is not null as planned_exact,
        case when r.minutes is null then r.reached else cast(:local as date) end as planned_day,
        case when r.minutes is null then cast(r.reached as timestamp) + interval '1' day else :local end as planned,
        n.gap + r.minutes * interval '1' minute as planned_instant
    from placed_gaps as n left join reach as r on r.day = n.first_day
"""
PLACED = "select n.*, cast(:at as date) as first_day, :at as at from named as n where :listed"
# An entity owes no gap from before it was there, or from before its member stood in the list.
LISTED = "(n.listed_from is null or :at >= n.listed_from) and (n.listed_to is null or :at < n.listed_to)"
# What was closed in time is settled, unless it fell due in an absence, and so in another audit perhaps. Like all that
# has begun to run it is told before it falls due, too.
UNTIL = """
    select l.*, :until as first_until, a.bearer is null and coalesce(l.following < :until, false) as settled
    from lasting as l
        left join leave as a on a.bearer = l.bearer and l.planned_day >= a.since and l.planned_day < a.until
    where :of_state
"""
CLOSED = """
    select u.* from limited as u
    where u.settled and :in_force and :employed
        and u.planned > :start and (u.planned <= :end or u.at < :end)
"""
OPEN = "select u.* from limited as u where not u.settled"
# In an absence without end nothing falls due: what was closed meanwhile belongs to no audit, what is open is pending.
CONCERNS = """
    select f.*, f.due is null or f.due > :end as later, coalesce(f.following < f.until, false) as in_time from (
        select m.*, :until as until from moved as m
    ) as f
    where (f.due > :start and f.due <= :end)
        or (f.bounded and f.due > :end and f.at < :end)
        or (f.bounded and f.due is null and f.following is null and f.at < :end)
        or (not f.bounded and f.at >= :start and f.at < :end)
"""
# A stretch that has ended and was never without: it has no gap, and is told under its own name.
COVERED = """
    select s.bearer, s.record_table, s.record_key, :ended as ended from slices as s
    where s.until is not null and :ended > :start and :ended <= :end and :ended <= :as_of
        and not exists (select 1 from named as n where n.slice = s.number)
"""
# Stretches may overlap, and a gap in several of them is one, known by its first record: how far it reaches is told by
# the one that asks longest. So is one that is asked from its beginning, and anew from a later day on.
ONCE = """
    select t.* from told as t qualify row_number() over (
        partition by t.bearer, t.record_table, t.record_key
        order by array_position(['breached', 'undetermined', 'pending', 'met'], t.verdict)
    ) = 1
"""
# The record that ended before a gap, and the one that closed it.
NEIGHBOURS = """
    select distinct b.number, :table as record_table, h.record_key, :at as happened
    from breaches as b join named as n on n.record_key = b.record_key and n.bearer is not distinct from b.bearer
        join held as h on h.slice = n.slice and (h.record_key = n.ended_by or h.starts = n.closed)
    where h.record_key is not null
"""
CONCERNED = """
    select s.* from every as s where s.bearer is null or s.bearer in (select b.bearer from breaches as b)
"""
OPENED = "{}.slice in (select z.number from slices as z where z.open)"
HUSHED = """
    select c.slice, c.gap, min(s.told) as silent from concerning as c join silence as s
        on s.day >= c.first_day and s.day <= :last_day
    where :concerned
    group by c.slice, c.gap
"""


class Interval(Kind, Framed):
    """Records, how long each holds, and the longest gap that may lie between them."""

    name: ClassVar[str] = "interval"
    recurs: ClassVar[bool] = True
    until: Expression | None = None
    at_most: DurationValue

    @model_validator(mode="after")
    def _one_frame(self) -> "Interval":
        if self.over is not None and self.from_ is not None:
            raise Misplaced("`over` says from when on, `from` can't say so too", "from", key=True)
        if self.over is not None and any(part.columns for part in self.for_each):
            says = "beside `over`, `for_each` can't be columns of the records"
            raise Misplaced(says, "for_each", key=True, help="name a table with `of`, or a list with `item`")
        return self

    def plan(self, desk: Desk) -> Plan | None:
        """Each gap between holds, when it is too long, and whether it was closed before."""
        framed = slices(desk, self)
        if framed is None:
            return None
        held = holds(desk, self.until, framed)
        longest = reach(desk, self.at_most, (self.name, "at_most"))
        quiet = silence(desk, framed.scope.table, self.where)
        parts = self._parts(desk, framed, held, longest)
        if quiet:
            concerned = concerned_then(desk, "c")
            parts["hushed"] = sql(HUSHED, {"silence": quiet}, last_day=last_day("c.due"), concerned=concerned)
        told = exp.union(_verdicts(desk, framed, hushed=quiet is not None), _met(), distinct=False, copy=False)
        if framed.framed_by_record:
            parts["covered"] = _covered(desk, framed)
            told = exp.union(told, _met("covered", "ended"), distinct=False, copy=False)
        parts["told"] = told
        once = sql(ONCE if framed.framed_by_record or framed.anew else "select * from told as t")
        query = with_unattended(once, desk, "located", OPENED.format("o") if framed.opens else None)
        return Plan(with_(query, **parts), self._neighbours(framed, held), (framed.scope.table.name,))

    def _neighbours(self, framed: Slices, held: Holds) -> exp.Select:
        """The records on both sides of each gap that was too long."""
        known = {("every" if name == "slices" else name): part for name, part in framed.parts.items()}
        gaps = self._named(framed.scope.table.name, stated=framed.stated)
        query = sql(NEIGHBOURS, table=text(framed.scope.table.name), at=framed.scope.local(expression("h.starts")))
        return with_(query, **known, slices=sql(CONCERNED), **held.parts, **gaps)

    def _parts(self, desk: Desk, framed: Slices, held: Holds, longest: str) -> dict[str, exp.Query | None]:
        scope, period = framed.scope, desk.ground.period
        # What counts minutes asks for local time in a subquery for each gap; what counts days needs none.
        local: exp.Expr = nothing("TIMESTAMP")
        if in_real_time(desk, longest):
            local = scope.local(expression("n.gap + r.minutes * interval '1' minute"))
        one = exp.Interval(this=text("1"), unit=exp.Var(this="MICROSECOND"))
        instant = expression(
            "coalesce(case when not m.moved then m.planned_instant end, :i)", i=scope.instant(expression("m.due"))
        )
        until = expression("case when m.exact then :i + :one else :i end", i=instant, one=one)
        soonest = expression(
            "coalesce(l.planned_instant + :one, :i)", one=one, i=scope.instant(expression("l.planned"))
        )
        span = {"start": literal(period.start).sql, "end": literal(period.end).sql}
        return {
            **framed.parts,
            **held.parts,
            **self._named(scope.table.name, stated=framed.stated),
            **_lasting(desk, framed, longest, local),
            "limited": sql(UNTIL, until=soonest, of_state=framed.of_state("l", "planned_day")),
            "closed": sql(
                CLOSED, in_force=framed.owed("u", "planned_day"), employed=employed("u", "planned_day"), **span
            ),
            "open_gaps": sql(OPEN),
            **owed_when_due("open_gaps"),
            "located": framed.located("owed"),
            "concerning": sql(
                CONCERNS,
                {"moved": "located"},
                until=until,
                **span,
            ),
            **bridged(desk, held, longest, scope),
        }

    def _named(self, table: str, *, stated: bool) -> dict[str, exp.Query]:
        """The gaps, each with the record that it is known by."""
        followed = sql(FOLLOWED, table=text(table))
        if stated:
            followed = followed.select(col("state_since", "s"), col("state_until", "s"))
        if self.until is None:
            return {"points": sql(POINTS), "named": followed}
        return {"islands": sql(ISLANDS), "gaps": sql(GAPS), "points": sql(NAMED), "named": followed}

    @property
    def speaks_of(self) -> tuple[str, ...]:
        """What a message may name."""
        return ("record", "due", "done")

    @property
    def excusable(self) -> str | None:
        """What falls due in an absence moves."""
        return FELL_IN

    def says(self, told: Told) -> str:
        """After what something was missing, and until when it had time."""
        if told.met:
            return f"{those(self)} after {told.record}: no gap too long up to {due_day(told.due)}"
        due = f"due {due_day(told.due)}" if told.due else "due on no day yet"
        state = {Verdict.PENDING: "nothing yet", Verdict.UNDETERMINED: "nothing known in time"}.get(
            told.verdict, "nothing in time"
        )
        closed = f", the next on {moment(told.done)}" if told.done else ""
        owed = f", asked since {told.named}" if told.named else ""
        return f"{those(self)} after {told.record}{owed}, {due}: {state}{closed}"


def _lasting(desk: Desk, framed: Slices, longest: str, local: exp.Expr) -> dict[str, exp.Query | None]:
    """Common table expressions that end in `lasting`: each gap with when it is too long; `local` is that in minutes."""
    at = framed.scope.local(expression("n.gap"))
    listed = expression(LISTED, at=at)
    if not framed.anew:
        lasting = sql(LONGEST, {"reach": longest}, local=local)
        return {"placed_gaps": sql(PLACED, at=at, listed=listed), "lasting": lasting}
    return {
        "placed_before": sql(PLACED, at=at, listed=begun_unasked(desk, framed, at)),
        "lasting_before": sql(LONGEST, {"reach": longest, "placed_gaps": "placed_before"}, local=local),
        **anew(desk, framed, "lasting_before"),
        "placed_gaps": sql(PLACED, {"named": "asked_gaps"}, at=at, listed=listed),
        "lasting_on": sql(LONGEST, {"reach": longest}, local=local),
        "lasting": sql(HELD_THEN, {"lasting": "lasting_on"}),
    }


def _verdicts(desk: Desk, framed: Slices, *, hushed: bool) -> exp.Select:
    as_of = literal(desk.ground.as_of).sql
    rows = sql("select * from concerning as c left join doubtful as d on d.slice = c.slice and d.gap = c.gap")
    steps: list[tuple[exp.Expr, str, str | None]] = [
        (expression("not c.bounded"), "undetermined", "no_bound"),
        (expression("c.in_time"), "met", None),
        (expression("c.later or c.due > :as_of", as_of=as_of), "pending", None),
    ]
    silent: exp.Expr = exp.null()
    if hushed:
        rows = rows.join(
            relation("hushed", "h"), on=expression("h.slice = c.slice and h.gap = c.gap"), join_type="left"
        )
        silent = col("silent", "h")
        steps.append((expression("h.slice is not null"), "undetermined", "silence"))
    steps.append((expression("d.slice is not null"), "undetermined", "doubt"))
    if framed.opens:
        steps.append((expression(OPENED.format("c")), "undetermined", "ruled_out"))
    verdict = exp.Case(ifs=[exp.If(this=test, true=text(then)) for test, then, _ in steps], default=text("breached"))
    causes = [exp.If(this=test.copy(), true=text(why) if why else exp.null()) for test, _, why in steps]
    names = ("bearer", "department", "record_table", "record_key", "due", "responsible")
    given: dict[str, exp.Expr] = {name: col(name, "c") for name in names}
    given |= {"at": expression("coalesce(c.due, c.at)"), "how": text("gap"), "silent": silent}
    if framed.anew:
        given["named"] = expression("cast(c.taken as varchar)")
    given["done"] = expression("case when not c.in_time then :l end", l=framed.scope.local(expression("c.closed")))
    return verdict_rows(rows, given | {"verdict": verdict, "cause": exp.Case(ifs=causes)})


def _covered(desk: Desk, framed: Slices) -> exp.Select:
    period, ended = desk.ground.period, framed.scope.local(expression("s.until"))
    span = {"start": literal(period.start).sql, "end": literal(period.end).sql}
    return sql(COVERED, ended=ended, as_of=literal(desk.ground.as_of).sql, **span)


def _met(of: str = "closed", due: str = "planned") -> exp.Select:
    """What was closed in time, or covered to its end."""
    given: dict[str, exp.Expr] = {name: col(name, "s") for name in ("bearer", "record_table", "record_key")}
    given |= {"due": col(due, "s"), "at": col(due, "s"), "verdict": text("met")}
    return verdict_rows(sql("select * from met as s", {"met": of}), given)

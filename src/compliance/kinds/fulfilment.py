"""`fulfilment`: an obligation of a contract, what was delivered for it, and whether that was enough in time."""

from dataclasses import replace
from typing import ClassVar

from pydantic import Field
from sqlglot import exp

from compliance.kinds.acts import Acts, Names, acts
from compliance.kinds.base import Desk, Kind, Plan, verdict_rows
from compliance.kinds.bounds import bound_value, refused_bound
from compliance.kinds.charge import employed
from compliance.kinds.duties import concerned_then, due_by
from compliance.kinds.heartbeat import silence
from compliance.kinds.lengths import reach
from compliance.kinds.linked import second
from compliance.kinds.opened import unmatched
from compliance.kinds.second import Second, T, X
from compliance.kinds.seek import When, doubts
from compliance.kinds.told import Told, due_day, figure, moment
from compliance.language import exact
from compliance.language.blocks import Block, Bound, DurationValue, Expression, ForEach
from compliance.language.values import Family, Typed, literal
from compliance.model.finding import How, Verdict
from compliance.sql import all_of, col, expression, inner, named, nothing, relation, sql, text, with_

UNTOLD = "untold"
"""Whether a quantity can't be told, since a number on the way to it passes 38 digits; one that is empty is any."""
LOC = ("fulfilment",)
DUE = """
    select t.*, cast(t.due_on as date) as due_day, cast(cast(t.due_on as date) as timestamp) + interval '1' day as due,
        :until as until, :until - interval '1' microsecond as moment
    from acts as t where coalesce(t.counts, false) and t.fits and t.due_on is not null and :came_about
"""
# An obligation that is known runs from its own time on; in a table that looks ahead it runs already. Each has a number,
# by which its deliveries are sorted and added up faster than by a key.
CONCERNS = """
    select d.*, d.due > :end as later, dense_rank() over (order by d.record_key) as place from due_of as d
    where ((d.due > :start and d.due <= :end) or (d.due > :end and (:ahead or d.at < :end))) and (:employed)
"""
# A delivery of an unknown quantity may be enough, or not; where no quantity is asked for, it is.
UNWEIGHED = "case when :q is not null or t.quantity is null then :c end"
# How much had come by each delivery, those of one instant together.
GROWN = """
    select p.place, p.moment, p.amount, sum(p.amount) over (partition by p.place order by p.moment) as so_far
    from pieces as p
"""
SUMMED = """
    select f.place, coalesce(sum(g.amount) filter (where g.moment < f.until), 0) as by_due,
        count(g.moment) filter (where g.moment < f.until) as pieces_by_due, coalesce(sum(g.amount), 0) as brought,
        min(g.moment) filter (where f.needed is null or g.so_far >= f.needed) as complete,
        case when count(*) filter (where g.moment < f.until and g.amount is null) = 0
            then sum(g.amount) filter (where g.moment < f.until) end as weighed_by_due
    from first as f left join grown as g on g.place = f.place
    group by f.place
"""
JUDGED = """
    select f.*, s.by_due, s.brought, s.weighed_by_due, s.complete is not null as came, s.complete,
        case when f.quantity is null then s.pieces_by_due > 0 else s.by_due >= f.needed end as in_time,
        case when s.complete is not null then :local end as done
    from first as f join summed as s on s.place = f.place
"""
UNSURE = "select j.* from judged as j where not j.in_time"
HUSHED = """
    select u.record_key, min(s.told) as silent from unsure as u
        join silence as s on s.day >= cast(u.at as date) and s.day <= u.due_day
    where :concerned
    group by u.record_key
"""


class Delivered(Block):
    """The deliveries: of which table, when, and how much each brought."""

    quantity: Expression | None = None


class Fulfilment(Kind, Block):
    """Obligations, when and how much is due, and the deliveries that fulfil them."""

    name: ClassVar[str] = "fulfilment"
    of_records: ClassVar[bool] = True
    unbound: ClassVar[str] = "an unset quantity"
    for_each: ForEach = ()
    due: Expression
    quantity: Expression | None = None
    delivered: Delivered
    tolerance: Bound | None = Field(default=None)
    grace: DurationValue | None = None

    @property
    def reads(self) -> str:
        """The table of the deliveries."""
        return self.delivered.of

    def plan(self, desk: Desk) -> Plan | None:
        """Each obligation's due day, and what had been delivered by its end."""
        if not self.for_each:
            unmatched(desk, self, self.name)
        found = acts(desk, self, LOC, {}, self.for_each, past=True, stands=True)
        if found is None:
            return None
        self._keep(desk, found)
        given = second(desk, self.delivered, found, (*LOC, "delivered"))
        return self._planned(desk, found, given) if given is not None else None

    def _keep(self, desk: Desk, found: Acts) -> None:
        found.want("due_on", lambda names: due_by(desk, self.due, names, (*LOC, "due")))
        passes: list[exp.Expr] = []

        def owed(names: Names) -> Typed:
            value = self._owed(desk, names)
            passes.extend(filter(None, [exact.passed(value.sql)]))
            return value

        found.want("quantity", owed)
        if passes:
            found.want(UNTOLD, lambda _: Typed(passes[0], Family.BOOLEAN))
        if self.tolerance and self.tolerance.number is not None and not 0 <= self.tolerance.number <= 1:
            desk.problem((*LOC, "tolerance"), "a tolerance is a share from 0 to 1", "write 5 % as 0.05")
        found.want("tolerance", lambda names: self._share(desk, names))
        needed = expression("t.quantity * (1 - coalesce(t.tolerance, 0))")
        found.keep_worked("needed", Typed(needed, Family.NUMBER, 12))

    def _owed(self, desk: Desk, names: Names) -> Typed:
        if self.quantity is None:
            return Typed(nothing("DECIMAL(18, 4)"), Family.NUMBER, 4)
        return desk.expression(self.quantity, names, (*LOC, "quantity"), Family.NUMBER)

    def _share(self, desk: Desk, names: Names) -> Typed:
        loc = (*LOC, "tolerance")
        if self.tolerance is None:
            return literal(0)
        return bound_value(desk, self.tolerance, names, loc, refused_bound(desk, loc))

    def _planned(self, desk: Desk, found: Acts, given: Second) -> Plan:
        amount = self._amount(desk, given)
        sure = given if amount is None else _weighed(given, amount)
        midnight = expression("cast(cast(t.due_on as date) as timestamp) + interval '1' day")
        until = midnight if given.in_days else found.scope.instant(midnight)
        period, end = desk.ground.period, literal(desk.ground.period.end).sql
        local = expression("s.complete") if given.in_days else found.scope.local(expression("s.complete"))
        quiet = silence(desk, given.scope.table, self.delivered.where)
        concerned = concerned_then(desk, "u", desk.ground.whose)
        parts: dict[str, exp.Query | None] = {
            "acts": found.query(),
            "due_of": sql(DUE, until=until, came_about=found.came_about("t")),
            "first": sql(
                CONCERNS,
                start=literal(period.start).sql,
                end=end,
                ahead=exp.Boolean(this=found.table.ahead),
                employed=employed("d", "due_day"),
            ),
            "pieces": _pieces(sure, amount),
            "grown": sql(GROWN),
            "summed": sql(SUMMED),
            "judged": sql(JUDGED, local=local),
            "unsure": sql(UNSURE),
            "doubts": doubts(sure, When.BEFORE, "unsure"),
            "hushed": sql(HUSHED, {"silence": quiet}, concerned=concerned) if quiet else None,
        }
        rows = self._verdicts(desk, found, hushed=quiet is not None)
        return Plan(with_(rows, **parts), _evidence(found, sure, until), (given.scope.table.name,))

    def _amount(self, desk: Desk, given: Second) -> exp.Expr | None:
        """How much a delivery brought, as a column of `x`; None where each counts as one."""
        written = self.delivered.quantity
        if written is None and "quantity" in given.scope.table.columns:
            written = "quantity"
        if written is None:
            return None
        return desk.expression(written, given.across, (*LOC, "delivered", "quantity"), Family.NUMBER).sql

    def _verdicts(self, desk: Desk, found: Acts, *, hushed: bool) -> exp.Select:
        as_of = literal(desk.ground.as_of).sql
        rows = sql("select * from judged as j")
        doubtful = exp.select(col("record_key", "d")).distinct().from_(relation("doubts", "d"))
        rows = rows.join(
            inner(doubtful, "u"),
            on=expression("u.record_key = j.record_key"),
            join_type="left",
        )
        steps: list[tuple[exp.Expr, str, str | None]] = [
            *([(expression("coalesce(j.untold, false)"), "undetermined", "passed")] if UNTOLD in found.columns else []),
            (expression("j.in_time"), "met", None),
            (expression("j.later or j.due > :as_of", as_of=as_of), "pending", None),
        ]
        silent: exp.Expr = exp.null()
        if hushed:
            rows = rows.join(relation("hushed", "h"), on=expression("h.record_key = j.record_key"), join_type="left")
            silent = col("silent", "h")
            steps.append((expression("h.record_key is not null"), "undetermined", "silence"))
        steps.append((expression("u.record_key is not null"), "undetermined", "doubt"))
        if found.opens:
            steps.append((expression("j.open"), "undetermined", "ruled_out"))
        verdict = exp.Case(
            ifs=[exp.If(this=test, true=text(then)) for test, then, _ in steps], default=text("breached")
        )
        causes = [exp.If(this=test.copy(), true=text(why) if why else exp.null()) for test, _, why in steps]
        how = (
            "case when j.in_time then null when j.came then 'late' when j.brought > 0 then 'partial' else 'missing' end"
        )
        given: dict[str, exp.Expr] = {
            name: col(name, "j") for name in ("bearer", "department", "record_key", "due", "done")
        }
        given |= {"record_table": text(found.table.name), "at": col("due", "j"), "how": expression(how)}
        given |= {
            "measured": expression("case when j.quantity is not null then j.by_due end"),
            "required": col("quantity", "j"),
            "other": expression("case when j.quantity is null then j.weighed_by_due end"),
        }
        if self.grace is not None:
            name = reach(desk, self.grace, (*LOC, "grace"))
            rows = rows.join(relation(name, "g"), on=expression("g.day = j.due_day"), join_type="left")
            given["grace"] = expression(
                "coalesce(cast(g.reached as timestamp) + interval '1' day, j.due + g.minutes * interval '1' minute)"
            )
        return verdict_rows(rows, given | {"verdict": verdict, "cause": exp.Case(ifs=causes), "silent": silent})

    @property
    def speaks_of(self) -> tuple[str, ...]:
        """What a message may name."""
        return ("record", "due", "done", "measured", "required")

    def says(self, told: Told) -> str:
        """How much was delivered of how much, by when, and when it was enough."""
        if told.required is None:
            return f"{told.record}: {_unweighed(told)}; no quantity is set"
        known = "known to be " if told.verdict is Verdict.UNDETERMINED else ""
        count = f"{figure(told.measured)} of {figure(told.required)} {known}delivered"
        if told.verdict is Verdict.PENDING:
            return f"{told.record}: {count} so far, due {due_day(told.due)}"
        enough = f", enough only on {moment(told.done)}" if told.how is How.LATE and told.done else ""
        below = told.met and told.measured is not None and told.measured < told.required
        return f"{told.record}: {count} by {due_day(told.due)}{enough}{', within the tolerance' if below else ''}"


def _unweighed(told: Told) -> str:
    """What was delivered where any delivery is enough."""
    due = due_day(told.due)
    if told.met and told.done:
        amount = "" if told.other is None else f"{figure(told.other)} "
        return f"{amount}delivered by {due}, the first on {moment(told.done)}"
    if told.verdict is Verdict.PENDING:
        return f"nothing delivered yet, due {due}"
    known = "known to be " if told.verdict is Verdict.UNDETERMINED else ""
    return f"nothing {known}delivered by {due}" + (f", the first only on {moment(told.done)}" if told.done else "")


def _belongs(given: Second) -> exp.Expr:
    same = [exp.EQ(this=t.copy(), expression=x.copy()) for t, x in given.keys]
    sure = expression("not x._rejected and coalesce(:c, false) and :m is not null", c=given.counts, m=given.moment)
    return all_of(*same, sure)


def _weighed(given: Second, amount: exp.Expr) -> Second:
    """The deliveries, of which one that does not say how much it brought may count, or not."""
    counts = expression(UNWEIGHED, q=amount, c=given.counts)
    return replace(given, joined=True, counts=counts, unclear=expression(":c is null", c=counts.copy()))


def _pieces(given: Second, amount: exp.Expr | None) -> exp.Select:
    """Every delivery of each obligation."""
    query = exp.select(col("place", T), named(given.moment, "moment"))
    query = query.select(named(amount if amount is not None else exp.Literal.number(1), "amount"))
    return query.from_(relation("first", T)).join(relation(given.name, X), on=_belongs(given))


def _evidence(found: Acts, given: Second, until: exp.Expr) -> exp.Select:
    """All that was delivered for a breached obligation, in time or late."""
    rows = exp.select(col("number", "b"), named(text(given.scope.table.name), "record_table"))
    rows = rows.select(named(given.key(), "record_key"), named(given.moment, "happened")).from_(
        relation("breaches", "b")
    )
    rows = rows.join(relation("due_of", T), on=expression("t.record_key = b.record_key"))
    rows = rows.join(relation(given.name, X), on=_belongs(given))
    return with_(rows, acts=found.query(), due_of=sql(DUE, until=until, came_about=found.came_about("t")))

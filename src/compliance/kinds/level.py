"""`level`: a running sum stays within bounds; each time that it leaves them is one finding."""

from collections.abc import Iterator
from typing import ClassVar

from pydantic import model_validator
from sqlglot import exp

from compliance.kinds.acts import LATER, Acts, acts
from compliance.kinds.base import Desk, Kind, Plan, verdict_rows
from compliance.kinds.beyond import measured_by, seconds
from compliance.kinds.granted import bounds_of_act
from compliance.kinds.linked import speaks_of
from compliance.kinds.measures import Aggregate, Measure, measure, measured
from compliance.kinds.opened import needs_time, unmatched
from compliance.kinds.running import MOMENT, PERHAPS, Steps
from compliance.kinds.second import moment_of
from compliance.kinds.told import Side, Told, asked, figure, moment
from compliance.language.blocks import Block, Bounds, ForEach
from compliance.language.values import literal
from compliance.model.finding import How, Verdict
from compliance.sql import all_of, col, expression, relation, sql, text, with_

LOC = ("level",)
TESTS = {"at_least": "<", "more_than": "<=", "at_most": ">", "less_than": ">="}
"""How a level that leaves a bound lies to it."""
HOWS = {"lower": "short", "upper": "over"}
UNBINDING = ("running", "none")
"""Of a second measure: its window still runs, or it stays under its minimum."""
# Of quotients with one divisor what is divided is added up, and the sum divided once.
DIVIDED = "select s.* replace (:level as level, :level - :before as step) from undivided as s"
STATES = """
    select s.*, :state as state, case when s.earlier is not null then :before end as before from steps as s
"""
CROSSED = "select s.* from states as s where s.state <> 'within' and (s.before is null or s.before <> s.state)"
EXCURSIONS = """
    select f.* from (
        select c.*, e.at, e.record_key, e.own_key, e.bearer, e.entity, e.fits, row_number() over (
            partition by c.slice, c.moment order by e.record_key
        ) as place
        from crossed as c join again as e on e.slice = c.slice and e.moment = c.moment
    ) as f
    where f.place = 1 and f.fits and f.at >= :start and f.at < :end
"""
# Whoever did not leave the bounds in this period, and was not outside them from before.
SEEN = """
    select e.slice, :bearer as bearer, min(e.entity) as entity, max(e.at) as at
    from at_last as e where e.fits and e.at < :end group by e.slice
"""
OUTSIDE = """
    select s.slice from states as s where s.moment < :until group by s.slice
    having coalesce(bool_or(s.moment >= :since and s.state <> 'within'), false)
        or coalesce(max_by(case when s.moment < :since then s.state end, s.moment), 'within') <> 'within'
"""
STAYED = """
    select s.* from seen_then as s
    where s.slice not in (select x.slice from excursions as x) and s.slice not in (select o.slice from outside as o)
"""
# What no step of was bound: a second measure stayed under its minimum at each.
UNBOUND = """
    select s.slice, max_by(:second, s.moment) as other, max_by(:least, s.moment) as least
    from states as s where s.moment < :until group by s.slice having bool_and(coalesce(:free, false))
"""
DOUBTFUL = """
    select distinct x.slice, x.moment from excursions as x join loose as l on :fits
    where l.moment is null or l.moment <= x.moment
"""


LEFT_ROWS = """
    select * from excursions as x left join doubtful as d on d.slice = x.slice and d.moment = x.moment
        left join roster as h on h.bearer = x.bearer and cast(x.at as date) >= h.since and cast(x.at as date) < h.until
"""
PASSED = "x.slice in (select e.slice from again as e where e.passes and e.at <= x.at)"
OPENED = "x.entity in (select o.record_key from entities as o where o.open)"
STAYED_ROWS = """
    select * from stayed as x
        left join roster as h on h.bearer = x.bearer and cast(x.at as date) >= h.since and cast(x.at as date) < h.until
"""


class Level(Kind, Block, Bounds):
    """A running sum over records, and its bounds."""

    name: ClassVar[str] = "level"
    measure: str
    for_each: ForEach = ()

    @model_validator(mode="after")
    def _bounded(self) -> "Level":
        if not self.bounds():
            message = "a level needs a bound: at_least, at_most, more_than or less_than"
            raise ValueError(message)
        return self

    def plan(self, desk: Desk) -> Plan | None:
        """The level after each step, and each time that it leaves its bounds."""
        if not self.for_each:
            unmatched(desk, self, self.name)
        wanted = {side: build for side, build in bounds_of_act(desk, self, LOC).items() if not self._fixed(side)}
        nobody = bool(self.for_each)
        found = acts(desk, self, LOC, wanted, self.for_each, past=True, nobody=nobody, stands=True)
        if found is None:
            return None
        needs_time(desk, found.scope, LOC, "say when a record happened with `at`")
        found.ask_employed(desk)
        taken = self._taken(desk, found)
        if taken is None:
            return None
        found.keep(MOMENT, moment_of(found.scope, in_days=found.day_only))
        beside = seconds(desk, self, found, LOC)
        plan = self._planned(desk, Steps(desk, self, found, taken, beside), taken, found)
        return plan.resting_on([measured_by(found, side, each) for side, each in beside.items()])

    def _fixed(self, side: str) -> bool:
        """Whether a bound is the same number for every step."""
        return side in self.sides and self.sides[side][1].number is not None

    def _taken(self, desk: Desk, found: Acts) -> Measure | None:
        """What is summed up, of a record or of a record beside its entity."""
        each = found.each if speaks_of(measured(self.measure), LATER) else None
        taken = measure(desk, self.measure, found.beside_entity(each) if each else found.scope, (*LOC, "measure"))
        if taken is None or taken.aggregate is not Aggregate.SUM:
            desk.problem((*LOC, "measure"), "a level is a running sum", "write `sum(x)`")
            return None
        return taken if each or taken.over is None else taken.read_by(found.scope.reading)

    @property
    def _entities(self) -> str:
        """What an entity is, in front of its key: its table, or the columns whose values tell it."""
        return " / ".join(part.of or " / ".join(part.columns) or part.named for part in self.for_each)

    def _planned(self, desk: Desk, steps: Steps, taken: Measure, found: Acts) -> Plan:
        period = desk.ground.period
        span = {"start": literal(period.start).sql, "end": literal(period.end).sql}
        parts: dict[str, exp.Query | None] = {
            "entities": found.each.query() if found.each else None,
            "entered": steps.entered(),
            # Each is read by its narrowest columns; one for all three would be written down whole.
            "again": steps.records(),
            "at_last": steps.records(),
            "sums": steps.sums(),
            **_leveled(taken, steps.levels()),
            "states": sql(
                STATES, state=self._state(steps, "s.level"), before=self._state(steps, "s.level - s.step", "_before")
            ),
            "crossed": sql(CROSSED),
            "excursions": sql(EXCURSIONS, **span),
            "seen_then": sql(SEEN, end=span["end"], bearer=steps.last()),
            "outside": sql(OUTSIDE, **steps.period()),
            "stayed": sql(STAYED),
            "unbound": self._unbound(steps),
            "loose": steps.loose(),
            "doubtful": sql(DOUBTFUL, fits=steps.may_move()),
        }
        stayed = self._stayed(found, steps, passes=taken.passes is not None)
        parts["told"] = exp.union(self._left(found, steps), stayed, distinct=False)
        return Plan(with_(sql("select * from told as t"), **parts), None, ())

    def _state(self, steps: Steps, level: str, when: str = "") -> exp.Expr:
        """Where a level stands: within, short, over; running where a bound still moves, null where one is not known."""
        ifs, others = [], []
        for side, (key, _) in self.sides.items():
            tests = {"left": f"{level} {TESTS[key]} s.{side}{when}", "null": f"s.{side}{when} is null"}
            if side in steps.seconds:
                why = f"s.{side}_why{when}"
                tests = {name: f"{test} and coalesce({why} not in {UNBINDING}, true)" for name, test in tests.items()}
                others.append((f"coalesce({why} = 'running', false)", "running"))
            ifs.append((tests["left"], HOWS[side]))
            others.append((tests["null"], "null"))
        cases = [exp.If(this=expression(test), true=text(then)) for test, then in (*ifs, *others)]
        return exp.Case(ifs=cases, default=text("within"))

    def _left(self, found: Acts, steps: Steps) -> exp.Select:
        given: dict[str, exp.Expr] = {name: col(name, "x") for name in ("bearer", "at")}
        given |= {
            "record_table": text(found.table.name),
            "record_key": col("own_key", "x"),
            "measured": col("level", "x"),
            "department": col("department", "h"),
        }
        if found.each is not None:
            given |= {"entity_table": text(self._entities), "entity_key": col("entity", "x")}
        given["required"] = self._required()
        causes = list(self._causes(found, steps))
        verdicts = [exp.If(this=expression("x.state = 'running'"), true=text("pending"))]
        verdicts += [exp.If(this=test.copy(), true=text("undetermined")) for test, _ in causes]
        given["verdict"] = exp.Case(ifs=verdicts, default=text("breached"))
        given["cause"] = exp.Case(ifs=[exp.If(this=test, true=text(why)) for test, why in causes])
        given["how"] = expression("case when x.state in ('short', 'over') then x.state end")
        given |= {"silent": col("upper_silent", "x")} if "upper" in steps.seconds else {}
        return verdict_rows(sql(LEFT_ROWS), given)

    def _causes(self, found: Acts, steps: Steps) -> Iterator[tuple[exp.Expr, str]]:
        """What leaves open whether the bounds were left, the plainest first."""
        yield expression("x.state = 'null'"), "no_bound"
        for side in steps.seconds:
            for why, cause in (("quiet", "silent_bound"), ("doubt", "doubt")):
                moves = f"x.state = '{HOWS[side]}' and coalesce(x.{side}_why = '{why}', false)"
                yield expression(moves), cause
        if PERHAPS in found.columns and self.upper is not None:
            kept = expression(f"not x.level {TESTS[self.upper[0]]} x.{PERHAPS}")
            yield expression("x.state = 'over' and coalesce(:k, false)", k=kept), "unread_authority"
        if found.each is not None and found.each.opens:
            yield expression(OPENED), "ruled_out"
        yield expression("d.slice is not null"), "doubt"

    def _required(self) -> exp.Expr:
        """The bound on the side that was left; of an unknown one the upper."""
        short = {"this": expression("x.state = 'short'"), "true": col("lower", "x") if self.lower else exp.null()}
        return exp.Case(ifs=[exp.If(**short)], default=col("upper", "x") if self.upper else exp.null())

    def _stayed(self, found: Acts, steps: Steps, *, passes: bool) -> exp.Select:
        rows = sql(STAYED_ROWS)
        given: dict[str, exp.Expr] = {"bearer": col("bearer", "x"), "department": col("department", "h")}
        cases = [(expression(PASSED), "undetermined", "passed")] if passes else []
        if (side := self._may_be_unbound(steps)) is not None:
            rows = rows.join(relation("unbound", "n"), on=expression("n.slice = x.slice"), join_type="left")
            cases.append((expression("n.slice is not null"), "not_applicable", f"below_{side}"))
            given |= {name: col(name, "n") for name in ("other", "least")}
        verdicts = [exp.If(this=test, true=text(then)) for test, then, _ in cases]
        given["verdict"] = exp.Case(ifs=verdicts, default=text("met")) if verdicts else text("met")
        if cases:
            given["cause"] = exp.Case(ifs=[exp.If(this=test.copy(), true=text(why)) for test, _, why in cases])
        if found.each is not None:
            given |= {"record_table": text(found.each.table), "record_key": col("entity", "x")}
            given |= {"entity_table": text(self._entities), "entity_key": col("entity", "x")}
        return verdict_rows(rows, given)

    def _may_be_unbound(self, steps: Steps) -> str | None:
        """The side of a second measure that may bind nobody, where no other bound does."""
        sides = [side for side, each in steps.seconds.items() if each.bounded_below]
        return sides[-1] if len(sides) == len(self.sides) else None

    def _unbound(self, steps: Steps) -> exp.Select | None:
        if (side := self._may_be_unbound(steps)) is None:
            return None
        free = all_of(*(expression(f"s.{each}_why = 'none'") for each in steps.seconds))
        told = {name: col(f"{side}_{name}", "s") for name in ("second", "least")}
        return sql(UNBOUND, free=free, until=steps.period()["until"], **told)

    @property
    def speaks_of(self) -> tuple[str, ...]:
        """What a message may name."""
        return ("record", "measured", "required")

    def says(self, told: Told) -> str:
        """Whose level it is, what it came to with which record, and the bound."""
        about = f"{told.named}: " if told.named else ""
        if told.met:
            return f"{about}the level stayed within its bounds"
        if told.verdict is Verdict.NOT_APPLICABLE:
            return f"{about}nothing bound the level"
        when = f" of {moment(told.at)}" if told.at else ""
        known = " as far as is known" if told.verdict is Verdict.UNDETERMINED else ""
        is_ = f"with {told.record}{when} the level is {figure(told.measured)}{known}"
        side = self._side(told)
        authority = " by authority" if side and side[1].authority and told.required is not None else ""
        return f"{about}{is_}, {asked(side, told.required)}{authority}"

    def _side(self, told: Told) -> Side:
        """The bound that was left, or may have been; of an unknown one the upper."""
        if self.lower is None or self.upper is None:
            return self.lower or self.upper
        if told.how is None and told.measured is not None and told.required is not None:
            return (
                self.lower if told.measured <= told.required and told.measured != self.upper[1].number else self.upper
            )
        return self.lower if told.how is How.SHORT else self.upper


def _leveled(taken: Measure, levels: exp.Select) -> dict[str, exp.Query]:
    """The level after each step, in the unit of its bounds."""
    if taken.under == 1:
        return {"steps": levels}
    level, before = (taken.divided(expression(total)) for total in ("s.level", "s.level - s.step"))
    return {"undivided": levels, "steps": sql(DIVIDED, level=level, before=before)}

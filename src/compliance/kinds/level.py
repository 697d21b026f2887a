"""`level`: a running sum stays within bounds; each time that it leaves them is one finding."""

from collections.abc import Iterator
from typing import ClassVar

from pydantic import model_validator
from sqlglot import exp

from compliance.kinds.acts import LISTED, Acts, acts, state_of
from compliance.kinds.base import Desk, Kind, Plan, verdict_rows
from compliance.kinds.bounds import bound_value, refused_bound
from compliance.kinds.duties import admitted
from compliance.kinds.entities import Entities
from compliance.kinds.keys import keys
from compliance.kinds.measures import Aggregate, Measure, measure, measured
from compliance.kinds.meeting import Beside, alone, names_each, standing, waits
from compliance.kinds.opened import needs_time, unmatched
from compliance.kinds.parts import entities
from compliance.kinds.scopes import OwedScope
from compliance.kinds.second import moment_of
from compliance.kinds.told import Side, Told, asked, figure, moment
from compliance.language.blocks import Block, Bound, Bounds, ForEach
from compliance.language.values import Family, Typed, literal
from compliance.model.finding import How, Verdict
from compliance.sql import all_of, any_of, col, expression, named, nothing, relation, sql, text, with_

LOC = ("level",)
# What happened at one instant is one step; the bounds of its first record by key hold for it.
SUMS = "select e.slice, e.moment, coalesce(sum(e.step), 0) as step from entered as e group by e.slice, e.moment"
# The level before a step is the level less the step, so that one sort of all steps is enough; what was bound before
# comes from the row before.
STEPS = """
    select s.*, sum(s.step) over (partition by s.slice order by s.moment) as level,
        lag(s.moment) over (partition by s.slice order by s.moment) as earlier
    from sums as s
"""
# Of quotients with one divisor what is divided is added up, and the sum divided once.
DIVIDED = "select s.* replace (:level as level, :level - :before as step) from undivided as s"
STATES = """
    select s.*, :state as state, case when s.earlier is not null then :before end as before from steps as s
"""
CROSSED = "select s.* from states as s where s.state <> 'within' and (s.before is null or s.before <> s.state)"
EXCURSIONS = """
    select f.* from (
        select c.*, e.at, e.record_key, e.bearer, e.entity, e.fits, row_number() over (
            partition by c.slice, c.moment order by e.record_key
        ) as place
        from crossed as c join again as e on e.slice = c.slice and e.moment = c.moment
    ) as f
    where f.place = 1 and f.fits and f.at >= :start and f.at < :end
"""
# Whoever did not leave the bounds in this period, and was not outside them from before.
SEEN = """
    select e.slice, max_by(e.bearer, e.moment) as bearer, min(e.entity) as entity, max(e.at) as at
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


ADMITTED = """
    exists (select 1 from roster as h where h.bearer = o.owner and :day >= h.since and :day < h.until and :fits)
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
        found = acts(desk, self._alone(), LOC, {}, past=True, nobody=bool(self.for_each), stands=True)
        if found is None:
            return None
        needs_time(desk, found.scope, LOC, "say when a record happened with `at`")
        each = self._each(desk, found)
        if self.for_each and each is None:
            return None
        beside = Beside(found.scope, each) if each is not None and names_each(measured(self.measure)) else None
        taken = measure(desk, self.measure, beside or found.scope, (*LOC, "measure"))
        if taken is None or taken.aggregate is not Aggregate.SUM:
            desk.problem((*LOC, "measure"), "a level is a running sum", "write `sum(x)`")
            return None
        found.keep("moment", moment_of(found.scope, in_days=found.day_only))
        if beside is None and taken.over is not None:
            taken = taken.read_by(found.scope.reading)
        return self._planned(desk, found, taken, each)

    @property
    def _entities(self) -> str:
        """What an entity is, in front of its key: its table, or the columns whose values tell it."""
        return " / ".join(part.of or " / ".join(part.columns) or part.named for part in self.for_each)

    def _alone(self) -> Block:
        """The block, less a condition that has to wait for the entity."""
        return alone(self) if self.for_each else self

    def _each(self, desk: Desk, found: Acts) -> Entities | None:
        if not self.for_each:
            return None
        counts = Typed(found.columns["counts"].sql, Family.BOOLEAN)
        return entities(desk, self.for_each, found.scope, counts, (*LOC, "for_each"))

    def _planned(self, desk: Desk, found: Acts, taken: Measure, each: Entities | None) -> Plan:
        step = taken.over.sql if taken.over else exp.null()
        passes = taken.passes.sql if taken.passes is not None else None
        steps = Steps(desk, self, found, each, step, passes)
        period = desk.ground.period
        span = {"start": literal(period.start).sql, "end": literal(period.end).sql}
        entered, loose = steps.entered(), steps.loose()
        parts: dict[str, exp.Query | None] = {
            "entities": each.query() if each else None,
            # Each is read by its narrowest columns; one for all three would be written down whole.
            "entered": entered,
            "again": entered.copy(),
            "at_last": entered.copy(),
            "sums": steps.sums(),
            **_leveled(taken, steps.levels()),
            "states": sql(STATES, state=self._state("s.level"), before=self._state("s.level - s.step", "_before")),
            "crossed": sql(CROSSED),
            "excursions": sql(EXCURSIONS, **span),
            "seen_then": sql(SEEN, end=span["end"]),
            "outside": sql(OUTSIDE, **steps.period()),
            "stayed": sql(STAYED),
            "loose": loose,
            "doubtful": sql(DOUBTFUL, fits=steps.may_move()),
        }
        stayed = self._stayed(each, PASSED if passes is not None else None)
        parts["told"] = exp.union(self._left(found, each), stayed, distinct=False)
        return Plan(with_(sql("select * from told as t"), **parts), None, ())

    def _state(self, level: str, when: str = "") -> exp.Expr:
        """Where a level stands: within, short, over, or null where a bound is not known."""
        ifs = []
        for side, (key, _) in _sides(self):
            test = {"at_least": "<", "more_than": "<=", "at_most": ">", "less_than": ">="}[key]
            how = "short" if side == "lower" else "over"
            ifs.append(exp.If(this=expression(f"{level} {test} s.{side}{when}"), true=text(how)))
        ifs += [exp.If(this=expression(f"s.{side}{when} is null"), true=text("null")) for side, _ in _sides(self)]
        return exp.Case(ifs=ifs, default=text("within"))

    def _left(self, found: Acts, each: Entities | None) -> exp.Select:
        rows = sql(LEFT_ROWS)
        open_ = expression(OPENED) if each is not None and each.opens else exp.false()
        given: dict[str, exp.Expr] = {name: col(name, "x") for name in ("bearer", "at", "record_key")}
        given |= {
            "record_table": text(found.table.name),
            "measured": col("level", "x"),
            "department": col("department", "h"),
        }
        if each is not None:
            given |= {"entity_table": text(self._entities), "entity_key": col("entity", "x")}
        given["required"] = self._required()
        given["verdict"] = expression(
            "case when x.state = 'null' or d.slice is not null or :o then 'undetermined' else 'breached' end", o=open_
        )
        given["how"] = expression("case when x.state in ('short', 'over') then x.state end")
        doubt = "when d.slice is not null then 'doubt' when :o then 'ruled_out'"
        given["cause"] = expression(f"case when x.state = 'null' then 'no_bound' {doubt} end", o=open_)
        return verdict_rows(rows, given)

    def _required(self) -> exp.Expr:
        """The bound on the side that was left; of an unknown one the upper."""
        short = {"this": expression("x.state = 'short'"), "true": col("lower", "x") if self.lower else exp.null()}
        return exp.Case(ifs=[exp.If(**short)], default=col("upper", "x") if self.upper else exp.null())

    def _stayed(self, each: Entities | None, untold: str | None) -> exp.Select:
        rows = sql(STAYED_ROWS)
        given: dict[str, exp.Expr] = {"bearer": col("bearer", "x"), "department": col("department", "h")}
        given["verdict"] = text("met")
        if untold is not None:
            given["verdict"] = expression(f"case when {untold} then 'undetermined' else 'met' end")
            given["cause"] = expression(f"case when {untold} then 'passed' end")
        if each is not None:
            given |= {"record_table": text(each.table), "record_key": col("entity", "x")}
            given |= {"entity_table": text(self._entities), "entity_key": col("entity", "x")}
        return verdict_rows(rows, given)

    @property
    def speaks_of(self) -> tuple[str, ...]:
        """What a message may name."""
        return ("record", "measured", "required")

    def says(self, told: Told) -> str:
        """Whose level it is, what it came to with which record, and the bound."""
        about = f"{told.named}: " if told.named else ""
        if told.met:
            return f"{about}the level stayed within its bounds"
        when = f" of {moment(told.at)}" if told.at else ""
        known = " as far as is known" if told.verdict is Verdict.UNDETERMINED else ""
        is_ = f"with {told.record}{when} the level is {figure(told.measured)}{known}"
        return f"{about}{is_}, {asked(self._side(told), told.required)}"

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


def _sides(level: Level) -> list[tuple[str, tuple[str, Bound]]]:
    return [(side, given) for side, given in (("lower", level.lower), ("upper", level.upper)) if given]


class Steps:
    """The records of a level: to which entity or bearer each belongs, and by how much it moves the level."""

    def __init__(  # noqa: PLR0917 a level, and what it is made of
        self, desk: Desk, level: Level, found: Acts, each: Entities | None, step: exp.Expr, passes: exp.Expr | None
    ) -> None:
        self._desk, self._level, self._found, self._each, self._step = desk, level, found, each, step
        self._passes = passes
        self._beside = each is not None and waits(level)
        tied = keys(desk, level, found.scope, each, ("level",), beside=self._beside) if each else ()
        self._tied = tuple(pair for pair in tied if pair[1] != "bearer")
        self._counts, self._open = self._stands()

    @property
    def asks_whom(self) -> bool:
        """Whether an owner has to be one whom the rule admits."""
        bearer = self._desk.bearer
        return self._each is not None and self._each.owned and bearer is not None and bearer.filters

    def _stands(self) -> tuple[exp.Expr, exp.Expr]:
        """Whether a step counts, and whether a row that nobody can read may rule it out."""
        counts = self._found.columns["counts"].sql
        open_ = [self._found.columns["open"].sql] if self._found.opens else []
        if self._beside and self._each is not None:
            later, may_fall = standing(self._desk, self._level, Beside(self._found.scope, self._each), self._tied, LOC)
            counts = all_of(counts, later)
            open_ += [may_fall] if may_fall is not None else []
        return counts, any_of(*open_)

    def _bearer(self) -> exp.Expr:
        own = self._found.columns["bearer"].sql
        if self._each is None:
            return own
        if self._each.owned:
            return col("owner", "o")
        return own if self._desk.bearer is not None else nothing("VARCHAR")

    def _slice(self) -> exp.Expr:
        """What a level is kept for: a bearer, or an entity; where the rule names bearers only, of each of them."""
        own = expression("coalesce(:b, '')", b=self._found.columns["bearer"].sql)
        if self._each is None:
            return own
        return expression("o.record_key || ' / ' || :b", b=own) if self._of_each_bearer else col("record_key", "o")

    @property
    def _of_each_bearer(self) -> bool:
        named_ = self._desk.bearer
        return self._each is None or not (self._each.owned or named_ is None or named_.who is not None)

    def may_move(self) -> exp.Expr | None:
        """Whether a loose row may be of an excursion's level: one that can't be read, and names nobody, may."""
        entity = expression("l.entity = x.entity") if self._each else None
        theirs = expression("(l.whose is null and l.unread) or l.whose is not distinct from x.bearer")
        return all_of(entity, theirs if self._of_each_bearer else None)

    def _of_its_time(self, each: Entities) -> Iterator[exp.Expr]:
        """A step meets an entity's state, and a member of a list, of its own time."""
        at = self._found.columns["at"].sql
        if each.of_lists:
            yield expression(f"coalesce({LISTED}, true)", at=at)
        if each.stated:
            yield state_of(at, self._desk.ground.as_of)

    def _fits(self) -> exp.Expr:
        if self._each is None or (not self._each.owned and self._desk.bearer is not None):
            return self._found.fits
        if not self.asks_whom:
            return self._found.in_force
        day = expression("cast(:at as date)", at=self._found.columns["at"].sql)
        names = OwedScope(self._desk.ground, self._desk.prefix, self._desk.needs, day, "h")
        fits = all_of(admitted(self._desk, names))
        return all_of(self._found.in_force, expression(ADMITTED, day=day, fits=fits))

    def _bound(self, key: str, given: Bound) -> exp.Expr:
        loc = (*LOC, key)
        if self._each is not None:
            names = Beside(self._found.scope, self._each)
            return bound_value(self._desk, given, names, loc, refused_bound(self._desk, loc)).sql
        value = bound_value(self._desk, given, self._found.scope, loc, refused_bound(self._desk, loc))
        return self._found.scope.reading.want(value).sql

    def entered(self) -> exp.Select:
        """Every record that counts, with its slice and its bounds."""
        columns = {name: self._found.columns[name].sql for name in ("moment", "at", "record_key", "department")}
        columns |= {"slice": self._slice(), "bearer": self._bearer(), "fits": self._fits(), "step": self._step}
        nobody = nothing("VARCHAR")
        columns["entity"] = col("record_key", "o") if self._each else nobody
        columns |= {"passes": self._passes} if self._passes is not None else {}
        columns |= {side: self._bound(*given) for side, given in _sides(self._level) if given[1].number is None}
        query = self._joined(columns, ":v = :k")
        moment = columns["moment"]
        return query.where(
            expression("not _rejected"),
            expression("coalesce(:c, false)", c=self._counts),
            expression(":m is not null", m=moment),
        )

    def period(self) -> dict[str, exp.Expr]:
        """The audited period as moments compare here."""
        period = self._desk.ground.period
        ends = {"since": literal(period.start).sql, "until": literal(period.end).sql}
        if self._found.day_only:
            return ends
        return {name: self._found.scope.instant(moment) for name, moment in ends.items()}

    def sums(self) -> exp.Select:
        """The steps, each with the bounds that hold for it, where they are not the same for all."""
        query = sql(SUMS)
        for side, given in _sides(self._level):
            if given[1].number is None:
                first = exp.ArgMin(this=col(side, "e"), expression=col("record_key", "e"))
                query = query.select(named(first, side))
        return query

    def levels(self) -> exp.Select:
        """The level after each step, and the bounds for it and for the step before.

        A bound that is the same for all is written beside the sorted steps, not sorted with them.
        """
        query = sql(STEPS)
        for side, given in _sides(self._level):
            before = expression(f"lag(s.{side}) over (partition by s.slice order by s.moment)")
            if given[1].number is not None:
                before = self._bound(*given)
                query = query.select(named(before.copy(), side))
            query = query.select(named(before, f"{side}_before"))
        return query

    def loose(self) -> exp.Select:
        """Rows that may have moved a level: rejected, of an uncertain kind, or by how much is not known."""
        columns = {name: self._found.columns[name].sql for name in ("moment", "bearer")}
        columns["whose"] = columns.pop("bearer")
        columns |= {"entity": col("record_key", "o") if self._each else nothing("VARCHAR"), "unread": col("_rejected")}
        query = self._joined(columns, ":v is null or :v = :k")
        unclear = expression("_rejected or :c is null or :x is null or :o", c=self._counts, x=self._step, o=self._open)
        if self._passes is not None:
            unclear = any_of(unclear, self._passes)
        for value, _ in self._tied:
            unclear = expression(":u or :v is null", u=unclear, v=value)
        known = expression("_rejected or :m is not null", m=columns["moment"])
        return query.where(unclear, known, expression("coalesce(:c, true)", c=self._counts))

    def _joined(self, columns: dict[str, exp.Expr], belongs: str) -> exp.Select:
        query = exp.select(*(named(value, name) for name, value in columns.items()))
        query = query.from_(relation(self._found.scope.reading.name))
        if self._each is None:
            return query
        same = [expression(belongs, v=value, k=col(name, "o")) for value, name in self._tied]
        return query.join(relation("entities", "o"), on=all_of(*same, *self._of_its_time(self._each)))

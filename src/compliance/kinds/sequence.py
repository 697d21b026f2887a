"""`sequence`: the stages of a case come in this order, by the first time that each occurs."""

from typing import Annotated, ClassVar

from pydantic import BeforeValidator, model_validator
from sqlglot import exp

from compliance.kinds.acts import Acts, acts
from compliance.kinds.base import Desk, Kind, Plan, verdict_rows
from compliance.kinds.entities import Entities
from compliance.kinds.lacking import lacking
from compliance.kinds.opened import needs_time, unmatched
from compliance.kinds.second import moment_of
from compliance.kinds.stages import Order, first_on, stages, twice
from compliance.kinds.told import Told, moment
from compliance.language.blocks import Block, Expression, ForEach, Name, ParameterRef
from compliance.language.scope import UnknownName
from compliance.language.values import Family, Typed, literal
from compliance.model.base import TEXTS, ShortForms
from compliance.sql import col, expression, sql, text, with_
from compliance.yamldoc import Misplaced, did_you_mean

# When each stage of a case came first, and what of it came last; a log is read for that by its narrowest columns.
ENDS = """
    select a.case_key, a.stage, min(a.moment) as first_at, max(a.moment) as last_at, :first_on as first_on
    from acts as a where coalesce(a.counts, false) and a.case_key is not null and a.moment is not null
    group by a.case_key, a.stage
"""
# Its place in every order there ever was; `own` is the one in force on the day on which it was reached.
FIRST = """
    select e.case_key, s.version, s.place, e.first_at as moment,
        (s.since is null or e.first_on >= s.since) and (s.until is null or e.first_on < s.until) as own
    from ends as e join stages as s on s.stage = e.stage
"""
# A stage without an earlier one at or before it; or an optional one that comes after a later stage. `short` is the
# place of the one that lacks. Each is asked by the order of its own day.
PAIRS = """
    select f.case_key, f.moment, f.moment as known, s.place as short, f.place as by_place
    from firsts as f join stages as s on s.version = f.version and s.place < f.place and not s.optional
        left join firsts as e on e.case_key = f.case_key and e.place = s.place and e.moment <= f.moment
    where f.own and e.case_key is null
    union all
    select o.case_key, o.moment, f.moment, o.place, o.place
    from firsts as o join stages as s on s.place = o.place and s.optional
        join firsts as f on f.case_key = o.case_key and f.version = o.version and f.place > o.place
            and f.moment < o.moment
    where o.own
"""
BROKEN = "select p.case_key, min(p.moment) as moment from pairs as p group by p.case_key"
LAST = "select e.case_key, max(e.last_at) as moment from ends as e group by e.case_key"
# The record that put the case out of order, else its last.
TOLD = """
    select l.case_key, b.case_key is not null as broken, coalesce(b.moment, l.moment) as moment
    from last as l left join broken as b on b.case_key = l.case_key
"""
# Of several records of that instant the first by key.
DECIDING = """
    select t.case_key, t.broken, a.bearer, a.department, a.at, a.fits, row_number() over (
        partition by t.case_key order by a.record_key
    ) as nth
    from told as t join again as a on a.case_key = t.case_key and a.moment = t.moment
    where coalesce(a.counts, false) and (not t.broken or exists (
        select 1 from pairs as p join stages as s on s.place = p.by_place
        where p.case_key = t.case_key and p.moment = t.moment and s.stage = a.stage
    ))
"""
JUDGED = """
    select d.case_key, d.broken, d.bearer, d.department, d.at from deciding as d
    where d.nth = 1 and d.fits and d.at >= :start and d.at < :end
"""
# A record that `without` may rule out leaves its case open, whatever its stage.
OPENED = "select distinct a.case_key from acts as a where coalesce(a.counts, false) and a.moment is not null and :open"
# Which stage put the case out of order, and which one lacked then; an optional one came after a later stage.
CULPRITS = """
    select p.case_key, b.stage as early, case when p.short <> p.by_place then s.stage end as lacking,
        row_number() over (partition by p.case_key order by p.by_place, p.short) as nth
    from pairs as p join broken as k on k.case_key = p.case_key and k.moment = p.moment
        join stages as b on b.place = p.by_place join stages as s on s.place = p.short
"""
ROWS = """
    select * from judged as j left join doubtful as d on d.case_key = j.case_key
        left join opened as o on o.case_key = j.case_key
        left join culprits as c on c.case_key = j.case_key and c.nth = 1
"""
# What decided about a breach: the first record of each stage.
STAGED = """
    select b.number, a.stage, a.moment, a.record_key, a.at
    from acts as a join breaches as b on b.record_key = a.case_key join stages as s on s.stage = a.stage
    where coalesce(a.counts, false) and a.moment is not null
"""
FIRST_OF_ALL = "select s.number, s.stage, min(s.moment) as moment from staged as s group by s.number, s.stage"
DECIDED = """
    select s.number, :table as record_table, min(s.record_key) as record_key, min(s.at) as happened
    from firsts as f join staged as s on s.number = f.number and s.stage = f.stage and s.moment = f.moment
    group by s.number, s.stage
"""


def _as_one(value: object) -> object:
    """A list of columns keeps a case together by all of them: their values joined by ` / `, as a key's are."""
    if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
        return " || ' / ' || ".join(value)
    return value


class Sequence(Kind, Block):
    """A case's stages, and the order in which they have to occur."""

    name: ClassVar[str] = "sequence"
    for_each: ForEach = ()
    case: Annotated[Expression, BeforeValidator(_as_one), ShortForms(lambda whole: [whole, TEXTS])]
    stage: Expression
    order: tuple[Name, ...] | ParameterRef

    @model_validator(mode="after")
    def _once_each(self) -> "Sequence":
        if isinstance(self.order, ParameterRef):
            return self
        if len(self.order) < 2:  # noqa: PLR2004 an order is of two at least
            raise Misplaced("an order has two stages at least", "order")
        if again := twice(self.order):
            raise Misplaced(f"the stage `{again}` stands twice in the order", "order")
        return self

    def plan(self, desk: Desk) -> Plan | None:
        """Each case, and the record that put it out of order."""
        if not self.for_each:
            unmatched(desk, self, self.name)
        found = acts(desk, self, (self.name,), {}, self.for_each, past=True, stands=True)
        if found is None:
            return None
        needs_time(desk, found.scope, (self.name,), "say when a stage began with `at`")
        found.keep("moment", moment_of(found.scope, in_days=found.day_only))
        for name, written in (("case_key", self.case), ("stage", self.stage)):
            key = name.removesuffix("_key")
            value = desk.expression(written, found.scope, (self.name, key))
            if key == "stage" and value.family not in {Family.TEXT, Family.NUMBER, Family.NULL}:
                desk.problem((self.name, key), f"a stage is a name, not {value.family.value}", "name a column of text")
            found.keep(name, Typed(exp.cast(value.sql, "VARCHAR"), Family.TEXT))
        if found.each is not None:
            self._of_entities(found, found.each)
        return self._planned(desk, found)

    def _of_entities(self, found: Acts, each: Entities) -> None:
        """Have every entity's stages be a case of its own, known by its key too where that is not the case's."""
        found.columns["record_key"] = found.own_key
        found.keep("case_alone", found.columns["case_key"])
        found.beside["entity"] = col("record_key", "o")
        if {own for own, _ in each.matches()} != {self.case} or len(each.parts) > 1:
            key = expression(":c || ' / ' || :e", c=found.columns["case_key"].sql, e=col("record_key", "o"))
            found.beside["case_key"] = key

    def _planned(self, desk: Desk, found: Acts) -> Plan:
        period, orders = desk.ground.period, self.orders(desk)
        placed = stages(orders)
        parts: dict[str, exp.Query | None] = {
            "stages": placed,
            "acts": found.query(),
            "again": found.query(),
            "ends": sql(ENDS, first_on=first_on(orders)),
            "firsts": sql(FIRST),
            "pairs": _union(PAIRS),
            "broken": sql(BROKEN),
            "culprits": sql(CULPRITS),
            "last": sql(LAST),
            "told": sql(TOLD),
            "deciding": sql(DECIDING),
            "judged": sql(JUDGED, start=literal(period.start).sql, end=literal(period.end).sql),
            **lacking(found),
            "opened": sql(OPENED, open=col("open", "a") if found.opens else exp.false()),
        }
        cause = expression(
            "case when j.broken and d.case_key is not null then 'doubt'"
            " when j.broken and o.case_key is not null then 'ruled_out' end"
        )
        verdict = "case when not j.broken then 'met' when :c is not null then 'undetermined' else 'breached' end"
        rows = sql(ROWS)
        given: dict[str, exp.Expr] = {name: col(name, "j") for name in ("bearer", "department", "at")}
        given |= {"record_table": text(found.table.name), "record_key": col("case_key", "j")}
        given |= {
            "verdict": expression(verdict, c=cause),
            "cause": cause,
            "how": expression("case when j.broken then 'out_of_order' end"),
            "named": expression(
                "c.early || case when c.lacking is null then ' came after a later stage'"
                " else ' came before, or without, ' || c.lacking end"
            ),
        }
        return Plan(with_(verdict_rows(rows, given), **parts), _evidence(found, placed), ())

    def orders(self, desk: Desk) -> tuple[Order, ...]:
        """Every order that is or was in force, the oldest first; the first also holds before its day."""
        if not isinstance(self.order, ParameterRef):
            return (Order(self.order),)
        known, name, loc = desk.ground.parameters, self.order.parameter, (self.name, "order", "parameter")
        try:
            stretches = known.stretches(known.full_name(name, desk.prefix))
        except UnknownName as unknown:
            desk.problem(loc, unknown.says, did_you_mean(name, unknown.known) or unknown.help)
            return (Order(("", "")),)
        orders = tuple(
            Order(tuple(map(str, value)) if isinstance(value, tuple) else (), since if place else None, until)
            for place, (since, until, value) in enumerate(stretches)
        )
        if any(len(each.stages) < 2 or twice(each.stages) for each in orders):  # noqa: PLR2004 as above
            desk.problem(loc, f"`{name}` is no list of two or more stages, each once")
            return (Order(("", "")),)
        return orders

    @property
    def speaks_of(self) -> tuple[str, ...]:
        """What a message may name."""
        return ("record",)

    def says(self, told: Told) -> str:
        """Whether the stages are in order, and which one is not."""
        if told.met:
            return f"the stages of {told.record} are in order"
        when = f" on {moment(told.at)}" if told.at else ""
        why = f": {told.named}{when}" if told.named else ""
        return f"the stages of {told.record} are out of order{'' if told.wanting else ' as they stand'}{why}"


def _evidence(found: Acts, placed: exp.Select) -> exp.Select:
    """The records that a breached case rests on."""
    parts = {"stages": placed, "acts": found.query(), "staged": sql(STAGED), "firsts": sql(FIRST_OF_ALL)}
    return with_(sql(DECIDED, table=text(found.table.name)), **parts)


def _union(template: str) -> exp.Query:
    """A template of two queries."""
    first, second = template.split("union all")
    return exp.union(sql(first), sql(second), distinct=False)

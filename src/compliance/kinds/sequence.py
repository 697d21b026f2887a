"""`sequence`: the stages of a case come in this order, by the first time that each occurs."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, model_validator
from sqlglot import exp

from compliance.kinds.acts import Acts, acts
from compliance.kinds.base import Desk, Kind, Plan, verdict_rows
from compliance.kinds.entities import Entities
from compliance.kinds.opened import needs_time, unmatched
from compliance.kinds.second import moment_of
from compliance.kinds.told import Told, moment
from compliance.language.blocks import Block, Expression, ForEach, Name, ParameterRef
from compliance.language.scope import UnknownName
from compliance.language.values import Family, Typed, literal
from compliance.model.base import TEXTS, ShortForms
from compliance.sql import any_of, col, expression, relation, sql, text, with_
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
# A row that may be of an entity may be of each case of it that it can't be told from.
CASES = "select distinct a.case_key, a.case_alone, a.entity from acts as a where a.case_key is not null"
# A row whose key can't be read is a row, too.
KEYED = "select *, coalesce(r.loose_key, chr(31) || row_number() over ()) as known_by from rows as r"
OF_CASE = "c.entity = l.entity and (l.case_key is null or l.case_key = c.case_alone)"
# Every stage that lacks needs a row of its own, in time for the earliest stage that wanted it, in whatever order.
SHORTS = """
    select p.case_key, min(p.short) as short, min(p.known) as known
    from pairs as p join judged as j on j.case_key = p.case_key join stages as s on s.place = p.short
    where j.broken group by p.case_key, s.stage
"""
FITTING = """
    select p.case_key, p.short, l.loose_key, coalesce(l.moment, p.known) as moment, l.place is not null as named
    from shorts as p join loose as l on (l.case_key is null or l.case_key = p.case_key)
        and (l.place is null or l.place = p.short) and (l.moment is null or l.moment <= p.known)
"""
# As that stage it would come before an earlier one, or without it, and no other row could be that one.
BLOCKED = """
    select distinct f.case_key, f.short, f.loose_key
    from fitting as f join stages as v on v.place = f.short
        join stages as s on s.version = v.version and s.place < f.short
        left join firsts as e on e.case_key = f.case_key and e.place = s.place
        left join loose as l on (l.case_key is null or l.case_key = f.case_key) and l.loose_key <> f.loose_key
            and (l.place is null or l.place = s.place) and (l.moment is null or l.moment <= f.moment)
    where l.loose_key is null and (e.moment > f.moment or (e.moment is null and not s.optional))
"""
FREE = """
    select f.case_key, f.short, f.loose_key, f.named from fitting as f left join blocked as b
        on b.case_key = f.case_key and b.short = f.short and b.loose_key = f.loose_key
    where b.case_key is null
"""
# A row that names its stage serves no other; those that name none are dealt out, the soonest wanted first.
LACKING = """
    select p.case_key, p.short, row_number() over (partition by p.case_key order by p.known, p.short) as nth
    from shorts as p left join free as f on f.case_key = p.case_key and f.short = p.short and f.named
    where f.case_key is null
"""
SERVED = """
    select l.case_key, l.nth, count(distinct f.loose_key) as served
    from lacking as l join lacking as e on e.case_key = l.case_key and e.nth <= l.nth
        left join free as f on f.case_key = e.case_key and f.short = e.short
    group by l.case_key, l.nth
"""
DOUBTFUL = """
    select distinct p.case_key from shorts as p
        left join served as s on s.case_key = p.case_key and s.served < s.nth
    where s.case_key is null
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


@dataclass(frozen=True, slots=True)
class Order:
    """The stages in their order, in force from `since` until the day before `until`; None where that is open."""

    stages: tuple[str, ...]
    since: date | None = None
    until: date | None = None

    def on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


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
        if twice := _twice(self.order):
            raise Misplaced(f"the stage `{twice}` stands twice in the order", "order")
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
        stages = _stages(orders)
        parts: dict[str, exp.Query | None] = {
            "stages": stages,
            "acts": found.query(),
            "again": found.query(),
            "ends": sql(ENDS, first_on=_first_on(orders)),
            "firsts": sql(FIRST),
            "pairs": _union(PAIRS),
            "broken": sql(BROKEN),
            "culprits": sql(CULPRITS),
            "last": sql(LAST),
            "told": sql(TOLD),
            "deciding": sql(DECIDING),
            "judged": sql(JUDGED, start=literal(period.start).sql, end=literal(period.end).sql),
            **self._loose(found),
            "shorts": sql(SHORTS),
            "fitting": sql(FITTING),
            "blocked": sql(BLOCKED),
            "free": sql(FREE),
            "lacking": sql(LACKING),
            "served": sql(SERVED),
            "doubtful": sql(DOUBTFUL),
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
        return Plan(with_(verdict_rows(rows, given), **parts), _evidence(found, stages), ())

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
        if any(len(each.stages) < 2 or _twice(each.stages) for each in orders):  # noqa: PLR2004 as above
            desk.problem(loc, f"`{name}` is no list of two or more stages, each once")
            return (Order(("", "")),)
        return orders

    def _loose(self, found: Acts) -> dict[str, exp.Query | None]:
        """Rows that may be a stage that lacks: rejected, or of an uncertain kind, case or stage."""
        columns = {name: found.columns[name].sql for name in ("case_key", "stage", "moment", "counts")}
        columns |= {"loose_key": found.own_key.sql, "rejected": col("_rejected")}
        columns["unplaced"] = any_of(*(expression(":v is null", v=value) for value, _ in found.tied))
        query = sql(
            "select l.known_by as loose_key, :case as case_key, l.moment, s.place"
            " from keyed as l left join stages as s on s.stage = l.stage",
            case=col("case_key", "l" if found.each is None else "c"),
        )
        parts: dict[str, exp.Query | None] = {}
        if found.each is not None:
            columns["entity"] = col("record_key", "o")
            parts["cases"] = sql(CASES)
            query = query.join(relation("cases", "c"), on=expression(OF_CASE))
        query = query.where(
            expression("coalesce(l.counts, true) and (l.stage is null or s.place is not null)"),
            expression(
                "l.rejected or (l.moment is not null"
                " and (l.counts is null or l.case_key is null or l.stage is null or l.unplaced))"
            ),
        )
        return {**parts, "loose": query.with_("rows", as_=found.loose(columns)).with_("keyed", as_=sql(KEYED))}

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


def _evidence(found: Acts, stages: exp.Select) -> exp.Select:
    """The records that a breached case rests on."""
    parts = {"stages": stages, "acts": found.query(), "staged": sql(STAGED), "firsts": sql(FIRST_OF_ALL)}
    return with_(sql(DECIDED, table=text(found.table.name)), **parts)


def _stages(orders: tuple[Order, ...]) -> exp.Select:
    """A row for each stage of each order; no two of whatever order have one place."""
    each = [(version, order, stage) for version, order in enumerate(orders) for stage in order.stages]
    rows = [
        (
            exp.Literal.number(version),
            _day(order.since),
            _day(order.until),
            text(stage.removesuffix("?")),
            exp.Literal.number(place),
            exp.Boolean(this=stage.endswith("?")),
        )
        for place, (version, order, stage) in enumerate(each, 1)
    ]
    names = ["version", "since", "until", "stage", "place", "optional"]
    return exp.select("*").from_(exp.values(rows, alias="s", columns=names))


def _day(told: date | None) -> exp.Expr:
    return expression("cast(null as date)") if told is None else literal(told).sql


def _first_on(orders: tuple[Order, ...]) -> exp.Expr:
    """The day on which a stage was reached, read only where the order changed."""
    return _day(None) if len(orders) == 1 else expression("min(cast(a.at as date))")


def _twice(stages: tuple[str, ...]) -> str | None:
    """The first stage that stands in an order again."""
    names = [stage.removesuffix("?") for stage in stages]
    return next((name for index, name in enumerate(names) if name in names[:index]), None)


def _union(template: str) -> exp.Query:
    """A template of two queries."""
    first, second = template.split("union all")
    return exp.union(sql(first), sql(second), distinct=False)

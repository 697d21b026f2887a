"""`quota`: a measure per bearer (and entity) and window, or, without `per`, a standing duty as of `as_of`."""

from dataclasses import dataclass
from typing import ClassVar

from sqlglot import exp

from compliance.kinds.acts import Loc, record_scope
from compliance.kinds.base import Desk, Kind, Plan, verdict_rows
from compliance.kinds.bounds import Sources, bound_value, planned, plans
from compliance.kinds.duties import (
    ABSENT,
    HUSHED,
    NOBODY_AWAY,
    bearer_of,
    bucket,
    held,
    in_force,
    silence,
    standing_window,
    windows_table,
)
from compliance.kinds.entities import Entities, entities
from compliance.kinds.lengths import known_since, length, standing_day
from compliance.kinds.measures import Aggregate, Measure, measure
from compliance.kinds.scopes import OwedScope, RecordScope
from compliance.kinds.sql import all_of, any_of, col, expression, named, relation, sql, text, with_
from compliance.language import exact
from compliance.language.blocks import Block, Bound, Bounds, DurationValue, ForEach, PerName
from compliance.language.grammar import ExpressionError, parse, paths
from compliance.language.values import Family, Typed, literal
from compliance.windows import Per

OWED = """
    select h.bearer, h.name, h.position, h.level, h.department, h.superior_id, h.mode, h.hired_on, w.start, w.stop, w.start_day,
        w.stop_day, w.label, w.ends_in, w.ended, w.working as total, w.working - coalesce(a.days, 0) as present,
        a.bearer is not null as absent, cast(null as varchar) as record_key
    from held as h cross join windows as w left join away as a on a.bearer = h.bearer and a.start_day = w.start_day
    where h.employed_from < w.stop_day and h.employed_to > w.start_day
"""
OWED_EACH = """
    select e.*, coalesce(e.owner, h.bearer) as bearer, h.name, h.position, h.level, h.department, h.superior_id, h.mode,
        h.hired_on, w.start, w.stop, w.start_day, w.stop_day, w.label, w.ends_in, w.ended, w.working as total,
        w.working as present, a.bearer is not null as absent
    from entities as e cross join windows as w left join held as h on :same
        left join away as a on a.bearer = h.bearer and a.start_day = w.start_day
    where (e.since is null or :known) and :admitted
        and (h.bearer is null or (h.employed_from < w.stop_day and h.employed_to >= w.stop_day))
"""
RATED = """
    select s.*, case when not s.part then s.full_lower
        when s.full_lower >= 1 and 2 * s.present >= s.total then greatest(s.share, :least) else s.share end as lower
    from (select r.*, case when r.part then :share end as share from required as r) as s
"""
LOOSE = "select count(*) as n from seen where :doubtful and coalesce(:counts, true)"
WEIGHED = "select b.*, :measured as measured, coalesce(d.maybe, 0) as maybe from bound as b left join done as d on :same"
CURED = "select w.duty, sum(l.n) as n from weighed as w join loose as l on :fits where :short group by w.duty"


Step = tuple[exp.Expression, str, str | None, str | None]


@dataclass(frozen=True)
class _Records:
    """The block's records on their way to a measure: the scope, whether each counts, and the keys that tie them to a duty."""

    scope: RecordScope
    counts: Typed
    deferred: bool
    keys: tuple[tuple[exp.Expression, str], ...]


class Quota(Kind, Block, Bounds):
    """A measure over a block, its bounds, and how often it is owed."""

    name: ClassVar[str] = "quota"
    measure: str = "count"
    per: PerName | None = None
    for_each: ForEach = ()
    within: DurationValue | None = None
    prorate: bool = True

    def plan(self, desk: Desk) -> Plan | None:
        """What was owed, what was done, and the verdict on the difference."""
        return _Planner(self, desk).plan()

    def sentence(self) -> str:
        """What the message says where the rule has none."""
        return "{measured} of {required} in {window}"


class _Planner:
    """One quota on its way to a query."""

    def __init__(self, quota: Quota, desk: Desk) -> None:
        self.quota, self.desk = quota, desk
        self.per = Per(quota.per) if quota.per else None
        lower, upper = quota.lower, quota.upper
        if lower is None and upper is None:
            lower = ("at_least", Bound(number=1))  # type: ignore[arg-type]
        self.lower, self.upper = lower, upper

    def plan(self) -> Plan | None:
        scope = record_scope(self.desk, self.quota.of, ("quota", "of"))
        if scope is None:
            return None
        counts = self._counts(scope)
        each = entities(self.desk, self.quota.for_each, scope, counts, ("quota", "for_each")) if self.quota.for_each else None
        if self.quota.for_each and each is None:
            return None
        records = self._records(scope, counts, each)
        taken = measure(self.desk, self.quota.measure, scope, ("quota", "measure"))
        if taken is None:
            return None
        taken = Measure(taken.aggregate, scope.reading.want(taken.over) if taken.over else None)
        if self.per is None and not self.quota.bounds() and not taken.aggregate.counted:
            self.desk.problem(("quota", "measure"), "this measure needs a bound", "add at_least, at_most, more_than or less_than")
        return self._queries(records, taken, each)

    # records ------------------------------------------------------------------------------------------------------

    def _counts(self, scope: RecordScope) -> Typed:
        where = self.quota.where
        if where is None or _names_each(where):
            return literal(value=True)
        return scope.reading.want(self._filtered(where, scope))

    def _filtered(self, where: str, scope: RecordScope) -> Typed:
        found = self.desk.expression(where, scope, ("quota", "where"), Family.BOOLEAN)
        scope.reading.only(found.sql)
        return found

    def _records(self, scope: RecordScope, counts: Typed, each: Entities | None) -> _Records:
        reading = scope.reading
        deferred = self.quota.where is not None and _names_each(self.quota.where)
        if self.quota.where is None or deferred:
            reading.only(None)
        if deferred and each is not None:
            outer = _Deferred(scope, each)
            counts = self.desk.expression(self.quota.where or "", outer, ("quota", "where"), Family.BOOLEAN)
        if each is None:
            return _Records(scope, counts, deferred, ((reading.want(bearer_of(scope)).sql, "bearer"),))
        keys = self._matches(scope, each)
        if not keys and not deferred:
            self.desk.problem(("quota", "for_each"), "nothing says which records belong to which entity", "add `match`", key=True)
        return _Records(scope, counts, deferred, tuple(keys))

    def _matches(self, scope: RecordScope, each: Entities) -> list[tuple[exp.Expression, str]]:
        given = self.quota.match
        if given:
            pairs = []
            for own, other in given.items():
                loc: Loc = ("quota", "match", own) if isinstance(own, str) else ("quota", "match")
                value = self.desk.expression(own, scope, ("quota", "match"))
                entity = self.desk.guarded(loc, lambda other=other: each.each(tuple(other.split("."))))  # type: ignore[misc]
                if isinstance(entity, Typed):
                    pairs.append((scope.reading.want(value).sql, entity.sql.name))
            return pairs
        return [(scope.reading.want(scope.column((own,))).sql, name) for own, name in each.matches()]

    # queries ------------------------------------------------------------------------------------------------------

    def _queries(self, records: _Records, taken: Measure, each: Entities | None) -> Plan:
        desk = self.desk
        windows = windows_table(self.per, desk) if self.per else standing_window(desk)
        scope = OwedScope(desk.ground, desk.prefix, desk.needs, col("start_day", "o"), "o", each.each if each else None)
        plan_rows: dict[str, exp.Query | None] = {}
        bound = self._bound(scope, taken, plan_rows, each)
        loose = self._loose(records)
        hushed = silence(desk, records.scope.table, self.quota.where) if self.per and self.lower else None
        weighed = self._weighed(records, taken)
        parts: dict[str, exp.Query | None] = {
            "held": held(desk, scope, records.scope.table),
            "away": sql(ABSENT, unit=text(self.per.unit)) if self.per else sql(NOBODY_AWAY),
            "entities": each.query() if each else None,
            "owed": self._owed(each, windows),
            **plan_rows,
            "bound": bound,
            "done": self._done(records, taken, each),
            "weighed": weighed,
            "loose": loose,
            "cured": self._cured(records) if loose else None,
            "hushed": sql(HUSHED, {"silence": hushed}, unit=text(self.per.unit)) if hushed and self.per else None,
        }
        rows = self._verdicts(taken, each, loose=loose is not None, hushed=hushed is not None)
        wanting = (records.scope.table.name,) if self.lower else ()
        return Plan(with_(rows, **parts), self._evidence(records, each), wanting)

    def _owed(self, each: Entities | None, windows: str) -> exp.Select:
        """A row per duty: bearer (and entity) and window."""
        force = in_force(self.desk, col("start_day", "w"), col("stop_day", "w"))
        if each is None:
            owed = sql(OWED, {"windows": windows}).where(force)
        else:
            selective = self.desk.bearer is not None and self.desk.bearer.filters
            same = expression("h.bearer = e.owner") if each.owned else exp.true() if self.desk.bearer else exp.false()
            known = "e.since <= w.start" if not self._by_columns else "e.since < w.stop"
            admitted = expression("h.bearer is not null") if selective else self._still_employed(each)
            owed = sql(OWED_EACH, {"windows": windows}, same=same, known=expression(known), admitted=admitted).where(force)
        return sql("select row_number() over () as duty, o.* from listed as o").with_("listed", as_=owed)

    @property
    def _by_columns(self) -> bool:
        return any(part.columns for part in self.quota.for_each)

    def _still_employed(self, each: Entities) -> exp.Expression:
        """Without a filter, an entity that nobody owns is owed by nobody in particular."""
        if each.owned and self.desk.ground.rostered:
            return expression("e.owner is null or h.bearer is not null")
        return exp.true()

    def _bound(self, scope: OwedScope, taken: Measure, plan_rows: dict[str, exp.Query | None], each: Entities | None) -> exp.Select:
        """Each duty with what is required, pro rata where it is owed so."""
        sides: dict[str, Typed | None] = {"lower": None, "upper": None}
        query = sql("select o.* from owed as o")
        for side, given in (("lower", self.lower), ("upper", self.upper)):
            if given is not None:
                loc: Loc = ("quota", given[0])
                sources = self._sources(side, loc, plan_rows)
                sides[side] = bound_value(self.desk, given[1], scope, loc, sources)
        if plan_rows.get("plan_rows") is not None:
            for side in ("lower", "upper"):
                if f"planned {side}" in plan_rows:
                    on = expression("p.bearer = o.bearer and p.start_day = o.start_day and p.place = 1")
                    for column in on.find_all(exp.Column):
                        if column.table == "p":
                            column.set("table", exp.to_identifier(f"planned {side}", quoted=True))
                    query = query.join(relation(f"planned {side}"), on=on, join_type="left")
        lower, upper = (value.sql if value else exp.null() for value in sides.values())
        part = exp.false() if not self._pro_rated(taken, each) else expression("o.total > 0 and o.present < o.total")
        query = query.select(named(lower, "full_lower"), named(upper, "upper"), named(part, "part"))
        share = exact.pro_rata(col("full_lower", "r"), sides["lower"].scale, col("present", "r"), col("total", "r")) if sides["lower"] else exp.null()
        least = 1 if self.lower and self.lower[0] == "at_least" else 0
        return sql(RATED, share=share, least=exp.Literal.number(least)).with_("required", as_=query)

    def _pro_rated(self, taken: Measure, each: Entities | None) -> bool:
        if self.lower is None or self.per is None or self.per.daily or each is not None:
            return False
        return self.quota.prorate and taken.aggregate.pro_rated and self.lower[1].plan is None

    def _sources(self, side: str, loc: Loc, plan_rows: dict[str, exp.Query | None]) -> Sources:
        def source(kind: str, name: str) -> Typed:
            if kind == "plan" and self.per is not None:
                rows = plans(self.desk, self.per, windows_table(self.per, self.desk), loc)
                if rows is not None:
                    plan_rows.update({"plan_rows": rows, f"planned {side}": planned(name)})
                    return Typed(col("target", f"planned {side}"), Family.NUMBER, 4)
            elif kind == "plan":
                self.desk.problem(loc, "a plan is for a period: say `per` what it is owed")
            else:
                self.desk.problem(loc, "an authority bounds a single act, not a measure", "use `limit`")
            return Typed(exp.Cast(this=exp.null(), to=exact.decimal_type(4)), Family.NUMBER, 4)

        return source

    def _start(self, records: _Records) -> exp.Expression:
        """The first day of the window that a record lies in."""
        if self.per is None:
            return literal(standing_day(self.desk.ground.as_of)).sql
        return bucket(self.per, records.scope.reading.technical("_at").sql)

    def _happened(self, records: _Records) -> exp.Expression:
        table = records.scope.table
        if table.has_at:
            return expression(":at is not null", at=records.scope.reading.technical("_at").sql)
        if self.per is not None and records.scope.present:
            self.desk.problem(("quota", "per"), f"table `{table.name}` has no time to count by", "leave `per` out", key=True)
        return exp.true()

    def _done(self, records: _Records, taken: Measure, each: Entities | None) -> exp.Select:
        """The measure of each bearer's (or entity's) records by window."""
        counts = records.counts.sql
        maybe = expression("count(*) filter (where :u)", u=taken.unclear(counts))
        query = exp.select(named(taken.sql(counts), "measured"), named(maybe, "maybe")).from_(relation(records.scope.reading.name))
        keys = [(value, f"k{index}") for index, (value, _) in enumerate(records.keys)]
        if records.deferred and each is not None:
            same = [exp.EQ(this=value.copy(), expression=col(name, "o")) for value, name in records.keys]
            query = query.join(relation("entities", "o"), on=exp.and_(*same) if same else exp.true())
            keys = [(col("record_key", "o"), "k0")]
        start = self._start(records)
        query = query.where(exp.Not(this=col("_rejected")), self._happened(records), expression("coalesce(:c, true)", c=counts))
        query = query.select(*(named(value, name) for value, name in keys), named(start, "start_day"))
        return query.group_by(*(value.copy() for value, _ in keys), start.copy())

    def _weighed(self, records: _Records, taken: Measure) -> exp.Select:
        names = ["record_key"] if records.deferred else [name for _, name in records.keys]
        same = [exp.EQ(this=col(f"k{index}", "d"), expression=col(name, "b")) for index, name in enumerate(names)]
        on = exp.and_(*same, expression("d.start_day = b.start_day"))
        zero = taken.aggregate.counted or taken.aggregate is Aggregate.SUM
        measured = expression("coalesce(d.measured, 0)" if zero else "d.measured")
        return sql(WEIGHED, measured=measured, same=on)

    def _loose(self, records: _Records) -> exp.Select | None:
        """Rows that may count without our knowing for whom or when: rejected ones, and those whose match is null."""
        reading = records.scope.reading
        unknown = [] if records.keys and records.keys[0][1] == "bearer" else [expression(":k is null", k=k) for k, _ in records.keys]
        if not reading.doubtful and not unknown:
            return None
        doubtful = any_of(col("_rejected"), *(all_of(each, self._happened(records)) for each in unknown))
        counts = exp.true() if records.deferred else records.counts.sql
        start = self._start(records)
        query = sql(LOOSE, {"seen": reading.name}, doubtful=doubtful, counts=counts)
        query = query.select(*(named(k, f"k{i}") for i, (k, _) in enumerate(records.keys)), named(start, "start_day"))
        return query.group_by(*(k.copy() for k, _ in records.keys), start.copy())

    def _cured(self, records: _Records) -> exp.Select:
        fits = [
            expression(":l is null or :l = :w", l=col(f"k{index}", "l"), w=col(name, "w"))
            for index, (_, name) in enumerate(records.keys)
        ]
        fits.append(expression("l.start_day is null or l.start_day = w.start_day"))
        return sql(CURED, fits=all_of(*fits), short=any_of(self._short(), self._over()))

    def _short(self) -> exp.Expression:
        if self.lower is None:
            return exp.false()
        return expression("w.measured < w.lower" if self.lower[0] == "at_least" else "w.measured <= w.lower")

    def _over(self) -> exp.Expression:
        if self.upper is None:
            return exp.false()
        return expression("w.measured > w.upper" if self.upper[0] == "at_most" else "w.measured >= w.upper")

    def _verdicts(self, taken: Measure, each: Entities | None, *, loose: bool, hushed: bool) -> exp.Select:
        """One row per duty; what is decided first stands first."""
        doubts = expression("w.maybe + coalesce(c.n, 0)" if loose else "w.maybe")
        curable = expression(":doubts > 0", doubts=doubts)
        missing = expression("w.full_lower is null") if self.lower else exp.false()
        missing = any_of(missing, expression("w.upper is null") if self.upper else exp.false())
        short, over = self._short(), self._over()
        closed = expression("w.ended")
        decided = taken.aggregate.pro_rated
        steps = [
            (expression("not w.ends_in"), "pending", None, None),
            (self._newcomer(each), "pending", None, None),
            (self._not_owed(), "not_applicable", None, None),
            (all_of(expression("w.measured is null"), closed), "not_applicable", None, None),
            (expression("w.measured is null"), "pending", None, None),
            (missing, "undetermined", None, "no_bound"),
            (all_of(short, exp.not_(closed)), "pending", None, None),
            (all_of(short, expression("s.bearer is not null")) if hushed else exp.false(), "undetermined", None, "silence"),
            (all_of(short, self._cures_lower(taken, doubts, curable)), "undetermined", None, "doubt"),
            (short, "breached", "short", None),
            (all_of(over, exp.not_(closed)) if not decided else exp.false(), "pending", None, None),
            (all_of(over, self._cures_upper(taken, curable)), "undetermined", None, "doubt"),
            (over, "breached", "over", None),
            (closed, "met", None, None),
            (exp.true() if self.upper is None and decided else exp.false(), "met", None, None),
        ]
        steps = [step for step in steps if not _is_false(step[0])]
        rows = sql("select * from weighed as w")
        if loose:
            rows = rows.join(relation("cured", "c"), on=expression("c.duty = w.duty"), join_type="left")
        if hushed:
            on = expression("s.bearer = w.bearer and s.start_day = w.start_day")
            rows = rows.join(relation("hushed", "s"), on=on, join_type="left")
        return verdict_rows(rows, self._columns(steps, over, each))

    def _columns(
        self, steps: list[Step], over: exp.Expression, each: Entities | None
    ) -> dict[str, exp.Expression]:
        names = ("bearer", "department", "measured", "present", "total")
        given: dict[str, exp.Expression] = {name: col(name, "w") for name in names}
        given |= {"verdict": _decide(steps, 1, text("pending")), "how": _decide(steps, 2), "cause": _decide(steps, 3)}
        required = [exp.If(this=over.copy(), true=col("upper", "w"))] if self.upper and self.lower else []
        given["required"] = exp.Case(ifs=required, default=col("lower" if self.lower else "upper", "w")) if required else col(
            "lower" if self.lower else "upper", "w"
        )
        given["full_bound"] = expression("case when w.part then w.full_lower end")
        if self.per is not None:
            given |= {"start": col("start", "w"), "stop": col("stop", "w"), "at": col("start", "w")}
        else:
            given["at"] = literal(self.desk.ground.as_of).sql
        if each is not None:
            given |= {"record_table": text(each.table), "record_key": col("record_key", "w")}
        return given

    def _newcomer(self, each: Entities | None) -> exp.Expression:
        if self.quota.within is None or self.per is not None:
            return exp.false()
        newest = known_since(self.desk, length(self.desk, self.quota.within, ("quota", "within")))
        since = "w.since" if each is not None else "cast(w.hired_on as timestamp)"
        return expression(f"coalesce({since} > :newest, false)", newest=literal(newest).sql)

    def _not_owed(self) -> exp.Expression:
        """A day of absence owes nothing; in longer windows a share of 0 is not owed."""
        if self.per is not None and self.per.daily:
            return expression("w.absent")
        if self.lower is None:
            return exp.false()
        none = "w.part and w.lower = 0"
        return expression(none if self.lower[0] == "at_least" else f"{none} and not 2 * w.present >= w.total")

    def _cures_lower(self, taken: Measure, doubts: exp.Expression, curable: exp.Expression) -> exp.Expression:
        if taken.aggregate.counted and self.lower is not None:
            reach = ">=" if self.lower[0] == "at_least" else ">"
            return expression(f"w.measured + :d {reach} w.lower", d=doubts)
        return exp.false() if taken.aggregate is Aggregate.MIN else curable

    def _cures_upper(self, taken: Measure, curable: exp.Expression) -> exp.Expression:
        never = taken.aggregate.counted or taken.aggregate is Aggregate.MAX
        return exp.false() if never else curable

    def _evidence(self, records: _Records, each: Entities | None) -> exp.Select | None:
        """The records that were counted for each breach."""
        reading = records.scope.reading
        if records.deferred or (each is not None and len(each.parts) > 1):
            return None
        name = "bearer" if each is None else "record_key"
        value = records.keys[0][0] if records.keys else exp.null()
        same = [expression("cast(:v as varchar) = :b", v=value, b=col(name, "b"))]
        if self.per is not None:
            same.append(expression(":start = cast(b.start as date)", start=self._start(records)))
        key, at = reading.technical("_key").sql, reading.technical("_at").sql
        query = exp.select(named(col("number", "b"), "number"), named(text(reading.table.name), "record_table"))
        query = query.select(named(key, "record_key"), named(at, "happened")).from_(relation("breaches", "b"))
        query = query.join(relation(reading.name), on=exp.and_(*same))
        return query.where(exp.Not(this=col("_rejected")), expression("coalesce(:c, false)", c=records.counts.sql))


def _decide(steps: list[Step], part: int, default: exp.Expression | None = None) -> exp.Expression:
    ifs = [exp.If(this=step[0].copy(), true=text(step[part]) if step[part] else exp.null()) for step in steps]  # type: ignore[arg-type]
    return exp.Case(ifs=ifs, default=default)


def _is_false(condition: exp.Expression) -> bool:
    return isinstance(condition, exp.Boolean) and not condition.this


def _names_each(text_: str) -> bool:
    try:
        return any(path[0] == "each" for path in paths(parse(text_)))
    except ExpressionError:
        return False


@dataclass
class _Deferred:
    """The names of a record beside its entity: both are known only after the pass."""

    records: RecordScope
    entities: Entities

    def column(self, path: tuple[str, ...]) -> Typed:
        """`each.x` of the entity, all else of the record."""
        if path[0] == "each":
            return self.entities.each(path[1:])
        return self.records.reading.want(self.records.column(path))

    def __getattr__(self, name: str) -> object:
        return getattr(self.records, name)

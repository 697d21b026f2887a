"""`deadline`: something recurring is due for every period, by an instant after (or before) its end."""

from typing import Any, ClassVar

from pydantic import model_validator
from sqlglot import exp

from compliance.kinds.acts import record_scope
from compliance.kinds.base import Desk, Kind, Plan, verdict_rows
from compliance.kinds.dues import By, Dues
from compliance.kinds.duties import bearer_of, bucket, held, in_force, silence
from compliance.kinds.scopes import OwedScope, RecordScope
from compliance.language.blocks import Block, DurationValue, Name, PerName
from compliance.language.values import Family, Typed, literal
from compliance.sql import all_of, col, expression, named, relation, sql, text, with_
from compliance.windows import Per
from compliance.yamldoc import Misplaced

OWED = """
    select h.bearer, h.department, h.employed_from, h.employed_to, p.start, p.stop, p.start_day, p.stop_day,
        p.label, p.begins, p.count_from, p.count_to, a.bearer is not null as moved,
        case when a.bearer is null then p.due_day else a.back end as due_day,
        case when a.bearer is null then p.due else cast(a.back as timestamp) + interval '1' day end as due,
        a.bearer is null and p.exact as exact
    from held as h cross join periods as p
        left join leave as a on a.bearer = h.bearer and p.due_day >= a.since and p.due_day < a.until
    where h.employed_from < p.stop_day and h.employed_to > p.start_day and :in_force
"""
STANDING = """
    select row_number() over () as duty, o.*, o.due is null or o.due > :end as later from listed as o
    where (o.due_day is null or (o.employed_from <= o.due_day and o.employed_to > o.due_day))
        and (o.due is null or o.due > :start) and (o.due <= :end or o.begins < :end)
"""
DONE_IN = """
    select :bearer as bearer, p.start_day, min(:done) as done
    from seen join periods as p on :done >= p.count_from and :done < p.count_to
    where not _rejected and :counts and :done is not null group by 1, 2
"""
DONE_FOR = """
    select f.bearer, p.start_day, min(f.done) as done
    from filed as f join periods as p on p.label = f.label or p.start_day = f.first_day group by 1, 2
"""
FILED = """
    select :bearer as bearer, :done as done, :label as label, :first_day as first_day, :key as record_key
    from seen where not _rejected and :counts and :done is not null
"""
MATCHED = """
    select o.*, d.done from owed as o left join done as d on d.bearer = o.bearer and d.start_day = o.start_day
"""
LOOSE = """
    select :bearer as bearer, :done as done, :label as label, :first_day as first_day
    from seen where :doubtful and coalesce(:counts, true)
"""
CURED = """
    select distinct m.duty from matched as m join loose as l on (l.bearer is null or l.bearer = m.bearer) and :fits
    where not :in_time and (l.done is null or :l_in_time)
"""
HUSHED = """
    select distinct m.duty from matched as m join silence as s on s.day >= m.start_day and s.day <= m.due_day
        and s.day >= m.employed_from and s.day < m.employed_to and (s.department is null or s.department = m.department)
    where not :in_time
"""
IN_TIME = "coalesce(case when {exact} then {a}.done <= m.due else {a}.done < m.due end, false)"


class Deadline(Kind, Block):
    """A block of what is to be done, how often, and by when."""

    name: ClassVar[str] = "deadline"
    every: PerName
    by: By | DurationValue
    period: Name | None = None

    @model_validator(mode="after")
    def _fitting(self) -> "Deadline":
        per = Per(self.every)
        if not isinstance(self.by, By):
            return self
        if per.daily and (self.by.day is not None or self.by.month != 1):
            raise Misplaced("a daily deadline has only a `time`, or a duration", "by", key=True)
        if not per.daily and self.by.day is None:
            raise Misplaced("`by` needs a `day`", "by", key=True, help="or write a duration such as `3 working_days`")
        if per is Per.WEEK and isinstance(self.by.day, int) and not 1 <= self.by.day <= 7:  # noqa: PLR2004 days of a week
            raise Misplaced("the day of a weekly deadline is 1 to 7", "by", "day")
        if isinstance(self.by.day, int) and not 1 <= self.by.day <= 31:  # noqa: PLR2004 days of a month
            raise Misplaced("the day is 1 to 31", "by", "day")
        return self

    def plan(self, desk: Desk) -> Plan | None:
        """Every period's due instant, moved by absence, and the first record that counts for the period."""
        scope = record_scope(desk, self.of, (self.name, "of"))
        return _Planner(self, desk, scope).plan() if scope is not None else None

    def sentence(self) -> str:
        """What the message says where the rule has none."""
        return "nothing in time for {window}"


class _Planner:
    def __init__(self, deadline: Deadline, desk: Desk, scope: RecordScope) -> None:
        self.deadline, self.desk, self.scope = deadline, desk, scope
        self.per = Per(deadline.every)

    def plan(self) -> Plan:
        desk, scope, reading = self.desk, self.scope, self.scope.reading
        where = self.deadline.where
        counts = desk.expression(where, scope, ("deadline", "where"), Family.BOOLEAN) if where else literal(value=True)
        reading.only(counts.sql if where else None)
        holes = {
            "counts": reading.want(counts).sql,
            "bearer": reading.want(bearer_of(desk, scope)).sql,
            "done": self._done_at(),
        }
        holes |= {"key": reading.technical("_key").sql, **self._period()}
        periods = Dues(desk, self.per, self.deadline.by).hand_over()
        owed_scope = OwedScope(desk.ground, desk.prefix, desk.needs, col("start_day", "h"), "h")
        ground = desk.ground
        ends = {"start": literal(ground.period.start).sql, "end": literal(ground.period.end).sql}
        hushed = silence(desk, scope.table, where)
        force = in_force(desk, col("start_day", "p"), col("stop_day", "p"))
        loose = self._loose(holes)
        parts: dict[str, exp.Query | None] = {
            "periods": sql("select * from handed as p", {"handed": periods}),
            "held": held(desk, owed_scope, scope.table),
            "listed": sql(OWED, in_force=force),
            "owed": sql(STANDING, **ends),
            "filed": self._fill(FILED, holes),
            "done": sql(DONE_FOR) if self.deadline.period else self._fill(DONE_IN, holes),
            "matched": sql(MATCHED),
            "loose": loose,
            "cured": sql(CURED, fits=self._fits(), in_time=_in_time("m"), l_in_time=_in_time("l")) if loose else None,
            "hushed": sql(HUSHED, {"silence": hushed}, in_time=_in_time("m")) if hushed else None,
        }
        rows = self._verdicts(loose=loose is not None, hushed=hushed is not None)
        return Plan(with_(rows, **parts), self._evidence(holes, periods), (scope.table.name,))

    def _fill(self, template: str, holes: dict[str, exp.Expr]) -> exp.Select:
        """A query over the records, with those of the holes that it has."""
        return sql(template, {"seen": self.scope.reading.name}, **_only(holes, template))

    def _done_at(self) -> exp.Expr:
        """When a record was done: the block's `at`, else the table's; nothing after `as_of` is seen."""
        reading = self.scope.reading
        if self.deadline.at is None:
            if self.scope.present and not self.scope.table.has_at:
                self.desk.problem(
                    ("deadline",),
                    f"table `{self.scope.table.name}` has no time",
                    "say when it was done with `at`",
                    key=True,
                )
            return reading.technical("_at").sql
        value = self.desk.expression(self.deadline.at, self.scope, ("deadline", "at"))
        if value.family not in {Family.DATE, Family.DATETIME, Family.NULL}:
            self.desk.problem(("deadline", "at"), f"`at` is a date or datetime, not {value.family.value}")
        done = reading.want(Typed(exp.Cast(this=value.sql, to=exp.DataType.build("TIMESTAMP")), Family.DATETIME)).sql
        return expression("case when :d <= :as_of then :d end", d=done, as_of=literal(self.desk.ground.as_of).sql)

    def _period(self) -> dict[str, exp.Expr]:
        """For which period a record says that it is: as a label, or as a day inside."""
        if self.deadline.period is None:
            return {"label": exp.cast(exp.null(), "VARCHAR"), "first_day": exp.cast(exp.null(), "DATE")}
        value = self.desk.expression(self.deadline.period, self.scope, ("deadline", "period"))
        label = self.scope.reading.want(Typed(exp.cast(value.sql, "VARCHAR"), Family.TEXT)).sql
        day = expression("case when length(:p) >= 10 then try_cast(left(:p, 10) as date) end", p=label)
        return {"label": label, "first_day": bucket(self.per, day)}

    def _loose(self, holes: dict[str, exp.Expr]) -> exp.Select | None:
        """Rows that may have been the one: rejected, or of an uncertain kind or period."""
        reading = self.scope.reading
        unclear = [expression(":counts is null", counts=holes["counts"])]
        if self.deadline.period:
            unclear.append(expression(":label is null", label=holes["label"]))
        accepted = expression(
            "not _rejected and (:unclear) and :bearer is not null and :done is not null",
            unclear=exp.or_(*unclear),
            bearer=holes["bearer"],
            done=holes["done"],
        )
        return sql(
            LOOSE, {"seen": reading.name}, doubtful=expression("_rejected or :a", a=accepted), **_only(holes, LOOSE)
        )

    def _fits(self) -> exp.Expr:
        if self.deadline.period:
            return expression("(l.label is null or l.label = m.label or l.first_day = m.start_day)")
        return expression("(l.done is null or (l.done >= m.count_from and l.done < m.count_to))")

    def _verdicts(self, *, loose: bool, hushed: bool) -> exp.Select:
        in_time, as_of = _in_time("m"), literal(self.desk.ground.as_of).sql
        steps: list[tuple[exp.Expr, str, str | None]] = [
            (in_time, "met", None),
            (expression("m.later"), "pending", None),
            (expression("m.due > :as_of", as_of=as_of), "pending", None),
        ]
        rows = sql("select * from matched as m")
        if hushed:
            rows = rows.join(relation("hushed", "s"), on=expression("s.duty = m.duty"), join_type="left")
            steps.append((expression("s.duty is not null"), "undetermined", "silence"))
        if loose:
            rows = rows.join(relation("cured", "c"), on=expression("c.duty = m.duty"), join_type="left")
            steps.append((expression("c.duty is not null"), "undetermined", "doubt"))
        verdict = exp.Case(
            ifs=[exp.If(this=when, true=text(then)) for when, then, _ in steps], default=text("breached")
        )
        cause = exp.Case(
            ifs=[exp.If(this=when.copy(), true=text(why) if why else exp.null()) for when, _, why in steps]
        )
        how = expression("case when :t then null when m.done is not null then 'late' else 'missing' end", t=in_time)
        given = {name: col(name, "m") for name in ("bearer", "department", "start", "stop", "due", "done")}
        return verdict_rows(rows, given | {"at": col("due", "m"), "verdict": verdict, "cause": cause, "how": how})

    def _evidence(self, holes: dict[str, exp.Expr], periods: str) -> exp.Select:
        """The records that count for the period, late as they are."""
        own = (
            "p.label = f.label or p.start_day = f.first_day"
            if self.deadline.period
            else "f.done >= p.count_from and f.done < p.count_to"
        )
        query = exp.select(expression("b.number").as_("number"), named(text(self.scope.table.name), "record_table"))
        query = query.select(named(col("record_key", "f"), "record_key"), named(col("done", "f"), "happened"))
        query = query.from_(relation("breaches", "b")).join(
            relation("filed", "f"), on=expression("f.bearer = b.bearer")
        )
        query = query.join(relation(periods, "p"), on=all_of(expression("p.start = b.start"), expression(own)))
        return query.with_("filed", as_=self._fill(FILED, holes))


def _only(holes: dict[str, exp.Expr], template: str) -> dict[str, Any]:
    return {name: value for name, value in holes.items() if f":{name}" in template}


def _in_time(alias: str) -> exp.Expr:
    return expression(IN_TIME.format(exact="m.exact", a=alias))

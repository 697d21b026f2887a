"""`deadline`: something recurring is due for every period, by an instant after (or before) its end."""

from typing import ClassVar

from pydantic import model_validator
from sqlglot import exp

from compliance.kinds.base import Desk, Kind, Plan, verdict_rows
from compliance.kinds.charge import FELL_IN, settled, with_unattended
from compliance.kinds.dues import By, Dues
from compliance.kinds.duties import IN_WINDOW, bucket, in_force, last_day
from compliance.kinds.entities import Entities
from compliance.kinds.heartbeat import silence
from compliance.kinds.keys import Keys, keys
from compliance.kinds.meeting import Beside, met, waits
from compliance.kinds.opened import needs_time, record_scope, unmatched
from compliance.kinds.owing import admits, owner
from compliance.kinds.parts import entities, nobodys
from compliance.kinds.posts import terms
from compliance.kinds.scopes import RecordScope
from compliance.kinds.tally import counted, may_be
from compliance.kinds.told import Told, course, those
from compliance.language.blocks import Block, DurationValue, ForEach, Name, PerName
from compliance.language.values import Family, Typed, literal
from compliance.model.finding import Verdict
from compliance.sql import all_of, any_of, col, expression, named, nothing, relation, sql, text, with_
from compliance.windows import Per
from compliance.yamldoc import Misplaced

# Whoever was admitted and employed on a day of the period owes. A day of absence owes no daily duty.
PLANNED = """
    select w.*, p.start, p.stop, p.start_day, p.stop_day, p.label, p.begins, p.count_from, p.count_to,
        p.due_day as planned_day, p.due as planned, p.exact as planned_exact, o.bearer is not null as fixed,
        o.bearer is not null as absent
    from whose as w cross join periods as p
        left join leave as o on :daily and o.bearer = w.bearer and p.start_day >= o.since and p.start_day < o.until
    where :in_force and :then and :begun and (w.until is null or p.start < w.until)
        and (w.bearer is null or :unlisted or exists (
            select 1 from terms as h where h.bearer = w.bearer and h.window_day = p.start_day
                and greatest(h.since, h.employed_from, p.start_day) < least(h.until, h.employed_to, p.stop_day)
        ))
"""
PEOPLE = "select distinct h.bearer, h.employed_from, h.employed_to from terms as h"
WHOSE = """
    select h.bearer, h.employed_from, h.employed_to, cast(null as timestamp) as until,
        cast(null as varchar) as record_key
    from people as h
"""
WHOSE_EACH = """
    select e.*, coalesce(e.owner, h.bearer) as bearer, h.employed_from, h.employed_to
    from entities as e left join people as h on :same where :admitted
"""
# Who still is on the due day, where it moved on the moved day, in a post that the rule admits.
OWED = """
    select row_number() over () as duty, o.*, d.department, o.due is null or o.due > :end as later
    from settled as o
        left join roster as d on d.bearer = o.bearer and coalesce(o.due_day, o.planned_day) >= d.since
            and coalesce(o.due_day, o.planned_day) < d.until
    where (o.bearer is null or :unlisted or exists (
            select 1 from terms as h where h.bearer = o.bearer and h.window_day = o.start_day
                and greatest(h.since, h.employed_from) <= coalesce(o.due_day, o.planned_day)
                and least(h.until, h.employed_to) > coalesce(o.due_day, o.planned_day)
        ))
        and (o.due is null or o.due > :start) and (o.due <= :end or o.begins < :end)
"""
FILED = """
    select :done as done, :label as label, :first_day as first_day, :key as record_key
    from seen where not _rejected and :counts and :done is not null
"""
# Periods begin at midnight, so that the first record of each day stands for all of that day.
DAILY = """
    select min(f.done) as done, f.label, f.first_day from filed as f
    group by f.label, f.first_day, cast(f.done as date)
"""
DONE = "select min(f.done) as done, p.start_day from daily as f join periods as p on :for_period group by p.start_day"
MATCHED = "select o.*, d.done from owed as o left join done as d on :same and d.start_day = o.start_day"
LOOSE = """
    select :done as done, :label as label, :first_day as first_day from seen
    where (_rejected or ((:unclear) and :done is not null)) and coalesce(:counts, true)
"""
CURED = """
    select distinct m.duty from matched as m join loose as l on :fits
    where not :in_time and (l.done is null or :l_in_time)
"""
HUSHED = """
    select m.duty, min(s.told) as silent from matched as m join silence as s
        on s.day >= m.start_day and s.day <= :last_day
            and coalesce(s.day >= m.employed_from and s.day < m.employed_to, true)
        left join roster as d on d.bearer = m.bearer and s.day >= d.since and s.day < d.until
    where not :in_time and (s.department is null or s.department = d.department)
    group by m.duty
"""
IN_TIME = "coalesce(case when {exact} then {a}.done <= m.due else {a}.done < m.due end, false)"
# What names no period, such as `febr.` or `2026-13`, can't be read: its record may be for any.
NAMED = r"""
    case when regexp_matches(:p, '^\d{4}(-(0[1-9]|1[0-2]|Q[1-4]|W(0[1-9]|[1-4]\d|5[0-3])))?$')
        or (length(:p) >= 10 and try_cast(left(:p, 10) as date) is not null) then :p end
"""


class Deadline(Kind, Block):
    """A block of what is to be done, how often, and by when."""

    name: ClassVar[str] = "deadline"
    recurs: ClassVar[bool] = True
    every: PerName
    by: By | DurationValue
    period: Name | None = None
    for_each: ForEach = ()

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
        scope = record_scope(desk, self.of, (self.name,), self.at)
        if not self.for_each:
            unmatched(desk, self, self.name)
        return _Planner(self, desk, scope).plan() if scope is not None else None

    @property
    def speaks_of(self) -> tuple[str, ...]:
        """What a message may name."""
        return ("window", "due", "done", *(("record",) if self.for_each else ()))

    @property
    def excusable(self) -> str | None:
        """What falls due in an absence moves, and a day of absence owes no daily duty."""
        return IN_WINDOW if Per(self.every).daily else FELL_IN

    def says(self, told: Told) -> str:
        """What is due for which period, by when, and when it was done."""
        what = f"{told.about}{those(self)} for {told.window}"
        return f"{what}: nothing owed" if told.verdict is Verdict.NOT_APPLICABLE else f"{what}, {course(told)}"


class _Planner:
    """One deadline on its way to a query."""

    def __init__(self, deadline: Deadline, desk: Desk, scope: RecordScope) -> None:
        self.deadline, self.desk, self.scope = deadline, desk, scope
        self.per = Per(deadline.every)

    def plan(self) -> Plan | None:
        """Who owes what by when, what was done for it, and the verdict."""
        desk, scope = self.desk, self.scope
        counts = counted(desk, self.deadline, scope, ("deadline",), entities=bool(self.deadline.for_each))
        given = self.deadline.for_each
        each = entities(desk, given, scope, counts, ("deadline", "for_each")) if given else nobodys(desk, scope)
        if given and each is None:
            return None
        tied = keys(desk, self.deadline, scope, each, ("deadline",), beside=self._beside)
        if each is None or not self._beside:
            return self._queries(counts.sql, tied, tied, each)
        later = met(desk, self.deadline, Beside(scope, each), tied, ("deadline",))
        own = tuple(key for key in tied if key[1] == "bearer")
        if each.stated:  # a record counts for the duty that is owed for the very state that it was held against
            own = (*own, (col("state_since", "o"), "state_since"))
        return self._queries(all_of(counts.sql, later), tied, ((col("record_key", "o"), "record_key"), *own), each)

    @property
    def _beside(self) -> bool:
        """Whether the condition speaks of the entity too, so that records meet entities before they count."""
        return bool(self.deadline.for_each) and waits(self.deadline)

    def _queries(self, counts: exp.Expr, told: Keys, tied: Keys, each: Entities | None) -> Plan:
        """`told` are the keys that a record tells by itself, `tied` those that tie it to a duty."""
        desk, ground = self.desk, self.desk.ground
        periods = Dues(desk, self.per, self.deadline.by).hand_over()
        then = each.then("w", expression("cast(p.due_day + 1 as timestamp)"), ground.as_of) if each else None
        begun = each.begun("w", col("start", "p"), col("stop", "p")) if each else None
        hushed = silence(desk, self.scope.table, self.deadline.where)
        loose, filed = self._loose(counts, tied, told), self._filed(counts, tied, told)
        start, end = (literal(each).sql for each in (ground.period.start, ground.period.end))
        # Without a roster an entity's owner owes, whether seen in the records or not.
        unlisted = exp.Boolean(this=not ground.rostered)
        in_time, force = _in_time("m"), in_force(desk, col("start_day", "p"), col("stop_day", "p"))
        parts: dict[str, exp.Query | None] = {
            "periods": sql("select * from handed as p", {"handed": periods}),
            "terms": terms(desk, "periods", self.scope.table, owned=each is not None and each.owned),
            "people": sql(PEOPLE),
            "entities": each.query() if each else None,
            "whose": sql(WHOSE)
            if each is None
            else sql(WHOSE_EACH, same=owner(desk, each), admitted=admits(desk, each)),
            "planned": sql(
                PLANNED,
                in_force=force,
                then=then,
                begun=begun,
                daily=exp.Boolean(this=self.per.daily),
                unlisted=unlisted,
            ),
            **settled(),
            "owed": sql(OWED, start=start, end=end, unlisted=unlisted),
            "filed": filed,
            "daily": _by_key(sql(DAILY), tied),
            "done": self._done(tied),
            "matched": sql(MATCHED, same=_same(tied, "d", "o")),
            "loose": loose,
            "cured": sql(CURED, fits=self._fits(tied), in_time=in_time, l_in_time=_in_time("l")),
            "hushed": sql(HUSHED, {"silence": hushed}, last_day=last_day("m.due"), in_time=in_time) if hushed else None,
        }
        rows = self._verdicts(each, hushed=hushed is not None)
        evidence = None if self._beside else self._evidence(filed, tied, periods, each)
        both = with_unattended(rows, desk, opens="o.open" if each and each.opens else None)
        return Plan(with_(both, **parts), evidence, (self.scope.table.name,))

    # records ------------------------------------------------------------------------------------------------------

    def _done_at(self) -> exp.Expr:
        """When a record was done: the block's `at`, else the table's."""
        needs_time(self.desk, self.scope, ("deadline",), "say when it was done with `at`")
        return self.scope.happened_at.sql

    def _period(self) -> tuple[exp.Expr, exp.Expr]:
        """For which period a record says that it is: as a label, or as a day inside, told as the period's first."""
        if self.deadline.period is None:
            return nothing("VARCHAR"), exp.cast(exp.null(), "DATE")
        value = self.desk.expression(self.deadline.period, self.scope, ("deadline", "period"))
        written = exp.cast(value.sql, "VARCHAR")
        label = self.scope.reading.want(Typed(expression(NAMED, p=written), Family.TEXT)).sql
        day = expression("case when length(:p) >= 10 then try_cast(left(:p, 10) as date) end", p=label)
        return label, bucket(self.per, day)

    def _filed(self, counts: exp.Expr, tied: Keys, told: Keys) -> exp.Select:
        """Every record that counts, with its keys k0, k1 and so on."""
        label, first_day = self._period()
        holes = {"done": self._done_at(), "label": label, "first_day": first_day, "counts": counts}
        holes["key"] = self.scope.reading.technical("_key").sql
        filed = _keyed(sql(FILED, {"seen": self.scope.reading.name}, **holes), tied)
        if not self._beside:
            return filed
        same = [exp.EQ(this=value.copy(), expression=col(name, "o")) for value, name in told if name != "bearer"]
        return filed.join(relation("entities", "o"), on=all_of(*same))

    def _done(self, tied: Keys) -> exp.Select:
        """The first record for each duty's period."""
        return _by_key(sql(DONE, for_period=self._for_period()), tied)

    def _for_period(self) -> exp.Expr:
        if self.deadline.period:
            return expression("p.label = f.label or p.start_day = f.first_day")
        return expression("f.done >= p.count_from and f.done < p.count_to")

    def _loose(self, counts: exp.Expr, tied: Keys, told: Keys) -> exp.Select:
        """Rows that may have been the one: rejected, of an uncertain kind or period, or of an uncertain entity."""
        label, first_day = self._period()
        unclear = [expression(":counts is null", counts=counts)]
        unclear += [expression(":label is null", label=label)] if self.deadline.period else []
        unclear += [expression(":k is null", k=value) for value, name in told if name != "bearer"]
        own = [expression(":k is not null", k=value) for value, name in told if name == "bearer"]
        holes = {"done": self._done_at(), "label": label, "first_day": first_day, "counts": counts}
        doubt = all_of(any_of(*unclear), *own)
        loose = _keyed(sql(LOOSE, {"seen": self.scope.reading.name}, unclear=doubt, **holes), tied)
        if not self._beside:
            return loose
        fits = [may_be(value, col(name, "o")) for value, name in told if name != "bearer"]
        return loose.join(relation("entities", "o"), on=all_of(*fits))

    def _fits(self, tied: Keys) -> exp.Expr:
        if self.deadline.period:
            period = expression("l.label is null or l.label = m.label or l.first_day = m.start_day")
        else:
            period = expression("l.done is null or (l.done >= m.count_from and l.done < m.count_to)")
        keys_ = [may_be(col(f"k{index}", "l"), col(name, "m")) for index, (_, name) in enumerate(tied)]
        return all_of(period, *keys_)

    # verdicts -----------------------------------------------------------------------------------------------------

    def _verdicts(self, each: Entities | None, *, hushed: bool) -> exp.Select:
        in_time, as_of = _in_time("m"), literal(self.desk.ground.as_of).sql
        steps: list[tuple[exp.Expr, str, str | None]] = [
            (expression("m.absent"), "not_applicable", "away"),
            (in_time, "met", None),
            (expression("m.later"), "pending", None),
            (expression("m.due > :as_of", as_of=as_of), "pending", None),
        ]
        rows = sql("select * from matched as m left join cured as c on c.duty = m.duty")
        silent: exp.Expr = exp.null()
        if hushed:
            rows = rows.join(relation("hushed", "s"), on=expression("s.duty = m.duty"), join_type="left")
            silent = col("silent", "s")
            steps.append((expression("s.duty is not null"), "undetermined", "silence"))
        steps.append((expression("c.duty is not null"), "undetermined", "doubt"))
        if each is not None and each.opens:
            steps.append((expression("m.open"), "undetermined", "ruled_out"))
        verdicts = [exp.If(this=when, true=text(then)) for when, then, _ in steps]
        causes = [exp.If(this=when.copy(), true=text(why) if why else exp.null()) for when, _, why in steps]
        how = expression("case when :t then null when m.done is not null then 'late' else 'missing' end", t=in_time)
        given: dict[str, exp.Expr] = {
            name: col(name, "m") for name in ("bearer", "responsible", "department", "start", "stop", "due", "done")
        }
        given |= {"verdict": exp.Case(ifs=verdicts, default=text("breached")), "cause": exp.Case(ifs=causes)}
        if each is not None:
            given |= {"record_table": text(each.table), "record_key": col("record_key", "m")}
        return verdict_rows(rows, given | {"at": col("due", "m"), "how": how, "silent": silent})

    def _evidence(self, filed: exp.Select, tied: Keys, periods: str, each: Entities | None) -> exp.Select:
        """The records that count for the period, late as they are."""
        told = col("record_key", "b")
        known = each.called(told) if each is not None else told
        same = [
            exp.EQ(this=col(f"k{index}", "f"), expression=col("bearer", "b") if name == "bearer" else known.copy())
            for index, (_, name) in enumerate(tied)
        ]
        query = exp.select(expression("b.number").as_("number"), named(text(self.scope.table.name), "record_table"))
        query = query.select(named(col("record_key", "f"), "record_key"), named(col("done", "f"), "happened"))
        query = query.from_(relation("breaches", "b")).join(relation("filed", "f"), on=all_of(*same))
        query = query.join(relation(periods, "p"), on=all_of(expression("p.start = b.start"), self._for_period()))
        return query.with_("filed", as_=filed)


def _keyed(query: exp.Select, tied: Keys) -> exp.Select:
    return query.select(*(named(value, f"k{index}") for index, (value, _) in enumerate(tied)))


def _by_key(query: exp.Select, tied: Keys) -> exp.Select:
    """A grouped query over `f`, for each of its keys."""
    names = [col(f"k{index}", "f") for index, _ in enumerate(tied)]
    return query.select(*names).group_by(*(name.copy() for name in names))


def _same(tied: Keys, records: str, duties: str) -> exp.Expr:
    pairs = [
        exp.EQ(this=col(f"k{index}", records), expression=col(name, duties)) for index, (_, name) in enumerate(tied)
    ]
    return all_of(*pairs)


def _in_time(alias: str) -> exp.Expr:
    return expression(IN_TIME.format(exact="m.exact", a=alias))

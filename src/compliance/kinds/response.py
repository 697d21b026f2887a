"""`response`: after a trigger, something must follow, within a time or by a moment that the trigger names."""

from collections.abc import Callable
from typing import ClassVar

from pydantic import ConfigDict, model_validator
from sqlglot import exp

from compliance.kinds.acts import Acts, acts
from compliance.kinds.answers import (
    DOUBTFUL,
    MICROSECOND,
    UNSURE,
    evidence,
    hushed,
    silent,
    since_first_record,
)
from compliance.kinds.base import Desk, Kind, Plan, verdict_rows
from compliance.kinds.charge import FELL_IN, owed_when_due, with_unattended
from compliance.kinds.duties import due_by, last_day
from compliance.kinds.lengths import in_real_time, reach
from compliance.kinds.linked import second
from compliance.kinds.opened import needs_time, unmatched
from compliance.kinds.second import Second, moment_of
from compliance.kinds.seek import When, doubts, seek
from compliance.kinds.steps import Steps, steps, yes_or_no
from compliance.kinds.told import Told, course, those
from compliance.language.blocks import Block, DurationValue, Expression, ForEach, ParameterRef
from compliance.language.values import Family, Typed, literal
from compliance.model.base import given
from compliance.model.finding import Verdict
from compliance.sql import col, expression, nothing, relation, sql, text, united, with_
from compliance.yamldoc import Misplaced

WITHIN = """
    select t.*, false as fixed, true as owed,
        r.reached is not null or r.minutes is not null as bounded,
        r.minutes is not null as planned_exact,
        case when r.minutes is null then r.reached else cast(:local as date) end as planned_day,
        case when r.minutes is null then cast(r.reached as timestamp) + interval '1' day else :local end as planned,
        t.instant + r.minutes * interval '1' minute as planned_instant
    from triggers as t left join reach as r on r.day = cast(t.at as date)
    where coalesce(t.counts, false) and t.fits
"""
BY = """
    select t.*, false as fixed, t.by is not null as owed, true as bounded,
        :exact as planned_exact, cast(t.by as date) as planned_day, :due as planned,
        :instant as planned_instant
    from triggers as t where coalesce(t.counts, false) and t.fits and t.at is not null
"""
CONCERNS = """
    select m.*, m.owed and (m.due is null or m.due > :end) as later, :until as until
    from owed as m
    where case when m.owed and m.bounded then (m.due is null or m.due > :start) and (m.due <= :end or m.at < :end)
        else m.at >= :start and m.at < :end end
"""
JUDGED = """
    select f.*, s.found, case when s.found is not null then :done end as done
    from first as f left join sure as s on s.record_key = f.record_key
"""
IN_TIME = "coalesce({0}.found < {1}.until, false)"


class Response(Kind):
    """A trigger, what is expected after it, and by when."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [given("within"), given("by")]})
    name: ClassVar[str] = "response"
    of_records: ClassVar[bool] = True
    for_each: ForEach = ()
    after: Block
    expect: Block
    within: DurationValue | None = None
    by: Expression | None = None
    early: bool | ParameterRef = False

    @model_validator(mode="after")
    def _one_term(self) -> "Response":
        if (self.within is None) == (self.by is None):
            raise Misplaced(
                "a response is due either `within` a duration or `by` a moment of the trigger",
                *(("by",) if self.by else ()),
                key=True,
                help="give one of both",
            )
        return self

    @property
    def of(self) -> str:
        """The table of the triggers."""
        return self.after.of

    @property
    def reads(self) -> str:
        """The table in which answers are looked for."""
        return self.expect.of

    def plan(self, desk: Desk) -> Plan | None:
        """Every trigger's due instant, and the first record that answers it."""
        if not self.for_each:
            unmatched(desk, self.after, self.name, "after")
        triggers = acts(desk, self.after, (self.name, "after"), {}, self.for_each, past=True, stands=True)
        if triggers is None:
            return None
        found = second(desk, self.expect, triggers, (self.name, "expect"))
        if found is None:
            return None
        needs_time(desk, found.scope, (self.name, "expect", "of"), "say when it happened with `at`")
        triggers.keep("moment", moment_of(triggers.scope, in_days=found.in_days))
        early = steps(desk, self.early, (self.name, "early"), yes_or_no, "yes or no: true or false")
        if early is None:
            return None
        due = self._within(desk, triggers) if self.by is None else self._by(desk, triggers)
        return _Planner(self, desk, triggers, found, early).plan(due)

    def _within(self, desk: Desk, triggers: Acts) -> exp.Select:
        name = reach(desk, self.within or "", (self.name, "within"))
        # What counts minutes asks for local time in a subquery for each trigger; what counts days needs none.
        local: exp.Expr = nothing("TIMESTAMP")
        if in_real_time(desk, name):
            local = triggers.scope.local(expression("t.instant + r.minutes * interval '1' minute"))
        return sql(WITHIN, {"reach": name}, local=local)

    def _by(self, desk: Desk, triggers: Acts) -> exp.Select:
        value = triggers.want("by", lambda names: due_by(desk, self.by or "", names, (self.name, "by")))
        day = value.family is not Family.DATETIME
        due = "cast(t.by as timestamp) + interval '1' day" if day else "t.by"
        known = nothing("TIMESTAMP") if value.instant is None else value.instant
        return sql(BY, exact=exp.Boolean(this=not day), due=expression(due), instant=known)

    @property
    def speaks_of(self) -> tuple[str, ...]:
        """What a message may name."""
        return ("record", "due", "done")

    @property
    def excusable(self) -> str | None:
        """What falls due in an absence moves."""
        return FELL_IN

    def says(self, told: Told) -> str:
        """What has to follow on what, by when, and when it came."""
        what = f"{those(self.expect)} after {told.record}"
        return f"{what}: nothing owed" if told.verdict is Verdict.NOT_APPLICABLE else f"{what}, {course(told)}"


class _Planner:
    """One response on its way to a query."""

    def __init__(self, response: Response, desk: Desk, triggers: Acts, found: Second, early: Steps[bool]) -> None:
        self.response, self.desk, self.triggers, self.found = response, desk, triggers, found
        self.when = {"": When.ANY if early.always else When.AFTER}
        if early.always is None:
            may = early.when(triggers.scope.day, bool)
            triggers.keep("early", Typed(may, Family.BOOLEAN))
            self.when = {" early": When.ANY, " not early": When.AFTER}

    def plan(self, due: exp.Select) -> Plan:
        """The triggers that concern this audit, their answers, and the verdict on each."""
        desk, found = self.desk, self.found
        silence = silent(desk, found, self.response.expect)
        started = self._started()
        period = desk.ground.period
        known = {
            "triggers": self.triggers.query(),
            "due_of": due,
            **owed_when_due("due_of"),
        }
        first = sql(CONCERNS, start=literal(period.start).sql, end=literal(period.end).sql, until=self._until())
        parts: dict[str, exp.Query | None] = {
            **known,
            "first": first,
            **self._apart("first"),
            "sure": self._sought(seek, "first"),
            "judged": sql(JUDGED, done=self._local(expression("s.found"))),
            "unsure": sql(UNSURE, in_time=expression(IN_TIME.format("s", "f"))),
            **self._apart("unsure"),
            "doubts": self._sought(doubts, "unsure"),
            "doubtful": sql(DOUBTFUL, fits=expression("d.found < u.until")),
            "hushed": hushed(desk, silence, started, last_day("u.due")),
        }
        rows = self._verdicts(hushed=silence is not None)
        proof = evidence(found, first, self._sought(seek, "first"), known, self._apart("first"))
        told = with_unattended(rows, desk, opens="o.open" if self.triggers.opens else None)
        return Plan(with_(told, **parts), proof, (found.scope.table.name,))

    def _apart(self, first: str) -> dict[str, exp.Query]:
        """The triggers of the days on which an answer may come early, and the others, where that changes."""
        if len(self.when) == 1:
            return {}
        tests = ("f.early", "not f.early")
        return {
            f"{first}{name}": sql("select f.* from first as f where :test", {"first": first}, test=expression(test))
            for name, test in zip(self.when, tests, strict=True)
        }

    def _sought(self, find: Callable[[Second, When, str], exp.Query], first: str) -> exp.Query:
        """What `find` finds for the triggers of `first`, each by whether its answer may come early."""
        return united([find(self.found, when, f"{first}{name}") for name, when in self.when.items()], distinct=False)

    def _started(self) -> exp.Expr:
        """The day from which on a silent log may have held the answer."""
        own, early = expression("cast(u.at as date)"), since_first_record(self.found)
        if len(self.when) == 1:
            return early if When.ANY in self.when.values() else own
        return expression("case when u.early then :e else :o end", e=early, o=own)

    def _until(self) -> exp.Expr:
        """The first moment that is too late, as it compares with a record's."""
        if self.found.in_days:
            return expression("cast(m.due_day as timestamp) + interval '1' day")
        # An hour that clocks show twice is told apart by its instant alone.
        instant = expression(
            "coalesce(case when not m.moved then m.planned_instant end, :i)",
            i=self.triggers.scope.instant(expression("m.due")),
        )
        return expression("case when m.exact then :i + :one else :i end", i=instant, one=MICROSECOND)

    def _local(self, found: exp.Expr) -> exp.Expr:
        return found if self.found.in_days else self.triggers.scope.local(found)

    def _verdicts(self, *, hushed: bool) -> exp.Select:
        in_time, as_of = expression(IN_TIME.format("j", "j")), literal(self.desk.ground.as_of).sql
        rows = sql("select * from judged as j left join doubtful as d on d.record_key = j.record_key")
        steps: list[tuple[exp.Expr, str, str | None]] = [
            (expression("not j.owed"), "not_applicable", "no_due"),
            (expression("not j.bounded"), "undetermined", "no_bound"),
            (in_time, "met", None),
            (expression("j.later or j.due > :as_of", as_of=as_of), "pending", None),
        ]
        silent: exp.Expr = exp.null()
        if hushed:
            rows = rows.join(relation("hushed", "h"), on=expression("h.record_key = j.record_key"), join_type="left")
            silent = col("silent", "h")
            steps.append((expression("h.record_key is not null"), "undetermined", "silence"))
        steps.append((expression("d.record_key is not null"), "undetermined", "doubt"))
        if self.triggers.opens:
            steps.append((expression("j.open"), "undetermined", "ruled_out"))
        verdict = exp.Case(
            ifs=[exp.If(this=test, true=text(then)) for test, then, _ in steps], default=text("breached")
        )
        causes = [exp.If(this=test.copy(), true=text(why) if why else exp.null()) for test, _, why in steps]
        how = expression("case when :t then null when j.found is not null then 'late' else 'missing' end", t=in_time)
        given: dict[str, exp.Expr] = {
            name: col(name, "j") for name in ("bearer", "department", "record_key", "due", "done", "responsible")
        }
        given |= {"record_table": text(self.triggers.table.name), "at": expression("coalesce(j.due, j.at)")}
        told = {"verdict": verdict, "cause": exp.Case(ifs=causes), "how": how, "silent": silent}
        return verdict_rows(rows, given | told)

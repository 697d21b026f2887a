"""`precedence`: before an act, something must have happened, inside a look-back if there is one."""

from datetime import datetime
from typing import ClassVar

from sqlglot import exp

from compliance.kinds.acts import Acts, acts
from compliance.kinds.answers import DOUBTFUL, UNSURE, evidence, hushed, silent, since_first_record
from compliance.kinds.base import Desk, Kind, Plan, verdict_rows
from compliance.kinds.lengths import reach
from compliance.kinds.linked import second
from compliance.kinds.opened import unmatched
from compliance.kinds.second import Second, moment_of
from compliance.kinds.seek import When, doubts, seek
from compliance.kinds.told import Told, moment, those
from compliance.language.blocks import Block, DurationValue, ForEach
from compliance.language.values import literal
from compliance.model.finding import Verdict
from compliance.sql import col, expression, relation, sql, text, with_

# Days back begin at 00:00 of that day, hours are exact; without a look-back any earlier time will do.
WITHIN = """
    select t.*, r.reached as first_day, r.reached is not null or r.minutes is not null as bounded,
        case when r.minutes is null then :midnight else t.moment - r.minutes * interval '1' minute end as since
    from acts as t left join reach as r on r.day = cast(t.at as date) where coalesce(t.counts, false)
"""
EVER = """
    select t.*, cast(null as date) as first_day, true as bounded, timestamp '0001-01-01' as since
    from acts as t where coalesce(t.counts, false)
"""
# What came in time, else what came only after the act, else what came before it and too early.
JUDGED = """
    select j.*, :local as done from (
        select f.*, s.found, a.found as came_after, case when :in_time then s.found else coalesce(a.found, s.found) end
            as told_at
        from first as f left join sure as s on s.record_key = f.record_key
            left join after as a on a.record_key = f.record_key
    ) as j
"""
NEAREST = """
    select f.record_key, coalesce(a.found, e.found) as found
    from first as f left join after as a on a.record_key = f.record_key
        left join earlier as e on e.record_key = f.record_key
    where coalesce(a.found, e.found) is not null
"""
IN_TIME = "coalesce({0}.found >= {1}.since, false)"


class Precedence(Kind):
    """An act, and what must have happened before it."""

    name: ClassVar[str] = "precedence"
    of_records: ClassVar[bool] = True
    for_each: ForEach = ()
    before: Block
    expect: Block
    within: DurationValue | None = None

    @property
    def of(self) -> str:
        """The table of the acts."""
        return self.before.of

    @property
    def reads(self) -> str:
        """The table in which what comes first is looked for."""
        return self.expect.of

    def plan(self, desk: Desk) -> Plan | None:
        """Every act, and the last record before it that was to come first."""
        if not self.for_each:
            unmatched(desk, self.before, self.name, "before")
        found_acts = acts(desk, self.before, (self.name, "before"), {}, self.for_each, stands=True)
        if found_acts is None:
            return None
        found_acts.ask_employed(desk)
        found = second(desk, self.expect, found_acts, (self.name, "expect"))
        if found is None:
            return None
        found_acts.keep("moment", moment_of(found_acts.scope, in_days=found.in_days))
        first = self._looked_back(desk, found_acts, found)
        known = {"acts": found_acts.query()}
        silence = silent(desk, found, self.expect)
        before = When.EVER if self.within is None else When.BEFORE
        parts: dict[str, exp.Query | None] = {
            **known,
            "first": first,
            "sure": seek(found, before),
            "unsure": sql(UNSURE, in_time=expression(IN_TIME.format("s", "f"))),
            "after": seek(found, When.AFTER, "unsure"),
            "judged": sql(JUDGED, in_time=expression(IN_TIME.format("s", "f")), local=self._local(found_acts, found)),
            "doubts": doubts(found, before, "unsure"),
            "doubtful": sql(DOUBTFUL, fits=expression("d.found >= u.since")),
            "hushed": hushed(desk, silence, self._since(found_acts, found), expression("cast(u.at as date)")),
        }
        rows = _verdicts(found_acts, desk.ground.as_of, hushed=silence is not None)
        nearest = {"after": seek(found, When.AFTER), "earlier": seek(found, When.BEFORE)}
        proof = evidence(found, first, sql(NEAREST), known, nearest)
        return Plan(with_(rows, **parts), proof, (found.scope.table.name,))

    @staticmethod
    def _local(found_acts: Acts, found: Second) -> exp.Expr:
        """When what is told of came, in local time."""
        return col("told_at", "j") if found.in_days else found_acts.scope.local(col("told_at", "j"))

    def _looked_back(self, desk: Desk, found_acts: Acts, found: Second) -> exp.Select:
        if self.within is None:
            return sql(EVER)
        midnight = expression("cast(r.reached as timestamp)")
        if not found.in_days:
            midnight = found_acts.scope.instant(midnight)
        return sql(WITHIN, {"reach": reach(desk, self.within, (self.name, "within"), back=True)}, midnight=midnight)

    def _since(self, found_acts: Acts, found: Second) -> exp.Expr:
        """The local day on which the look-back begins."""
        if self.within is None:
            return since_first_record(found)
        since = expression("u.since")
        local = since if found.in_days else found_acts.scope.local(since)
        return expression("coalesce(u.first_day, cast(:local as date))", local=local)

    @property
    def speaks_of(self) -> tuple[str, ...]:
        """What a message may name."""
        return ("record",)

    def says(self, told: Told) -> str:
        """What had to come before the act, and whether and when it came."""
        act = f"{told.record} of {moment(told.at)}" if told.at else told.record
        asked = f"within {getattr(self.within, 'parameter', self.within)} before it" if self.within else "before it"
        if told.done is None:
            known = " yet" if told.verdict is Verdict.PENDING else "" if told.wanting else " known"
            return f"{act}: nothing of {those(self.expect)}{known} {asked}"
        came = f"{act}: {those(self.expect)} came"
        if told.met:
            return f"{came} on {moment(told.done)}, {asked}"
        if told.at and told.done > told.at:
            return f"{came} only on {moment(told.done)}, after it" + (f", and not {asked}" if self.within else "")
        return f"{came} last on {moment(told.done)}, too early: not {asked}"


def _verdicts(found_acts: Acts, as_of: datetime, *, hushed: bool) -> exp.Select:
    in_time = expression(IN_TIME.format("j", "j"))
    rows = sql("select * from judged as j left join doubtful as d on d.record_key = j.record_key")
    steps: list[tuple[exp.Expr, str, str | None]] = [
        (expression("not j.bounded"), "undetermined", "no_bound"),
        (in_time, "met", None),
        # An act still to come, in a table that looks ahead: until then what it needs may happen.
        (expression("j.at > :as_of", as_of=literal(as_of).sql), "pending", None),
    ]
    silent: exp.Expr = exp.null()
    if hushed:
        rows = rows.join(relation("hushed", "h"), on=expression("h.record_key = j.record_key"), join_type="left")
        silent = col("silent", "h")
        steps.append((expression("h.record_key is not null"), "undetermined", "silence"))
    steps.append((expression("d.record_key is not null"), "undetermined", "doubt"))
    if found_acts.opens:
        steps.append((expression("j.open"), "undetermined", "ruled_out"))
    verdict = exp.Case(ifs=[exp.If(this=test, true=text(then)) for test, then, _ in steps], default=text("breached"))
    causes = [exp.If(this=test.copy(), true=text(why) if why else exp.null()) for test, _, why in steps]
    late = (
        "case when :t then null when coalesce(j.came_after > j.moment, false) then 'ratified_late' else 'missing' end"
    )
    given: dict[str, exp.Expr] = {name: col(name, "j") for name in ("bearer", "department", "record_key", "at", "done")}
    given |= {"record_table": text(found_acts.table.name), "how": expression(late, t=in_time)}
    return verdict_rows(rows, given | {"verdict": verdict, "cause": exp.Case(ifs=causes), "silent": silent})

"""`reconciliation`: what was declared equals what the records show."""

from typing import ClassVar

from pydantic import Field
from sqlglot import exp

from compliance.kinds.acts import Acts, Names, acts
from compliance.kinds.base import Desk, Kind, Plan, verdict_rows
from compliance.kinds.bounds import bound_value, refused_bound
from compliance.kinds.duties import concerned_then
from compliance.kinds.gauge import behind, gauge
from compliance.kinds.heartbeat import silence
from compliance.kinds.linked import second
from compliance.kinds.measures import measure
from compliance.kinds.opened import unmatched
from compliance.kinds.spans import inside, keep_window, windowed
from compliance.kinds.told import Told, figure, those
from compliance.language.blocks import Block, Bound, Expression, ForEach
from compliance.language.values import Family, Typed, literal
from compliance.sql import col, expression, relation, sql, text, with_

LOC = ("reconciliation",)
JUDGED = """
    select f.*, g.measured, g.maybe, abs(f.declared - g.measured) > coalesce(f.tolerance, 0) as differs
    from first as f join gauged as g on g.record_key = f.record_key where f.counts
"""
HUSHED = """
    select j.record_key, min(s.told) as silent from judged as j join silence as s
        on s.day >= j.first_day and s.day < j.stop_day
    where j.differs and j.declared > j.measured and (:concerned)
    group by j.record_key
"""


class Against(Block):
    """The records that a declaration is held against: their measure, and in which time."""

    measure: str = "count"
    window: Expression | None = None


class Reconciliation(Kind, Block):
    """Declarations, and the records that each must agree with."""

    name: ClassVar[str] = "reconciliation"
    of_records: ClassVar[bool] = True
    for_each: ForEach = ()
    declared: Expression
    against: Against
    tolerance: Bound | None = Field(default=None)

    @property
    def reads(self) -> str:
        """The table that shows what was done."""
        return self.against.of

    def plan(self, desk: Desk) -> Plan | None:
        """Each declaration beside the measure of the records that it speaks of."""
        if not self.for_each:
            unmatched(desk, self, self.name)
        found = acts(desk, self, LOC, {}, self.for_each, stands=True)
        if found is None:
            return None
        found.ask_employed(desk)
        found.want("declared", lambda names: desk.expression(self.declared, names, (*LOC, "declared"), Family.NUMBER))
        found.want("tolerance", lambda names: self._allowed(desk, names))
        keep_window(desk, self.against.window, found, (*LOC, "against", "window"))
        shown = second(desk, self.against, found, (*LOC, "against"), timed=self.against.window is not None)
        if shown is None:
            return None
        taken = measure(desk, self.against.measure, shown.across, (*LOC, "against", "measure"))
        if taken is None:
            return None
        timed = inside(shown) if self.against.window else None
        quiet = silence(desk, shown.scope.table, self.against.where) if self.against.window else None
        judged, concerned = sql(JUDGED), concerned_then(desk, "j", desk.ground.whose)
        parts: dict[str, exp.Query | None] = {
            "acts": found.query(),
            "first": windowed(desk, "acts"),
            "gauged": gauge(shown, taken, "first", timed),
            "judged": judged if taken.passes is None else judged.select(col("untold", "g")),
            "hushed": sql(HUSHED, {"silence": quiet}, concerned=concerned) if quiet else None,
        }
        rows = self._verdicts(desk, found, hushed=quiet is not None, untold=taken.passes is not None)
        proof = with_(behind(shown, "first", timed), acts=found.query(), first=windowed(desk, "acts"))
        return Plan(with_(rows, **parts), proof, (shown.scope.table.name,))

    def _allowed(self, desk: Desk, names: Names) -> Typed:
        loc = (*LOC, "tolerance")
        if self.tolerance is None:
            return literal(0)
        if self.tolerance.number is not None and self.tolerance.number < 0:
            desk.problem(loc, "a tolerance is 0 or more, in the unit declared", "write how far the two may lie apart")
        return bound_value(desk, self.tolerance, names, loc, refused_bound(desk, loc))

    def _verdicts(self, desk: Desk, found: Acts, *, hushed: bool, untold: bool) -> exp.Select:
        rows = sql("select * from judged as j")
        as_of = literal(desk.ground.as_of).sql
        steps: list[tuple[exp.Expr, str, str | None]] = [
            (expression("j.declared is null"), "undetermined", "no_value"),
            (expression("j.asked and j.first_day is null"), "undetermined", "no_window"),
            (expression("j.asked and cast(j.stop_day as timestamp) > :as_of", as_of=as_of), "pending", None),
            *([(expression("coalesce(j.untold, false)"), "undetermined", "passed")] if untold else []),
            (expression("j.measured is null"), "not_applicable", "no_rows"),
            (expression("not j.differs"), "met", None),
        ]
        silent: exp.Expr = exp.null()
        if hushed:
            rows = rows.join(relation("hushed", "h"), on=expression("h.record_key = j.record_key"), join_type="left")
            silent = col("silent", "h")
            steps.append((expression("h.record_key is not null"), "undetermined", "silence"))
        steps.append((expression("j.maybe > 0"), "undetermined", "doubt"))
        if found.opens:
            steps.append((expression("j.open"), "undetermined", "ruled_out"))
        verdict = exp.Case(
            ifs=[exp.If(this=test, true=text(then)) for test, then, _ in steps], default=text("breached")
        )
        causes = [exp.If(this=test.copy(), true=text(why) if why else exp.null()) for test, _, why in steps]
        given: dict[str, exp.Expr] = {
            name: col(name, "j") for name in ("bearer", "department", "record_key", "at", "measured")
        }
        given |= {"record_table": text(found.table.name), "required": col("declared", "j"), "how": text("differs")}
        return verdict_rows(rows, given | {"verdict": verdict, "cause": exp.Case(ifs=causes), "silent": silent})

    @property
    def speaks_of(self) -> tuple[str, ...]:
        """What a message may name."""
        return ("record", "measured", "required")

    def says(self, told: Told) -> str:
        """What was declared, and what the records show."""
        declares = "nothing that can be read" if told.required is None else figure(told.required)
        shown = "nothing to hold it against" if told.measured is None else figure(told.measured)
        return f"{told.record} declares {declares}, the records of {those(self.against)} show {shown}"

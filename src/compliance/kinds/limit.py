"""`limit`: a value stays within bounds or authority, also when what belongs together was split."""

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar

from pydantic import model_validator
from sqlglot import exp

from compliance.kinds.acts import Acts, Builder, Names, acts
from compliance.kinds.base import Desk, Kind, Plan
from compliance.kinds.beyond import Beyond, bounded, measured_by, seconds
from compliance.kinds.granted import bounds_of_act, doubted
from compliance.kinds.opened import unmatched
from compliance.kinds.records import judged
from compliance.kinds.split import Back, Split, alike_by, looked_back, pieces, summed
from compliance.kinds.told import Side, Told, asked, figure
from compliance.language.blocks import Block, Bound, Bounds, Excusable, Expression, ForEach
from compliance.language.exact import told_beside
from compliance.language.values import Family, Typed
from compliance.model.finding import How, Verdict
from compliance.sql import all_of, col, expression, free, named, sql, text, with_

_NAME = re.compile(r"[A-Za-z_][\w.]*")
BEYOND = {
    "at_least": ("short", "m.measured < m.lower"),
    "more_than": ("short", "m.measured <= m.lower"),
    "at_most": ("over", "m.measured > m.upper"),
    "less_than": ("over", "m.measured >= m.upper"),
}


class Limit(Kind, Block, Bounds, Excusable):
    """A block of records, the value of each, and its bounds."""

    name: ClassVar[str] = "limit"
    of_records: ClassVar[bool] = True
    unmeasured: ClassVar[str] = "a value that is not recorded"
    value: Expression
    split: Split | None = None
    for_each: ForEach = ()

    @model_validator(mode="after")
    def _bounded(self) -> "Limit":
        if not self.bounds():
            message = "a limit needs a bound: at_most, at_least, more_than or less_than"
            raise ValueError(message)
        return self

    def plan(self, desk: Desk) -> Plan | None:
        """The value, or the sum of what was split, against each bound."""
        if not self.for_each:
            unmatched(desk, self, self.name)
        found = acts(
            desk, self, (self.name,), self._wanted(desk), self.for_each, past=self.split is not None, stands=True
        )
        if found is None:
            return None
        found.ask_employed(desk)
        found.leave_open()
        if self.split is not None and found.columns["value"].percent:
            desk.problem((self.name, "split"), "percentages are not added up", "leave `split` out", key=True)
        if self.split is not None and found.each is not None:
            found.keep_beside("entity", Typed(col("record_key", "o"), Family.TEXT))
        beside = seconds(desk, self, found, (self.name,))
        backs = looked_back(desk, self.split) if self.split is not None else ()
        if backs is None:
            return None
        query = self._outcomes(self._measured(desk, found, beside, backs), beside, doubted(desk, self))
        authority = self.at_most.authority if self.at_most else None
        value = "measured" if self.upper else None
        act = (authority,) if authority else found.table.entity
        plan = judged(desk, found, self, query, act=act, value=value, null_how=self._null_how)
        proofs = [measured_by(found, side, each) for side, each in beside.items()]
        if self.split is not None:
            proofs.append(pieces(found.table.name, found.named_by, found.query(), backs, _whose(found)))
        return plan.resting_on(proofs)

    @property
    def _null_how(self) -> str:
        return "over" if self.upper else "short"

    def _wanted(self, desk: Desk) -> Mapping[str, Builder]:
        def value(scope: Names) -> Typed:
            return desk.expression(self.value, scope, (self.name, "value"), Family.NUMBER)

        def same(name: str) -> Builder:
            def build(scope: Names) -> Typed:
                return desk.expression(name, scope, (self.name, "split", "same"))

            return build

        alike = alike_by(desk, self.split) if self.split else None
        keys = {f"same {name}": same(name) for step in alike.all for name in step.value} if alike else {}
        return {"value": value, **bounds_of_act(desk, self, (self.name,)), **keys}

    def _measured(self, desk: Desk, found: Acts, beside: Mapping[str, Beyond], backs: Sequence[Back]) -> exp.Select:
        """The acts with `measured`: their own value, or the sum over the look-back."""
        read = bounded(desk, found.query(), beside)
        if self.split is None:
            return sql("select a.*, a.value as measured from read as a").with_("read", as_=read)
        return summed(desk, read, backs, _whose(found))

    def _outcomes(
        self, measured: exp.Select, beside: Mapping[str, Beyond], doubtful: tuple[str, Bound] | None
    ) -> exp.Select:
        """Each act with its outcome: met, short or over; null, no_value or no_bound where that is not known.

        By a second measure it may be quiet, doubt, running or none, by an authority that can't be read grant.
        """
        sides = [(side, *BEYOND[key]) for side, (key, _) in self.sides.items()]
        tests = {side: all_of(expression(test), _binds(side, beside)) for side, _, test in sides}
        unclear = {side: _unclear(side, beside) for side, _, _ in sides}
        if doubtful:
            beyond_it = expression(BEYOND[doubtful[0]][1].replace("m.upper", "m.perhaps"))
            unclear["upper"] = expression("coalesce(not :beyond, false)", beyond=beyond_it)
        below = [side for side, _, _ in sides if side in beside]
        under = (f"m.{side}_below and not m.{side}_running" if side in beside else "false" for side, _, _ in sides)
        none = all_of(*(expression(each) for each in under))
        steps = [(none, "none"), (expression("m.counts is null"), "null")]
        steps += [(expression("m.measured is null or m.value is null"), "no_value")]
        steps += [(all_of(tests[side], exp.Not(this=unclear[side])), how) for side, how, _ in sides]
        steps += [(all_of(tests[side], col(f"{side}_hushed", "m")), "quiet") for side in beside if side == "upper"]
        steps += [(tests[side], "doubt") for side in beside]
        steps += [(tests["upper"], "grant")] if doubtful else []
        steps += [(col(f"{side}_running", "m"), "running") for side in beside]
        steps += [(col(f"{side}_below", "m"), "none") for side in beside]
        steps += [(expression(f"m.{side} is null"), "no_bound") for side, _, _ in sides]
        outcome = exp.Case(ifs=[exp.If(this=free(test), true=text(then)) for test, then in steps], default=text("met"))
        shown = {side: told_beside(col(side, "m")) if len(sides) > 1 else col(side, "m") for side in tests}
        required = exp.Case(
            ifs=[exp.If(this=free(tests[side]), true=shown[side]) for side in tests],
            default=shown[sides[-1][0]].copy(),
        )
        query = sql("select m.* from measured as m").select(named(outcome, "outcome"), named(required, "required"))
        query = query.select(*(named(value, name) for name, value in _beside(below).items()))
        return with_(query, measured=measured)

    @property
    def speaks_of(self) -> tuple[str, ...]:
        """What a message may name."""
        return ("record", "measured", "required")

    def says(self, told: Told) -> str:
        """The value, the bound that it is held against, and by whom it was approved if it was."""
        name = self.value if _NAME.fullmatch(self.value) else "the value"
        value = f"{name} is not recorded" if told.measured is None else f"{name} {figure(told.measured)}"
        summed = " with what belongs to it" if self.split is not None else ""
        if told.verdict is Verdict.NOT_APPLICABLE:
            return f"{told.record}: {value}{summed}, and nothing binds it"
        side = self._told_side(told)
        authority = " by authority" if side and side[1].authority and told.required is not None else ""
        return f"{told.record}: {value}{summed}, {asked(side, told.required)}{authority}{told.approved}"

    def _told_side(self, told: Told) -> Side:
        """The bound that is told beside the value: the one that was missed, else the last."""
        if self.lower is None or self.upper is None:
            return self.upper or self.lower
        if told.how in {How.SHORT, How.OVER}:
            return self.lower if told.how is How.SHORT else self.upper
        if not told.approved or told.measured is None or told.required is None:
            return self.upper
        strict = self.lower[0] == "more_than" and told.measured == told.required
        return self.lower if told.measured < told.required or strict else self.upper


def _beside(sides: Sequence[str]) -> dict[str, exp.Expr]:
    """What explains an outcome: the second measure that stays below its minimum, and a day without records."""

    def first(name: str, when: str = "below") -> exp.Expr:
        ifs = [exp.If(this=col(f"{side}_{when}", "m"), true=col(f"{side}_{name}", "m")) for side in sides]
        return exp.Case(ifs=ifs) if ifs else exp.null()

    side = [exp.If(this=col(f"{each}_below", "m"), true=text(f"below_{each}")) for each in sides]
    return {
        "other": first("second"),
        "least": first("least"),
        "silent": col("upper_silent", "m") if "upper" in sides else exp.null(),
        "below": exp.Case(ifs=side) if side else exp.null(),
    }


def _binds(side: str, beside: Mapping[str, Beyond]) -> exp.Expr:
    """Whether a second measure asks something: it is over, and not below its minimum."""
    return expression(f"not m.{side}_running and not m.{side}_below") if side in beside else exp.true()


def _unclear(side: str, beside: Mapping[str, Beyond]) -> exp.Expr:
    """Whether a second measure may be another one, to the bearer's good: more rows never lower a count."""
    if side not in beside or (side == "lower" and beside[side].counted):
        return exp.false()
    hushed = f" or m.{side}_hushed" if side == "upper" else ""
    return expression(f"(m.{side}_maybe > 0{hushed})")


def _whose(found: Acts) -> tuple[str, ...]:
    """Whose acts are added up."""
    return ("bearer",) if found.each is None else ("bearer", "entity")

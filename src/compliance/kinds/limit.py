"""`limit`: a value stays within bounds or authority, also when what belongs together was split."""

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar

from pydantic import model_validator
from sqlglot import exp

from compliance.kinds.acts import Acts, BesideOwner, Builder, Names, Whose, acts
from compliance.kinds.base import Desk, Kind, Plan
from compliance.kinds.behalf import ON_BEHALF_OF, higher, lends, lent, perhaps
from compliance.kinds.beyond import Beyond, beyond, bounded
from compliance.kinds.bounds import authority_relation, bound_value, times
from compliance.kinds.meeting import Beside
from compliance.kinds.opened import Loc, unmatched
from compliance.kinds.readings import BASE
from compliance.kinds.records import judged
from compliance.kinds.scopes import RecordScope
from compliance.kinds.split import Back, Split, alike_by, looked_back, pieces, summed
from compliance.kinds.told import Side, Told, asked, figure
from compliance.language.blocks import Block, Bound, Bounds, Excusable, Expression, ForEach
from compliance.language.exact import decimal_type, told_beside
from compliance.language.values import Family, Typed, literal
from compliance.model.finding import How, Verdict
from compliance.sql import all_of, col, expression, free, named, relation, sql, text, with_

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
        beside = self._seconds(desk, found)
        backs = looked_back(desk, self.split) if self.split is not None else ()
        if backs is None:
            return None
        query = self._outcomes(self._measured(desk, found, beside, backs), beside, self._doubted(desk))
        authority = self.at_most.authority if self.at_most else None
        value = "measured" if self.upper else None
        act = (authority,) if authority else found.table.entity
        plan = judged(desk, found, self, query, act=act, value=value, null_how=self._null_how)
        proofs = [_measured_by(found, side, each) for side, each in beside.items()]
        if self.split is not None:
            proofs.append(pieces(found.table.name, found.named_by, found.query(), backs, _whose(found)))
        return plan.resting_on(proofs)

    @property
    def _null_how(self) -> str:
        return "over" if self.upper else "short"

    def _wanted(self, desk: Desk) -> Mapping[str, Builder]:
        def value(scope: Names) -> Typed:
            return desk.expression(self.value, scope, (self.name, "value"), Family.NUMBER)

        def bound(key: str, given: Bound) -> Builder:
            def build(scope: Names) -> Typed:
                loc = (self.name, key)
                return bound_value(desk, given, scope, loc, lambda bound: _source(desk, scope, bound, loc))

            return build

        def same(name: str) -> Builder:
            def build(scope: Names) -> Typed:
                return desk.expression(name, scope, (self.name, "split", "same"))

            return build

        def reach(key: str, given: Bound) -> Builder:
            def build(scope: Names) -> Typed:
                loc = (self.name, key)
                return times(desk, given, _source(desk, scope, given, loc, reach=True), scope, loc)

            return build

        sides = {side: bound(*given) for side, given in self._given() if given[1].of is None}
        if doubted := self._doubted(desk):
            sides["perhaps"] = reach(*doubted)
        alike = alike_by(desk, self.split) if self.split else None
        keys = {f"same {name}": same(name) for step in alike.all for name in step.value} if alike else {}
        return {"value": value} | sides | keys

    def _doubted(self, desk: Desk) -> tuple[str, Bound] | None:
        """The upper bound, where rows that can't be read may give more authority than is known."""
        if self.upper is None or self.upper[1].authority is None or not desk.ground.doubts_authority:
            return None
        return self.upper

    def _given(self) -> list[tuple[str, tuple[str, Bound]]]:
        return [(side, given) for side, given in (("lower", self.lower), ("upper", self.upper)) if given]

    def _seconds(self, desk: Desk, found: Acts) -> dict[str, Beyond]:
        """The bounds that are a second measure, by their side."""
        loc = (self.name,)
        made = {
            side: beyond(desk, given[1], found, (*loc, given[0]), side) for side, given in self._given() if given[1].of
        }
        return {side: each for side, each in made.items() if each is not None}

    def _measured(self, desk: Desk, found: Acts, beside: Mapping[str, Beyond], backs: Sequence[Back]) -> exp.Select:
        """The acts with `measured`: their own value, or the sum over the look-back."""
        read = bounded(desk, found.query(), beside)
        if self.split is None:
            return sql("select a.*, a.value as measured from read as a").with_("read", as_=read)
        return summed(desk, read, backs, _whose(found))

    def _outcomes(
        self, measured: exp.Select, beside: Mapping[str, Beyond], doubted: tuple[str, Bound] | None
    ) -> exp.Select:
        """Each act with its outcome: met, short or over; null, no_value or no_bound where that is not known.

        By a second measure it may be quiet, doubt, running or none, by an authority that can't be read grant.
        """
        sides = [(side, *BEYOND[given[0]]) for side, given in (("lower", self.lower), ("upper", self.upper)) if given]
        tests = {side: all_of(expression(test), _binds(side, beside)) for side, _, test in sides}
        unclear = {side: _unclear(side, beside) for side, _, _ in sides}
        if doubted:
            beyond_it = expression(BEYOND[doubted[0]][1].replace("m.upper", "m.perhaps"))
            unclear["upper"] = expression("coalesce(not :beyond, false)", beyond=beyond_it)
        below = [side for side, _, _ in sides if side in beside]
        under = (f"m.{side}_below and not m.{side}_running" if side in beside else "false" for side, _, _ in sides)
        none = all_of(*(expression(each) for each in under))
        steps = [(none, "none"), (expression("m.counts is null"), "null")]
        steps += [(expression("m.measured is null or m.value is null"), "no_value")]
        steps += [(all_of(tests[side], exp.Not(this=unclear[side])), how) for side, how, _ in sides]
        steps += [(all_of(tests[side], col(f"{side}_hushed", "m")), "quiet") for side in beside if side == "upper"]
        steps += [(tests[side], "doubt") for side in beside]
        steps += [(tests["upper"], "grant")] if doubted else []
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


def _source(desk: Desk, names: Names, bound: Bound, loc: Loc, *, reach: bool = False) -> Typed:
    """The authority at the time of the act: the bearer's, or that of whom the bearer stood in for, if it is higher.

    `reach` asks up to where rows that can't be read might reach beyond it.
    """
    name = bound.authority
    if name is None:
        kind = "a plan" if bound.plan else "an earlier window"
        advice = "use a number, a parameter, an authority or a second measure"
        desk.problem(loc, f"{kind} is for a period, not for a single act", advice)
        return literal(None)
    if isinstance(names, BesideOwner):
        return _granted(desk, names.records, name, loc, names.whose, reach=reach)
    if isinstance(names, Beside):
        return names.records.reading.want(_source(desk, names.records, bound, loc, reach=reach))
    own = Whose(names.bearer, col(ON_BEHALF_OF, BASE), names.day, names.reading.joins)
    return _granted(desk, names, name, loc, own, reach=reach)


def _granted(desk: Desk, scope: RecordScope, name: str, loc: Loc, whose: Whose, *, reach: bool) -> Typed:
    """Up to which value somebody may do an act, joined to where the act stands."""
    granted = authority_relation(desk, name, loc)
    if granted is None:
        return Typed(exp.Cast(this=exp.Null(), to=decimal_type(4)), Family.NUMBER, 4)
    alias = f"authority {name}"
    on = expression("a.bearer = :bearer and :day >= a.since and :day < a.until", bearer=whose.bearer, day=whose.day)
    for column in on.find_all(exp.Column):
        if column.table == "a":
            column.set("table", exp.to_identifier(alias, quoted=True))
    whose.joins.setdefault(alias, exp.Join(this=relation(granted, alias), side="LEFT", on=on))
    if not lends(desk.ground, scope.table):
        return Typed(col("perhaps" if reach else "at_most", alias), Family.NUMBER, 4)
    other = f"lent {name}"
    whose.joins.setdefault(other, lent(granted, other, doer=whose.bearer, absent=whose.absent, day=whose.day))
    return Typed((perhaps if reach else higher)(alias, other), Family.NUMBER, 4)


def _whose(found: Acts) -> tuple[str, ...]:
    """Whose acts are added up."""
    return ("bearer",) if found.each is None else ("bearer", "entity")


def _measured_by(found: Acts, side: str, each: Beyond) -> exp.Select:
    """The records of which the bound of each breach was measured."""
    return with_(each.behind, **{"raw": found.query(), f"first {side}": each.first.copy()})

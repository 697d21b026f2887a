"""Dated parameters: values that law or company can change, each with its source."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, InstanceOf, WithJsonSchema
from sqlglot import exp

from compliance.language import exact
from compliance.language.durations import Duration, duration, is_duration
from compliance.language.scope import UnknownName
from compliance.language.values import Family, Listed, Literal, Typed, literal
from compliance.model.base import Strict
from compliance.yamldoc.writing import flow

ASSUMED = "assumed"
Plain: TypeAlias = bool | int | Decimal | date | datetime | str


class Band(str):
    """One band of several, such as `{up_to: 100, percent: 3}`, as it would be written; no rule can ask for it."""

    __slots__ = ()


def _band(written: object) -> object:
    fits = isinstance(written, Mapping) and all(each is None or isinstance(each, Plain) for each in written.values())
    return Band(flow(written)) if fits else written


Bands: TypeAlias = tuple[Annotated[InstanceOf[Band], BeforeValidator(_band), WithJsonSchema({"type": "object"})], ...]
_Known: TypeAlias = Plain | tuple[Plain, ...] | None
Value: TypeAlias = _Known | Bands


def _reckoned(value: Value) -> Value:
    """The value; raises where a number has more digits than can be reckoned with exactly."""
    for number in value if isinstance(value, tuple) else (value,):
        if isinstance(number, int | Decimal):
            exact.reckoned(Decimal(number))
    return value


Given: TypeAlias = Annotated[_Known, AfterValidator(_reckoned)]
"""A value as an organisation gives it in place of a pack's."""


class DatedValue(Strict):
    """One value of a parameter, in force from a day on (always, without one)."""

    since: date | None = Field(default=None, alias="from")
    value: Given | Bands
    source: str = ASSUMED


@dataclass(frozen=True)
class Parameters:
    """Every parameter of the rulebook by its full name, oldest value first.

    `overridden` are full names that the organisation set itself.
    """

    values: Mapping[str, tuple[DatedValue, ...]] = field(default_factory=dict)
    overridden: frozenset[str] = frozenset()

    def full_name(self, name: str, prefix: str) -> str:
        """The full name of a parameter as a rule of this prefix may write it; raises UnknownName."""
        for candidate in (f"{prefix}.{name}", name):
            if candidate in self.values:
                return candidate
        short = tuple(known.removeprefix(f"{prefix}.") for known in self.values)
        raise UnknownName(f"there is no parameter `{name}`", short, "give it a value in the pack's parameters.yaml")

    def on(self, full_name: str, day: date) -> Value:
        """The value in force on a day; None before the first."""
        found: Value = None
        for dated in self.values[full_name]:
            if dated.since is None or dated.since <= day:
                found = dated.value
        return found

    def assumed(self, full_name: str) -> list[tuple[date | None, date | None]]:
        """From when to when the value rests on nobody's word but ours."""
        sources = (dated.source for dated in self.values[full_name])
        stretches = zip(sources, self.stretches(full_name), strict=True)
        return [(since, until) for source, (since, until, _) in stretches if source == ASSUMED]

    def told(self, full_name: str, day: exp.Expr) -> Typed | Listed:
        """The value as an engine expression, by the date of the act or the window's first day."""
        stretches = self.stretches(full_name)
        if not any(isinstance(value, tuple) for _, _, value in stretches):
            return self._bound(full_name, day)
        if len(stretches) == 1 and stretches[0][0] is None:
            return Listed(((None, self._members(full_name, stretches[0][2])),))
        return Listed(
            tuple((between(day, since, until), self._members(full_name, value)) for since, until, value in stretches)
        )

    def stretches(self, full_name: str) -> list[tuple[date | None, date | None, Value]]:
        """Each value from its first day to the first day of the next."""
        steps = self.values[full_name]
        ends = [*(step.since for step in steps[1:]), None]
        return [(step.since, until, step.value) for step, until in zip(steps, ends, strict=True)]

    def listed(self, full_name: str) -> list[tuple[date | None, date | None, tuple[Typed, ...]]]:
        """The members of a list from when to when; raises UnknownName where it is none."""
        return [(since, until, self._members(full_name, value)) for since, until, value in self.stretches(full_name)]

    @staticmethod
    def _members(full_name: str, value: Value) -> tuple[Typed, ...]:
        if not isinstance(value, tuple):
            raise UnknownName(f"`{full_name}` is no list")
        if any(isinstance(member, Band) for member in value):
            advice = "give each figure that a rule asks for as a parameter of its own"
            raise UnknownName(f"`{full_name}` holds bands, which a rule can't ask for a value", advice=advice)
        return tuple(literal(_scalar(member)) for member in value)

    def _bound(self, full_name: str, day: exp.Expr) -> Typed:
        steps = self.values[full_name]
        values = [literal(_scalar(step.value)) for step in steps]  # type: ignore[arg-type]  # lists are told apart
        spans = self._spans(full_name, day)
        if len(steps) == 1 and steps[0].since is None:
            return replace(values[0], spans=spans) if spans else values[0]
        scale = max(value.scale for value in values)
        if any(value.family is Family.NUMBER for value in values):
            # Branches of one type: an engine would round all to the coarsest.
            values = [v if v.family is Family.NULL else replace(v, sql=exact.cast(v.sql, scale)) for v in values]
        ifs = [
            exp.If(this=exp.GTE(this=day.copy(), expression=literal(step.since).sql), true=value.sql)
            for step, value in reversed(list(zip(steps, values, strict=True)))
            if step.since is not None
        ]
        undated = next((value.sql for step, value in zip(steps, values, strict=True) if step.since is None), exp.Null())
        family = next((value.family for value in values if value.family is not Family.NULL), Family.NULL)
        return Typed(exp.Case(ifs=ifs, default=undated), family, scale, spans=spans)

    def _spans(self, full_name: str, day: exp.Expr) -> tuple[tuple[exp.Expr | None, Duration], ...]:
        """The stretches of time that the values tell; none where one tells something else."""
        told = [(since, until, value) for since, until, value in self.stretches(full_name) if value is not None]
        if not all(isinstance(value, str) and is_duration(value) for _, _, value in told):
            return ()
        return tuple((between(day, since, until), duration(str(value))) for since, until, value in told)


def between(day: exp.Expr, since: date | None, until: date | None) -> exp.Expr | None:
    """Whether a day lies in a stretch; None where every day does."""
    sides: list[exp.Expr] = [exp.GTE(this=day.copy(), expression=literal(since).sql)] if since else []
    if until:
        sides.append(exp.LT(this=day.copy(), expression=literal(until).sql))
    return exp.and_(*sides) if sides else None


def _scalar(value: Plain | None) -> Literal:
    return value

"""Dated parameters: values that law or company can change, each with its source."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from pydantic import Field
from sqlglot import exp

from compliance.language.scope import UnknownName
from compliance.language.values import Family, Literal, Typed, literal
from compliance.model.base import Strict

ASSUMED = "assumed"
Plain: TypeAlias = bool | int | Decimal | date | datetime | str
Value: TypeAlias = Plain | tuple[Plain, ...] | None


class DatedValue(Strict):
    """One value of a parameter, in force from a day on (always, without one)."""

    since: date | None = Field(default=None, alias="from")
    value: Value
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
        raise UnknownName(f"there is no parameter `{name}`", short)

    def on(self, full_name: str, day: date) -> Value:
        """The value in force on a day; None before the first."""
        found: Value = None
        for dated in self.values[full_name]:
            if dated.since is None or dated.since <= day:
                found = dated.value
        return found

    def assumed(self, full_name: str) -> bool:
        """Whether a value rests on nobody's word but ours."""
        return any(dated.source == ASSUMED for dated in self.values[full_name])

    def bound(self, full_name: str, day: exp.Expr) -> Typed:
        """The value as an engine expression, by the date of the act or the window's first day."""
        steps = self.values[full_name]
        values = [literal(_plain(full_name, step.value)) for step in steps]
        if len(steps) == 1 and steps[0].since is None:
            return values[0]
        ifs = [
            exp.If(this=exp.GTE(this=day.copy(), expression=literal(step.since).sql), true=value.sql)
            for step, value in reversed(list(zip(steps, values, strict=True)))
            if step.since is not None
        ]
        undated = next((value.sql for step, value in zip(steps, values, strict=True) if step.since is None), exp.Null())
        family = next((value.family for value in values if value.family is not Family.NULL), Family.NULL)
        scale = max(value.scale for value in values)
        return Typed(exp.Case(ifs=ifs, default=undated), family, scale)

    def listed(self, full_name: str, day: date) -> tuple[Typed, ...] | None:
        """The members of a list parameter on a day; None where it is no list."""
        value = self.on(full_name, day)
        return tuple(literal(_scalar(member)) for member in value) if isinstance(value, tuple) else None


def _plain(name: str, value: Value) -> Literal:
    if isinstance(value, tuple):
        raise UnknownName(f"`:{name}` is a list in one of its values")
    return _scalar(value)


def _scalar(value: Plain | None) -> Literal:
    return value

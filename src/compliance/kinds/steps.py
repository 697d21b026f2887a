"""A key of a rule from when to when: as it is written, or by the values of a parameter, each from its day on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from sqlglot import exp

from compliance.kinds.base import Desk
from compliance.language.blocks import ParameterRef
from compliance.language.parameters import Value, between
from compliance.language.scope import UnknownName
from compliance.sql import all_of, any_of
from compliance.yamldoc import did_you_mean

Loc = tuple[str | int, ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step(Generic[T]):
    """One value, from a day on and to before another one; an open side reaches as far as there are days."""

    since: date | None
    until: date | None
    value: T

    def on(self, day: exp.Expr) -> exp.Expr:
        """Whether it holds on a day."""
        return all_of(between(day, self.since, self.until))


@dataclass(frozen=True, slots=True)
class Steps(Generic[T]):
    """Every value of a key, the oldest first."""

    all: tuple[Step[T], ...]

    @property
    def always(self) -> T | None:
        """The value of a key that never changes."""
        return self.all[0].value if len(self.all) == 1 else None

    def at(self, day: date) -> T:
        """The value on a day."""
        return next(step.value for step in self.all if step.until is None or day < step.until)

    def when(self, day: exp.Expr, test: Callable[[T], bool]) -> exp.Expr:
        """Whether what holds on a day is such a value."""
        fitting = [step for step in self.all if test(step.value)]
        if len(fitting) in {0, len(self.all)}:
            return exp.Boolean(this=bool(fitting))
        return any_of(*(step.on(day) for step in fitting))

    def told(self, day: exp.Expr, say: Callable[[T], exp.Expr]) -> exp.Expr:
        """What holds on a day, as `say` puts it."""
        if len(self.all) == 1:
            return say(self.all[0].value)
        return exp.Case(ifs=[exp.If(this=step.on(day), true=say(step.value)) for step in self.all])


def steps(
    desk: Desk, given: T | ParameterRef, loc: Loc, read: Callable[[Value], T | None], wanted: str
) -> Steps[T] | None:
    """A key's values; the first one of a parameter holds before its day, too.

    `read` answers None for what the key can't mean, which is noted as not being `wanted`; then there are no steps.
    """
    if not isinstance(given, ParameterRef):
        return Steps((Step(None, None, given),))
    known, name, place = desk.ground.parameters, given.parameter, (*loc, "parameter")
    try:
        stretches = known.stretches(known.full_name(name, desk.prefix))
    except UnknownName as unknown:
        desk.problem(place, unknown.says, did_you_mean(name, unknown.known) or unknown.help)
        return None
    found: list[Step[T]] = []
    for since, until, written in stretches:
        value = read(written)
        if value is None:
            desk.problem(place, f"`{name}` is {_shown(written)}, and `{loc[-1]}` wants {wanted}")
            return None
        if found and found[-1].value == value:
            found[-1] = Step(found[-1].since, until, value)
        else:
            found.append(Step(since if found else None, until, value))
    return Steps(tuple(found))


def yes_or_no(value: Value) -> bool | None:
    """A parameter's value as yes or no."""
    return value if isinstance(value, bool) else None


def a_text(value: Value) -> str | None:
    """A parameter's value as a name."""
    return value if isinstance(value, str) and value else None


def names(value: Value) -> tuple[str, ...] | None:
    """A parameter's value as one or several names."""
    listed: Sequence[object] = value if isinstance(value, tuple) else (value,)
    told = tuple(each for each in listed if isinstance(each, str) and each)
    return told if told and len(told) == len(listed) else None


def _shown(value: Value) -> str:
    """A value as its file has it."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false"}.get(value, "empty")  # type: ignore[arg-type]  # None is none of them
    return f"[{', '.join(map(_shown, value))}]" if isinstance(value, tuple) else str(value)

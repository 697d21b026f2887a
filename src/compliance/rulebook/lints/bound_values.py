"""What a bound is on each day: a written number, or one by the values of parameters in force on it."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from compliance.language.blocks import Bound
from compliance.language.parameters import Parameters
from compliance.rulebook.lints.valued import full_name, named_in, on_day, reckoned
from compliance.rulebook.loading import LoadedRule


def value(rule: LoadedRule, bound: Bound, parameters: Parameters, day: date) -> Decimal | None:
    """The number that a rule's bound is on a day; None where it is none that the rulebook gives."""
    base = _given(rule, bound.parameter, parameters, day) if bound.parameter else bound.number
    if bound.expression is not None:
        base = reckoned(bound.expression, on_day(rule, parameters, day))
    times = bound.times
    if times is not None and not isinstance(times, Decimal):
        times = _given(rule, times.parameter, parameters, day)
    elif times is None:
        times = Decimal(1)
    return None if base is None or times is None else base * times


def _given(rule: LoadedRule, name: str, parameters: Parameters, day: date) -> Decimal | None:
    full = full_name(rule, name, parameters)
    held = parameters.on(full, day) if full else None
    return Decimal(held) if isinstance(held, int | Decimal) and not isinstance(held, bool) else None


def days(rules: tuple[LoadedRule, ...], bounds: tuple[Bound, ...], parameters: Parameters) -> Iterator[date]:
    """The days on which any of these bounds may have changed while all the rules were in force, the first one first."""
    yield from changes(rules, {name for bound in bounds for name in _names(bound)}, parameters)


def changes(rules: tuple[LoadedRule, ...], named: Iterable[str], parameters: Parameters) -> Iterator[date]:
    """The days on which any of these parameters may have changed while all the rules were in force, first one first."""
    first = max(rule.rule.in_force.since or date.min for rule in rules)
    last = min(rule.rule.in_force.to or date.max for rule in rules)
    full = {full_name(rule, name, parameters) for rule in rules for name in named} - {None}
    begun = {step.since for name in full for step in parameters.values[name or ""] if step.since}
    yield from sorted({first, *(day for day in begun if first < day <= last)} if first <= last else ())


def _names(bound: Bound) -> Iterator[str]:
    if bound.parameter is not None:
        yield bound.parameter
    if bound.expression is not None:
        yield from named_in(bound.expression)
    if bound.times is not None and not isinstance(bound.times, Decimal):
        yield bound.times.parameter

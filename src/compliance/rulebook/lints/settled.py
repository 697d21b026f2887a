"""What a rule asks with its parameters' values in their names' places, so that rules are compared by what they say."""

from dataclasses import dataclass
from decimal import Decimal

from pydantic import BaseModel

from compliance.kinds.base import Kind
from compliance.language.blocks import Bearer, Bound, ParameterRef
from compliance.language.durations import is_duration
from compliance.language.grammar import ExpressionError, parameters, parse
from compliance.language.parameters import Parameters, Value
from compliance.rulebook.lints.valued import reckoned, single, unchanging, valued
from compliance.rulebook.loading import LoadedRule

_EXPRESSIONS = frozenset({"where", "must", "value", "when", "who", "by", "due", "expression"})
_LISTED = frozenset({"position", "level", "item", "order", "same"})


@dataclass(frozen=True)
class Settled:
    """A rule's kind, bearer and `when`; `prefix` tells what is left of its parameters' names apart from others'."""

    kind: Kind
    bearer: Bearer | None
    when: str | None
    prefix: str


def settled(rule: LoadedRule, known: Parameters) -> Settled:
    """What a rule asks, with its parameters' values where they have but one."""
    each = _Settling(rule, known)
    kind, bearer, when = each.value(rule.rule.kind), each.value(rule.rule.bearer), rule.rule.when
    return Settled(kind, bearer, when, prefix_for(rule, repr((kind, bearer, when))))  # type: ignore[arg-type]  # as they were


def prefix_for(rule: LoadedRule, told: str) -> str:
    """The first part of a rule's id where what it asks still names parameters, which are known by it."""
    return rule.rule.id.split(".", 1)[0] if ":" in told or "parameter='" in told else ""


@dataclass(frozen=True)
class _Settling:
    rule: LoadedRule
    known: Parameters

    def value(self, value: object, key: str = "") -> object:
        """A part of a rule; what can't be settled stays as it is."""
        match value:
            case ParameterRef():
                return self._given(value, key)
            case Bound():
                return self._bound(value)
            case BaseModel():
                parts = {name: self.value(getattr(value, name), name) for name in type(value).model_fields}
                return value.model_copy(update=parts)
            case tuple():
                return tuple(self.value(each, key) for each in value)
            case str() if key in _EXPRESSIONS:
                return self._expression(value)
            case _:
                return value

    def _bound(self, bound: Bound) -> Bound:
        parts = {name: self.value(getattr(bound, name), name) for name in type(bound).model_fields}
        if (told := self._number(bound)) is not None:
            parts |= {"parameter": None, "expression": None, "number": told}
        number, times = parts["number"], parts["times"]
        if isinstance(number, Decimal) and isinstance(times, Decimal | int):
            parts |= {"number": number * times, "times": None}
        return bound.model_copy(update=parts)

    def _given(self, named: ParameterRef, key: str) -> object:
        """The value in the form in which it would be written here; a name whose value does not fit stays one."""
        told = self._single(named.parameter)
        if key in _LISTED and isinstance(told, str | tuple):
            return (told,) if isinstance(told, str) else told
        if isinstance(told, str):
            return told if is_duration(told) else named
        return told if isinstance(told, int | Decimal) else named

    def _number(self, bound: Bound) -> Decimal | None:
        """The number that a bound is by its parameters alone."""
        if bound.parameter:
            told = self._single(bound.parameter)
            return Decimal(told) if isinstance(told, int | Decimal) and not isinstance(told, bool) else None
        return reckoned(bound.expression, unchanging(self.rule, self.known)) if bound.expression else None

    def _single(self, name: str) -> Value:
        return single(self.rule, name, self.known)

    def _expression(self, text: str) -> str:
        try:
            tree = parse(text)
        except ExpressionError:
            return text  # it is told where it is bound
        return valued(tree, unchanging(self.rule, self.known)).sql() if parameters(tree) else text

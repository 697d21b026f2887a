"""Reading the `when` of a judgement rule: from text to a condition, refused with a place where it asks for more.

Only comparisons of one field with one value, `and`, `or`, `not`, `in` and `between` are allowed; whatever else a rule
needs is a field that is worked out before. A dated parameter stands for one comparison per period of its values.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import TypeAlias

from sqlglot import exp

from compliance.judgement.conditions import ALWAYS, NEVER, AllOf, AnyOf, Compare, Condition, Not
from compliance.judgement.fields import FIELDS, QUALIFIED, Field, Kind, Plain, plain
from compliance.judgement.parsing import ALLOWED, Refused, tree
from compliance.language.parameters import DatedValue
from compliance.yamldoc import did_you_mean

Parameters: TypeAlias = Mapping[str, tuple[DatedValue, ...]]

_OPERATORS: dict[type[exp.Expression], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_TURNED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_VALUES = "write a number, a text in quotes, true, false or a :parameter"


def read(text: str, parameters: Parameters) -> Condition:
    """The condition that a text says; raises ExpressionError with the place of the first mistake."""
    try:
        return _Reader(parameters).condition(tree(text))
    except Refused as refused:
        raise refused.pointed(text) from None


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads a parsed expression with the parameters that it may name."""

    parameters: Parameters

    def condition(self, node: exp.Expression) -> Condition:
        """A whole condition, or a part of it in brackets."""
        match node:
            case exp.Paren():
                return self.condition(node.this)
            case exp.And():
                return AllOf(tuple(self.condition(part) for part in _parts(node, exp.And)))
            case exp.Or():
                return AnyOf(tuple(self.condition(part) for part in _parts(node, exp.Or)))
            case exp.Not():
                return Not(self.condition(node.this))
        return self._leaf(node)

    def _leaf(self, node: exp.Expression) -> Condition:
        match node:
            case exp.Boolean():
                return ALWAYS if node.this else NEVER
            case exp.Column():
                return _flag(node)
            case exp.In() if node.expressions:
                return AnyOf(tuple(self._compare(node.this, "=", value) for value in node.expressions))
            case exp.Between() if not node.args.get("symmetric"):
                low, high = node.args["low"], node.args["high"]
                return AllOf((self._compare(node.this, ">=", low), self._compare(node.this, "<=", high)))
        return self._comparison(node)

    def _comparison(self, node: exp.Expression) -> Condition:
        op = _OPERATORS.get(type(node))
        if op is None:
            raise Refused(node, "this is not a comparison", ALLOWED)
        if isinstance(node.this, exp.Column):
            return self._compare(node.this, op, node.expression)
        if isinstance(node.expression, exp.Column):
            return self._compare(node.expression, _TURNED[op], node.this)
        raise Refused(node, "a comparison is between one field and one value", _fields())

    def _compare(self, node: exp.Expression, op: str, value: exp.Expression) -> Condition:
        field = _field(node)
        if op not in {"=", "<>"} and not field.kind.ordered:
            raise Refused(node, f"`{field.name}` is not more or less than another", "use `=`, `<>` or `in`")
        if isinstance(value, exp.Placeholder):
            return self._dated(field, op, value)
        return Compare(field.name, op, _plain(field, _written(value), value))

    def _dated(self, field: Field, op: str, node: exp.Placeholder) -> Condition:
        """A comparison with a parameter: one for each period in which it has one value."""
        values = self.parameters.get(node.name)
        if values is None:
            raise Refused(node, f"there is no parameter `{node.name}`", did_you_mean(node.name, self.parameters))
        if values[0].since is not None:
            says = f"`{node.name}` has no value before {values[0].since}"
            raise Refused(node, says, "leave out `from` in its first value")
        compares = [Compare(field.name, op, _plain(field, dated.value, node)) for dated in values]
        starts: list[date | None] = [*(dated.since for dated in values), None]
        periods = [_within(start, end, part) for (start, end), part in zip(pairwise(starts), compares, strict=True)]
        return periods[0] if len(periods) == 1 else AnyOf(tuple(periods))


def _within(start: date | None, end: date | None, part: Compare) -> Condition:
    """A comparison that holds for acts from `start` to before `end` only."""
    bounds = [Compare("acted_on", ">=", start.toordinal())] if start else []
    bounds += [Compare("acted_on", "<", end.toordinal())] if end else []
    return AllOf((*bounds, part)) if bounds else part


def _flag(node: exp.Column) -> Compare:
    field = _field(node)
    if field.kind is not Kind.BOOLEAN:
        raise Refused(node, f"`{field.name}` is not a yes or no", f"compare it with {field.kind.wanted}")
    return Compare(field.name, "=", value=True)


def _parts(node: exp.Expression, kind: type[exp.Expression]) -> Iterator[exp.Expression]:
    """The operands of a chain of one connective, however deep sqlglot nests it."""
    for part in (node.this, node.expression):
        yield from _parts(part, kind) if isinstance(part, kind) else (part,)


def _field(node: exp.Expression) -> Field:
    if not isinstance(node, exp.Column):
        raise Refused(node, "a comparison is between one field and one value", _fields())
    name = ".".join(part.name for part in node.parts)
    found = FIELDS.get(name) or QUALIFIED.get(name)
    if found is None:
        raise Refused(node, f"there is no field `{name}`", did_you_mean(name, FIELDS) or _fields())
    return found


def _fields() -> str:
    return f"the fields are {', '.join(FIELDS)}"


def _plain(field: Field, value: object, node: exp.Expression) -> Plain:
    found = plain(field.kind, value)
    if found is None:
        says = f"`{field.name}` can't be compared with {_told(value)}"
        raise Refused(node, says, f"write {field.kind.wanted}")
    return found


def _told(value: object) -> str:
    if isinstance(value, str):
        return f"the text '{value}'"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _written(node: exp.Expression) -> object:
    """The value of a literal, exactly as written."""
    match node:
        case exp.Boolean():
            return bool(node.this)
        case exp.Literal():
            return str(node.this) if node.is_string else Decimal(node.this)
        case exp.Neg() if isinstance(node.this, exp.Literal) and not node.this.is_string:
            return -Decimal(node.this.this)
    raise Refused(node, "a field is compared with a value", _VALUES)

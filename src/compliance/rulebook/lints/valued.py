"""Conditions with the values of their parameters in place of the names."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from sqlglot import exp

from compliance.language.constants import constant
from compliance.language.grammar import ExpressionError, parse
from compliance.language.grammar import parameters as asked
from compliance.language.parameters import Parameters, Plain, Value
from compliance.language.scope import UnknownName
from compliance.rulebook.loading import LoadedRule

Named = Callable[[str], exp.Expr | tuple[exp.Expr, ...] | None]
"""What a parameter is worth, None where that is not known."""
_COMPARED = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Between)


def valued(tree: exp.Expr, named: Named) -> exp.Expr:
    """A condition with its parameters' values, wherever one of them is compared with something of a record.

    What compares a parameter with a constant alone is a switch, and is meant to be on or off for everybody.
    """
    found = tree.copy()
    for node in list(found.find_all(exp.Placeholder)):
        comparison = node.find_ancestor(*_COMPARED)
        value = named(node.name) if comparison is not None and comparison.find(exp.Column, exp.Dot) else None
        if isinstance(value, exp.Expr):
            node.replace(value.copy())
        elif value and isinstance(comparison, exp.In) and node.parent is comparison:
            _listed(comparison, node, value)
    return found


def _listed(among: exp.In, node: exp.Expr, members: tuple[exp.Expr, ...]) -> None:
    """Put a list's members in the place of its name."""
    others = [each for each in among.expressions if each is not node]
    among.set("field", None)
    among.set("expressions", [*others, *(each.copy() for each in members)])


def reckoned(text: str, named: Named) -> Decimal | None:
    """The number that an expression is by its parameters alone, None where it is none or names something else."""
    try:
        tree = exp.Paren(this=parse(text))
    except ExpressionError:
        return None  # it is told where it is bound
    for node in list(tree.find_all(exp.Placeholder)):
        if isinstance(value := named(node.name), exp.Expr):
            node.replace(exp.Paren(this=value.copy()))
    number = constant(tree)
    return number if isinstance(number, Decimal) else None


def named_in(text: str) -> tuple[str, ...]:
    """Every parameter that an expression names; none where it can't be read."""
    try:
        return asked(parse(text))
    except ExpressionError:
        return ()


def full_name(rule: LoadedRule, name: str, parameters: Parameters) -> str | None:
    """The full name of a parameter that a rule names; None where nobody gives it a value, which is told elsewhere."""
    try:
        return parameters.full_name(name, rule.rule.id.split(".", 1)[0])
    except UnknownName:
        return None


def on_day(rule: LoadedRule, parameters: Parameters, day: date) -> Named:
    """The values that are in force on a day."""

    def named(name: str) -> exp.Expr | tuple[exp.Expr, ...] | None:
        full = full_name(rule, name, parameters)
        return _written(parameters.on(full, day)) if full else None

    return named


def unchanging(rule: LoadedRule, parameters: Parameters) -> Named:
    """The one value of each parameter that has but one."""

    def named(name: str) -> exp.Expr | tuple[exp.Expr, ...] | None:
        value = single(rule, name, parameters)
        return None if value is None else _written(value)

    return named


def single(rule: LoadedRule, name: str, parameters: Parameters) -> Value:
    """The value of a parameter that has but one, without a first day; None where there is none or more."""
    full = full_name(rule, name, parameters)
    steps = parameters.values[full] if full else ()
    return steps[0].value if len(steps) == 1 and steps[0].since is None else None


def _written(value: Value) -> exp.Expr | tuple[exp.Expr, ...]:
    return tuple(_literal(each) for each in value) if isinstance(value, tuple) else _literal(value)


def _literal(value: Plain | None) -> exp.Expr:
    match value:
        case None:
            return exp.null()
        case bool():
            return exp.Boolean(this=value)
        case int() | Decimal():
            number = exp.Literal.number(f"{abs(Decimal(value)):f}")
            return exp.Neg(this=number) if value < 0 else number
        case datetime():
            return exp.cast(exp.Literal.string(value.isoformat(sep=" ")), "TIMESTAMP")
        case date():
            return exp.cast(exp.Literal.string(value.isoformat()), "DATE")
        case str():
            return exp.Literal.string(value)

"""The silent days of a table as one rule sees them: those without a row of what its condition asks for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise

import pyarrow as pa
from sqlglot import exp

from compliance.kinds.base import Desk
from compliance.kinds.silence import Silent
from compliance.language.grammar import ExpressionError, conjuncts, parse, path_of
from compliance.language.parameters import Value
from compliance.workspace.tables import Table

Fixed = dict[str, frozenset[str]]


def silence(desk: Desk, table: Table, where: str | None) -> str | None:
    """Hand over the silent days of a table as this rule sees them, each with what was missed; None for none."""
    days = _silent(desk, table, where)
    if not days:
        return None
    name = desk.relation("silence")
    desk.ground.handed[name] = pa.table(
        {
            "day": pa.array([day for (day, _), _ in days], pa.date32()),
            "department": pa.array([department for (_, department), _ in days], pa.string()),
            "told": pa.array([told for _, told in days], pa.string()),
        }
    )
    return name


def _silent(desk: Desk, table: Table, where: str | None) -> list[tuple[Silent, str]]:
    """The silent days; where a parameter fixes the values, each day by the parameter's value on it."""
    names = desk.parameters(where)
    steps = (since for name in names.values() for since, _, _ in desk.ground.parameters.stretches(name) if since)
    found: list[tuple[Silent, str]] = []
    for start, stop in pairwise([date.min, *sorted({*steps}), date.max]):
        values = {short: desk.ground.parameters.on(name, start) for short, name in names.items()}
        wanted = fixed(where, values) if where else {}
        days = [each for each in desk.ground.silent_days(table, wanted) if start <= each[0] < stop]
        of = _of(desk.ground.beats[table.name].by, wanted) if days else ""
        found += [(each, f"{each[0]} of department {each[1]}" if each[1] else f"{each[0]}{of}") for each in days]
    return found


def _of(by: Iterable[str], wanted: Fixed) -> str:
    """Of which records there is none on a silent day, where silence is told by columns that the condition fixes."""
    told = [f"{name} {' or '.join(sorted(wanted[name]))}" for name in by if name in wanted]
    return f" with {' and '.join(told)}" if told else ""


def fixed(where: str, values: Mapping[str, Value]) -> Fixed:
    """The table's own columns that a condition fixes at its top by `= text` or `in (texts)`, joined by `and`.

    A text may be a parameter's, one of `values`.
    """
    try:
        tree = parse(where)
    except ExpressionError:
        return {}
    found: Fixed = {}
    for node in conjuncts(tree):
        column, asked = _compared(node)
        named = _texts(asked, values)
        if isinstance(column, exp.Column) and len(path_of(column)) == 1 and named is not None:
            found[column.name] = found.get(column.name, named) & named
    return found


def _compared(node: exp.Expr) -> tuple[exp.Expr | None, Sequence[exp.Expr]]:
    """A column and what it is to be equal to, whichever side of the sign it stands on."""
    if isinstance(node, exp.In):
        return node.this, node.expressions
    if not isinstance(node, exp.EQ):
        return None, ()
    sides = (node.this, node.expression)
    column, other = sides if isinstance(node.this, exp.Column) else reversed(sides)
    return column, (other,)


def _texts(asked: Sequence[exp.Expr], values: Mapping[str, Value]) -> frozenset[str] | None:
    """The texts that a column is compared with; None where one of them can't be known beforehand."""
    found: set[str] = set()
    for node in asked:
        held = node.this if isinstance(node, exp.Literal) and node.is_string else values.get(node.name)
        texts = held if isinstance(held, tuple) else (held,)
        if not isinstance(node, exp.Literal | exp.Placeholder) or not all(isinstance(text, str) for text in texts):
            return None
        found |= {text for text in texts if isinstance(text, str)}
    return frozenset(found) if asked else None

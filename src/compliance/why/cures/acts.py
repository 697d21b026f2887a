"""Cures of what is judged record by record: approved beforehand, another value, or the record not there."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sqlglot import exp

from compliance.kinds.condition import Condition
from compliance.kinds.limit import Limit
from compliance.language.grammar import ExpressionError, conjuncts, parse, path_of
from compliance.language.scope import UnknownName
from compliance.model.types import ColumnType
from compliance.reports.words import figure
from compliance.why.changes import Proposal, Row, changed, removed, shown
from compliance.why.cures.approval import approvals
from compliance.why.cures.case import Case, constant
from compliance.workspace.tables import Table

_LEAST = {
    ColumnType.MONEY: Decimal("0.01"),
    ColumnType.DECIMAL: Decimal("0.0001"),
    ColumnType.PERCENT: Decimal("0.0001"),
}
_FILLED = {ColumnType.BOOLEAN: True, ColumnType.INTEGER: 1, ColumnType.DECIMAL: 1, ColumnType.MONEY: 1}


def prohibition(case: Case) -> Iterator[Proposal]:
    """An approval beforehand, or the record not there."""
    yield from approvals(case)
    found = case.finding.record
    table = case.table(found.table) if found else None
    if found and table is not None:
        yield Proposal(
            f"{found.table} {found.key} not done: nothing is held against it then",
            (removed(table, [found.key]),),
            "move",
        )


def limit(case: Case) -> Iterator[Proposal]:
    """The value at the bound, an approval beforehand, or the record not there."""
    kind, found, row = case.kind, case.finding, case.own_record()
    assert isinstance(kind, Limit)  # noqa: S101 the registry pairs them
    table = case.table(kind.of)
    if table is None or row is None:
        return
    if found.measured is not None and found.required is not None and kind.value in table.columns:
        value = Decimal(row[kind.value]) - (Decimal(found.measured) - Decimal(found.required))
        strict = kind.less_than if found.how is not None and found.measured >= found.required else kind.more_than
        least = _LEAST.get(table.columns[kind.value], Decimal(1)) if strict else Decimal(0)
        value += -least if kind.less_than else least
        if value >= 0:
            says = f"{kind.of} {row['_key']} with {kind.value} {figure(value)} instead of {figure(row[kind.value])}"
            yield Proposal(says, (changed(table, row, {kind.value: value}),), "change")
    yield from approvals(case)


def condition(case: Case) -> Iterator[Proposal]:
    """The values that `must` asks for, or an approval beforehand."""
    kind, row = case.kind, case.own_record()
    assert isinstance(kind, Condition)  # noqa: S101 the registry pairs them
    table = case.table(kind.of)
    if table is not None and row is not None:
        for values in _satisfying(case, kind.must, table, row):
            told = " and ".join(_said(name, value, row.get(name)) for name, value in values.items())
            yield Proposal(f"{kind.of} {row['_key']} with {told}", (changed(table, row, values),), "change")
    yield from approvals(case)


def _said(name: str, value: object, was: object) -> str:
    """A value instead of another; what was empty is filled in, with whatever is true."""
    if was is None:
        return f"{name} filled in"
    return f"{name} {'empty' if value is None else shown(value)} instead of {shown(was)}"


def _satisfying(case: Case, must: str, table: Table, row: Row) -> Iterator[dict[str, Any]]:
    """Values for the columns that a condition's parts compare at its top; only what differs from the record."""
    try:
        tree = parse(must)
    except ExpressionError:
        return
    wanted: dict[str, Any] = {}
    for part in conjuncts(tree):
        wanted |= _part(case, part, table, row)
    if wanted:
        yield wanted


def _part(case: Case, node: exp.Expr, table: Table, row: Row) -> dict[str, Any]:  # noqa: PLR0911 a case a form
    """What one comparison asks of a column, where the record does not have it yet."""
    if isinstance(node, exp.Not) and isinstance(node.this.unnest(), exp.Is):
        name = _name(node.this.unnest().this, table)
        return {name: _filling(table, name)} if name and row.get(name) is None else {}
    if isinstance(node, exp.Is):
        name = _name(node.this, table)
        return {name: None} if name and row.get(name) is not None else {}
    if isinstance(node, exp.In):
        name, values = _name(node.this, table), [constant(each) for each in node.expressions]
        return {name: values[0]} if name and values and row.get(name) not in values else {}
    if isinstance(node, exp.Between):
        name, low, high = (
            _name(node.this, table),
            _value(case, node.args["low"], row),
            _value(case, node.args["high"], row),
        )
        if not name or low is None or high is None or row.get(name) is None:
            return {}
        if not all(_holds(exp.GTE(), high, each) for each in (low, row[name])) or not _holds(exp.LTE(), low, row[name]):
            return {name: low if _holds(exp.LT(), row[name], low) else high}
        return {}
    if isinstance(node, exp.Column):
        name = _name(node, table)
        return {name: True} if name and row.get(name) is not True else {}
    return _compared(case, node, table, row)


def _compared(case: Case, node: exp.Expr, table: Table, row: Row) -> dict[str, Any]:
    kinds = (exp.EQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
    if not isinstance(node, kinds):
        return {}
    name, other = _name(node.this, table), _value(case, node.expression, row)
    if not name or other is None:
        return {}
    own, least = row.get(name), _LEAST.get(table.columns[name], Decimal(1))
    if isinstance(node, exp.EQ):
        return {} if own == other else {name: other}
    if own is not None and _holds(node, own, other):
        return {}
    strict = {exp.GT: least, exp.LT: -least}.get(type(node))
    if strict is None:
        return {name: other}
    return {name: other + strict} if isinstance(other, int | Decimal) else {}


def _holds(node: exp.Expr, own: Any, other: Any) -> bool:  # noqa: ANN401 two values of one column's type
    try:
        above, equal = own > other, own == other
    except TypeError:
        return False
    if isinstance(node, exp.GT | exp.GTE):
        return bool(above or (equal and isinstance(node, exp.GTE)))
    return bool(not above and (not equal or isinstance(node, exp.LTE)))


def _name(node: exp.Expr, table: Table) -> str | None:
    inner = node.unnest()
    return inner.name if isinstance(inner, exp.Column) and not inner.table and inner.name in table.columns else None


def _value(case: Case, node: exp.Expr, row: Row) -> Any:  # noqa: ANN401, PLR0911 any value of a record, a case a form
    """A constant, a parameter on the day, another column, or a reference followed; None where it is more than that."""
    inner = node.unnest()
    if (value := constant(inner)) is not None:
        return value
    if isinstance(inner, exp.Placeholder):
        known, day = case.world.parameters, (case.finding.at or case.world.as_of).date()
        try:
            found = known.on(known.full_name(inner.name, case.world.rule.rule.id.split(".", 1)[0]), day)
        except UnknownName:
            return None
        return found
    if not isinstance(inner, exp.Column | exp.Dot):
        return None
    path, current, table = path_of(inner), row, case.table(str(getattr(case.kind, "of", "")))
    for name in path[:-1]:
        reference = case.judged.ground.reference(table, name) if table else None
        if reference is None or reference[1] not in case.world.tables:
            return None
        key = current.get(reference[0])
        rows = case.world.records(reference[1], [key]) if key else []
        if not rows:
            return None
        current, table = rows[0], case.world.tables[reference[1]]
    return current.get(path[-1])


def _filling(table: Table, name: str) -> Any:  # noqa: ANN401 a value of a column's type
    return _FILLED.get(table.columns[name], "something")

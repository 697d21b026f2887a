"""Engine queries from constant text: `:name` stands for a node, so no user's text is ever pasted into SQL."""

from collections.abc import Iterable, Sequence
from functools import cache

import sqlglot
from sqlglot import exp

DIALECT = "duckdb"


@cache
def _parsed(text: str) -> exp.Expression:
    return sqlglot.parse_one(text, dialect=DIALECT)


def sql(text: str, **nodes: exp.Expression) -> exp.Expression:
    """The expression written in `text`, with `nodes` in place of their `:name`."""

    def placed(node: exp.Expression) -> exp.Expression:
        return nodes[node.name].copy() if isinstance(node, exp.Placeholder) else node

    return _parsed(text).transform(placed)


def query(text: str, **nodes: exp.Expression) -> exp.Select:
    """The query written in `text`; a list of columns is added with `.select`."""
    found = sql(text, **nodes)
    assert isinstance(found, exp.Select)  # noqa: S101 the text is ours
    return found


def column(name: str, table: str | None = None) -> exp.Column:
    """A column, quoted whatever it is called."""
    return exp.column(exp.to_identifier(name, quoted=True), table=table and exp.to_identifier(table, quoted=True))


def table(name: str, alias: str | None = None) -> exp.Table:
    """A relation of the engine, quoted whatever it is called."""
    found = exp.to_table(exp.to_identifier(name, quoted=True))
    return found.as_(exp.to_identifier(alias, quoted=True), copy=False) if alias else found


def named(value: exp.Expression, name: str) -> exp.Expression:
    """A value under a name."""
    return exp.alias_(value, exp.to_identifier(name, quoted=True))


def text(value: str) -> exp.Literal:
    """A text constant."""
    return exp.Literal.string(value)


def number(value: int) -> exp.Literal:
    """A whole number, not below zero."""
    return exp.Literal.number(value)


def texts(values: Iterable[str]) -> exp.Array:
    """A list of text constants."""
    return exp.Array(expressions=[text(value) for value in values])


def null(kind: str) -> exp.Cast:
    """The null of an engine type."""
    return exp.Cast(this=exp.Null(), to=exp.DataType.build(kind, dialect=DIALECT))


def all_of(relation: str) -> exp.Select:
    """Every column of a relation."""
    return exp.select("*").from_(table(relation))


def staged(stages: Sequence[tuple[str, exp.Query]], last: exp.Select) -> exp.Select:
    """`last` with one CTE per stage, in their order."""
    for name, stage in stages:
        last = last.with_(name, as_=stage)
    return last


def either(conditions: Sequence[exp.Expression]) -> exp.Expression:
    """Whether one of the conditions holds; false without any."""
    return exp.or_(*conditions) if conditions else exp.false()


def tupled(*names: str) -> exp.Tuple:
    """Columns as one value."""
    return exp.Tuple(expressions=[column(name) for name in names])

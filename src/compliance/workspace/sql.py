"""Engine queries from constant text: `:name` stands for a node, so no user's text is ever pasted into SQL."""

from collections.abc import Iterable
from functools import cache
from typing import TypeAlias

import sqlglot
from sqlglot import exp

DIALECT = "duckdb"

Stages: TypeAlias = list[tuple[str, exp.Query]]


@cache
def _parsed(text: str) -> exp.Expr:
    return sqlglot.parse_one(text, dialect=DIALECT)


def sql(text: str, **nodes: exp.Expr) -> exp.Expr:
    """The expression written in `text`, with `nodes` in place of their `:name`."""
    found = _parsed(text).copy()
    for hole in list(found.find_all(exp.Placeholder)):
        hole.replace(_free(nodes[hole.name]))
    return found


def _free(node: exp.Expr) -> exp.Expr:
    """The node itself while it is part of nothing, then a copy: copying is most of the work of building a query."""
    return node if node.parent is None else node.copy()


def query(text: str, **nodes: exp.Expr) -> exp.Select:
    """The query written in `text`; a list of columns is added with `.select`."""
    found = sql(text, **nodes)
    assert isinstance(found, exp.Select)  # noqa: S101 the text is ours
    return found


def column(name: str, table: str | None = None) -> exp.Column:
    """A column, quoted whatever it is called."""
    return exp.column(exp.to_identifier(name, quoted=True), table=table and exp.to_identifier(table, quoted=True))


def table(name: str, alias: str | None = None) -> exp.Table:
    """A relation of the engine, quoted whatever it is called."""
    as_ = exp.TableAlias(this=exp.to_identifier(alias, quoted=True)) if alias else None
    return exp.Table(this=exp.to_identifier(name, quoted=True), alias=as_)


def named(value: exp.Expr, name: str) -> exp.Expr:
    """A value under a name."""
    return exp.Alias(this=_free(value), alias=exp.to_identifier(name, quoted=True))


def text(value: str) -> exp.Literal:
    """A text constant."""
    return exp.Literal.string(value)


def number(value: int) -> exp.Literal | exp.Neg:
    """A whole number."""
    return exp.Literal.number(value)


def texts(values: Iterable[str]) -> exp.Array:
    """A list of text constants."""
    return exp.Array(expressions=[text(value) for value in values])


def null(kind: str) -> exp.Cast:
    """The null of an engine type."""
    return exp.Cast(this=exp.Null(), to=exp.DataType.build(kind, dialect=DIALECT))


def selected(columns: Iterable[exp.Expr | str], source: str | exp.Expr) -> exp.Select:
    """Columns of a source. They are put in, not copied: trees of time zones are large."""
    return exp.Select().select(*columns, copy=False).from_(source, copy=False)


def all_of(relation: str) -> exp.Select:
    """Every column of a relation."""
    return exp.select("*").from_(table(relation), copy=False)


def call(name: str, *arguments: exp.Expr) -> exp.Expr:
    """A function of the engine that no template can name, for want of a fixed number of arguments."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def staged(stages: Stages, last: exp.Select) -> exp.Select:
    """`last` with one CTE per stage, in their order."""
    for name, stage in stages:
        last.with_(name, as_=stage, copy=False)
    return last

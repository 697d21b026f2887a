"""Engine queries from constant text: `:name` stands for a node, so no user's text is ever pasted into SQL."""

from collections.abc import Iterable
from typing import TypeAlias

from sqlglot import exp

from compliance.sql import cast, filled, named, staged, text
from compliance.sql import col as column

__all__ = [
    "Stages",
    "all_of",
    "call",
    "column",
    "named",
    "null",
    "number",
    "query",
    "selected",
    "sql",
    "staged",
    "table",
    "text",
    "texts",
]

Stages: TypeAlias = list[tuple[str, exp.Query]]


def sql(text: str, **nodes: exp.Expr) -> exp.Expr:
    """The expression written in `text`, with `nodes` in place of their `:name`."""
    return filled(text, nodes)


def query(text: str, **nodes: exp.Expr) -> exp.Select:
    """The query written in `text`; a list of columns is added with `.select`."""
    found = sql(text, **nodes)
    assert isinstance(found, exp.Select)  # noqa: S101 the text is ours
    return found


def table(name: str, alias: str | None = None) -> exp.Table:
    """A relation of the engine, quoted whatever it is called."""
    as_ = exp.TableAlias(this=exp.to_identifier(alias, quoted=True)) if alias else None
    return exp.Table(this=exp.to_identifier(name, quoted=True), alias=as_)


def number(value: int) -> exp.Literal | exp.Neg:
    """A whole number."""
    return exp.Literal.number(value)


def texts(values: Iterable[str]) -> exp.Array:
    """A list of text constants."""
    return exp.Array(expressions=[text(value) for value in values])


def null(kind: str) -> exp.Cast:
    """The null of an engine type."""
    return cast(exp.Null(), kind)


def selected(columns: Iterable[exp.Expr | str], source: str | exp.Expr) -> exp.Select:
    """Columns of a source. They are put in, not copied: trees of time zones are large."""
    told = [exp.Star() if each == "*" else exp.column(each) if isinstance(each, str) else each for each in columns]
    found = exp.Select(expressions=told)
    found.set("from_", exp.From(this=exp.Table(this=exp.to_identifier(source)) if isinstance(source, str) else source))
    return found


def all_of(relation: str) -> exp.Select:
    """Every column of a relation."""
    return selected(["*"], table(relation))


def call(name: str, *arguments: exp.Expr) -> exp.Expr:
    """A function of the engine that no template can name, for want of a fixed number of arguments."""
    return exp.Anonymous(this=name, expressions=list(arguments))

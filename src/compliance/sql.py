"""Queries written to be read: constant SQL with named holes, filled with parsed expressions, never with text."""

import re
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import sqlglot
from sqlglot import exp

DIALECT = "duckdb"
TRUE = exp.true()
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In)
Part = typing.TypeVar("Part", bound=exp.Expr)
Asked = typing.TypeVar("Asked", bound=exp.Query)
_MARK = "hole__"
_HOLES = (exp.Column, exp.Var, exp.Literal)
_CLOSED = (exp.Column, exp.Literal, exp.Null, exp.Boolean, exp.Paren)
"""What needs no brackets, wherever it is put; each costs the engine as much as any other part of a query."""
_HOLE = re.compile(r"(?<![:\w]):(\w+)")


@dataclass(frozen=True, slots=True, eq=False)
class Lasting:
    """A query that is asked again and again, of one engine or of several: what was written of it stays beside it."""

    query: exp.Query
    _texts: dict[object, str] = field(default_factory=dict)

    def written(self, asked: object, write: Callable[[exp.Query], str]) -> str:
        """Its text as a statement; `asked` tells in which dialect it is written and for what."""
        if asked not in self._texts:
            self._texts[asked] = write(copied(self.query))
        return self._texts[asked]


@cache
def _parsed(template: str) -> exp.Expr:
    # Holes are parsed as columns, since this dialect reads `select :a` as the beginning of an alias.
    tree = sqlglot.parse_one(_HOLE.sub(rf"{_MARK}\1", template), dialect=DIALECT)
    for node in tree.walk():
        # Where a word stands in a template tells nobody anything, and copying it is a quarter of copying the tree.
        node._meta = None  # noqa: SLF001 `meta` itself would make an empty one
    return tree


def copied(node: Part) -> Part:
    """A copy for a query of ours, which has no comments: several times faster than the copy that sqlglot makes."""
    return typing.cast("Part", _grown(node, {}))


def asked_of(query: Part, name: str, other: str) -> Part:
    """The same query, asked of another relation instead of the one of this name."""
    again = copied(query)
    for table in again.find_all(exp.Table):
        if table.name == name:
            table.set("this", exp.to_identifier(other, quoted=True))
    return again


def written(query: exp.Expr, dialect: str) -> str:
    """The query as text for an engine. None is written twice: that may change the tree, and copying it costs more."""
    return query.sql(dialect=dialect, identify=True, copy=False)


def laid_out(statement: str, dialect: str) -> str:
    """A statement as it was written for an engine, in lines for a reader."""
    return sqlglot.parse_one(statement, dialect=dialect).sql(dialect=dialect, pretty=True, identify=True)


def _grown(node: exp.Expr, holes: Mapping[str, exp.Expr | None]) -> exp.Expr:
    """A copy of the tree in which the holes are filled."""
    if holes and isinstance(node, _HOLES) and (name := node.name.lower()).startswith(_MARK):
        return _value(node, holes[name.removeprefix(_MARK)])
    grown = node.__class__()
    grown._type = node._type  # noqa: SLF001 `type` itself would copy it
    args = grown.args
    for key, value in node.args.items():
        if isinstance(value, exp.Expr):
            args[key] = _below(_grown(value, holes), grown, key)
        elif type(value) is list:
            args[key] = [
                _below(_grown(each, holes), grown, key, index) if isinstance(each, exp.Expr) else each
                for index, each in enumerate(value)
            ]
        else:
            args[key] = value
    return grown


def _below(node: exp.Expr, parent: exp.Expr, key: str, index: int | None = None) -> exp.Expr:
    node.parent, node.arg_key, node.index = parent, key, index
    return node


def sql(template: str, tables: Mapping[str, str] | None = None, /, **holes: exp.Expr | None) -> exp.Select:
    """The template as a query: `:name` becomes that expression, a table named in `tables` the one it stands for.

    A hole given as None is left out of the `and` it stands in.
    """
    tree = filled(template, holes)
    if tables:  # else there is no need to look through what fills the holes
        for table in list(tree.find_all(exp.Table)):
            if table.name in tables:
                table.set("this", exp.to_identifier(tables[table.name], quoted=True))
    assert isinstance(tree, exp.Select)  # noqa: S101 templates are ours
    return tree


def expression(template: str, /, **holes: exp.Expr) -> exp.Expr:
    """A single expression with its holes filled, in brackets."""
    return filled(f"({template})", holes)


def filled(template: str, holes: Mapping[str, exp.Expr | None]) -> exp.Expr:
    """The tree of a template with its holes filled, in brackets where it matters."""
    return _grown(_parsed(template), holes)


def _value(hole: exp.Expr, value: exp.Expr | None) -> exp.Expr:
    if isinstance(value, exp.Literal) and not isinstance(hole, exp.Column):
        # A unit (`date_trunc(:unit, …)`) is a word of the language, parsed as such.
        return type(hole)(**{**hole.args, "this": value.name.upper()})
    if value is None:
        return TRUE.copy()
    return free(value) if isinstance(value, _CLOSED) else exp.Paren(this=free(value))


def free(node: exp.Expr) -> exp.Expr:
    """The node itself while it is part of nothing, then a copy: copying is most of the work of building a query."""
    return node if node.parent is None else copied(node)


def col(name: str, table: str | None = None) -> exp.Column:
    """A quoted column."""
    this = exp.Identifier(this=name, quoted=True)
    return exp.Column(this=this, table=exp.Identifier(this=table, quoted=True)) if table else exp.Column(this=this)


def all_of(*conditions: exp.Expr | None) -> exp.Expr:
    """The conjunction of what is there; true where nothing is."""
    told = [exp.Paren(this=free(condition)) for condition in conditions if condition is not None]
    return exp.and_(*told, copy=False) if told else TRUE.copy()


def any_of(*conditions: exp.Expr) -> exp.Expr:
    """The disjunction; false where nothing is."""
    return (
        exp.or_(*(exp.Paren(this=free(condition)) for condition in conditions), copy=False)
        if conditions
        else exp.false()
    )


def not_false(condition: exp.Expr) -> exp.Expr:
    """Whether a condition is true or null, written so that an engine can still push it down into a file's scan.

    In three-valued logic `and` is false where one side is, `or` where both are; so the question goes to the leaves,
    where `a = 1` becomes `a = 1 or a is null`.
    """
    node = condition.unnest()
    if isinstance(node, exp.And | exp.Or):
        return exp.Paren(this=type(node)(this=not_false(node.this), expression=not_false(node.expression)))
    if isinstance(node, exp.Boolean):
        return copied(node)
    if (column := _compared(node)) is not None:
        empty = exp.Is(this=copied(column), expression=exp.null())
        return exp.Paren(this=exp.Or(this=copied(node), expression=empty))
    return exp.Coalesce(this=exp.Paren(this=copied(node)), expressions=[exp.true()])


def unknown(condition: exp.Expr) -> exp.Expr:
    """Whether a condition is null, written for an engine as `not_false` is: a file may prove that no cell is empty.

    An `and` is null where one side is and the other is not false.
    """
    node = condition.unnest()
    if isinstance(node, exp.And):
        sides = ((node.this, node.expression), (node.expression, node.this))
        return any_of(*(all_of(unknown(one), not_false(other)) for one, other in sides))
    if isinstance(node, exp.Boolean) or _never_null(node):
        return exp.false()
    return exp.Is(this=exp.Paren(this=copied(_compared(node) or node)), expression=exp.null())


def _never_null(node: exp.Expr) -> bool:
    negated = node.this.unnest() if isinstance(node, exp.Not) else node
    return isinstance(negated, exp.Is) and isinstance(negated.expression, exp.Null)


def _compared(node: exp.Expr) -> exp.Column | None:
    """The one column that a node compares with constants; it is null where that is."""
    columns = list(node.find_all(exp.Column))
    constant = isinstance(node, _COMPARISONS) and all(
        isinstance(part, exp.Literal | exp.Column | exp.In | exp.Paren | exp.Identifier | exp.Predicate)
        for part in node.walk()
    )
    return columns[0] if constant and len(columns) == 1 else None


def named(value: exp.Expr, name: str) -> exp.Expr:
    """A value under a column name."""
    return exp.Alias(this=free(value), alias=exp.to_identifier(name, quoted=True))


def text(value: str) -> exp.Expr:
    """A text constant."""
    return exp.Literal.string(value)


def relation(name: str, alias: str | None = None) -> exp.Expr:
    """A table, view or common table expression, under an alias if one is given."""
    table = exp.Table(this=exp.to_identifier(name, quoted=True))
    return exp.alias_(table, alias, table=True, quoted=True) if alias else table


def united(queries: Sequence[exp.Query], *, distinct: bool) -> exp.Query:
    """The rows of all queries, each once where `distinct`."""
    first, *others = queries
    for each in others:
        first = exp.union(first, each, distinct=distinct, copy=False)
    return first


@cache
def _type(name: str, dialect: str | None) -> exp.DataType:
    return exp.DataType.build(name, dialect=dialect)


def cast(value: exp.Expr, name: str) -> exp.Cast:
    """The value as one of the engine's types."""
    return exp.Cast(this=free(value), to=copied(_type(name, DIALECT)))


def nothing(name: str) -> exp.Cast:
    """Null, of one of the engine's types."""
    return exp.Cast(this=exp.Null(), to=copied(_type(name, None)))


def packed(values: Mapping[str, exp.Expr]) -> exp.Struct:
    """Several values as one, which is there even where each of them is null."""
    parts = [
        exp.PropertyEQ(this=exp.to_identifier(name, quoted=True), expression=free(value))
        for name, value in values.items()
    ]
    return exp.Struct(expressions=parts)


def unpacked(value: exp.Expr, name: str) -> exp.Dot:
    """One of the values that were packed."""
    return exp.Dot(this=free(value), expression=exp.to_identifier(name, quoted=True))


def inner(query: exp.Query, alias: str, *, quoted: bool | None = None) -> exp.Expr:
    """A query, which nobody else uses, as a relation of another one."""
    return exp.alias_(query.subquery(copy=False), alias, table=True, quoted=quoted, copy=False)


def with_(query: Asked, **parts: exp.Query | None) -> Asked:
    """The query, which nobody else uses, with its common table expressions, one per thought, in the order given."""
    for name, part in parts.items():
        if part is not None:
            _before(query, exp.to_identifier(name, quoted=True), part)
    return query


def _before(query: exp.Query, name: exp.Identifier, part: exp.Query) -> None:
    """Put a common table expression last; what sqlglot offers for it parses the name, and that shows."""
    cte = exp.CTE(this=part, alias=exp.TableAlias(this=name))
    known = query.args.get("with_")
    if known is None:
        query.set("with_", exp.With(expressions=[cte]))
    else:
        known.append("expressions", cte)


def staged(stages: Iterable[tuple[str, exp.Query]], last: exp.Select) -> exp.Select:
    """`last`, which nobody else uses, with one common table expression per stage, in their order."""
    for name, stage in stages:
        _before(last, exp.to_identifier(name), stage)
    return last

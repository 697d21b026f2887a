"""Columns that are worked out from source columns, by expressions in the manifest."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlglot import exp

from compliance.clock import instant_sql, local_sql
from compliance.language.expressions import compile_expression
from compliance.language.grammar import ExpressionError, parse, paths
from compliance.language.scope import Scope, UnknownName
from compliance.language.values import FAMILY, SCALE, Family, Typed
from compliance.model.problem import Problem, UserError
from compliance.model.types import ColumnType
from compliance.workspace.cells import ENGINE_TYPE, Cell, Native, Notation
from compliance.workspace.draft import Draft
from compliance.workspace.reading import read

_OF_FAMILY = {
    Family.TEXT: (Native.TEXT, ColumnType.TEXT),
    Family.NULL: (Native.TEXT, ColumnType.TEXT),
    Family.BOOLEAN: (Native.BOOLEAN, ColumnType.BOOLEAN),
    Family.DATE: (Native.DATE, ColumnType.DATE),
    Family.DATETIME: (Native.DATETIME, ColumnType.DATETIME),
}


def read_by(draft: Draft) -> set[str]:
    """The source columns that expressions read; an expression that can't be parsed is told when it is compiled."""
    found: set[str] = set()
    for expression in draft.expressions.values():
        try:
            found |= {path[0].casefold() for path in paths(parse(expression))}
        except ExpressionError:
            continue
    return {name for name in draft.opened.cells if name.casefold() in found}


def worked_out(
    draft: Draft,
    cells: Mapping[str, Cell],
    types: Mapping[str, ColumnType],
    otherwise: Mapping[str, ColumnType],
    zone: str,
) -> dict[str, Cell]:
    """The columns that are expressions, as cells; raises UserError with every one that can't be compiled.

    What can't be compiled over columns of these types is tried with the others.
    """
    scope = _SourceScope(draft, cells, types, zone)
    second = _SourceScope(draft, cells, otherwise, zone)
    worked: dict[str, Cell] = {}
    problems: list[Problem] = []
    for name, expression in draft.expressions.items():
        try:
            found = _cell(name, _compiled(expression, scope, second))
            worked[name] = replace(found, notation=Notation(format=draft.entry.format.get(name)))
        except ExpressionError as error:
            problems.append(draft.misread(error, "columns", name))
    if problems:
        raise UserError(problems)
    return worked


def _compiled(expression: str, scope: Scope, otherwise: Scope) -> Typed:
    """The expression over the first scope, else the second; raises what the first says where neither can."""
    try:
        return compile_expression(expression, scope)
    except ExpressionError as first:
        try:
            return compile_expression(expression, otherwise)
        except ExpressionError:
            raise first from None


def _cell(name: str, typed: Typed) -> Cell:
    if typed.family is not Family.NUMBER:
        native, own = _OF_FAMILY[typed.family]
        return Cell(name, typed.sql, native, declared=own, engine_type=ENGINE_TYPE[own], utc=typed.instant)
    own = ColumnType.PERCENT if typed.percent else ColumnType.DECIMAL if typed.scale else ColumnType.INTEGER
    native = Native.DECIMAL if typed.scale else Native.INTEGER
    return Cell(name, typed.sql, native, declared=own, engine_type="a number of any width")


class _SourceScope:
    """The names of a column's expression: the source's own columns, as what their cells are."""

    def __init__(self, draft: Draft, cells: Mapping[str, Cell], types: Mapping[str, ColumnType], zone: str) -> None:
        self._draft, self._cells, self._types, self._zone = draft, cells, types, zone

    def column(self, path: tuple[str, ...]) -> Typed:
        """A source column by its name, or by its name in other letter case where that is clear."""
        alike = [each for each in self._cells if each.casefold() == path[0].casefold()]
        name = path[0] if path[0] in self._cells else alike[0] if len(alike) == 1 else None
        if len(path) > 1 or name is None:
            says = f"no column `{'.'.join(path)}` in {self._draft.entry.source}"
            raise UnknownName(says, tuple(self._cells))
        kind = self._types[name]
        value = exp.Paren(this=read(self._cells[name], kind))
        instant = self._cells[name].utc if kind is ColumnType.DATETIME else None
        return Typed(value, FAMILY[kind], SCALE.get(kind, 0), percent=kind is ColumnType.PERCENT, instant=instant)

    def parameter(self, name: str) -> Typed:
        """No parameters: records are read before any rule."""
        raise UnknownName(f"`:{name}` is not known here: columns are worked out from the source alone")

    def call(self, name: str, arguments: Sequence[Typed]) -> Typed:  # noqa: ARG002 part of the seam
        """No calls that need a calendar or all records."""
        raise UnknownName(f"`{name}` can't be used for columns, only in rules")

    def instant(self, local: exp.Expr) -> exp.Expr:
        """A local time as the same moment in UTC."""
        return instant_sql(local, self._zone)

    def local(self, instant: exp.Expr) -> exp.Expr:
        """A moment in UTC as local time."""
        return local_sql(instant, self._zone)

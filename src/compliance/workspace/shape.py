"""The shape of one table: its columns with their types, from the manifest, the standard, their names or their cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from compliance.clock import instant_sql, local_sql
from compliance.engines.base import Engine
from compliance.language.expressions import UnknownName, compile_expression
from compliance.language.grammar import ExpressionError, parse, paths
from compliance.language.values import FAMILY, SCALE, Family, Typed
from compliance.model.problem import Problem, UserError
from compliance.model.types import ColumnType
from compliance.workspace.cells import ENGINE_TYPE, OWN_TYPE, Cell, Native, Notation, read, utc_of
from compliance.workspace.draft import Draft, Roles
from compliance.workspace.sql import all_of, column, named, sql
from compliance.workspace.standard import type_by_name
from compliance.workspace.survey import Surveyed, survey

_MOMENTS = {ColumnType.DATE, ColumnType.DATETIME}
_OF_FAMILY = {
    Family.TEXT: (Native.TEXT, ColumnType.TEXT),
    Family.NULL: (Native.TEXT, ColumnType.TEXT),
    Family.BOOLEAN: (Native.BOOLEAN, ColumnType.BOOLEAN),
    Family.DATE: (Native.DATE, ColumnType.DATE),
    Family.DATETIME: (Native.DATETIME, ColumnType.DATETIME),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: the cell that it is read from, and as what."""

    name: str
    type: ColumnType
    cell: Cell


@dataclass(frozen=True, slots=True)
class Shape:
    """A table's columns, and the stages on the engine that lead from its source to their cells."""

    name: str
    stages: tuple[tuple[str, exp.Query], ...]
    columns: Mapping[str, Column]
    source: Mapping[str, Cell]


def shape(engine: Engine, draft: Draft, roles: Roles, zone: str) -> Shape:
    """Find every column's type and cell; raises UserError with every column that can't be had."""
    expected = _expected(draft, roles)
    source, surveyed = _surveyed(engine, draft, expected)
    moments, cells = _moments(source, surveyed, expected, draft, zone)
    worked = _worked(draft, cells, surveyed, zone)
    columns = {}
    for name in draft.names:
        cell = worked.get(name) or cells[draft.plain[name]]
        columns[name] = Column(name, expected.get(name) or _own(cell, surveyed, name, roles), cell)
    extra = [named(cell.value, f"_worked_{nth}") for nth, cell in enumerate(worked.values())]
    placed = {name: replace(cell, value=column(f"_worked_{nth}")) for nth, (name, cell) in enumerate(worked.items())}
    columns = {name: replace(each, cell=placed.get(name, each.cell)) for name, each in columns.items()}
    last = exp.select("*", *extra).from_(moments[-1][0])
    return Shape(draft.name, (*moments, ("worked", last)), columns, cells)


def _own(cell: Cell, surveyed: Surveyed, name: str, roles: Roles) -> ColumnType:
    found = surveyed.types.get(cell.name) or cell.declared or OWN_TYPE[cell.native]
    return ColumnType.DATETIME if name == roles.at and found not in _MOMENTS else found


def _expected(draft: Draft, roles: Roles) -> dict[str, ColumnType]:
    """The types that somebody or something tells: the manifest, the standard, a part to play, the name."""
    given = {draft.own(name) or name: kind for name, kind in draft.entry.types.items()}
    told = draft.standard.columns if draft.standard else {}
    people = {*roles.key, *roles.refs, *((roles.bearer,) if roles.bearer else ())}
    found = {
        name: given.get(name) or told.get(name) or (ColumnType.ID if name in people else type_by_name(name, roles.key))
        for name in draft.names
    }
    return {name: kind for name, kind in found.items() if kind}


def _surveyed(engine: Engine, draft: Draft, expected: Mapping[str, ColumnType]) -> tuple[dict[str, Cell], Surveyed]:
    cells = dict(draft.opened.cells)
    free = {source for name, source in draft.plain.items() if name not in expected}
    asked = [cells[name] for name in cells if name in free | _read_by_expressions(draft)]
    shown = {source for name, source in draft.plain.items() if expected.get(name) in _MOMENTS}
    moments = [cells[name] for name in cells if name in shown]
    return cells, survey(engine, [("source", all_of(draft.opened.relation))], asked, moments)


def _read_by_expressions(draft: Draft) -> set[str]:
    """The source columns that expressions read; one that can't be read at all is told when it is compiled."""
    found: set[str] = set()
    for written in draft.expressions.values():
        try:
            found |= {path[0] for path in paths(parse(written))}
        except ExpressionError:
            continue
    folded = {name.casefold() for name in found}
    return {name for name in draft.opened.cells if name in found or name.casefold() in folded}


def _moments(
    cells: Mapping[str, Cell], surveyed: Surveyed, expected: Mapping[str, ColumnType], draft: Draft, zone: str
) -> tuple[list[tuple[str, exp.Query]], dict[str, Cell]]:
    """Two stages that turn cells with a moment of their own (an offset, UTC) into local time, the moment kept."""
    wanted = {
        source for name, source in draft.plain.items() if (expected.get(name) or surveyed.types.get(source)) in _MOMENTS
    } | {name for name in surveyed.types if surveyed.types[name] in _MOMENTS}
    found = {
        name: cell
        for name, cell in cells.items()
        if cell.native is Native.INSTANT or (name in surveyed.offsets and name in wanted)
    }
    source = [("source", all_of(draft.opened.relation))]
    if not found:
        return source, dict(cells)
    utc = [named(_instant(cell), f"_utc_{nth}") for nth, cell in enumerate(found.values())]
    local = [named(_local(cell, nth, zone), f"_local_{nth}") for nth, cell in enumerate(found.values())]
    stages = [
        *source,
        ("instants", exp.select("*", *utc).from_("source")),
        ("moments", exp.select("*", *local).from_("instants")),
    ]
    return stages, {**cells, **{name: _at_home(cell, nth) for nth, (name, cell) in enumerate(found.items())}}


def _instant(cell: Cell) -> exp.Expression:
    return cell.value if cell.native is Native.INSTANT else utc_of(cell)


def _local(cell: Cell, nth: int, zone: str) -> exp.Expression:
    here = local_sql(column(f"_utc_{nth}"), zone)
    if cell.native is Native.INSTANT:
        return here
    return sql("coalesce(:here, :shown)", here=here, shown=read(cell, ColumnType.DATETIME))


def _at_home(cell: Cell, nth: int) -> Cell:
    raw = cell.value if cell.native is Native.TEXT else None
    return replace(
        cell,
        value=column(f"_local_{nth}"),
        native=Native.DATETIME,
        engine_type="TIMESTAMP",
        utc=column(f"_utc_{nth}"),
        raw=raw,
    )


def _worked(draft: Draft, cells: Mapping[str, Cell], surveyed: Surveyed, zone: str) -> dict[str, Cell]:
    """The columns that are expressions, as cells; raises UserError with every one that can't be compiled."""
    scope = _SourceScope(draft, cells, surveyed, zone)
    worked: dict[str, Cell] = {}
    problems: list[Problem] = []
    for name, written in draft.expressions.items():
        try:
            worked[name] = _as_cell(name, compile_expression(written, scope))
        except ExpressionError as error:
            loc = ("tables", draft.name, "columns", name)
            problems.append(draft.document.problem(loc, error.says, error.help, offset=error.start, width=error.width))
    if problems:
        raise UserError(problems)
    return worked


def _as_cell(name: str, typed: Typed) -> Cell:
    if typed.family is Family.NUMBER:
        native, own = (Native.INTEGER, ColumnType.INTEGER) if not typed.scale else (Native.DECIMAL, ColumnType.DECIMAL)
        own = ColumnType.PERCENT if typed.percent else own
        return Cell(name, typed.sql, native, Notation(), own, engine_type="worked out")
    native, own = _OF_FAMILY[typed.family]
    return Cell(name, typed.sql, native, Notation(), own, engine_type=ENGINE_TYPE[own])


class _SourceScope:
    """The names of a column's expression: the source's own columns, as what their cells are."""

    def __init__(self, draft: Draft, cells: Mapping[str, Cell], surveyed: Surveyed, zone: str) -> None:
        self._cells, self._types, self._draft, self._zone = cells, surveyed.types, draft, zone

    def column(self, path: tuple[str, ...]) -> Typed:
        name = path[0]
        alike = [each for each in self._cells if each.casefold() == name.casefold()]
        found = name if name in self._cells else (alike[0] if len(alike) == 1 else None)
        if len(path) > 1 or found is None:
            where = ", ".join(self._draft.opened.files[:3])
            says = f"no column `{'.'.join(path)}` in {where}"
            raise UnknownName(says, tuple(self._cells))
        kind = self._types[found]
        sql_ = exp.Paren(this=read(self._cells[found], kind))
        return Typed(sql_, FAMILY[kind], SCALE.get(kind, 0), percent=kind is ColumnType.PERCENT)

    def parameter(self, name: str) -> Typed:
        raise UnknownName(f"`:{name}` is not known here: columns are worked out from the source alone")

    def call(self, name: str, arguments: Sequence[Typed]) -> Typed:  # noqa: ARG002 part of the seam
        raise UnknownName(f"`{name}` can't be used for columns, only in rules")

    def instant(self, local: exp.Expression) -> exp.Expression:
        return instant_sql(local, self._zone)

    def local(self, instant: exp.Expression) -> exp.Expression:
        return local_sql(instant, self._zone)

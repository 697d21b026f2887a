"""How a source's own values are taken as each type: by conversions that lose nothing unseen."""

from sqlglot import exp

from compliance.model.types import ColumnType
from compliance.workspace.cells import ENGINE_TYPE, MOMENTS, WORDS, Cell, Native
from compliance.workspace.sql import null, sql
from compliance.workspace.written import midnight

_NUMBERS = frozenset({Native.INTEGER, Native.FLOAT, Native.DECIMAL})


def as_type(cell: Cell, wanted: ColumnType) -> exp.Expr:
    """The cell as the engine type of `wanted`; null where it is null or can't be taken so."""
    if cell.engine_type == ENGINE_TYPE[wanted]:
        return cell.value
    if wanted in WORDS:
        return _words(cell)
    if wanted in MOMENTS:
        return _moment(cell, wanted)
    if wanted is ColumnType.BOOLEAN:
        return _truth(cell)
    return _number(cell, wanted) if cell.native in _NUMBERS else null(ENGINE_TYPE[wanted])


def _words(cell: Cell) -> exp.Expr:
    """As text; a whole float is written as the integer that it stands for (an id beside a null becomes a float)."""
    if cell.native is Native.FLOAT:
        return sql("coalesce(cast(:whole as varchar), cast(:cell as varchar))", whole=_whole(cell), cell=cell.value)
    return sql("cast(:cell as varchar)", cell=cell.value)


def _number(cell: Cell, wanted: ColumnType) -> exp.Expr:
    """A float is first rounded to 4 places."""
    if wanted is ColumnType.INTEGER:
        return _whole(cell)
    value = sql("try_cast(:cell as decimal(18, 4))", cell=cell.value) if cell.native is Native.FLOAT else cell.value
    return exp.TryCast(this=value, to=exp.DataType.build(ENGINE_TYPE[wanted]))


def _whole(cell: Cell) -> exp.Expr:
    if cell.native is Native.INTEGER:
        return sql("try_cast(:cell as bigint)", cell=cell.value)
    return sql("case when :cell = trunc(:cell) then try_cast(:cell as bigint) end", cell=cell.value)


def _truth(cell: Cell) -> exp.Expr:
    if cell.native in _NUMBERS:
        return sql("case when :cell = 1 then true when :cell = 0 then false end", cell=cell.value)
    return null("BOOLEAN")


def _moment(cell: Cell, wanted: ColumnType) -> exp.Expr:
    if cell.native is Native.DATE:
        return sql("cast(:cell as timestamp)", cell=cell.value)
    return midnight(cell.value) if cell.native is Native.DATETIME else null(ENGINE_TYPE[wanted])

"""Reading a cell as a type, whether it is text or a value of the source's own."""

from sqlglot import exp

from compliance.model.types import ColumnType
from compliance.workspace import native, written
from compliance.workspace.cells import ENGINE_TYPE, WORDS, Cell, Native


def read(cell: Cell, wanted: ColumnType) -> exp.Expr:
    """The cell as the engine type of `wanted`; null where it is empty or can't be read."""
    return written.as_type(cell, wanted) if cell.native is Native.TEXT else native.as_type(cell, wanted)


def certain(cell: Cell, wanted: ColumnType) -> bool:
    """Whether every filled cell of the column is bound to be readable."""
    if wanted in WORDS:
        return True
    if cell.native is Native.TEXT or cell.raw is not None:
        return False
    return cell.engine_type == ENGINE_TYPE[wanted] or (cell.native is Native.DATE and wanted is ColumnType.DATETIME)

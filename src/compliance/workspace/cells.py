"""How a cell is read as each type: text by exact patterns, native values by conversions that lose nothing unseen."""

from dataclasses import dataclass
from enum import StrEnum

from sqlglot import exp

from compliance.model.types import ColumnType
from compliance.workspace.sql import sql, text, texts

_TRIMMED = "trim(:cell, ' \t\u00a0')"
_INTEGER = r"[+-]?[0-9]+(\.0*)?"
_DECIMAL = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = "[0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?"
_OFFSET = "([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)"
_YES = ("true", "yes", "t", "y", "1")
_NO = ("false", "no", "f", "n", "0")

ENGINE_TYPE: dict[ColumnType, str] = {
    ColumnType.ID: "VARCHAR",
    ColumnType.TEXT: "VARCHAR",
    ColumnType.INTEGER: "BIGINT",
    ColumnType.DECIMAL: "DECIMAL(18, 4)",
    ColumnType.MONEY: "DECIMAL(18, 2)",
    ColumnType.PERCENT: "DECIMAL(18, 4)",
    ColumnType.BOOLEAN: "BOOLEAN",
    ColumnType.DATE: "DATE",
    ColumnType.DATETIME: "TIMESTAMP",
}
_NUMBERS = {ColumnType.DECIMAL, ColumnType.MONEY, ColumnType.PERCENT}
_WORDS = {ColumnType.ID, ColumnType.TEXT}


class Native(StrEnum):
    """What a source gives: text still to be read, or values of its own."""

    TEXT = "text"
    INTEGER = "integer"
    FLOAT = "float"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    INSTANT = "instant"


OWN_TYPE: dict[Native, ColumnType] = {
    Native.TEXT: ColumnType.TEXT,
    Native.INTEGER: ColumnType.INTEGER,
    Native.FLOAT: ColumnType.DECIMAL,
    Native.DECIMAL: ColumnType.DECIMAL,
    Native.BOOLEAN: ColumnType.BOOLEAN,
    Native.DATE: ColumnType.DATE,
    Native.DATETIME: ColumnType.DATETIME,
    Native.INSTANT: ColumnType.DATETIME,
}


@dataclass(frozen=True, slots=True)
class Notation:
    """How a column's text is written: the decimal sign, more words for true, a strftime format of its moments."""

    comma: bool = False
    true: tuple[str, ...] = ()
    format: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of a source: what the engine holds, and how it is to be taken.

    `precise` says that an engine value already has the wanted width (a column of 64-bit integers), `utc` is the true
    moment of a cell that says its offset, `raw` what stood there before its moment was worked out.
    """

    name: str
    value: exp.Expression
    native: Native = Native.TEXT
    notation: Notation = Notation()
    declared: ColumnType | None = None
    infers: bool = False
    engine_type: str = "VARCHAR"
    utc: exp.Expression | None = None
    raw: exp.Expression | None = None

    def filled(self) -> exp.Expression:
        """Whether anything stands in the cell."""
        raw = self.raw or self.value
        textual = self.native is Native.TEXT or self.raw is not None
        return sql(f"{_TRIMMED} <> ''", cell=raw) if textual else sql(":cell is not null", cell=raw)

    def told(self) -> exp.Expression:
        """The cell as text, for a reader."""
        return sql("cast(:cell as varchar)", cell=self.raw or self.value)


def certain(cell: Cell, wanted: ColumnType) -> bool:
    """Whether every filled cell of the column is bound to be readable."""
    if wanted in _WORDS:
        return True
    if cell.native is Native.TEXT or cell.raw is not None:
        return False
    return cell.engine_type == ENGINE_TYPE[wanted] or (cell.native is Native.DATE and wanted is ColumnType.DATETIME)


def read(cell: Cell, wanted: ColumnType) -> exp.Expression:
    """The cell as the engine type of `wanted`; null where it is empty or can't be read."""
    if cell.native is Native.TEXT:
        return _of_text(cell, wanted)
    return cell.value if cell.engine_type == ENGINE_TYPE[wanted] else _of_native(cell, wanted)


# --- text -----------------------------------------------------------------------------------


def _of_text(cell: Cell, wanted: ColumnType) -> exp.Expression:
    trimmed = sql(_TRIMMED, cell=cell.value)
    if wanted in _WORDS:
        return sql("nullif(:cell, '')", cell=cell.value)
    if wanted is ColumnType.BOOLEAN:
        return _truth(trimmed, cell.notation)
    if wanted in {ColumnType.DATE, ColumnType.DATETIME}:
        moment = local_text(cell)
        return moment if wanted is ColumnType.DATETIME else _day_of_text(cell, trimmed, moment)
    if wanted is ColumnType.PERCENT:
        trimmed = sql(r"regexp_replace(:cell, '[ \x{a0}]*%$', '')", cell=trimmed)
    pattern = _INTEGER if wanted is ColumnType.INTEGER else _DECIMAL
    return _matched(trimmed, pattern, wanted, cell.notation)


def _matched(trimmed: exp.Expression, pattern: str, wanted: ColumnType, notation: Notation) -> exp.Expression:
    digits = sql("replace(:cell, ',', '.')", cell=trimmed) if notation.comma else trimmed
    return sql(
        "case when regexp_full_match(:cell, :pattern) then :number end",
        cell=trimmed,
        pattern=text(pattern.replace(r"\.", ",") if notation.comma else pattern),
        number=exp.TryCast(this=digits, to=exp.DataType.build(ENGINE_TYPE[wanted])),
    )


def _truth(trimmed: exp.Expression, notation: Notation) -> exp.Expression:
    yes = (*_YES, *(word.lower() for word in notation.true))
    return sql(
        "case when list_contains(:yes, lower(:cell)) then true when list_contains(:no, lower(:cell)) then false end",
        cell=trimmed,
        yes=texts(yes),
        no=texts(word for word in _NO if word not in yes),
    )


def local_text(cell: Cell, *, offsets: bool = False) -> exp.Expression:
    """The time that a text cell shows; where there may be `offsets`, whatever the offset behind it."""
    trimmed = sql(_TRIMMED, cell=cell.value)
    if cell.notation.format is not None:
        moment = sql("try_strptime(:cell, :format)", cell=trimmed, format=text(cell.notation.format))
        return sql("cast(:moment as timestamp)", moment=moment)
    if offsets:
        pattern = text(f"(:[0-9]{{2}}([.,][0-9]+)?) *{_OFFSET}$")
        trimmed = sql(r"regexp_replace(:cell, :pattern, '\1')", cell=trimmed, pattern=pattern)
    return sql(
        "case when regexp_full_match(:cell, :iso) then try_cast(replace(left(:cell, 26), ',', '.') as timestamp) end",
        cell=trimmed,
        iso=text(f"{_DAY}([T ]{_TIME})?"),
    )


def _day_of_text(cell: Cell, trimmed: exp.Expression, moment: exp.Expression) -> exp.Expression:
    if cell.notation.format is not None:
        return _day(moment)
    return sql(
        "case when regexp_full_match(:cell, :day) then try_cast(:cell as date) else :moment end",
        cell=trimmed,
        day=text(_DAY),
        moment=_day(moment),
    )


def _day(moment: exp.Expression) -> exp.Expression:
    """The day of a datetime at 00:00; null at any other time."""
    return sql("case when :moment = date_trunc('day', :moment) then cast(:moment as date) end", moment=moment)


# What a column must hold to be taken for a number unasked: no sign `+`, no leading zeros, no exponent.
_PLAIN_INTEGER = r"-?(0|[1-9][0-9]{0,17})(\.0+)?"
_PLAIN_DECIMAL = r"-?(0|[1-9][0-9]{0,13})?\.[0-9]+|-?(0|[1-9][0-9]{0,13})"
_PLAIN_WORDS = ("true", "false", "yes", "no")


def fits(cell: Cell, wanted: ColumnType) -> exp.Expression:
    """Whether a text cell may be taken for this type though nobody says so."""
    trimmed = sql(_TRIMMED, cell=cell.value)
    if wanted is cell.declared and wanted not in {ColumnType.DATE, ColumnType.DATETIME}:
        return sql(":read is not null", read=read(cell, wanted))
    if wanted is ColumnType.BOOLEAN:
        words = (*_PLAIN_WORDS, *(word.lower() for word in cell.notation.true))
        return sql("list_contains(:words, lower(:cell))", words=texts(words), cell=trimmed)
    if wanted in {ColumnType.DATE, ColumnType.DATETIME}:
        moment = local_text(cell, offsets=True)
        if wanted is ColumnType.DATE:
            return sql("not :says and :moment = date_trunc('day', :moment)", says=says_offset(cell), moment=moment)
        return sql(":moment is not null", moment=moment)
    pattern = _PLAIN_INTEGER if wanted is ColumnType.INTEGER else _PLAIN_DECIMAL
    pattern = pattern.replace(r"\.", ",") if cell.notation.comma else pattern
    return sql("regexp_full_match(:cell, :pattern)", cell=trimmed, pattern=text(pattern))


# --- moments that say their offset ----------------------------------------------------------


def says_offset(cell: Cell) -> exp.Expression:
    """Whether a text cell ends with an offset from UTC."""
    if cell.notation.format is not None:
        return exp.true() if "%z" in cell.notation.format else exp.false()
    pattern = text(f":[0-9]{{2}}([.,][0-9]+)? *{_OFFSET}[ \t\u00a0]*$")
    return sql("regexp_matches(:cell, :pattern)", cell=cell.value, pattern=pattern)


def utc_of(cell: Cell) -> exp.Expression:
    """The moment in UTC of a text cell that says its offset; null where it says none."""
    shown = local_text(cell, offsets=True)
    if cell.notation.format is not None:
        return shown
    offset = sql("regexp_extract(:cell, :pattern, 1)", cell=sql(_TRIMMED, cell=cell.value), pattern=text(f"{_OFFSET}$"))
    minutes = sql(
        """case when lower(:offset) = 'z' then 0
           else cast(left(:offset, 1) || '1' as integer)
                * (60 * cast(substr(:offset, 2, 2) as integer)
                   + coalesce(try_cast(right(replace(substr(:offset, 4), ':', ''), 2) as integer), 0)) end""",
        offset=offset,
    )
    return sql(
        "case when :says then :shown - :minutes * interval '60' second end",
        says=says_offset(cell),
        shown=shown,
        minutes=minutes,
    )


# --- native values --------------------------------------------------------------------------


def _of_native(cell: Cell, wanted: ColumnType) -> exp.Expression:
    value = cell.value
    if wanted in _WORDS:
        return _as_words(cell)
    if wanted is ColumnType.BOOLEAN:
        return _as_truth(cell)
    if wanted in {ColumnType.DATE, ColumnType.DATETIME}:
        return _as_moment(cell, wanted)
    if cell.native not in {Native.INTEGER, Native.FLOAT, Native.DECIMAL}:
        return exp.Cast(this=exp.Null(), to=exp.DataType.build(ENGINE_TYPE[wanted]))
    if wanted is ColumnType.INTEGER:
        return value if cell.native is Native.INTEGER and cell.engine_type == "BIGINT" else _as_whole(cell)
    if cell.native is Native.FLOAT:
        value = sql("try_cast(:cell as decimal(18, 4))", cell=value)
    return exp.TryCast(this=value, to=exp.DataType.build(ENGINE_TYPE[wanted]))


def _as_words(cell: Cell) -> exp.Expression:
    """As text; a whole float is written as the integer that it stands for (an id behind a null becomes a float)."""
    if cell.native is Native.FLOAT:
        return sql("coalesce(cast(:whole as varchar), cast(:cell as varchar))", whole=_as_whole(cell), cell=cell.value)
    return sql("cast(:cell as varchar)", cell=cell.value)


def _as_whole(cell: Cell) -> exp.Expression:
    if cell.native is Native.INTEGER:
        return sql("try_cast(:cell as bigint)", cell=cell.value)
    return sql("case when :cell = trunc(:cell) then try_cast(:cell as bigint) end", cell=cell.value)


def _as_truth(cell: Cell) -> exp.Expression:
    if cell.native is Native.BOOLEAN:
        return cell.value
    if cell.native in {Native.INTEGER, Native.FLOAT, Native.DECIMAL}:
        return sql("case :cell when 1 then true when 0 then false end", cell=cell.value)
    return exp.Cast(this=exp.Null(), to=exp.DataType.build("BOOLEAN"))


def _as_moment(cell: Cell, wanted: ColumnType) -> exp.Expression:
    if cell.native is Native.DATE:
        return sql("cast(:cell as timestamp)", cell=cell.value) if wanted is ColumnType.DATETIME else cell.value
    if cell.native is Native.DATETIME:
        return cell.value if wanted is ColumnType.DATETIME else _day(cell.value)
    return exp.Cast(this=exp.Null(), to=exp.DataType.build(ENGINE_TYPE[wanted]))

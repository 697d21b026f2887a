"""How text is read as each type: by exact patterns, so that nothing is taken for what it is not.

A cell that no pattern fits is null, which is told as unreadable. Common forms are tried first, by their mere shape.
"""

from collections.abc import Mapping
from dataclasses import replace

from sqlglot import exp

from compliance.model.types import ColumnType
from compliance.workspace.cells import ENGINE_TYPE, EPOCHS, MOMENTS, WORDS, Cell, Native, Notation
from compliance.workspace.sql import Stages, column, named, number, selected, sql, text, texts

_INTEGER = r"[+-]?[0-9]+(\.0*)?"
_GROUPED = r"[+-]?[0-9]{1,3}([ \x{a0}\x{202f}][0-9]{3})+(\.[0-9]*)?"  # 1 234.56, by blanks of any width
_DOTTED = r"[+-]?[0-9]{1,3}([.][0-9]{3})+(,[0-9]*)?"  # 1.234,56, where the comma is the decimal sign
_DECIMAL = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"
# What a column must hold to be taken for numbers unasked: no sign `+`, no leading zeros, no exponent.
_PLAIN_INTEGER = r"-?(0|[1-9][0-9]{0,17})(\.0+)?"
_PLAIN_DECIMAL = r"-?(0|[1-9][0-9]{0,13})?\.[0-9]+|-?(0|[1-9][0-9]{0,13})"
_PLAIN_GROUPS = r"-?[1-9][0-9]{0,2}([ \x{a0}\x{202f}][0-9]{3}){1,4}"
_PLAIN_WORDS = ("true", "false", "yes", "no")
_YES = ("true", "yes", "t", "y", "1")
_NO = ("false", "no", "f", "n", "0")
_ISO = "[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?)?"
_OFFSET = "([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)"

_TRIMMED = """
    case when :cell < '!' or ends_with(:cell, ' ') or ends_with(:cell, '\t') or ends_with(:cell, '\n')
              or ends_with(:cell, '\r') or starts_with(:cell, '\u00a0') or ends_with(:cell, '\u00a0')
         then trim(:cell, ' \t\r\n\u00a0') else :cell end"""
_DAY = "case when :cell like '____-__-__' and :cell >= '0001' then try_cast(:cell as date) end"
_MOMENT = """
    coalesce(
        case when (:cell like '____-__-__ __:__:__' or :cell like '____-__-__T__:__:__') and :cell >= '0001'
             then try_cast(:cell as timestamp) end,
        case when regexp_full_match(:bare, :iso) and :bare >= '0001'
             then try_cast(replace(left(:bare, 26), ',', '.') as timestamp) end)"""
_UTC = """
    coalesce(
        case when (:cell like '____-__-__T__:__:__Z' or :cell like '____-__-__T__:__:__+__:__') and :cell >= '0001'
             then cast(try_cast(:cell as timestamptz) as timestamp) end,
        case when :says then :shown - :minutes * interval '60' second end)"""
# Counted up to the last moment of the year 9999; seconds may have a fraction.
_COUNT = r"-?[0-9]{1,16}([.][0-9]*)?"
_COUNTED = """
    case when regexp_full_match(:cell, :pattern)
              and try_cast(:cell as decimal(38, 6)) * :by between -62135596800000000 and 253402300799999999
         then timestamp '1970-01-01' + to_microseconds(cast(round(try_cast(:cell as decimal(38, 6)) * :by) as bigint))
    end"""
_MINUTES = """
    case when lower(:offset) = 'z' then 0
         else cast(left(:offset, 1) || '1' as integer)
              * (60 * cast(substr(:offset, 2, 2) as integer)
                 + coalesce(try_cast(right(replace(substr(:offset, 4), ':', ''), 2) as integer), 0)) end"""


def as_type(cell: Cell, wanted: ColumnType) -> exp.Expr:
    """A text cell as the engine type of `wanted`; null where it is empty or can't be read."""
    if wanted in WORDS:
        return _words(cell)
    if wanted in MOMENTS:
        return local_time(cell) if wanted is ColumnType.DATETIME else _day(cell)
    if wanted is ColumnType.BOOLEAN:
        return _truth(cell)
    return _number(cell, wanted)


def _words(cell: Cell) -> exp.Expr:
    """The text; without the blanks around it, which nobody sees, where the source is a text itself."""
    if cell.solid:
        return cell.source
    return sql("nullif(:cell, '')", cell=_trimmed(cell) if cell.loose else cell.source)


def fits(cell: Cell, wanted: ColumnType) -> exp.Expr:
    """Whether a text cell may be taken for this type though nobody says so."""
    if wanted in MOMENTS:
        return _fits_moment(cell, wanted)
    if wanted is cell.declared:
        return sql(":read is not null", read=as_type(cell, wanted))
    if wanted is ColumnType.BOOLEAN:
        words = (*_PLAIN_WORDS, *cell.notation.words)
        return sql("list_contains(:words, lower(:cell))", words=texts(words), cell=_trimmed(cell))
    pattern = _plain(wanted, cell.notation)
    return sql("regexp_full_match(:cell, :pattern)", cell=_trimmed(cell), pattern=_with_sign(pattern, cell.notation))


def _plain(wanted: ColumnType, notation: Notation) -> str:
    """What makes a number unasked; with blanks between its thousands only where the comma tells that it is one."""
    if wanted is ColumnType.INTEGER:
        return f"{_PLAIN_INTEGER}|{_PLAIN_GROUPS}" if notation.comma else _PLAIN_INTEGER
    return rf"{_PLAIN_DECIMAL}|{_PLAIN_GROUPS}(\.[0-9]+)?" if notation.comma else _PLAIN_DECIMAL


def trimmed(cells: Mapping[str, Cell], source: str) -> tuple[Stages, dict[str, Cell]]:
    """A stage behind `source` that takes the blanks off the text cells among these, and all as they are then."""
    found = {name: cell for name, cell in cells.items() if cell.native is Native.TEXT}
    if not found:
        return [], dict(cells)
    columns = (named(_trimmed(cell), f"_trimmed_{nth}") for nth, cell in enumerate(found.values()))
    stage = ("trimmed", selected(["*", *columns], source))
    return [stage], dict(cells) | {
        name: replace(cell, value=column(f"_trimmed_{nth}"), raw=cell.value, trimmed=True)
        for nth, (name, cell) in enumerate(found.items())
    }


def _trimmed(cell: Cell) -> exp.Expr:
    return cell.value if cell.trimmed else sql(_TRIMMED, cell=cell.value)


def _with_sign(pattern: str, notation: Notation) -> exp.Expr:
    """The pattern with the decimal sign of this notation."""
    return text(pattern.replace(r"\.", ",") if notation.comma else pattern)


def _number(cell: Cell, wanted: ColumnType) -> exp.Expr:
    digits = _trimmed(cell)
    if wanted is ColumnType.PERCENT:
        digits = sql(r"regexp_replace(:cell, '[ \t\x{a0}\x{202f}]*%$', '')", cell=digits)
    digits = _ungrouped(digits, cell.notation)
    pattern = _INTEGER if wanted is ColumnType.INTEGER else _DECIMAL
    return sql(
        "case when regexp_full_match(:cell, :pattern) then :number end",
        cell=digits,
        pattern=_with_sign(pattern, cell.notation),
        number=exp.TryCast(
            this=sql("replace(:cell, ',', '.')", cell=digits) if cell.notation.comma else digits,
            to=exp.DataType.build(ENGINE_TYPE[wanted]),
        ),
    )


def _ungrouped(digits: exp.Expr, notation: Notation) -> exp.Expr:
    """A number without the blanks between its thousands; without their dots, too, where those can be nothing else."""
    if notation.comma:
        digits = sql(
            "case when contains(:digits, '.') and regexp_full_match(:digits, :dotted) then replace(:digits, '.', '') "
            "else :digits end",
            digits=digits,
            dotted=text(_DOTTED),
        )
    return sql(
        r"""case when (contains(:digits, ' ') or contains(:digits, :wide) or contains(:digits, :narrow))
                      and regexp_full_match(:digits, :grouped)
                 then regexp_replace(:digits, '[ \x{a0}\x{202f}]', '', 'g') else :digits end""",
        digits=digits,
        wide=text("\N{NO-BREAK SPACE}"),
        narrow=text("\N{NARROW NO-BREAK SPACE}"),
        grouped=_with_sign(_GROUPED, notation),
    )


def _truth(cell: Cell) -> exp.Expr:
    given = cell.notation
    yes = tuple(each for each in (*_YES, *given.true) if each not in given.false)
    return sql(
        "case when list_contains(:yes, lower(:cell)) then true when list_contains(:no, lower(:cell)) then false end",
        cell=_trimmed(cell),
        yes=texts(yes),
        no=texts(each for each in (*_NO, *given.false) if each not in given.true),
    )


# --- moments --------------------------------------------------------------------------------


def local_time(cell: Cell, *, offsets: bool = False) -> exp.Expr:
    """The time that a text cell shows; where there may be `offsets`, whatever the offset behind it."""
    trimmed = _trimmed(cell)
    if cell.notation.format in EPOCHS:
        return sql(_COUNTED, cell=trimmed, pattern=text(_COUNT), by=number(EPOCHS[cell.notation.format]))
    if cell.notation.format is not None:
        moment = sql("try_strptime(:cell, :format)", cell=trimmed, format=text(cell.notation.format))
        moment = sql("cast(:moment as timestamp)", moment=moment)
        iso = sql(_MOMENT, cell=trimmed, bare=trimmed, iso=text(_ISO))
        return sql("coalesce(:moment, :iso)", moment=moment, iso=iso) if cell.notation.or_iso else moment
    pattern = text(f"(:[0-9]{{2}}([.,][0-9]+)?) *{_OFFSET}$")
    bare = sql(r"regexp_replace(:cell, :pattern, '\1')", cell=trimmed, pattern=pattern) if offsets else trimmed
    return sql(_MOMENT, cell=trimmed, bare=bare, iso=text(_ISO))


def _day(cell: Cell) -> exp.Expr:
    day = midnight(local_time(cell))
    if cell.notation.format is not None:
        return day
    return sql("coalesce(:day, :midnight)", day=sql(_DAY, cell=_trimmed(cell)), midnight=day)


def midnight(moment: exp.Expr) -> exp.Expr:
    """The day of a datetime at 00:00; null at any other time."""
    return sql("case when :moment = date_trunc('day', :moment) then cast(:moment as date) end", moment=moment)


def says_offset(cell: Cell) -> exp.Expr:
    """Whether a text cell ends with its offset from UTC."""
    if cell.notation.format is not None:
        return exp.true() if cell.notation.tells_offset else exp.false()
    pattern = text(f":[0-9]{{2}}([.,][0-9]+)? *{_OFFSET}$")
    return sql("regexp_matches(:cell, :pattern)", cell=_trimmed(cell), pattern=pattern)


def utc(cell: Cell) -> exp.Expr:
    """The moment in UTC of a text cell that says its offset; null where it says none."""
    shown = local_time(cell, offsets=True)
    if cell.notation.format is not None:
        return shown
    trimmed = _trimmed(cell)
    offset = sql("regexp_extract(:cell, :pattern, 1)", cell=trimmed, pattern=text(f"{_OFFSET}$"))
    return sql(_UTC, cell=trimmed, says=says_offset(cell), shown=shown, minutes=sql(_MINUTES, offset=offset))


def _fits_moment(cell: Cell, wanted: ColumnType) -> exp.Expr:
    if wanted is ColumnType.DATETIME:
        return sql(":moment is not null", moment=local_time(cell, offsets=True))
    return sql(":day is not null", day=_day(cell))

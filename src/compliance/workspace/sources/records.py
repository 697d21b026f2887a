"""CSV by the letter, on the engine: which lines make a record, and which records are malformed.

A line without anything in it is no record, nor is one of delimiters only, as spreadsheets write an empty row.
A line that opens a quote and is not well-formed together with the line that closes it stands alone as malformed, so one
broken quote costs one row and not the rest of the file.
"""

import re
from dataclasses import dataclass

from sqlglot import exp

from compliance.workspace.sql import Stages, number, query, sql, text

_MARKED = """
    select _file, _row, text,
        (length(text) - length(replace(text, '"', ''))) % 2 = 1 as odd,
        contains(text, '"') and regexp_full_match(text, :opening) as opens
    from lines where _row > list_extract(:headers, _file + 1)"""
_PAIRS = """
    select _file, _row, opens, lead(_row) over (partition by _file order by _row) as until
    from marked where odd"""
_JOINED = """
    select p._file, p._row, p.until, string_agg(coalesce(m.text, ''), chr(10) order by m._row) as text
    from pairs as p join marked as m on m._file = p._file and m._row between p._row and p.until
    where p.opens group by p._file, p._row, p.until"""
_FITTING = """
    select * from joined where regexp_full_match(text, :whole)
        and len(regexp_extract_all(:sign || text, :cell, 1)) = :width"""
_RUNS = """
    select p._file, p._row, f.until, f.text,
        row_number() over (partition by p._file order by p._row)
        - row_number() over (partition by p._file, f.until is null order by p._row) as run
    from pairs as p left join fitting as f on f._file = p._file and f._row = p._row"""
_TAKEN = """
    select _file, _row, until, text,
        row_number() over (partition by _file, run order by _row) % 2 = 1 as begins
    from runs where until is not null"""
_INSIDE = """
    select _file, unnest(generate_series(_row, until)) as _row from taken where begins"""
_RECORDS = """
    select _file, _row, text from taken where begins
    union all
    select _file, _row, text from marked
    where not regexp_full_match(text, :hollow) and not exists (
        select 1 from inside where inside._file = marked._file and inside._row = marked._row)"""
_SPLIT = """
    select _file, _row, text as _said,
        case when not contains(text, '"') then string_split(text, :sign)
             when regexp_full_match(text, :whole) then regexp_extract_all(:sign || text, :cell, 1) end as cells
    from records"""
# As the engine's own reader has it, delimiters behind the last cell make no more cells.
_COUNTED = """
    select *, case when array_to_string(list_slice(cells, :width + 1, len(cells)), '') = ''
                   then least(len(cells), :width) else len(cells) end as n
    from split"""
_FAULTS = """
    select _file, _row, _said, case when n = :width then cells end as cells,
         case when contains(_said, :replaced) and :strict then 'not readable as UTF-8'
                   when cells is null then 'a quote out of place'
                   when n < :width then 'too few cells'
                   when n > :width then 'too many cells' end as _fault
    from counted"""
_CELL = """
    case when starts_with(ltrim(:cell), '"')
         then nullif(replace(substr(trim(:cell), 2, length(trim(:cell)) - 2), '""', '"'), '')
         else nullif(:cell, '') end"""


@dataclass(frozen=True, slots=True)
class Form:
    """How the records are written: the delimiter, the number of cells, and the last header line of each file."""

    delimiter: str
    width: int
    headers: tuple[int, ...]
    encoded: bool = False

    @property
    def cell(self) -> str:
        """The pattern of one cell: quoted with quotes doubled inside, or without a quote at its start."""
        sign = re.escape(self.delimiter)
        blank = "" if self.delimiter == " " else " *"
        return f'{blank}"(?:[^"]|"")*"{blank}|{blank}(?:[^" {sign}][^{sign}]*)?'

    @property
    def whole(self) -> str:
        """The pattern of a well-formed record."""
        return f"(?:{self.cell})(?:{re.escape(self.delimiter)}(?:{self.cell}))*"

    @property
    def hollow(self) -> str:
        """The pattern of a line in whose cells nothing stands."""
        empty = r'[ \t]*(?:"[ \t]*")?[ \t]*'
        return f"{empty}(?:{re.escape(self.delimiter)}{empty})*"

    @property
    def opening(self) -> str:
        """The pattern of a line that ends inside a quoted cell."""
        return f'(?:(?:{self.cell}){re.escape(self.delimiter)})* *"(?:[^"]|"")*'

    @property
    def splitting(self) -> str:
        """The pattern of one cell with the delimiter before it."""
        return f"{re.escape(self.delimiter)}({self.cell})"


def records(form: Form) -> Stages:
    """The stages from `lines` to `records`: `_file`, `_row` (the line on which each begins) and `text`."""
    headers = exp.Array(expressions=[number(header) for header in form.headers])
    fitting = _with_form(_FITTING, form)
    return [
        ("marked", query(_MARKED, opening=text(form.opening), headers=headers)),
        ("pairs", query(_PAIRS)),
        ("joined", query(_JOINED)),
        ("fitting", fitting),
        ("runs", query(_RUNS)),
        ("taken", query(_TAKEN)),
        ("inside", query(_INSIDE)),
        ("records", _union(sql(_RECORDS, hollow=text(form.hollow)))),
    ]


def split(form: Form, replaced: str) -> Stages:
    """The stages from `records` to `faulted`: the cells of each, and what is wrong with it."""
    strict = exp.convert(not form.encoded)
    return [
        ("split", _with_form(_SPLIT, form)),
        ("counted", query(_COUNTED, width=number(form.width))),
        ("faulted", query(_FAULTS, width=number(form.width), replaced=text(replaced), strict=strict)),
    ]


def cell(nth: int) -> exp.Expr:
    """The text of the nth cell, from 1; null where it is empty."""
    return sql(_CELL, cell=sql("list_extract(cells, :nth)", nth=number(nth)))


def _union(found: exp.Expr) -> exp.Query:
    assert isinstance(found, exp.Query)  # noqa: S101 the text is ours
    return found


def _with_form(written: str, form: Form) -> exp.Select:
    return query(
        written,
        sign=text(form.delimiter),
        whole=text(form.whole),
        cell=text(form.splitting),
        width=number(form.width),
    )

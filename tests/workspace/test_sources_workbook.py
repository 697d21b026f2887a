"""Workbooks: a sheet's rows typed like those of CSV, whatever its cells are in."""

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import xlsxwriter
from tests.workspace.taken import at, problems, take_in

from compliance.model.types import ColumnType

Place: TypeAlias = tuple[int, int]


def workbook(sheets: Mapping[str, Any], **options: object) -> bytes:
    """A workbook; a cell may be a value, or a value with a number format, or a formula with its value."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd hh:mm:ss"} | options) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for nth, cell in enumerate(row):
                    write(book, sheet, (number, nth), cell)
    return file.getvalue()


def write(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet, place: Place, cell: object) -> None:
    match cell:
        case (str() as formula, value) if formula.startswith("="):
            sheet.write_formula(*place, formula, None, value)
        case (value, str() as form):
            sheet.write(*place, value, book.add_format({"num_format": form}))
        case None:
            pass
        case _:
            sheet.write(*place, cell)


ORDERS: list[list[object]] = [
    ["order_id", "who", "placed_at", "due_on", "amount", "discount", "rate", "paid", "code", "hour"],
    [
        1,
        "ada",
        at("2026-03-02 09:30"),
        (date(2026, 3, 5), "dd.mm.yyyy"),
        1234.5,
        (0.15, "0%"),
        (0.07, "0.0 %"),
        True,
        "007",
        (time(8, 15), "hh:mm"),
    ],
    [2, "ben", "2026-03-03 10:00", "2026-03-06", "0.1", 15, (0.3, '0"%"'), False, "7", None],
    [],
    [3, None, (date(2026, 3, 4), "d mmm yy"), None, ("=E2+E3", 0.1 + 0.2), ("=F2", 0.075), 1, "no", "x", None, None],
]


def test_cells_of_every_kind(tmp_path: Path) -> None:
    manifest = "t: {source: book.xlsx::Orders, key: order_id, types: {rate: decimal, discount: percent}}"
    taken = take_in(tmp_path, manifest, {"book.xlsx": workbook({"Orders": ORDERS, "Notes": [["x"]]})})
    assert taken.types("t") == {
        "order_id": "id",
        "who": "text",
        "placed_at": "datetime",
        "due_on": "date",
        "amount": "money",
        "discount": "percent",
        "rate": "decimal",
        "paid": "boolean",
        "code": "text",
        "hour": "text",
    }
    assert taken.rows("t") == [
        ("1", "ada", at("2026-03-02 09:30"), date(2026, 3, 5), Decimal("1234.50"), 15, 7, True, "007", "08:15:00"),
        ("2", "ben", at("2026-03-03 10:00"), date(2026, 3, 6), Decimal("0.10"), 15, Decimal("0.3"), False, "7", None),
        ("3", None, at("2026-03-04 00:00"), None, Decimal("0.30"), Decimal("0.075"), 1, False, "x", None),
    ]
    assert (taken.account("t").read, taken.account("t").rejects) == (3, ())


def test_a_bad_cell_is_told_with_its_sheet_and_row(tmp_path: Path) -> None:
    rows = [["k", "n"], [1, 1], [], [2, "many"], [3, ("=1/0", "#DIV/0!")]]
    manifest = "t: {source: book.xlsx::one, key: k, types: {n: integer}}"
    taken = take_in(tmp_path, manifest, {"book.xlsx": workbook({"One": rows, "Two": rows})})
    assert taken.rows("t") == [("1", 1)]
    assert taken.account("t").rejects == (
        'book.xlsx::one:4: n: "many" is not an integer',
        'book.xlsx::one:5: n: "#DIV/0!" is not an integer',
    )


def test_a_formula_that_was_never_calculated_costs_its_row(tmp_path: Path) -> None:
    from openpyxl import Workbook  # noqa: PLC0415 it writes formulas without their values

    book = Workbook()
    for row in (["k", "n", "x"], [1, 1, '=""'], [2, "=1+1", "b"]):
        book.active.append(row)
    book.save(tmp_path / "book.xlsx")
    taken = take_in(tmp_path, "t: {source: book.xlsx, key: k}")
    assert taken.account("t").rejects == (
        "book.xlsx:2: a formula that was never calculated: C2",
        "book.xlsx:3: a formula that was never calculated: B3",
    )
    assert taken.rejected("t", "k") == [(None,), (None,)]


def test_a_formula_that_came_to_an_empty_text_is_an_empty_cell(tmp_path: Path) -> None:
    book = workbook({"S": [["k", "n"], [1, ('=IF(1,"","x")', "NOTHING")], [2, ("=1+1", 2)]]})
    emptied = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(emptied, "w") as new:
        for each in old.namelist():
            new.writestr(each, old.read(each).replace(b"<v>NOTHING</v>", b"<v></v>"))
    taken = take_in(tmp_path, "t: {source: book.xlsx, key: k}", {"book.xlsx": emptied.getvalue()})
    assert taken.rows("t") == [("1", None), ("2", 2)]


@pytest.mark.parametrize("old", [False, True], ids=["from 1900", "from 1904"])
def test_days_are_counted_from_1900_or_1904_as_the_workbook_says(tmp_path: Path, *, old: bool) -> None:
    book = workbook({"S": [["k", "at"], [1, at("2026-03-02 23:59:59")]]}, date_1904=old)
    taken = take_in(tmp_path, "t: {source: book.xlsx, key: k}", {"book.xlsx": book})
    assert taken.rows("t") == [("1", at("2026-03-02 23:59:59"))]


def test_dates_of_its_own_stand_beside_those_in_the_office_s_spelling(tmp_path: Path) -> None:
    rows = [["k", "at", "n"], [1, at("2026-03-02 09:00"), 1.5], [2, "03.03.2026 10:00", "1 234,56"], [3, "soon", "x"]]
    manifest = 't: {source: b.xlsx, key: k, format: {at: "%d.%m.%Y %H:%M"}, decimal: ",", types: {n: decimal}}'
    taken = take_in(tmp_path, manifest, {"b.xlsx": workbook({"S": rows})})
    assert taken.rows("t") == [
        ("1", at("2026-03-02 09:00"), Decimal("1.5")),
        ("2", at("2026-03-03 10:00"), Decimal("1234.56")),
    ]
    assert taken.account("t").rejects == ('b.xlsx:4: at: "soon" is not a datetime',)


HEADED: list[list[object]] = [["Report of March"], [], ["k", "n"], [1, "a"], [2, "b"]]


@pytest.mark.parametrize(
    ("keys", "rows"),
    [
        ("header: 3", [("1", "a"), ("2", "b")]),
        ("header: 4, names: [k, n]", [("2", "b")]),
        ("header: false, names: [k, n]", [("1", "a"), ("2", "b"), ("Report of March", None), ("k", "n")]),
    ],
)
def test_the_row_of_the_header(tmp_path: Path, keys: str, rows: list[tuple[str, str]]) -> None:
    taken = take_in(tmp_path, f"t: {{source: b.xlsx, key: k, {keys}}}", {"b.xlsx": workbook({"S": HEADED})})
    assert taken.rows("t") == rows


def test_the_line_of_the_header_of_csv(tmp_path: Path) -> None:
    text = 'Report "of" March\n\nk,n\n1,a\n2\n'
    taken = take_in(tmp_path, "t: {source: t.csv, key: k, header: 3}", {"t.csv": text})
    assert taken.rows("t") == [("1", "a")]
    assert taken.account("t").rejects == ("t.csv:5: too few cells: 2",)


def test_merged_cells_and_notes_beside_the_table(tmp_path: Path) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet, bold = book.add_worksheet("S"), book.add_format({"bold": True})
        sheet.write_row(0, 0, ["k", "team", "n"])
        sheet.write_row(1, 0, [1, None, 5])
        sheet.write_row(2, 0, [2, None, 6])
        sheet.merge_range(1, 1, 2, 1, "north")
        sheet.write(2, 4, "see below")
        sheet.write_blank(5, 0, None, bold)
    taken = take_in(tmp_path, "t: {source: b.xlsx, key: k}", {"b.xlsx": file.getvalue()})
    assert [*taken.types("t")] == ["k", "team", "n", "column_4", "column_5"]
    assert taken.rows("t") == [("1", "north", 5, None, None), ("2", None, 6, None, "see below")]


def test_books_by_a_pattern_are_one_table(tmp_path: Path) -> None:
    books = {
        f"{name}.xlsx": workbook({"S": rows}) for name, rows in (("a", [["k", "n"], [1, 2]]), ("b", [["k"], ["x"]]))
    }
    taken = take_in(tmp_path, "t: {source: '*.xlsx::S', key: k, types: {k: integer}}", books)
    assert taken.rows("t") == [(1, 2)]
    assert taken.account("t").rejects == ('b.xlsx::S:2: k: "x" is not an integer',)


def test_a_span_of_hours_is_shown_as_text(tmp_path: Path) -> None:
    book = workbook({"S": [["k", "span"], [1, (timedelta(hours=25, minutes=30), "[h]:mm")]]})
    taken = take_in(tmp_path, "t: {source: b.xlsx, key: k}", {"b.xlsx": book})
    assert taken.rows("t") == [("1", "25:30:00")]
    assert taken.books.tables["t"].columns["span"] is ColumnType.TEXT


def compound(*, locked: bool) -> bytes:
    name = "EncryptedPackage" if locked else "Workbook"
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016) + name.encode("utf-16-le") + bytes(480)


def cut(book: bytes) -> bytes:
    return book[: len(book) * 2 // 3]


@pytest.mark.parametrize(
    ("source", "content", "told", "advice"),
    [
        pytest.param(
            "b.xlsx::Ordrs",
            lambda: workbook({"Orders": ORDERS, "Notes": [["x"]]}),
            "b.xlsx has no sheet `Ordrs`",
            "did you mean `Orders`?",
            id="a sheet that is not there",
        ),
        pytest.param(
            "b.xlsx::2026",
            lambda: workbook({"Orders": ORDERS, "Notes": [["x"]]}),
            "b.xlsx has no sheet `2026`",
            "there are: Orders, Notes",
            id="a sheet like no other",
        ),
        pytest.param(
            "b.xlsx",
            lambda: workbook({"Orders": ORDERS, "Notes": [["x"]]}),
            "b.xlsx has 2 sheets",
            "write `b.xlsx::Orders`; there are: Orders, Notes",
            id="one of several sheets without its name",
        ),
        pytest.param(
            "b.xlsx",
            lambda: workbook({"S": []}),
            "b.xlsx is empty",
            "say by `header` which row holds the columns' names",
            id="an empty sheet",
        ),
        pytest.param(
            "b.xlsx",
            lambda: compound(locked=True),
            "b.xlsx is locked by a password",
            "save it without one",
            id="locked",
        ),
        pytest.param(
            "b.xlsx",
            lambda: compound(locked=False),
            "b.xlsx is an old workbook (XLS), whatever its name says",
            "save it as XLSX",
            id="old",
        ),
        pytest.param(
            "b.xlsx",
            lambda: b"k,n\n1,2\n",
            "b.xlsx is not a workbook, whatever its name says",
            "check what was exported",
            id="text",
        ),
        pytest.param(
            "b.xlsx",
            lambda: cut(workbook({"S": ORDERS})),
            "b.xlsx can't be read as a workbook",
            "open it in a spreadsheet program and save it anew",
            id="cut off",
        ),
        pytest.param(
            "b.xlsx",
            lambda: workbook({"S": ORDERS}).replace(b"[Content_Types]", b"[Content_Tapes]"),
            "b.xlsx can't be read as a workbook",
            "open it in a spreadsheet program and save it anew",
            id="an archive of something else",
        ),
    ],
)
def test_what_is_no_readable_workbook(
    tmp_path: Path, source: str, content: Callable[[], bytes], told: str, advice: str
) -> None:
    assert problems(tmp_path, f"t: {source}", {"b.xlsx": content()}) == (
        f"compliance.yaml:3:6: {told}\n    t: {source}\n       {'^' * len(source)}\n  help: {advice}"
    )


def test_a_header_where_no_row_is(tmp_path: Path) -> None:
    assert problems(tmp_path, "t: {source: b.xlsx, header: 2}", {"b.xlsx": workbook({"S": HEADED})}) == (
        "compliance.yaml:3:15: row 2 of b.xlsx is empty: it has no header\n"
        "    t: {source: b.xlsx, header: 2}\n"
        "                ^^^^^^\n"
        "  help: say by `header` which row holds the columns' names"
    )

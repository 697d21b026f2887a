import gzip
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from compliance.model.types import ColumnType
from compliance.proposal.dates import Dated, dated, decimal_comma
from compliance.proposal.likeness import likest, words
from compliance.proposal.model import Seen, Sighted
from compliance.proposal.notation import delimiter, encoding, first_lines, header, names
from compliance.proposal.scalars import scalar
from compliance.workspace.masking import masked
from compliance.workspace.source import Packing, Source
from compliance.workspace.sources.script import Script

MOMENTS = {"at", "when", "placed", "date", "orderdate"}


def table(stem: str, *columns: str) -> Sighted:
    """A table whose first column differs in every row; others are text, or moments by their names."""
    kinds = (ColumnType.DATETIME if name.casefold() in MOMENTS else ColumnType.TEXT for name in columns)
    seen = (
        Seen(name, kind, filled=True, unique=not nth)
        for nth, (name, kind) in enumerate(zip(columns, kinds, strict=True))
    )
    return Sighted(Source.parse(f"{stem}.csv"), stem, 2, tuple(seen))


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("OrderID", ["order", "id"]),
        ("order id", ["order", "id"]),
        ("ORDER_ID", ["order", "id"]),
        ("HTTPStatus", ["http", "status"]),
        ("ДатаЗаказа", ["дата", "заказа"]),
        ("Full name (old)", ["full", "name", "old"]),
    ],
)
def test_the_words_of_a_name(name: str, parts: list[str]) -> None:
    assert words(name) == parts


@pytest.mark.parametrize(
    ("stem", "columns", "standard"),
    [
        ("Staff", ("Code", "Full name", "Title"), "employees"),
        ("Customers", ("CustomerID", "CompanyName", "Phone", "Fax"), "clients"),
        ("Orders", ("OrderID", "EmployeeID", "OrderDate"), "orders"),
        ("call_log", ("When", "Who", "Customer"), "activities"),
        ("visits", ("visit_id", "at", "employee_id"), "activities"),
        ("absences", ("absence_id", "employee_id", "reason"), "absences"),
        ("plain", ("a", "b"), None),
        ("orders", ("a", "b"), None),
        ("readings", ("at", "sensor", "value"), None),
        ("parts", ("id", "name", "weight"), None),
    ],
)
def test_which_standard_table_a_table_is_like(stem: str, columns: tuple[str, ...], standard: str | None) -> None:
    found = likest(table(stem, *columns))
    assert (found.standard.name if found else None) == standard


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["31.12.2026", "01.02.2026"], Dated(ColumnType.DATE, ("%d.%m.%Y",))),
        (["01/02/2026"], Dated(ColumnType.DATE, ("%d/%m/%Y", "%m/%d/%Y"))),
        (["01/02/2026", "01/13/2026"], Dated(ColumnType.DATE, ("%m/%d/%Y",))),
        (["1/2/2026 3:04 PM"], Dated(ColumnType.DATETIME, ("%d/%m/%Y %I:%M %p", "%m/%d/%Y %I:%M %p"))),
        (["2026-03-01"] * 4 + ["soon"], Dated(ColumnType.DATE)),
        (["2026-03-01"] * 3 + ["soon"], None),
        (["2026-03-01 10:00"], Dated(ColumnType.DATETIME)),
        (["20260301"], None),
        (["31.03.26", "01.04.26"], Dated(ColumnType.DATE, ("%d.%m.%y",))),
        (["01/04/26", "03/31/26"], Dated(ColumnType.DATE, ("%m/%d/%y",))),
        (["01/04/26"], Dated(ColumnType.DATE, ("%d/%m/%y", "%m/%d/%y"))),
        (["12"], None),
        ([], None),
    ],
)
def test_how_dates_are_written(cells: list[str], found: Dated | None) -> None:
    assert dated(cells) == found


@pytest.mark.parametrize(
    ("cells", "comma"),
    [
        (["1,5", "2"], True),
        (["1", "2"], False),
        (["1,5", "x"], False),
        (["1,5", "1.5"], False),
        (["31 397,60", "2"], True),
        (["1\u00a0234\u202f567,8"], True),
        (["-1.234,56"], True),
        (["1 23,5"], False),
        (["1234 567,8"], False),
    ],
)
def test_whether_numbers_have_a_comma(cells: list[str], *, comma: bool) -> None:
    assert decimal_comma(iter([["words"], cells])) is comma


def test_a_packed_file_is_looked_at_as_it_was_before(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress("имя;сумма\nЮлий;5\n".encode("cp1251")))
    assert encoding(path, Packing.GZIP) == "cp1251"
    assert delimiter(path, ",", Script("cp1251", Packing.GZIP)) == ";"
    assert names(path, ";", Script("cp1251", Packing.GZIP)) == ()


@pytest.mark.parametrize(
    ("text", "written", "found"),
    [
        ("имя;сумма\nЮлий;5\n", "utf-8", None),
        ("имя;сумма\nЮлий;5\n", "cp1251", "cp1251"),
        ("номер;who;kind\n" + "1;Ann Smith of the north;call\n" * 50, "cp1251", "cp1251"),
        ("name,city\nJosé,Málaga\nAndré,Besançon\n", "cp1252", "cp1252"),
        ("name,city\nAnn,Bath\n", "utf-16", "utf-16"),
        ("name\nAnn\n", "utf-8-sig", None),
    ],
)
def test_in_which_encoding_a_file_is(tmp_path: Path, text: str, written: str, found: str | None) -> None:
    (tmp_path / "a.csv").write_bytes(text.encode(written))
    assert encoding(tmp_path / "a.csv") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a;b\n1,5;2,5\n", ";"),
        ("a,b\n1;2,3\n", None),
        ("a\tb\n1\t2\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ("a\n1\n", None),
        ('a,b\n"x;y;z",1\n', None),
        ("", None),
    ],
)
def test_what_stands_between_cells(tmp_path: Path, text: str, found: str | None) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    assert delimiter(tmp_path / "a.csv", ",", Script()) == found


@pytest.mark.parametrize(
    ("line", "found"),
    [("id,name", ()), ("1,Ann", ("column_1", "column_2")), ("x,2026-03-01", ("column_1", "column_2")), ("", ())],
)
def test_whether_the_first_line_is_a_record(tmp_path: Path, line: str, found: tuple[str, ...]) -> None:
    (tmp_path / "a.csv").write_text(f"{line}\n", encoding="utf-8")
    assert names(tmp_path / "a.csv", ",", Script()) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Sales;;\nof March\n\nNo;Who;Day\n1;ann;x\n", 4),
        ('"Sales\nof March";;\nNo;Who;Day\n', 3),
        ("No;Who;Day\n1;ann;x\n", None),
        ("No;Who;\n;;\nx;ann;y\n", None),  # two of three are named
        ("No;;\n1;ann;x\n", None),  # what fills all columns is a record
        ("No;Who;Day\n" + ";;\n" * 20, None),
        ("", None),
    ],
)
def test_which_line_names_the_columns_where_titles_stand_above_it(tmp_path: Path, text: str, found: int | None) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    assert header(first_lines(tmp_path / "a.csv", ";", Script())) == found


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_text_is_the_same_after_a_way_through_yaml(text: str) -> None:
    assert yaml.safe_load(f"key: {scalar(text)}  # a guess") == {"key": text}


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("postgresql://ann:hunter2@db:5432/shop::public.orders", "postgresql://ann:***@db:5432/shop::public.orders"),
        ("postgresql://ann:p@ss:w/rd@db/shop::orders", "postgresql://ann:***@db/shop::orders"),
        ("postgresql://ann@db/shop::orders", "postgresql://ann@db/shop::orders"),
        ("postgresql://db/shop?user=ann&password=hunter2&x=1", "postgresql://db/shop?user=ann&password=***&x=1"),
        ("calls:2026@noon.csv", "calls:2026@noon.csv"),
    ],
)
def test_a_password_in_an_address_is_not_shown(written: str, shown: str) -> None:
    assert masked(written) == shown

"""What can't be read at all, and what the manifest gets wrong: one sentence, a place, and what to do."""

import sqlite3
from pathlib import Path

import pytest
from tests.workspace.taken import problems

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff"


def write_sqlite(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("create table Orders (OrderID integer)")
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("source", "content", "told"),
    [
        ("ordres.csv", None, "there is no file ordres.csv"),
        ("logs/*.csv", None, "no file matches logs/*.csv"),
        ("t.parquet", PNG, "t.parquet is not a Parquet file, whatever its name says"),
        ("t.parquet", b"PAR1 and no more", "t.parquet can't be read as Parquet"),
        ("t.sqlite::Orders", b"CREATE TABLE Orders", "t.sqlite is not an SQLite file, whatever its name says"),
        ("t.sqlite::Orders", b"SQLite format 3\0" + b"x" * 5000, "t.sqlite can't be read as SQLite"),
        ("t.csv", PNG, "t.csv is not UTF-8 text"),
        ("t.csv", b"", "t.csv is empty: it has not even a header"),
        ("t.csv", "имя\n1\n".encode("cp1251"), "t.csv is not UTF-8 text"),
        ("t.jsonl", b'[{"a": 1},\n{"a": 2}]\n', "t.jsonl is one JSON array"),
        ("t.jsonl", b'[{"a": 1}]', "t.jsonl is one JSON array"),
    ],
)
def test_a_source_that_is_not_there_or_not_what_its_name_says(
    tmp_path: Path, source: str, content: bytes | None, told: str
) -> None:
    files = {source.partition("::")[0]: content} if content is not None else {}
    shown = problems(tmp_path, f"orders: {{source: '{source}'}}", files)
    assert shown.splitlines()[0] == f"compliance.yaml:3:20: {told}"
    assert "^" in shown
    assert "help: " in shown


def test_a_missing_file_offers_the_nearest(tmp_path: Path) -> None:
    shown = problems(tmp_path, "orders: ordres.csv", {"orders.csv": "a\n1\n"})
    assert shown == (
        "compliance.yaml:3:11: there is no file ordres.csv\n"
        "    orders: ordres.csv\n"
        "            ^^^^^^^^^^\n"
        "  help: did you mean `orders.csv`?"
    )


def test_a_missing_table_offers_the_nearest(tmp_path: Path) -> None:
    write_sqlite(tmp_path / "t.db")
    shown = problems(tmp_path, "orders: {source: 't.db::Order'}")
    assert "t.db has no table `Order`" in shown
    assert "help: did you mean `Orders`?" in shown


def test_columns_that_are_neither_there_nor_expressions_are_shown_with_a_caret(tmp_path: Path) -> None:
    shown = problems(
        tmp_path,
        """
        orders:
          source: orders.csv
          columns:
            order_id: OrdrID
            late: "ShippedDate > Required"
            odd: "OrderID +"
            bad: "lower(OrderID) || upper(OrderID)"
            param: "OrderID = :x"
            ref: "client.name"
        """,
        {"orders.csv": "OrderID,ShippedDate,RequiredDate\n1,2026-01-01,2026-01-01\n"},
    )
    assert shown.splitlines() == [
        "compliance.yaml:6:17: no column `OrdrID` in orders.csv",
        "        order_id: OrdrID",
        "                  ^^^^^^",
        "  help: did you mean `OrderID`?",
        "compliance.yaml:7:28: no column `Required` in orders.csv",
        '        late: "ShippedDate > Required"',
        "                             ^^^^^^^^",
        "  help: did you mean `RequiredDate`?",
        *shown.splitlines()[8:],
    ]
    assert "`upper` is not a function of this language" in shown
    assert "`:x` is not known here" in shown
    assert "no column `client.name` in orders.csv" in shown


def test_names_outside_columns_must_be_columns_too(tmp_path: Path) -> None:
    shown = problems(
        tmp_path,
        """
        orders:
          source: orders.csv
          key: [order, lin]
          types: {amout: money}
          format: {plcd: "%d"}
          refs: {clint: orders}
          heartbeat: {per: working_day, by: [knd]}
          valid_from: snce
          columns: {_key: order}
        """,
        {"orders.csv": "order,line,amount,placed,client,kind,since\n1,1,1,1,1,1,1\n"},
    )
    told = [line.split(": ", 1)[1] for line in shown.splitlines() if line.startswith("compliance.yaml")]
    assert told == [
        "`_key` is a name that Dutybook keeps for itself",
        *(f"no column `{name}`" for name in ("amout", "plcd", "clint", "lin", "snce", "knd")),
    ]
    assert "help: did you mean `amount`?" in shown


def test_a_type_by_which_nobody_could_tell_who_owes_what_and_when(tmp_path: Path) -> None:
    shown = problems(
        tmp_path,
        "absences: {source: a.csv, types: {starts_on: text, ends_on: datetime, excused: integer, reason: integer}}",
        {"a.csv": "absence_id,employee_id,starts_on,ends_on,reason,excused\n1,a,2026-03-02,2026-03-03,1,1\n"},
    )
    assert [line.split(": ", 1)[1] for line in shown.splitlines() if line.startswith("compliance.yaml")] == [
        "`starts_on` of absences is date or datetime, since it decides who owes what and when",
        "`excused` of absences is boolean, since it decides who owes what and when",
    ]


def test_a_format_that_no_date_can_be_read_by(tmp_path: Path) -> None:
    shown = problems(tmp_path, 't: {source: t.csv, format: {d: "%d.%Q.%Y"}}', {"t.csv": "d\n1\n"})
    assert shown == (
        "compliance.yaml:3:38: `%Q` is no part of a date that can be read\n"
        '    t: {source: t.csv, format: {d: "%d.%Q.%Y"}}\n'
        "                                       ^\n"
        "  help: write for example %d.%m.%Y"
    )


def test_columns_that_differ_in_letter_case_only(tmp_path: Path) -> None:
    shown = problems(tmp_path, "t: {source: t.csv, columns: {day: d, Day: e}}", {"t.csv": "d,e\n1,2\n"})
    assert "the column `Day` is named twice, in other letter case" in shown


def test_text_in_sqlite_that_is_none(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "t.db")
    connection.execute("create table t as select cast(x'ff' as text) as x")
    connection.commit()
    connection.close()
    assert "t.db::t holds text that is not UTF-8" in problems(tmp_path, "t: 't.db::t'")


def test_an_at_or_bearer_that_can_not_be_had(tmp_path: Path) -> None:
    shown = problems(
        tmp_path,
        """
        a: {source: a.csv, at: made, bearer: order.employee_id}
        b: {source: orders.csv, at: order_id}
        orders: {source: orders.csv}
        """,
        {"a.csv": "mode\n1\n", "orders.csv": "order_id\n1\n"},
    )
    assert "no column `made`" in shown
    assert "help: did you mean `mode`?" in shown
    assert "`at` is a date or a datetime, and this is text" in shown


def test_tables_that_lead_to_one_another_in_a_circle(tmp_path: Path) -> None:
    shown = problems(
        tmp_path,
        """
        a: {source: a.csv, key: a_id, at: b.at}
        b: {source: b.csv, key: b_id, at: a.at}
        """,
        {"a.csv": "a_id,b_id\n1,1\n", "b.csv": "b_id,a_id\n1,1\n"},
    )
    assert "lead to one another in a circle" in shown
    assert shown.startswith("compliance.yaml:3:")


def test_the_problems_of_all_tables_are_told_at_once(tmp_path: Path) -> None:
    shown = problems(
        tmp_path,
        "a: {source: a.csv, key: x}\nb: {source: a.csv, key: y}\norders: a.csv",
        {"a.csv": "n\n1\n"},
    )
    assert [line for line in shown.splitlines() if line.startswith("compliance.yaml")] == [
        "compliance.yaml:3:27: no column `x`",
        "compliance.yaml:4:27: no column `y`",
    ]

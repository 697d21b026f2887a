"""Each kind of source: what it gives, and where its malformed rows stand."""

import json
import sqlite3
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.workspace.taken import at, take_in


@pytest.fixture(autouse=True, params=["read once", "read where they lie"])
def _size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of either size give the same: small ones are read once, large ones wherever they are asked for."""
    if request.param == "read where they lie":
        monkeypatch.setattr("compliance.workspace.sources.opened.SMALL", -1)


# --- CSV ------------------------------------------------------------------------------------


def test_malformed_csv_rows_are_rejected_with_their_line(tmp_path: Path) -> None:
    taken = take_in(
        tmp_path,
        "t: {source: t.csv, key: k}",
        {
            "t.csv": """
                k,x,y
                1,a,b

                2,a
                3,a,b,c
                4,"a"b,c
                5,"a
                b",c
                6,"open,c
                7,"a ""quoted"" word",c
            """
        },
    )
    assert taken.rows("t") == [("1", "a", "b"), ("5", "a\nb", "c"), ("7", 'a "quoted" word', "c")]
    assert taken.account("t").rejects == (
        "t.csv:4: too few cells: 2,a",
        "t.csv:5: too many cells: 3,a,b,c",
        't.csv:6: a quote out of place: 4,"a"b,c',
        't.csv:9: a quote out of place: 6,"open,c',
    )
    assert taken.rejected("t") == [(None, None, None)] * 4
    assert (taken.account("t").read, taken.account("t").accepted) == (7, 3)


@pytest.mark.parametrize(
    ("text", "rows", "lines"),
    [
        pytest.param(
            'k,x\n1,"a\n2,b\n3,c\n', [("2", "b"), ("3", "c")], [2], id="a quote that is never closed costs one row"
        ),
        pytest.param(
            'k,x\n1,"a\n2,"b\n3,c\n', [("3", "c")], [2, 3], id="two quotes that do not belong together cost two"
        ),
        pytest.param(
            'k,x\n1,"a\n2,"b\nc"\n', [("2", "b\nc")], [2], id="an open quote does not take the next record along"
        ),
        pytest.param(
            'k,x\n1,"a\nb"\n2,"c\n\nd"\n3,x,y\n', [("1", "a\nb"), ("2", "c\n\nd")], [7], id="records over several lines"
        ),
        pytest.param('k,x\n1,5" pipe\n2,x,y\n', [("1", '5" pipe')], [3], id="a quote inside a cell is a character"),
        pytest.param('k,x\r\n1,a\n2,"b\r\nc"\r\n3\r\n', [("1", "a"), ("2", "b\nc")], [5], id="line ends of both kinds"),
        pytest.param(' k , x \n 1 , "a" \n2\n', [("1", "a")], [3], id="blanks around quotes, names and text"),
        pytest.param("\n\nk,x\n1,a\n2\n", [("1", "a")], [5], id="blank lines before the header"),
        pytest.param('k,"x\ny"\n1,a\n2\n', [("1", "a")], [4], id="a header over two lines"),
        pytest.param("\ufeffk,x\n1,a\n2\n", [("1", "a")], [3], id="a byte-order mark"),
        pytest.param('k,x\n1,\n2,""\n', [("1", None), ("2", None)], [], id="empty cells, quoted or not"),
        pytest.param("k,x\n1,a,\n2,b,,\n", [("1", "a"), ("2", "b")], [], id="delimiters at the end are no cells"),
        pytest.param(
            "k,x\n1,a,\n2,b,,c\n3,,,\n", [("1", "a"), ("3", None)], [3], id="nor are they in a malformed file"
        ),
        pytest.param("k,x\n1,a\n,\n2\n", [("1", "a")], [4], id="a line of delimiters only"),
        pytest.param(
            'k,x\n , \n1,a\n"", " "\n,,,\n,b\n', [("1", "a")], [6], id="nor of blanks and quotes between them"
        ),
        pytest.param('k,x\n1,a\n" ",""\n2,b\n', [("1", "a"), ("2", "b")], [], id="hollow lines alone cost nothing"),
        pytest.param("k\n1\n\n2\n", [("1",), ("2",)], [], id="one column"),
        pytest.param("k,x\n", [], [], id="a header alone"),
    ],
)
def test_csv_by_the_letter(tmp_path: Path, text: str, rows: list[tuple[str, ...]], lines: list[int]) -> None:
    taken = take_in(tmp_path, "t: {source: t.csv, key: k}", {"t.csv": text.encode()})
    assert taken.rows("t") == rows
    assert [told.split(":")[1] for told in taken.account("t").rejects] == [str(line) for line in lines]


def test_lines_are_physical_whatever_stands_before_them(tmp_path: Path) -> None:
    text = 'k,n\n1,1\n\n2,"1\n2"\n\n3,"x\ny"\n4,x\n'
    taken = take_in(tmp_path, "t: {source: t.csv, key: k, types: {n: integer}}", {"t.csv": text})
    assert taken.account("t").rejects == (
        't.csv:4: n: "1 2" is not an integer',
        't.csv:7: n: "x y" is not an integer',
        't.csv:9: n: "x" is not an integer',
    )


def test_many_files_are_one_table_each_row_with_its_own_file(tmp_path: Path) -> None:
    taken = take_in(
        tmp_path,
        "t: {source: log/*.csv, key: k, types: {n: integer}}",
        {
            "log/a.csv": "k,n\n1,1\n2,x\n",
            "log/b.csv": "n,k,more\n3,3,z\ny,4,\n",
            "log/c.csv": "k,n\n5,5\n\n6,w\n",
        },
    )
    assert taken.rows("t") == [("1", 1, None), ("3", 3, "z"), ("5", 5, None)]
    assert taken.account("t").rejects == (
        'log/a.csv:3: n: "x" is not an integer',
        'log/b.csv:3: n: "y" is not an integer',
        'log/c.csv:4: n: "w" is not an integer',
    )


def test_a_malformed_file_among_good_ones(tmp_path: Path) -> None:
    taken = take_in(
        tmp_path,
        "t: {source: '*.csv', key: k}",
        {"a.csv": "k,n\n1,1\n", "b.csv": "k,n\n2\n", "c.csv": "n,k\n3,3\n\n"},
    )
    assert taken.rows("t") == [("1", 1), ("3", 3)]
    assert taken.account("t").rejects == ("b.csv:2: too few cells: 2",)


def test_without_a_header_the_columns_are_named(tmp_path: Path) -> None:
    taken = take_in(tmp_path, "t: {source: t.tsv, key: k, header: false, names: [k, x]}", {"t.tsv": "1\ta,b\n2\t\n3\n"})
    assert taken.rows("t") == [("1", "a,b"), ("2", None)]
    assert taken.account("t").rejects == ("t.tsv:3: too few cells: 3",)


def test_delimiter_and_encoding(tmp_path: Path) -> None:
    text = "k;имя;сумма\n1;Жанна;1,5\n2;Ё;пять\n"
    manifest = 't: {source: t.csv, key: k, delimiter: ";", encoding: cp1251, decimal: ",", types: {сумма: decimal}}'
    taken = take_in(tmp_path, manifest, {"t.csv": text.encode("cp1251")})
    assert taken.rows("t") == [("1", "Жанна", Decimal("1.5"))]
    assert taken.account("t").rejects == ('t.csv:3: сумма: "пять" is not a number',)


def test_bytes_that_are_no_text_cost_their_row(tmp_path: Path) -> None:
    taken = take_in(tmp_path, "t: {source: t.csv, key: k}", {"t.csv": b"k,x\n1,a\n2,\xff\n3,b\n"})
    assert taken.rows("t", "k") == [("1",), ("3",)]
    assert taken.account("t").reasons == {"not readable as UTF-8": 1}


def test_names_that_are_empty_repeated_or_kept_are_told_apart(tmp_path: Path) -> None:
    taken = take_in(tmp_path, "t: t.csv", {"t.csv": "a,A,,_key\n1,2,3,4\n"})
    assert taken.rows("t") == [(1, 2, 3, 4)]
    assert [*taken.types("t")] == ["a", "A_2", "column_3", "_key_2"]


# --- JSON Lines -----------------------------------------------------------------------------


def test_json_lines(tmp_path: Path) -> None:
    taken = take_in(
        tmp_path,
        "t: {source: t.jsonl, key: k, at: when}",
        {
            "t.jsonl": """
                {"k": "a", "when": "2026-01-05T10:00:00Z", "n": 1, "ok": true, "a/b": "x", "deep": {"x": [1]}}

                {"k": "b", "n": 2.5, "when": null, "late~": "007"}
                {"k": "c", "n": 3
                ["k", "d"]
                {"k": "e", "when": "soon"}
            """
        },
    )
    assert taken.types("t") == {
        "k": "id",
        "when": "datetime",
        "n": "decimal",
        "ok": "boolean",
        "a/b": "text",
        "deep": "text",
        "late~": "text",
        "deep.x": "text",
    }
    assert taken.rows("t") == [
        ("a", at("2026-01-05 11:00"), Decimal(1), True, "x", '{"x":[1]}', None, "[1]"),
        ("b", None, Decimal("2.5"), None, None, None, "007", None),
    ]
    assert taken.account("t").rejects == (
        't.jsonl:4: not readable as JSON: {"k": "c", "n": 3',
        't.jsonl:5: not a JSON object: ["k", "d"]',
        't.jsonl:6: when: "soon" is not a datetime',
    )


def test_fields_of_objects_within_a_json_line_are_columns_of_their_own(tmp_path: Path) -> None:
    taken = take_in(
        tmp_path,
        "t: {source: t.jsonl, key: k, columns: {who: by.code, at: times.in, fee: '\"sum.in.cents\" / 100'}}",
        {
            "t.jsonl": """
                {"k": "a", "by": {"code": "007"}, "times": {"in": "2026-03-02T10:00"}, "sum": {"in": {"cents": 250}}}
                {"k": "b", "by": null, "times": {}, "sum": {"in": 3}}
                {"k": "c", "by": {"code": "x/y"}, "a/b": {"c~d": {"e": 1}}}
            """
        },
    )
    assert taken.rows("t", "k", "who", "at", "fee") == [
        ("a", "007", at("2026-03-02 10:00"), Decimal("2.5")),
        ("b", None, None, None),
        ("c", "x/y", None, None),
    ]
    assert taken.rows("t", "a/b.c~d.e") == [(None,), (None,), (1,)]
    assert "sum.in.cents" in taken.types("t")
    assert taken.account("t").rejected == 0


def test_an_empty_log_of_json_lines_has_no_rows_and_no_columns(tmp_path: Path) -> None:
    taken = take_in(tmp_path, "activities: '*.jsonl'", {"a.jsonl": "", "b.jsonl": "\n"})
    table = taken.books.tables["activities"]
    assert (table.columns, table.accepted, table.has_at) == ({}, 0, False)
    assert taken.rejected("activities", "_key") == []


# --- Parquet --------------------------------------------------------------------------------


def test_parquet_files_are_one_table_each_row_with_its_number(tmp_path: Path) -> None:
    pq.write_table(pa.table({"k": [1, 2], "n": ["1", "x"]}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"n": ["3", "y", "y"], "k": [3, 4, 4], "z": [0.5, 1, 1]}), tmp_path / "b.parquet")
    taken = take_in(tmp_path, "t: {source: '*.parquet', key: k, types: {n: integer}}")
    assert taken.rows("t") == [("1", 1, None), ("3", 3, Decimal("0.5"))]
    assert taken.account("t").rejects == (
        'a.parquet:2: n: "x" is not an integer',
        'b.parquet:2: n: "y" is not an integer',
        'b.parquet:3: n: "y" is not an integer',
    )
    assert taken.rejected("t") == [("2", None, None), ("4", None, Decimal(1))]


def test_what_stands_in_parquet_is_read_where_it_lies(tmp_path: Path) -> None:
    keys = [1, 2, 2, 3, 3, None, 4]
    pq.write_table(pa.table({"k": keys, "x": ["a", "b", "b", "c", "d", "e", ""]}), tmp_path / "t.parquet")
    taken = take_in(tmp_path, "t: {source: t.parquet, key: k}")
    assert taken.rows("t") == [("1", "a"), ("2", "b"), ("4", None)]
    assert taken.rejected("t") == [(None, "e"), ("3", None)]
    account = taken.account("t")
    assert (account.read, account.accepted, account.rejected, account.repeated) == (7, 4, 3, 1)
    assert not any('TABLE "t" AS' in query for query in taken.engine.queries())


def test_parquet_rows_without_a_key_are_numbered(tmp_path: Path) -> None:
    pq.write_table(pa.table({"x": ["a", "b", "a", None]}), tmp_path / "t.parquet")
    taken = take_in(tmp_path, "t: t.parquet")
    assert sorted((x or "", key[-2:]) for x, key in taken.rows("t", "x", "_key")) == [
        ("", "-1"),
        ("a", "-1"),
        ("a", "-2"),
        ("b", "-1"),
    ]


# --- SQLite ---------------------------------------------------------------------------------


def sqlite(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_sqlite_tables_and_views_with_the_types_they_declare_where_these_fit(tmp_path: Path) -> None:
    sqlite(
        tmp_path / "shop 1.db",
        'create table "The Things" (k integer primary key, n int, r real, t text, day date, at datetime, free, b blob)',
        """insert into "The Things" values (1, 5, 0.15, '007', '2026-01-05', '2026-01-05 10:00', '1.5', x'00ff'),
               (2, 6.0, 1e10, '', '2026-01-06', null, 2, null), (3, null, 2e-5, null, 'soon', null, null, null)""",
        "create view seen as select k, t || '!' as said from \"The Things\"",
    )
    taken = take_in(
        tmp_path, "things: {source: 'shop 1.db::The Things', key: k}\nseen: {source: 'shop 1.db::seen', key: k}"
    )
    assert taken.types("things") == {
        "k": "id",
        "n": "integer",
        "r": "decimal",
        "t": "text",
        "day": "text",
        "at": "datetime",
        "free": "decimal",
        "b": "text",
    }
    assert taken.rows("things") == [
        ("1", 5, Decimal("0.15"), "007", "2026-01-05", at("2026-01-05 10:00"), Decimal("1.5"), "0x00FF"),
        ("2", 6, Decimal(10**10), None, "2026-01-06", None, Decimal(2), None),
        ("3", None, Decimal(0), None, "soon", None, None, None),
    ]
    assert taken.account("things").rejects == ()
    assert taken.rows("seen") == [("1", "007!"), ("2", "!"), ("3", None)]


def test_a_bad_cell_in_row_2500_of_an_sqlite_table_behind_as_many_nulls(tmp_path: Path) -> None:
    sqlite(
        tmp_path / "t.db",
        "create table t (k integer, at datetime, n integer)",
        """insert into t with recursive c(i) as (select 1 union all select i + 1 from c where i < 2600)
               select i, case i when 2500 then 'noon' when 2600 then '2026-01-05' end,
                   case when i = 2400 then 'many' when i > 2400 then i end from c""",
    )
    taken = take_in(tmp_path, "t: {source: 't.db::t', key: k, at: at, types: {n: integer}}")
    assert taken.account("t").rejects == (
        't.db::t:2400: n: "many" is not an integer',
        't.db::t:2500: at: "noon" is not a datetime',
    )
    assert taken.books.tables["t"].last_at == at("2026-01-05")
    assert taken.account("t").accepted == 2598


def test_an_sqlite_table_without_rows_has_its_columns(tmp_path: Path) -> None:
    sqlite(tmp_path / "shop.sqlite", "create table Calls (Id integer, At text, Who text)")
    taken = take_in(tmp_path, "calls: {source: shop.sqlite::Calls, at: At}", {})
    assert taken.rows("calls") == []
    assert list(taken.books.tables["calls"].columns) == ["Id", "At", "Who"]


def test_an_id_that_a_float_holds_is_the_whole_number_and_a_text_stays_a_text(tmp_path: Path) -> None:
    sqlite(
        tmp_path / "t.db",
        "create table t (k integer primary key, client_id real, note text)",
        "insert into t values (1, 7, '7.0'), (2, 7.5, null), (3, null, null), (4, 1e17, null), (5, -3, null)",
    )
    lines = """
        {"k": 1, "client_id": 7.0, "note": "7.0"}
        {"k": 2.0, "client_id": 7.5}
        {"k": 3}
        not an object
        """
    taken = take_in(tmp_path, "t: {source: 't.db::t', key: k}\nj: {source: j.jsonl, key: k}", {"j.jsonl": lines})
    assert taken.rows("t") == [
        ("1", "7", "7.0"),
        ("2", "7.5", None),
        ("3", None, None),
        ("4", "1.0e+17", None),
        ("5", "-3", None),
    ]
    assert taken.types("t")["note"] == "text"
    assert taken.rows("j", "k", "client_id") == [("1", "7"), ("2", "7.5"), ("3", None)]


# --- moments that are counted ---------------------------------------------------------------


def test_moments_counted_from_1970_are_read_in_local_time_where_the_manifest_says_so(tmp_path: Path) -> None:
    taken = take_in(
        tmp_path,
        "t: {source: t.jsonl, key: k, at: at, format: {at: unix, sent: unix_ms, on: '%Y%m%d'}}",
        {
            "t.jsonl": """
                {"k": "a", "at": 1772323200.25, "sent": 1772319600000, "on": 20260301}
                {"k": "b", "at": -1, "sent": 1774746000000, "on": 20260331}
                {"k": "c", "at": 99999999999999}
                {"k": "d", "at": "soon"}
            """
        },
    )
    assert taken.types("t") == {"k": "id", "at": "datetime", "sent": "datetime", "on": "date"}
    assert taken.rows("t", "k", "at", "sent") == [
        ("a", at("2026-03-01 01:00:00.25"), at("2026-03-01 00:00")),
        ("b", at("1970-01-01 00:59:59"), at("2026-03-29 03:00")),
    ]
    assert taken.account("t").rejects == (
        't.jsonl:3: at: "99999999999999" is not a datetime',
        't.jsonl:4: at: "soon" is not a datetime',
    )


def test_an_object_of_many_fields_in_a_json_line_is_a_map_and_one_text(tmp_path: Path) -> None:
    lines = [{"k": str(nth), "days": {f"2026-{nth}": nth}, "by": {"code": "x"}} for nth in range(51)]
    taken = take_in(tmp_path, "t: {source: t.jsonl, key: k}", {"t.jsonl": "\n".join(map(json.dumps, lines))})
    assert taken.types("t") == {"k": "id", "days": "text", "by": "text", "by.code": "text"}


def test_whole_numbers_of_parquet_are_read_by_a_format_as_text_is(tmp_path: Path) -> None:
    pq.write_table(pa.table({"k": ["a"], "n": [1772323200], "on": [20260301]}), tmp_path / "t.parquet")
    taken = take_in(tmp_path, "t: {source: t.parquet, key: k, format: {n: unix, on: '%Y%m%d'}}", {})
    assert taken.types("t") == {"k": "id", "n": "datetime", "on": "date"}
    assert taken.rows("t", "n") == [(at("2026-03-01 01:00"),)]


def test_whole_numbers_of_64_bits_without_a_sign_are_numbers_where_they_fit_and_else_text(tmp_path: Path) -> None:
    rows = {"k": ["a", "b"], "hash": pa.array([2**63, 2**64 - 1], pa.uint64()), "n": pa.array([7, None], pa.uint64())}
    pq.write_table(pa.table(rows), tmp_path / "t.parquet")
    taken = take_in(tmp_path, "t: {source: t.parquet, key: k, columns: {twice: n * 2}}", {})
    assert (taken.types("t")["hash"], taken.types("t")["n"]) == ("text", "integer")
    assert taken.rows("t", "hash", "n", "twice") == [(str(2**63), 7, 14), (str(2**64 - 1), None, None)]

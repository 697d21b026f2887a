"""What a cell of text, or a value of a source's own, is read as."""

import sqlite3
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.workspace.taken import Taken, at, take_in

UNREADABLE = object()


# As which type, the cell, and what it is then; UNREADABLE where its row is rejected.
CELLS: list[tuple[str, str, object]] = [
    ("id", "007", "007"),
    ("id", "\u00a0a 7\t ", "a 7"),
    ("id", " \t", None),
    ("text", " 007 ", "007"),
    ("text", "", None),
    ("text", " \u00a0", None),
    ("integer", "69.0", 69),
    ("integer", "69.5", UNREADABLE),
    ("integer", " -007 ", -7),
    ("integer", "+5", 5),
    ("integer", "5e1", UNREADABLE),
    ("integer", "0x1F", UNREADABLE),
    ("integer", "1_000", UNREADABLE),
    ("integer", "9223372036854775807", 9223372036854775807),
    ("integer", "9223372036854775808", UNREADABLE),
    ("integer", "   ", None),
    ("decimal", "0.00005", Decimal("0.0001")),
    ("decimal", "-0.00005", Decimal("-0.0001")),
    ("decimal", ".5", Decimal("0.5")),
    ("decimal", "5.0e-05", Decimal("0.0001")),
    ("decimal", "1,5", UNREADABLE),
    ("decimal", "inf", UNREADABLE),
    ("decimal", "12\u00a0", Decimal(12)),
    ("money", "45.5805", Decimal("45.58")),
    ("money", "0.145", Decimal("0.15")),
    ("percent", "15 %", Decimal(15)),
    ("percent", "15%", Decimal(15)),
    ("percent", "15", Decimal(15)),
    ("percent", "%", UNREADABLE),
    ("boolean", "YES", True),
    ("boolean", "f", False),
    ("boolean", "0", False),
    ("boolean", "2", UNREADABLE),
    ("date", " 2026-02-28 ", date(2026, 2, 28)),
    ("date", "2026-02-29", UNREADABLE),
    ("date", "2026-2-9", UNREADABLE),
    ("date", "2026-02-28 00:00", date(2026, 2, 28)),
    ("date", "2026-02-28T00:00:00.000", date(2026, 2, 28)),
    ("date", "2026-02-28 00:01", UNREADABLE),
    ("date", "2026-02-27T23:00:00Z", date(2026, 2, 28)),
    ("date", "0000-01-01", UNREADABLE),
    ("datetime", "2026-02-28", at("2026-02-28")),
    ("datetime", "2026-02-28T10:00", at("2026-02-28 10:00")),
    ("datetime", "2026-02-28 10:00:05.123456", at("2026-02-28 10:00:05.123456")),
    ("datetime", "2026-02-28 10:00:05.1234567", at("2026-02-28 10:00:05.123456")),
    ("datetime", "2026-02-28 10", UNREADABLE),
    ("datetime", "2026-02-28 10:60", UNREADABLE),
    ("datetime", "2026-02-28T10:00Z", at("2026-02-28 11:00")),
    ("datetime", "2026-02-28T10:00:00z", at("2026-02-28 11:00")),
    ("datetime", "2026-02-28 10:00:00 +03:00", at("2026-02-28 08:00")),
    ("datetime", "2026-02-28T10:00:00.5+0330", at("2026-02-28 07:30:00.500000")),
    ("datetime", "2026-02-28T10:00:00-05", at("2026-02-28 16:00")),
    ("datetime", "tomorrow", UNREADABLE),
    ("datetime", "epoch", UNREADABLE),
]


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def read_cells(folder: Path, cells: list[tuple[str, str, object]], more: str = "") -> list[object]:
    """Each cell read as its type: a row for each, a column for each type."""
    kinds = sorted({kind for kind, *_ in cells})
    rows = [
        ",".join([str(number), *(quoted(cell if each == kind else "") for each in kinds)])
        for number, (kind, cell, _) in enumerate(cells)
    ]
    types = ", ".join(f"as {kind}: {kind}" for kind in kinds)
    header = ",".join(["k", *(f"as {kind}" for kind in kinds)])
    manifest = f"t: {{source: t.csv, key: k, types: {{{types}}}{more}}}"
    taken = take_in(folder, manifest, {"t.csv": "\n".join([header, *rows])})
    found = {row[0]: dict(zip(kinds, row[1:], strict=True)) for row in taken.rows("t")}
    return [found[str(n)][kind] if str(n) in found else UNREADABLE for n, (kind, *_) in enumerate(cells)]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> list[object]:
    return read_cells(tmp_path_factory.mktemp("cells"), CELLS)


@pytest.mark.parametrize("nth", range(len(CELLS)), ids=[f"{kind} {cell!r}" for kind, cell, _ in CELLS])
def test_a_cell_of_text(read: list[object], nth: int) -> None:
    assert read[nth] == CELLS[nth][2]


@pytest.mark.parametrize(
    ("kind", "cell", "more", "value"),
    [
        ("decimal", "1234,5", ', decimal: ","', Decimal("1234.5")),
        ("decimal", "1234.5", ', decimal: ","', UNREADABLE),
        ("integer", "69,0", ', decimal: ","', 69),
        ("percent", "7,5 %", ', decimal: ","', Decimal("7.5")),
        ("boolean", "Да", ", true: [yes, да]", True),
        ("boolean", "да", "", UNREADABLE),
        ("date", "10-Mar-26", ', format: {"as KIND": "%d-%b-%y"}', date(2026, 3, 10)),
        ("date", "2026-03-10", ', format: {"as KIND": "%d-%b-%y"}', UNREADABLE),
        ("datetime", "1.3.2026 9:05", ', format: {"as KIND": "%d.%m.%Y %H:%M"}', at("2026-03-01 09:05")),
        ("date", "1.3.2026 9:05", ', format: {"as KIND": "%d.%m.%Y %H:%M"}', UNREADABLE),
        ("datetime", "1.3.2026 9:05 +0300", ', format: {"as KIND": "%d.%m.%Y %H:%M %z"}', at("2026-03-01 07:05")),
    ],
)
def test_a_cell_in_its_own_notation(tmp_path: Path, kind: str, cell: str, more: str, value: object) -> None:
    assert read_cells(tmp_path, [(kind, cell, value)], more.replace("KIND", kind)) == [value]


def inferred(folder: Path, *cells: str, more: str = "") -> str:
    """The type of a column of these cells that nobody tells."""
    rows = "\n".join(f'{number},"{cell}"' for number, cell in enumerate(cells))
    return take_in(folder, f"t: {{source: t.csv, key: k{more}}}", {"t.csv": f"k,x\n{rows}\n"}).types("t")["x"]


# The cells of a column, and the type that they have.
COLUMNS: list[tuple[list[str], str]] = [
    (["1", "69.0", ""], "integer"),
    (["1", "1.5"], "decimal"),
    (["007", "1"], "text"),
    (["+7", "1"], "text"),
    (["1e5", "1"], "text"),
    (["12345678901234567890"], "text"),
    (["true", "No"], "boolean"),
    (["Y", "N"], "text"),
    (["2026-01-05", "2026-01-06 00:00"], "date"),
    (["2026-01-05", "2026-01-06 10:00"], "datetime"),
    (["2026-01-05T10:00Z"], "datetime"),
    (["2026-01-05", "soon"], "text"),
    (["", ""], "text"),
]


def test_the_narrowest_type_that_fits_every_filled_cell(tmp_path: Path) -> None:
    header = ",".join(["k", *(f"x{nth}" for nth in range(len(COLUMNS)))])
    rows = [
        ",".join([str(row), *(quoted(cells[row] if row < len(cells) else "") for cells, _ in COLUMNS)])
        for row in range(2)
    ]
    types = take_in(tmp_path, "t: {source: t.csv, key: k}", {"t.csv": "\n".join([header, *rows])}).types("t")
    assert [(cells, types[f"x{nth}"]) for nth, (cells, _) in enumerate(COLUMNS)] == COLUMNS


def test_a_late_cell_widens_a_column(tmp_path: Path) -> None:
    assert inferred(tmp_path, *["1"] * 3000, "1.5") == "decimal"


def test_each_of_sixty_columns_is_what_its_own_cells_are_in_the_first_rows_and_in_late_ones(tmp_path: Path) -> None:
    cells = ["1", "1.5", "yes", "2026-01-31", "2026-01-31 09:00", "a"] * 10
    late = [*cells[:-6], "a", "a", "a", "a", "a", "a"]
    rows = [["k", *(f"x{nth}" for nth in range(60))], *([str(row), *cells] for row in range(2500)), ["late", *late]]
    taken = take_in(tmp_path, "t: {source: t.csv, key: k}", {"t.csv": "\n".join(map(",".join, rows))}).types("t")
    kinds = ["integer", "decimal", "boolean", "date", "datetime", "text"]
    assert [taken[f"x{nth}"] for nth in range(60)] == [*kinds * 9, *["text"] * 6]


def test_notation_counts_when_types_are_looked_for(tmp_path: Path) -> None:
    assert inferred(tmp_path, "1,5", "2", more=', decimal: ","') == "decimal"
    assert inferred(tmp_path, "да", "no", more=", true: [да]") == "boolean"
    assert inferred(tmp_path, "31.01.2026", more=', format: {x: "%d.%m.%Y"}') == "date"


def test_names_tell_types_before_cells_do(tmp_path: Path) -> None:
    header = "thing_id,made_at,due_on,amount,price,minutes,quantity,signed_by,period,n"
    taken = take_in(
        tmp_path,
        "t: {source: t.csv, key: thing_id, types: {price: text}}",
        {"t.csv": f"{header}\n1,2026-01-05,2026-01-05,1,1,1,1,7,2026,1\n"},
    )
    assert taken.types("t") == {
        "thing_id": "id",
        "made_at": "datetime",
        "due_on": "date",
        "amount": "money",
        "price": "text",
        "minutes": "decimal",
        "quantity": "decimal",
        "signed_by": "id",
        "period": "text",
        "n": "integer",
    }


def parquet(folder: Path, kind: str, *, types: str = "", **columns: pa.Array) -> Taken:
    """Columns of a Parquet file, keyed by the first, the others read as `kind`."""
    pq.write_table(pa.table(columns), folder / "t.parquet")
    wanted = types or ", ".join(f"{name}: {kind}" for name in columns if name != "k")
    return take_in(folder, f"t: {{source: t.parquet, key: k, types: {{{wanted}}}}}")


KEYS = pa.array([1, 2, 3])


def test_floats_become_decimals_of_four_places(tmp_path: Path) -> None:
    taken = parquet(
        tmp_path,
        "decimal",
        k=KEYS,
        x=pa.array([0.15, 2.00005, None], pa.float32()),
        y=pa.array([0.15000000596, 1e30, float("nan")]),
    )
    assert taken.rows("t", "x", "y") == [(Decimal("0.15"), Decimal("0.15"))]
    assert taken.account("t").rejects == (
        't.parquet:2: y: "1e+30" is not a number',
        't.parquet:3: y: "nan" is not a number',
    )


def test_native_values_are_taken_as_what_they_are(tmp_path: Path) -> None:
    moments = [at("2026-01-05 23:30"), at("2026-01-06"), None]
    pq.write_table(
        pa.table(
            {
                "k": pa.array([7, 8, 9], pa.int32()),
                "f": pa.array([17.0, 18.5, None]),
                "d": pa.array([Decimal("1.50"), Decimal("2.25"), None], pa.decimal128(10, 2)),
                "b": pa.array([True, False, None]),
                "day": pa.array([date(2026, 1, 5), date(2026, 1, 6), None]),
                "local": pa.array(moments, pa.timestamp("ns")),
                "utc": pa.array(moments, pa.timestamp("us", "UTC")),
                "s": pa.array(["a", "", None]).dictionary_encode(),
                "many": pa.array([[1, 2], [], None]),
            }
        ),
        tmp_path / "t.parquet",
    )
    taken = take_in(tmp_path, "t: {source: t.parquet, key: k, at: utc}")
    assert taken.types("t") == {
        "k": "id",
        "f": "decimal",
        "d": "decimal",
        "b": "boolean",
        "day": "date",
        "local": "datetime",
        "utc": "datetime",
        "s": "text",
        "many": "text",
    }
    assert taken.rows("t") == [
        (
            "7",
            Decimal(17),
            Decimal("1.5"),
            True,
            date(2026, 1, 5),
            moments[0],
            at("2026-01-06 00:30"),
            "a",
            "[1, 2]",
        ),
        (
            "8",
            Decimal("18.5"),
            Decimal("2.25"),
            False,
            date(2026, 1, 6),
            moments[1],
            at("2026-01-06 01:00"),
            None,
            "[]",
        ),
        ("9", None, None, None, None, None, None, None, None),
    ]
    assert taken.rows("t", "_at", "_instant") == [
        (at("2026-01-06 00:30"), moments[0]),
        (at("2026-01-06 01:00"), moments[1]),
        (None, None),
    ]


@pytest.mark.parametrize(
    ("kind", "values", "told"),
    [
        ("integer", pa.array([1.0, 2.5, None]), ['2: x: "2.5" is not an integer']),
        ("integer", pa.array([Decimal("1.00"), Decimal("2.50"), None]), ['2: x: "2.50" is not an integer']),
        ("integer", pa.array([1, 2**63, None], pa.uint64()), ['2: x: "9223372036854775808" is not an integer']),
        ("boolean", pa.array([1, 2, 0]), ['2: x: "2" is not yes or no']),
        ("boolean", pa.array([date(2026, 1, 1), None, None]), ['1: x: "2026-01-01" is not yes or no']),
        (
            "date",
            pa.array([at("2026-01-01"), at("2026-01-01 09:00"), None]),
            ['2: x: "2026-01-01 09:00:00" is not a date'],
        ),
        ("date", pa.array([20260101, None, None]), ['1: x: "20260101" is not a date']),
        ("datetime", pa.array([date(2026, 1, 1), None, None]), []),
        ("money", pa.array([10**16, None, 1]), ['1: x: "10000000000000000" is not an amount']),
        ("text", pa.array([17.0, 1.5, None]), []),
    ],
)
def test_a_native_value_that_is_no_such_thing(tmp_path: Path, kind: str, values: pa.Array, told: list[str]) -> None:
    taken = parquet(tmp_path, kind, k=KEYS, x=values)
    assert taken.account("t").rejects == tuple(f"t.parquet:{line}" for line in told)


def test_an_id_that_became_a_float_is_an_id_again(tmp_path: Path) -> None:
    assert parquet(tmp_path, "id", k=KEYS, x=pa.array([17.0, None, 2.5])).rows("t", "x") == [("17",), (None,), ("2.5",)]


def test_blanks_make_nobody_a_stranger_and_no_key_another(tmp_path: Path) -> None:
    log = 'k;employee_id;kind\n1;a ;x\n2;"a\n"; x\n3; ;x\n 1;a;x\n ;a;x\n'
    files: dict[str, str | bytes] = {"e.csv": "employee_id,name\n a,A\n", "t.csv": log}
    manifest = 'employees: e.csv\nt: {source: t.csv, delimiter: ";", key: k, bearer: employee_id}'
    taken = take_in(tmp_path, manifest, files)
    assert taken.rows("t") == [("1", "a", "x"), ("2", "a", "x"), ("3", None, "x")]
    assert taken.account("t").rejects == ("t.csv:7: k: the key is missing",)


def test_what_types_its_values_keeps_their_blanks(tmp_path: Path) -> None:
    pq.write_table(pa.table({"k": ["1 "], "x": [" a"]}), tmp_path / "t.parquet")
    with sqlite3.connect(tmp_path / "t.sqlite") as base:
        base.execute("create table t(k text, x text)")
        base.execute("insert into t values ('1 ', ' a')")
    manifest = "p: {source: t.parquet, key: k}\ns: {source: t.sqlite::t, key: k}\nj: {source: t.jsonl, key: k}"
    taken = take_in(tmp_path, manifest, {"t.jsonl": '{"k": "1 ", "x": " a"}\n'})
    assert [taken.rows(each) for each in "psj"] == [[("1 ", " a")]] * 3

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook
from tests.reports.snapshots import assert_snapshot

from compliance.audit import Options, audit
from compliance.check import check
from compliance.model.problem import UserError
from compliance.proposal import propose, proposing
from compliance.workspace.manifest import MANIFEST

SNAPSHOTS = Path(__file__).parent / "snapshots"
TODAY = date(2026, 3, 20)
SHOP = """
create table Staff (Code text primary key, "Full name" text, Title text, Since text);
insert into Staff values
    ('ada', 'Ada Reed', 'Sales clerk', '2022-04-01'), ('ben', 'Ben Holt', 'Sales: senior', '2019-10-15');
create table Orders
    (No integer primary key, Seller text, CustomerID text, Placed text, RequiredDate text, Freight real);
insert into Orders values
    (101, 'ada', 'm', '2026-03-02', '2026-03-06', 12.5), (102, 'ben', 'n', '2026-03-03', '2026-03-06', 8);
create table "Order Details" (OrderNo integer, ProductID integer, Quantity integer, Discount real);
insert into "Order Details" values (101, 1, 5, 0.15), (102, 2, 1, 0);
create table Shelves (ShelfNo integer, Aisle text, checked_on text, paid_on text);
insert into Shelves values (1, 'A', '2026-03-01', 'soon'), (2, 'A', '2026-03-02', 'later');
create table Empty (EmptyID integer, Remark text);
create view Sellers as select distinct Seller from Orders;
"""
CALLS = """\
When;Who;Customer;Length
02.03.2026 10:05;ada;Miller;3,5
03.03.2026 11:30;ben;Novak;4
04.03.2026 11:31;ben;Novak;4
05.03.2026 11:32;ben;Novak;4
06.03.2026 11:33;ada;Novak;4
31.02.2026 13:10;ada;Peters;2,25
"""
VISITS = '{"visit_id": "v1", "employee_id": "x9", "visited": "2026-03-02T10:00:00+03:00", "period": 2026}\n'
LEDGER = "1,2026-03-02,ada,12.50\n2,2026-03-03,ben,8.00\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a shop's files, which is the current one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(proposing, "packs", lambda: (Path("rules/sales"), Path("rules/secrets")))
    with closing(sqlite3.connect("shop.sqlite")) as database:
        database.executescript(SHOP)
    texts = {"calls.csv": CALLS, "visits-2026-03.jsonl": VISITS, "ledger.csv": LEDGER}
    for name, text in texts.items():
        Path(name).write_text(text, encoding="utf-8")
    Path("расходы.csv").write_text("Номер;Сотрудник;Сумма\n7;Иванов;84,20\n8;Петров;29,90\n", encoding="cp1251")
    pq.write_table(pa.table({"trip": ["t1", "t2"], "amount": [1.5, 2.5], "starts_on": [TODAY, TODAY]}), "trips.parquet")
    return tmp_path


def proposed(*files: str, folder: str = "work") -> Path:
    """The workspace with the manifest that is proposed for these files."""
    proposal = propose(files, Path(folder), TODAY)
    Path(folder).mkdir(exist_ok=True)
    (Path(folder) / MANIFEST).write_text(proposal.text, encoding="utf-8")
    return Path(folder)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("shop", ["shop.sqlite"]),
        ("one-table", ["shop.sqlite::Orders"]),
        ("calls", ["calls.csv"]),
        ("calls-and-staff", ["calls.csv", "shop.sqlite::Staff", "visits-2026-03.jsonl"]),
        ("cyrillic", ["расходы.csv"]),
        ("headless", ["ledger.csv"]),
        ("parquet", ["trips.parquet"]),
        ("many-files", ["visits-*.jsonl"]),
    ],
)
def test_what_is_proposed_is_told_as_a_guess_and_can_be_checked_and_audited(name: str, files: list[str]) -> None:
    work = proposed(*files)
    assert_snapshot(f"{name}.yaml", (work / MANIFEST).read_text(encoding="utf-8"), SNAPSHOTS)
    found = check(work)
    assert found.answerable
    assert {account.table: account.accepted for account in audit(work, Options(judge="plain")).audit.tables} == {
        table.account.table: table.account.accepted for table in found.tables
    }


@pytest.mark.usefixtures("here")
def test_a_damaged_row_does_not_hide_what_the_others_are() -> None:
    (calls,) = check(proposed("calls.csv")).tables
    assert (calls.account.read, calls.account.accepted) == (6, 5)
    assert calls.account.rejects == ('../calls.csv:7: at: "31.02.2026 13:10" is not a datetime',)


@pytest.mark.usefixtures("here")
def test_where_no_record_has_a_time_the_period_is_this_year() -> None:
    assert "\nperiod: {from: 2026-01-01, to: 2027-01-01}\n" in propose(["расходы.csv"], Path(), TODAY).text


def test_a_file_in_the_workspace_s_own_folder_is_named_by_its_own_name(here: Path) -> None:
    assert "    source: calls.csv\n" in propose(["calls.csv"], Path(), TODAY).text
    assert "    source: calls.csv\n" in propose([str(here / "calls.csv")], Path(), TODAY).text
    assert f'    source: "{here}/calls.csv"\n' in propose([str(here / "calls.csv")], Path("work"), TODAY).text


@pytest.mark.usefixtures("here")
def test_titles_above_the_names_of_the_columns_are_passed_over_in_files_and_in_sheets() -> None:
    Path("titled.csv").write_text("Calls;;\n\nNo;Who;Day\n1;ann;2026-03-02\n", encoding="utf-8")
    book = Workbook()
    for row in (["Calls"], [], ["No", "Who", "Day"], [1, "ann", "2026-03-02"]):
        book.active.append(row)
    book.save("titled.xlsx")
    text = propose(["titled.csv", "titled.xlsx"], Path(), TODAY).text
    assert text.count("    header: 3  # a guess: what stands above it leaves most columns empty\n") == 2
    for table in check(proposed("titled.csv", "titled.xlsx")).tables:
        assert [each.name for each in table.columns] == ["No", "Who", "Day"]
        assert table.account.accepted == 1


HEADER = '"a: b","#x",on,"=1+1","q""uote","new\nline",TRUE,amount,paid_on,_key,"it\'s ""so""",é,é'
ODD = f"{HEADER}\n1,2,3,4,5,6,true,many,soon,k,z,1,2\n"
MISREAD = """\
order_id,employee_id,client_id,placed_at,required_on,amount
1,a,c,2026-03-02 10:00,later,much
2,a,c,2026-03-03 10:00,soon,more
"""


@pytest.mark.usefixtures("here")
def test_whatever_columns_are_called_the_manifest_can_be_read() -> None:
    Path("odd.csv").write_text(ODD, encoding="utf-8")
    (odd,) = check(proposed("odd.csv")).tables
    assert (odd.account.read, odd.account.accepted) == (1, 1)
    assert [column.name for column in odd.columns][:6] == ["a: b", "#x", "on", "=1+1", 'q"uote', "new\nline"]


@pytest.mark.usefixtures("here")
def test_a_column_that_can_not_be_what_its_name_promises_gets_another_name() -> None:
    Path("orders.csv").write_text(MISREAD, encoding="utf-8")
    (orders,) = check(proposed("orders.csv")).tables
    assert (orders.account.table, orders.account.accepted, orders.account.rejected) == ("orders", 2, 0)
    assert [column.name for column in orders.columns if column.type == "text"] == [
        "source_required_on",
        "source_amount",
    ]


@pytest.mark.usefixtures("here")
def test_names_of_tables_are_free_ones() -> None:
    for name in ("calendar.csv", "products.csv", "2026.csv", "Roster-2026-03-31.csv"):
        Path(name).write_text("a,b\nx,y\n", encoding="utf-8")
    files = ("calendar.csv", "products.csv", "2026.csv", "Roster-2026-03-31.csv", "calendar.csv")
    proposal = propose(files, Path(), TODAY)
    assert proposal.tables == (
        "calendar",
        "products_records",
        "table_2026",
        "roster",
        "calendar_records",
    )


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("nowhere.csv", "--from nowhere.csv: there is no file nowhere.csv"),
        ("calls.csv::Calls", "--from calls.csv::Calls: a .csv file has no tables to choose from"),
        ("shop.sqlite::Staf", "--from shop.sqlite::Staf: shop.sqlite has no table `Staf`"),
        ("notes.txt", "--from notes.txt: files ending in `.txt` are not read"),
        ("empty.csv", "--from empty.csv: empty.csv is empty: it has not even a header"),
        ("false.sqlite", "--from false.sqlite: false.sqlite is not an SQLite file, whatever its name says"),
        ("bare.sqlite", "--from bare.sqlite: bare.sqlite holds no table"),
        ("folder.csv", "--from folder.csv: folder.csv is a folder"),
    ],
)
def test_what_can_not_be_read_is_told(here: Path, written: str, says: str) -> None:
    (here / "empty.csv").touch()
    (here / "false.sqlite").write_text("no database", encoding="utf-8")
    with closing(sqlite3.connect("bare.sqlite")) as database:
        database.executescript("create table t (a); drop table t")
    (here / "folder.csv").mkdir()
    with pytest.raises(UserError) as raised:
        propose([written], Path(), TODAY)
    assert [problem.says for problem in raised.value.problems] == [says]


@pytest.mark.parametrize("written", ["postgresql://ann:hunter2@db/shop::orders", "https://x/y.csv?password=hunter2"])
def test_a_password_is_neither_written_nor_repeated(written: str) -> None:
    with pytest.raises(UserError) as raised:
        propose([written], Path(), TODAY)
    assert str(raised.value) == (
        "an address with a password would write the password into the manifest\n"
        "  help: leave the password out, and give it by the environment"
    )

"""Whole outcomes of intake over small files."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from tests.workspace.taken import at, take_in

from compliance.model.audit import TableAccount
from compliance.model.types import ColumnType, Told
from compliance.workspace.entry import Heartbeat
from compliance.workspace.tables import Table

EMPLOYEES = """
    employee_id,name,position,hired_on,left_on
    e1,Ann,seller,2020-01-01,
    e2,Bob,seller,2021-01-01,2025-12-31
"""
PARTS = ("_key", "_at", "_instant", "_bearer")


def test_a_table_with_standard_names_needs_no_mapping(tmp_path: Path) -> None:
    taken = take_in(
        tmp_path,
        "employees: employees.csv\nactivities: activities.csv",
        {
            "employees.csv": EMPLOYEES,
            "activities.csv": """
                activity_id,at,employee_id,kind,minutes,recorded_at,mood
                1,2026-01-05 10:00,e1,call,5.5,2026-01-05 11:00,good
                2,2026-01-06T09:30:15.25,,call,,2026-01-07,
                3,,e2,call,7,,
            """,
        },
    )
    assert taken.books.tables["activities"] == Table(
        name="activities",
        columns={
            "activity_id": ColumnType.ID,
            "at": ColumnType.DATETIME,
            "employee_id": ColumnType.ID,
            "kind": ColumnType.TEXT,
            "minutes": ColumnType.DECIMAL,
            "recorded_at": ColumnType.DATETIME,
            "mood": ColumnType.TEXT,
        },
        key_columns=("activity_id",),
        at="at",
        bearer="employee_id",
        heartbeat=Heartbeat(per="working_day"),
        standard=True,
        refs={"employee_id": "employees"},
        accepted=3,
        first_at=at("2026-01-05 10:00"),
        last_at=at("2026-01-06 09:30:15.250"),
        last_recorded_at=at("2026-01-07"),
        told=dict.fromkeys(("activity_id", "at", "employee_id", "kind", "minutes", "recorded_at"), Told.STANDARD)
        | {"mood": Told.INFERRED},
    )
    assert taken.rows("activities") == [
        ("1", at("2026-01-05 10:00"), "e1", "call", Decimal("5.5"), at("2026-01-05 11:00"), "good"),
        ("2", at("2026-01-06 09:30:15.250"), None, "call", None, at("2026-01-07"), None),
        ("3", None, "e2", "call", Decimal(7), None, None),
    ]
    assert taken.rows("activities", *PARTS) == [
        ("1", at("2026-01-05 10:00"), at("2026-01-05 09:00"), "e1"),
        ("2", at("2026-01-06 09:30:15.250"), at("2026-01-06 08:30:15.250"), None),
        ("3", None, None, "e2"),
    ]
    assert taken.account("activities") == TableAccount("activities", 3, 3, 0)
    assert taken.rejected("activities") == []


def test_rejected_rows_are_told_with_file_line_and_reason_and_kept_apart(tmp_path: Path) -> None:
    taken = take_in(
        tmp_path,
        "employees: employees.csv\nactivities: log/activities.csv",
        {
            "employees.csv": EMPLOYEES,
            "log/activities.csv": """
                activity_id,at,employee_id,kind,minutes
                1,2026-01-05 10:00,e1,call,5

                2,31.02.2026,e1,call,5
                3,2026-01-05 10:00,e99,"a call
                over two lines",5
                ,2026-01-05 10:00,e1,call,5
                5,2026-01-05 10:00,e1,call,five
            """,
        },
    )
    assert taken.account("activities") == TableAccount(
        "activities",
        read=5,
        accepted=1,
        rejected=4,
        reasons={
            "at: not a datetime": 1,
            "minutes: not a number": 1,
            "activity_id: the key is missing": 1,
            "employee_id: nobody on the roster": 1,
        },
        rejects=(
            'log/activities.csv:4: at: "31.02.2026" is not a datetime',
            'log/activities.csv:5: employee_id: nobody on the roster has id "e99"',
            "log/activities.csv:7: activity_id: the key is missing",
            'log/activities.csv:8: minutes: "five" is not a number',
        ),
    )
    assert taken.rows("activities", "_key") == [("1",)]
    assert taken.rejected("activities") == [
        (None, at("2026-01-05 10:00"), "e1", "call", Decimal(5)),
        ("2", None, "e1", "call", Decimal(5)),
        ("3", at("2026-01-05 10:00"), None, "a call\nover two lines", Decimal(5)),
        ("5", at("2026-01-05 10:00"), "e1", "call", None),
    ]
    assert taken.rejected("activities", *PARTS) == [
        (None, at("2026-01-05 10:00"), at("2026-01-05 09:00"), "e1"),
        ("2", None, None, "e1"),
        ("3", at("2026-01-05 10:00"), at("2026-01-05 09:00"), None),
        ("5", at("2026-01-05 10:00"), at("2026-01-05 09:00"), "e1"),
    ]


def test_rows_of_one_key_stand_once_if_alike_and_not_at_all_if_they_differ(tmp_path: Path) -> None:
    taken = take_in(
        tmp_path,
        "visits: {source: visits.csv, key: visit_id, at: at, bearer: who}",
        {
            "visits.csv": """
                visit_id,at,who,place
                1,2026-01-05 10:00,a,here
                2,2026-01-05 10:00,a,here
                1,2026-01-05T10:00:00,a,here
                2,2026-01-05 11:00,a,here
                2,2026-01-05 11:00,a,there
                3,2026-01-05 10:00,a,here
                3,some day,a,here
                4,some day,a,here
                4,some day,a,here
            """,
        },
    )
    assert taken.rows("visits") == [("1", at("2026-01-05 10:00"), "a", "here")]
    assert taken.rejected("visits") == [
        ("2", None, "a", None),
        ("3", None, "a", "here"),
        ("4", None, "a", "here"),
    ]
    assert taken.account("visits") == TableAccount(
        "visits",
        read=9,
        accepted=2,
        rejected=7,
        repeated=1,
        reasons={"different rows with one key": 4, "at: not a datetime": 3},
        rejects=(
            'visits.csv:3: two different rows have key "2"',
            'visits.csv:5: two different rows have key "2"',
            'visits.csv:6: two different rows have key "2"',
            'visits.csv:7: two different rows have key "3"',
            'visits.csv:8: at: "some day" is not a datetime',
            'visits.csv:9: at: "some day" is not a datetime',
            'visits.csv:10: at: "some day" is not a datetime',
        ),
    )


def test_what_is_decided_first_is_told(tmp_path: Path) -> None:
    taken = take_in(
        tmp_path,
        "employees: employees.csv\nabsences: absences.csv",
        {
            "employees.csv": EMPLOYEES,
            "absences.csv": """
                absence_id,employee_id,starts_on,ends_on,excused
                ,e9,x,2026-01-01,maybe
                ,e9,2026-01-02,2026-01-01,yes
                1,e9,2026-01-02,2026-01-01,yes
                2,e9,2026-01-01,2026-01-01,yes
                2,e1,2026-01-01,2026-01-01,yes
                3,e1,2026-01-01,2026-01-01,yes
                4,e1,2026-01-01,,
            """,
        },
    )
    assert taken.account("absences").rejects == (
        'absences.csv:2: starts_on: "x" is not a date',
        "absences.csv:3: absence_id: the key is missing",
        "absences.csv:4: ends_on: 2026-01-01 is before starts_on",
        'absences.csv:5: employee_id: nobody on the roster has id "e9"',
        'absences.csv:6: two different rows have key "2"',
    )
    assert taken.rows("absences") == [
        ("3", "e1", date(2026, 1, 1), date(2026, 1, 1), True),
        ("4", "e1", date(2026, 1, 1), None, None),
    ]
    absences = taken.books.tables["absences"]
    assert (absences.ahead, absences.at_is_date) == (True, True)
    assert (absences.first_at, absences.last_at) == (at("2026-01-01"), None)


def test_a_table_without_a_key_is_known_by_its_rows(tmp_path: Path) -> None:
    manifest = "moves: {source: moves.csv, at: day}"
    rows = ["2026-01-05,pen,3", "2026-01-05,ink,1", "2026-01-05,pen,3", "2026-01-05,pen,3"]
    first = take_in(tmp_path, manifest, {"moves.csv": "\n".join(["day,what,n", *rows])})
    keys = [key for (key,) in first.rows("moves", "_key")]
    digests = {key.rpartition("-")[0] for key in keys}
    assert sorted(key.rpartition("-")[2] for key in keys) == ["1", "1", "2", "3"]
    assert len(digests) == 2
    assert all(len(digest) == 16 for digest in digests)
    assert first.account("moves") == TableAccount("moves", 4, 4, 0, repeated=0)
    turned = take_in(tmp_path, manifest, {"moves.csv": "\n".join(["day,what,n", *reversed(rows)])})
    assert turned.rows("moves", "_key", "what") == first.rows("moves", "_key", "what")


def test_a_key_of_several_columns_is_joined(tmp_path: Path) -> None:
    taken = take_in(
        tmp_path,
        "parts: {source: parts.csv, key: [case, step]}",
        {"parts.csv": "case,step,x\n007,1,a\n7,1,b\n7,,c\n"},
    )
    assert taken.rows("parts", "_key", "case") == [("007 / 1", "007"), ("7 / 1", "7")]
    assert taken.account("parts").rejects == ("parts.csv:4: case or step: the key is missing",)


def test_at_and_bearer_follow_references(tmp_path: Path) -> None:
    taken = take_in(
        tmp_path,
        """
        order_lines: order_lines.csv
        orders: orders.csv
        notes: {source: notes.csv, key: note_id, at: line.order.placed_at, bearer: line.order.employee_id}
        """,
        {
            "orders.csv": "order_id,employee_id,placed_at\n1,a,2026-10-25T02:30:00+01:00\n2,b,\n",
            "order_lines.csv": "line_id,order_id,quantity\n1,1,3\n2,2,1\n3,9,1\n",
            "notes.csv": "note_id,line_id\nx,1\ny,3\n",
        },
    )
    assert taken.rows("orders", *PARTS) == [
        ("1", at("2026-10-25 02:30"), at("2026-10-25 01:30"), "a"),
        ("2", None, None, "b"),
    ]
    assert taken.rows("order_lines", *PARTS) == [
        ("1", at("2026-10-25 02:30"), at("2026-10-25 01:30"), "a"),
        ("2", None, None, "b"),
        ("3", None, None, None),
    ]
    assert taken.rows("notes", *PARTS) == [
        ("x", at("2026-10-25 02:30"), at("2026-10-25 01:30"), "a"),
        ("y", None, None, None),
    ]
    assert [*taken.books.tables] == ["order_lines", "orders", "notes"]
    assert taken.books.tables["notes"].refs == {"line_id": "order_lines"}


def test_the_obligations_of_the_other_party_are_nobodys(tmp_path: Path) -> None:
    taken = take_in(
        tmp_path,
        "obligations: obligations.csv\ncontracts: contracts.csv",
        {
            "contracts.csv": "contract_id,employee_id,signed_on\nc,a,2026-01-01\n",
            "obligations.csv": "obligation_id,contract_id,party,due_on\n1,c,own,2026-02-01\n2,c,client,2026-02-01\n",
        },
    )
    assert taken.rows("obligations", "_key", "_bearer") == [("1", "a"), ("2", None)]


def test_a_standard_part_that_can_not_be_had_is_not_there(tmp_path: Path) -> None:
    taken = take_in(tmp_path, "order_lines: lines.csv", {"lines.csv": "line_id,order_id\n1,1\n"})
    lines = taken.books.tables["order_lines"]
    assert (lines.has_at, lines.has_bearer, lines.refs) == (False, False, {})
    assert taken.rows("order_lines", *PARTS) == [("1", None, None, None)]


def test_the_manifest_wins_over_the_standard(tmp_path: Path) -> None:
    taken = take_in(
        tmp_path,
        """
        activities:
          source: log.csv
          key: number
          at: null
          bearer: who
          heartbeat: {per: working_day, by: [kind]}
          ahead: true
          types: {kind: id}
          refs: {site: sites}
        sites: {source: sites.csv, key: site}
        """,
        {"log.csv": "number,at,who,kind,site\n1,2026-01-05,a,7,x\n", "sites.csv": "site,city\nx,Bonn\n"},
    )
    log = taken.books.tables["activities"]
    assert (log.key_columns, log.at, log.bearer, log.ahead) == (("number",), None, "who", True)
    assert log.heartbeat == Heartbeat(per="working_day", by=("kind",))
    assert log.refs == {"site": "sites"}
    assert log.columns["kind"] is ColumnType.ID
    assert taken.rows("activities", "kind", *PARTS) == [("7", "1", None, None, "a")]


def test_a_history_keeps_each_state_of_a_key(tmp_path: Path) -> None:
    taken = take_in(
        tmp_path,
        """
        permits: {source: permits.csv, key: permit_id, valid_from: since}
        trips: {source: trips.csv, key: trip_id, at: day, bearer: permit.holder, refs: {permit_id: permits}}
        """,
        {
            "permits.csv": """
                permit_id,since,holder
                1,2026-01-01,a
                1,2026-02-01,b
                1,2026-02-01,b
                1,2026-03-01,c
                1,2026-03-01,d
            """,
            "trips.csv": "trip_id,day,permit_id\n1,2026-01-15,1\n",
        },
    )
    assert taken.books.tables["permits"].valid_from == "since"
    assert taken.rows("permits", "_key", "holder") == [("1", "a"), ("1", "b")]
    assert taken.rejected("permits") == [("1", date(2026, 3, 1), None)]
    assert taken.account("permits").repeated == 1
    assert taken.rows("trips", "_bearer") == [("b",)]


def test_a_standard_table_that_carries_valid_from_is_a_history(tmp_path: Path) -> None:
    rows = "client_id,tier,valid_from\nc,a,2026-01-01\nc,b,2026-02-01\nd,a,\ne,b,soon\n"
    taken = take_in(tmp_path, "clients: clients.csv", {"clients.csv": rows})
    assert taken.rows("clients", "_key", "tier") == [("c", "a"), ("c", "b"), ("d", "a")]
    assert taken.account("clients").rejects == ('clients.csv:5: valid_from: "soon" is not a datetime',)


def test_tables_may_be_called_what_they_like(tmp_path: Path) -> None:
    taken = take_in(
        tmp_path,
        """
        typed: {source: a.csv, key: code}
        select: {source: b.csv, key: n, refs: {what: typed}, at: what.made_on}
        """,
        {"a.csv": "code,made_on\nx,2026-01-05\n", "b.csv": "n,what\n1,x\n"},
    )
    assert taken.rows("select", "n", "what", "_at") == [("1", "x", at("2026-01-05"))]


def test_an_at_whose_cells_are_no_moments_all_alike_is_a_datetime(tmp_path: Path) -> None:
    rows = "k,when\n1,2026-01-05T10:00Z\n2,2026-01-05\n3,noon\n"
    taken = take_in(tmp_path, "t: {source: t.csv, key: k, at: when}", {"t.csv": rows})
    assert taken.rows("t", "k", "when", "_instant") == [
        ("1", at("2026-01-05 11:00"), at("2026-01-05 10:00")),
        ("2", at("2026-01-05"), at("2026-01-04 23:00")),
    ]
    assert taken.account("t").rejects == ('t.csv:4: when: "noon" is not a datetime',)


def test_the_second_of_two_equal_hours_keeps_its_instant_and_its_order(tmp_path: Path) -> None:
    rows = "k,at\n1,2026-10-25T02:30:00+01:00\n2,2026-10-25T02:30:00+02:00\n3,2026-10-25 02:30\n"
    taken = take_in(tmp_path, "t: {source: t.csv, key: k, at: at}", {"t.csv": rows})
    assert taken.rows("t", "k", "_at", "_instant") == [
        ("1", at("2026-10-25 02:30"), at("2026-10-25 01:30")),
        ("2", at("2026-10-25 02:30"), at("2026-10-25 00:30")),
        ("3", at("2026-10-25 02:30"), at("2026-10-25 00:30")),
    ]


def test_columns_are_mapped_or_worked_out_and_the_others_keep_their_names(tmp_path: Path) -> None:
    taken = take_in(
        tmp_path,
        """
        orders:
          source: orders.csv
          columns:
            order_id: Order ID
            placed_at: OrderDate
            late: "ShippedDate > RequiredDate"
            discount: 'round("Share of it" * 100, 2)'
            name: "First || ' ' || Last"
        """,
        {
            "orders.csv": """
                Order ID,OrderDate,RequiredDate,ShippedDate,Share of it,First,Last,Discount
                1,2026-01-05,2026-01-09,2026-01-10,0.15000000596,A,B,x
                2,2026-01-05,2026-01-09,,0,C,,y
            """,
        },
    )
    assert taken.types("orders") == {
        "order_id": "id",
        "placed_at": "datetime",
        "late": "boolean",
        "discount": "decimal",
        "name": "text",
        "RequiredDate": "date",
        "ShippedDate": "date",
        "Share of it": "decimal",
        "First": "text",
        "Last": "text",
    }
    assert taken.rows("orders", "order_id", "late", "discount", "name", "Share of it") == [
        ("1", True, Decimal(15), "A B", Decimal("0.15")),
        ("2", None, Decimal(0), None, Decimal(0)),
    ]


def test_digests_know_the_bytes_of_every_source_and_the_manifest(tmp_path: Path) -> None:
    files = {"a.csv": "x\n1\n", "b.csv": "x\n1\n"}
    manifest = "a: a.csv\nb: b.csv"
    first = take_in(tmp_path, manifest, files).books.digest
    assert take_in(tmp_path, manifest, files).books.digest == first
    changed = {
        take_in(tmp_path, manifest, {**files, "b.csv": "x\n1\n\n"}).books.digest,
        take_in(tmp_path, manifest + " # twice", files).books.digest,
    }
    assert len({first, *changed}) == 3
    assert len(first) == 64


def test_a_large_table_tells_a_thousand_rejected_rows_and_counts_all(tmp_path: Path) -> None:
    rows = "\n".join(f"{number},x" for number in range(2500))
    taken = take_in(tmp_path, "t: {source: t.csv, key: id, types: {n: integer}}", {"t.csv": f"id,n\n{rows}\n"})
    account = taken.account("t")
    assert (account.read, account.rejected, account.reasons) == (2500, 2500, {"n: not an integer": 2500})
    assert len(account.rejects) == 1000
    assert account.rejects[-1] == 't.csv:1001: n: "x" is not an integer'


def test_each_column_says_what_tells_its_type(tmp_path: Path) -> None:
    taken = take_in(
        tmp_path,
        """
        permits:
          source: permits.csv
          key: Number
          at: asked
          bearer: Who
          types: {fee: money}
        """,
        {"permits.csv": "Number,asked,Who,fee,paid_on,period,level\n1,2026-01-05,e1,5,2026-01-06,2026,3"},
    )
    table = taken.books.tables["permits"]
    assert {name: (table.columns[name], table.told[name]) for name in table.columns} == {
        "Number": (ColumnType.ID, Told.GIVEN),
        "asked": (ColumnType.DATE, Told.INFERRED),
        "Who": (ColumnType.ID, Told.GIVEN),
        "fee": (ColumnType.MONEY, Told.GIVEN),
        "paid_on": (ColumnType.DATE, Told.BY_NAME),
        "period": (ColumnType.TEXT, Told.BY_NAME),
        "level": (ColumnType.INTEGER, Told.INFERRED),
    }

"""OCEL 2.0 logs, in SQLite and in JSON: both give the same tables."""

import json
import sqlite3
from pathlib import Path

import pytest
from tests.workspace.taken import at, problems, take_in

EVENTS: list[tuple[str, str, str, dict[str, object]]] = [
    ("e1", "place order", "2026-03-02T09:00:00Z", {"channel": "web", "clerk": "ada"}),
    ("e2", "pay", "2026-03-03T10:00:00Z", {"amount": 12.5}),
    ("e3", "place order", "soon", {"channel": "shop", "clerk": None}),
]
OBJECTS = [("o1", "Order"), ("o2", "Order"), ("i1", "Item"), ("i2", "Item"), ("pay", "pay")]
CHANGES: list[tuple[str, str, dict[str, object]]] = [
    ("o1", "1970-01-01T00:00:00Z", {"price": "10", "state": "new"}),
    ("o1", "2026-03-03T10:00:00Z", {"state": "paid"}),
    ("o1", "2026-03-04T10:00:00Z", {"price": "12"}),
    ("o1", "2026-03-04T10:00:00Z", {"state": None}),
    ("o2", "1970-01-01T00:00:00Z", {"price": "7", "state": "new"}),
]
EVENT_OBJECTS = [
    ("e1", "o1", "order"),
    ("e1", "i2", "first"),
    ("e1", "i1", "other"),
    ("e2", "o1", "order"),
    ("e2", "o1", "bill"),
    ("e3", "o2", ""),
]
OBJECT_OBJECTS = [("o1", "i1", "holds"), ("o1", "i2", "holds")]


def write_sqlite(path: Path) -> None:
    connection = sqlite3.connect(path)
    run = connection.execute
    run("create table event_map_type (ocel_type text, ocel_type_map text)")
    run("create table object_map_type (ocel_type text, ocel_type_map text)")
    run("create table event (ocel_id text, ocel_type text)")
    run("create table object (ocel_id text, ocel_type text)")
    run("create table event_object (ocel_event_id text, ocel_object_id text, ocel_qualifier text)")
    run("create table object_object (ocel_source_id text, ocel_target_id text, ocel_qualifier text)")
    run("create table event_PlaceOrder (ocel_id text, ocel_time timestamp, channel text, clerk text)")
    run("create table event_Pay (ocel_id text, ocel_time timestamp, amount real)")
    for kind in ("Item", "Payment"):
        run(f"create table object_{kind} (ocel_id text, ocel_time timestamp, ocel_changed_field text)")
    run(
        "create table object_Order "
        "(ocel_id text, ocel_time timestamp, ocel_changed_field text, price integer, state text)"
    )
    run("insert into event_map_type values ('place order', 'PlaceOrder'), ('pay', 'Pay')")
    run("insert into object_map_type values ('Order', 'Order'), ('Item', 'Item'), ('pay', 'Payment')")
    for id_, type_, time, values in EVENTS:
        run("insert into event values (?, ?)", (id_, type_))
        table = "PlaceOrder" if type_ == "place order" else "Pay"
        marks = ", ".join("?" * (2 + len(values)))
        run(f"insert into event_{table} values ({marks})", (id_, time, *values.values()))
    connection.executemany("insert into object values (?, ?)", OBJECTS)
    for id_, time, values in CHANGES:
        changed = next(iter(values)) if len(values) == 1 else None
        row = (id_, time, changed, values.get("price"), values.get("state"))
        run("insert into object_Order values (?, ?, ?, ?, ?)", row)
    run("insert into object_Item values ('i1', '1970-01-01T00:00:00Z', null), ('i2', '1970-01-01T00:00:00Z', null)")
    connection.executemany("insert into event_object values (?, ?, ?)", EVENT_OBJECTS)
    connection.executemany("insert into object_object values (?, ?, ?)", OBJECT_OBJECTS)
    connection.commit()
    connection.close()


def related(pairs: list[tuple[str, str, str]], id_: str) -> list[dict[str, str]]:
    return [{"objectId": other, "qualifier": qualifier} for of, other, qualifier in pairs if of == id_]


def log() -> dict[str, list[dict[str, object]]]:
    return {
        "objectTypes": [
            {
                "name": "Order",
                "attributes": [{"name": "price", "type": "integer"}, {"name": "state", "type": "string"}],
            },
            {"name": "Item", "attributes": []},
            {"name": "pay", "attributes": []},
        ],
        "eventTypes": [
            {"name": "place order", "attributes": [{"name": "channel", "type": "string"}, {"name": "clerk"}]},
            {"name": "pay", "attributes": [{"name": "amount", "type": "float"}]},
        ],
        "objects": [
            {
                "id": id_,
                "type": type_,
                "attributes": [
                    {"name": name, "time": time, "value": value}
                    for of, time, values in CHANGES
                    for name, value in values.items()
                    if of == id_
                ],
                "relationships": related(OBJECT_OBJECTS, id_),
            }
            for id_, type_ in OBJECTS
        ],
        "events": [
            {
                "id": id_,
                "type": type_,
                "time": time,
                "attributes": [{"name": name, "value": value} for name, value in values.items()],
                "relationships": related(EVENT_OBJECTS, id_),
            }
            for id_, type_, time, values in EVENTS
        ],
    }


@pytest.fixture(params=["log.sqlite", "log.jsonocel"])
def name(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "log.sqlite":
        write_sqlite(tmp_path / "log.sqlite")
    else:
        (tmp_path / "log.jsonocel").write_text(json.dumps(log()), encoding="utf-8")
    return str(request.param)


def test_an_event_type(tmp_path: Path, name: str) -> None:
    taken = take_in(tmp_path, f"t: {{source: '{name}::place order', key: event_id, at: time}}")
    assert taken.types("t") == {
        "event_id": "id",
        "time": "datetime",
        "channel": "text",
        "clerk": "text",
        "Item": "text",
        "Item: first": "text",
        "Item: other": "text",
        "Order": "text",
        "Order: order": "text",
    }
    assert taken.rows("t") == [
        ("e1", at("2026-03-02 10:00"), "web", "ada", "i1, i2", "i2", "i1", "o1", "o1"),
    ]
    assert taken.account("t").rejects == (f'{name}::place order:2: time: "soon" is not a datetime',)
    assert taken.rejected("t", "event_id", "Order", "Order: order") == [("e3", "o2", None)]


def test_an_object_type_is_the_history_of_its_objects(tmp_path: Path, name: str) -> None:
    taken = take_in(tmp_path, f"t: {{source: '{name}::Order', key: object_id, valid_from: valid_from}}")
    assert taken.types("t") == {
        "object_id": "id",
        "valid_from": "datetime",
        "price": "money",
        "state": "text",
        "Item": "text",
        "Item: holds": "text",
    }
    assert taken.rows("t") == [
        ("o1", at("1970-01-01 01:00"), 10, "new", "i1, i2", "i1, i2"),
        ("o1", at("2026-03-03 11:00"), 10, "paid", "i1, i2", "i1, i2"),
        ("o1", at("2026-03-04 11:00"), 12, None, "i1, i2", "i1, i2"),
        ("o2", at("1970-01-01 01:00"), 7, "new", None, None),
    ]


def test_an_object_without_attributes_is_there_too(tmp_path: Path, name: str) -> None:
    taken = take_in(tmp_path, f"t: {{source: '{name}::Item', key: object_id, types: {{valid_from: datetime}}}}")
    assert taken.rows("t") == [("i1", at("1970-01-01 01:00")), ("i2", at("1970-01-01 01:00"))]


def test_a_type_of_events_and_of_objects_is_told_apart_by_a_word(tmp_path: Path, name: str) -> None:
    taken = take_in(tmp_path, f"t: {{source: '{name}::event:pay', key: event_id}}")
    assert taken.rows("t", "event_id", "amount", "Order", "Order: bill") == [("e2", 12.5, "o1", "o1")]
    shown = problems(tmp_path, f"t: '{name}::pay'")
    assert shown.splitlines()[0] == f"compliance.yaml:3:6: {name} has events and objects of type `pay`"
    assert shown.splitlines()[3] == "  help: write `event:pay` or `object:pay`"


def test_the_relations_themselves(tmp_path: Path, name: str) -> None:
    taken = take_in(tmp_path, f"t: '{name}::event_object'\nu: '{name}::object_object'")
    columns = ("ocel_event_id", "ocel_object_id", "ocel_qualifier")
    assert sorted((a, b, c or "") for a, b, c in taken.rows("t", *columns)) == sorted(EVENT_OBJECTS)
    assert sorted(taken.rows("u", "ocel_source_id", "ocel_target_id", "ocel_qualifier")) == OBJECT_OBJECTS


def test_a_type_that_is_not_there(tmp_path: Path, name: str) -> None:
    shown = problems(tmp_path, f"t: '{name}::Ordr'")
    assert shown.splitlines()[0] == f"compliance.yaml:3:6: {name} has no events or objects of type `Ordr`"
    assert shown.splitlines()[3] == "  help: did you mean `Order`?"


def test_several_logs_are_not_read_as_one(tmp_path: Path) -> None:
    for each in ("a.db", "b.db"):
        write_sqlite(tmp_path / each)
    assert problems(tmp_path, "t: '*.db::Order'") == (
        "compliance.yaml:3:6: 2 files match *.db\n    t: '*.db::Order'\n       ^^^^^^^^^^^^^\n"
        "  help: name one: of this kind each is read by itself"
    )


def test_a_table_of_a_log_that_lacks_what_every_one_has(tmp_path: Path) -> None:
    write_sqlite(tmp_path / "log.db")
    connection = sqlite3.connect(tmp_path / "log.db")
    connection.execute("alter table event_Pay rename column ocel_time to happened")
    connection.close()
    assert problems(tmp_path, "t: log.db::event:pay") == (
        "compliance.yaml:3:6: log.db::event_Pay has no column ocel_time\n"
        "    t: log.db::event:pay\n"
        "       ^^^^^^^^^^^^^^^^^\n"
        "  help: a table of an OCEL 2.0 log has ocel_id and ocel_time"
    )


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b'{"events": [', id="cut off"),
        pytest.param(b"\x89PNG\r\n\x1a\n", id="a picture"),
        pytest.param(b"", id="nothing"),
        pytest.param(b'{"ocel:events": {}, "ocel:objects": {}}', id="a log of OCEL 1.0"),
        pytest.param(b'[{"id": 1}]', id="a list"),
        pytest.param(b'{"events": {}, "objects": 7}', id="lists that are none"),
    ],
)
def test_what_is_no_log(tmp_path: Path, content: bytes) -> None:
    assert problems(tmp_path, "t: log.jsonocel::Order", {"log.jsonocel": content}) == (
        "compliance.yaml:3:6: log.jsonocel can't be read as an OCEL 2.0 log\n"
        "    t: log.jsonocel::Order\n"
        "       ^^^^^^^^^^^^^^^^^^^\n"
        "  help: it must be one JSON object with the lists `events` and `objects`"
    )

"""CloudEvents as JSON Lines: one type is a table, the fields of its data are columns."""

import gzip
from pathlib import Path

import pytest
from tests.workspace.taken import at, problems, take_in

LOG = """
    {"specversion": "1.0", "id": "e1", "source": "/shop", "type": "order.placed", "time": "2026-03-02T09:00:00Z", "subject": "o1", "data": {"order_id": 7, "by": {"id": "ada"}, "a/b": true}}
    {"specversion": "1.0", "id": "e2", "source": "/shop", "type": "order.paid", "time": "2026-03-03T09:00:00Z", "data": {"order_id": 7, "amount": 12.5}}

    {"specversion": "1.0", "id": "e3", "source": "/shop", "type": "order.placed", "time": "soon", "region": "eu", "data": {"order_id": 8}}
    {"specversion": "0.3", "id": "e4", "source": "/shop", "type": "order.paid"}
    {"id": "e5", "type": "order.placed"}
    {"specversion": "1.0", "id"
    {"specversion": "1.0", "id": "e6", "source": "/bank", "type": "note", "data": "seen"}
    {"specversion": "1.0", "id": "e7", "source": "/bank", "type": "note", "datacontenttype": "x/y", "data_base64": "AA=="}
"""  # noqa: E501 one event a line
BAD = (
    'not a CloudEvent: {"specversion": "0.3", "id": "e4", "source": "/shop", "type": "order.paid"}',
    'not a CloudEvent: {"id": "e5", "type": "order.placed"}',
    'not readable as JSON: {"specversion": "1.0", "id"',
)


def test_the_events_of_one_type_with_the_fields_of_their_data(tmp_path: Path) -> None:
    manifest = """
        placed:
          source: log.jsonl::order.placed
          key: id
          at: time
          columns: {order_id: data.order_id, whole: '"data.a/b" is null'}
        paid: {source: log.jsonl::order.paid, key: id}
    """
    taken = take_in(tmp_path, manifest, {"log.jsonl": LOG})
    assert taken.types("placed") == {
        "order_id": "id",
        "whole": "boolean",
        "specversion": "integer",
        "id": "id",
        "source": "text",
        "type": "text",
        "time": "datetime",
        "subject": "text",
        "region": "text",
        "data.by": "text",
        "data.a/b": "boolean",
        "data.by.id": "text",
    }
    assert taken.rows("placed", "id", "order_id", "time", "data.by", "data.by.id", "whole", "_at") == [
        ("e1", "7", at("2026-03-02 10:00"), '{"id":"ada"}', "ada", False, at("2026-03-02 10:00")),
    ]
    places = [f"log.jsonl::order.placed:{line}: " for line in (5, 6, 7)]
    assert taken.account("placed").rejects == (
        'log.jsonl::order.placed:4: time: "soon" is not a datetime',
        *(place + told for place, told in zip(places, BAD, strict=True)),
    )
    assert (taken.account("placed").read, taken.account("placed").accepted) == (5, 1)
    assert [told.split(":", 4)[3] for told in taken.account("paid").rejects] == ["5", "6", "7"]


def test_events_of_all_types(tmp_path: Path) -> None:
    taken = take_in(
        tmp_path, "t: {source: '*.jsonl.gz::cloudevents', key: id}", {"a.jsonl.gz": gzip.compress(LOG.encode())}
    )
    assert taken.rows("t", "id", "data", "data.order_id", "data_base64") == [
        ("e1", '{"order_id":7,"by":{"id":"ada"},"a/b":true}', "7", None),
        ("e2", '{"order_id":7,"amount":12.5}', "7", None),
        ("e3", '{"order_id":8}', "8", None),
        ("e6", "seen", None, None),
        ("e7", None, None, "AA=="),
    ]


def test_without_a_type_they_are_json_lines_like_others(tmp_path: Path) -> None:
    taken = take_in(tmp_path, "t: {source: log.jsonl, key: id}", {"log.jsonl": LOG})
    assert taken.rows("t", "id", "data")[1] == ("e2", '{"order_id":7,"amount":12.5}')
    assert taken.account("t").accepted == 7


@pytest.mark.parametrize(
    ("content", "source", "told", "advice"),
    [
        (LOG, "log.jsonl::order.paidd", "there is no CloudEvent of type `order.paidd`", "did you mean `order.paid`?"),
        (
            '{"a": 1}\n',
            "log.jsonl::x",
            "there is no CloudEvent of type `x`",
            "there are: none; all are read by `::cloudevents`",
        ),
    ],
)
def test_a_type_that_no_event_has(tmp_path: Path, content: str, source: str, told: str, advice: str) -> None:
    assert problems(tmp_path, f"t: {source}", {"log.jsonl": content}) == (
        f"compliance.yaml:3:6: {told}\n    t: {source}\n       {'^' * len(source)}\n  help: {advice}"
    )

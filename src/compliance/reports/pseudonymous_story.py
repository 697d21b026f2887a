"""The pseudonymous edition of one incident or finding that the register keeps."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from compliance.model.finding import RecordRef
from compliance.model.history import CaseEvent
from compliance.reports import kept
from compliance.reports.pseudonyms import Pseudonyms

PEOPLE = frozenset({"bearer", "responsible", "approver", "decides", "person"})
PARTS = frozenset({"findings", "chain", "steps", "measures", "limitation", "hearing"})
TEXTS = frozenset({"message", "cause", "arithmetic", "because", "missing"})


@dataclass(frozen=True, slots=True)
class Story:
    """What is told, as the register would hand it out."""

    kind: str
    id: str
    audit: str
    as_of: datetime
    state: str
    discovered: datetime | None
    body: Mapping[str, Any]
    organisation: str


def pseudonymous(stored: kept.Stored, names: Pseudonyms) -> Story:
    """The same with nobody named. A department is left out: how many people it has is not kept."""
    body = _body(stored.body, names)
    key = names.id(stored.id)
    return Story(
        *(stored.kind, key, stored.audit, stored.as_of, stored.state, stored.discovered, body, stored.organisation)
    )


def events(told: Iterable[CaseEvent], names: Pseudonyms) -> tuple[CaseEvent, ...]:
    """Deeds by whom they were done under another name, without anybody's own words."""
    return tuple(
        replace(
            each, incident=names.id(each.incident), by=names.person(each.by), because=None, to=names.anybody(each.to)
        )
        for each in told
    )


def _body(body: Mapping[str, Any], names: Pseudonyms) -> dict[str, Any]:
    """An incident, a finding or a part of one; a member that names nobody stays as it is."""
    refs = _refs(body)
    return {name: None if value is None else _member(name, value, names, refs) for name, value in body.items()}


def _member(name: str, value: Any, names: Pseudonyms, refs: list[RecordRef]) -> Any:  # noqa: ANN401 plain JSON
    if name in PEOPLE:
        return {"id": names.person(value["id"])}
    if name in TEXTS:
        return names.text(value, refs)
    if name in PARTS:
        return _body(value, names) if isinstance(value, Mapping) else [_body(each, names) for each in value]
    others: Mapping[str, Callable[[], Any]] = {
        "id": lambda: names.id(value),
        "department": lambda: None,
        "derived_from": lambda: sorted(map(names.id, value)),
        "excuses": lambda: [names.text(each, refs) for each in value],
        "record": lambda: _record(value, names),
        "entity": lambda: _record(value, names),
        "evidence": lambda: sorted((_record(each, names) for each in value), key=lambda each: each["key"]),
    }
    return others[name]() if name in others else value


def _refs(body: Mapping[str, Any]) -> list[RecordRef]:
    """The records that its texts may name: its own, and those of its chain."""
    own = [
        body.get("record"),
        body.get("entity"),
        *(body.get("evidence") or ()),
        *(each.get("record") for each in body.get("chain") or ()),
    ]
    return [RecordRef(each["table"], each["key"]) for each in own if each]


def _record(value: Mapping[str, Any], names: Pseudonyms) -> dict[str, str]:
    ref = names.record(RecordRef(value["table"], value["key"]))
    return {"table": ref.table, "key": ref.key}

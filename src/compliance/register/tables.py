"""Incidents and decisions as tables that rules may read, as they stood at a moment."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from compliance.clock import to_instant
from compliance.engines.base import Engine
from compliance.model.history import CaseEvent, Deed
from compliance.register.canonical import digest
from compliance.register.case import Case
from compliance.register.cases import cases
from compliance.register.database import Database
from compliance.register.file import exists, reading
from compliance.register.home import Home
from compliance.workspace.made import made
from compliance.workspace.standard import STANDARD
from compliance.workspace.tables import Table

INCIDENTS, DECISIONS = "incidents", "decisions"
Row = dict[str, Any]

_TOLD = frozenset(Deed) - {Deed.COMMENTED, Deed.SNOOZED, Deed.ASSIGNED, Deed.PURGED}
"""Deeds that say something of the incident itself."""


def register_tables(
    home: Home, engine: Engine, *, as_of: datetime, zone: str, but: frozenset[str] = frozenset()
) -> tuple[dict[str, Table], str] | None:
    """Hand the two tables, `but` these, to the engine; with the digest of their rows. None: nothing was kept by then.

    An incident is seen once an audit as of an earlier moment found it: an audit made again must not read what it wrote.
    """
    if not exists(home):
        return None
    with reading(home) as db:
        known = cases(db, before=as_of, until=as_of)
        if not known and not _audited_before(db, as_of):
            return None
    rows = {
        INCIDENTS: [_incident(case) for case in known.values()],
        DECISIONS: [row for case in known.values() for row in _decisions(case)],
    }
    rows = {name: held for name, held in rows.items() if name not in but}
    tables = {name: made(engine, name, [_with_parts(name, row, zone) for row in held]) for name, held in rows.items()}
    return tables, digest({name: [_plain(row) for row in held] for name, held in rows.items()})


def _audited_before(db: Database, as_of: datetime) -> bool:
    return any(datetime.fromisoformat(moment) < as_of for (moment,) in db.execute("select as_of from audits"))


def _incident(case: Case) -> Row:
    found, state = case.found, case.state
    return {
        "incident_id": case.id,
        "rule": found.rules[0] if found.rules else None,
        "employee_id": found.responsible,
        "department": found.department,
        "grade": found.grade and found.grade.value,
        "severity": found.severity and found.severity.value,
        "state": state.value,
        "at": case.known_at,
        "found_at": found.as_of,
        "gone": case.gone,
        "assigned_to": case.assignee,
        "asked_at": _last(case.events, Deed.ASKED),
        "answered_at": _last(case.events, Deed.ANSWERED, Deed.REFUSED),
        "decided_at": _last(case.events, Deed.UPHELD, Deed.EXCUSED, Deed.DECIDED),
        "closed_at": _last(case.events, Deed.CLOSED) if state == "closed" else None,
        "last_day_on": found.last_day,
    }


def _last(events: Sequence[CaseEvent], *deeds: Deed) -> datetime | None:
    return next((event.at for event in reversed(events) if event.deed in deeds), None)


def _decisions(case: Case) -> Iterator[Row]:
    """One row for each deed, known by the incident that it was done to and its place in the chain."""
    for event in case.events:
        if event.deed in _TOLD:
            yield {
                "decision_id": f"{event.incident}-{event.number}",
                "incident_id": case.id,
                "employee_id": case.found.responsible,
                "kind": event.deed.value,
                "decided_by": event.by,
                "decided_at": event.at,
                "recorded_at": event.recorded_at,
                "due_on": event.due,
                "grade": event.grade and event.grade.value,
                "measure": event.measure,
                "because": event.because,
            }


def _plain(row: Row) -> dict[str, object]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in row.items()}


def _with_parts(name: str, row: Row, zone: str) -> Row:
    standard = STANDARD[name]
    at = row[standard.at or ""]
    return row | {"_key": row[standard.key], "_at": at, "_instant": to_instant(at, zone), "_bearer": row["employee_id"]}


def named_in(values: Iterable[object]) -> bool:
    """Whether rules, as plain values, name one of the tables, or lead to one."""
    return any(_names(value) for value in values)


def _names(value: object) -> bool:
    match value:
        case str():
            return "incident." in value or "decision." in value
        case Mapping():
            return value.get("of") in {INCIDENTS, DECISIONS} or any(map(_names, value.values()))
        case list() | tuple():
            return any(map(_names, value))
        case _:
            return False

"""What was on record by some moment, for judging to read."""

import json
from collections.abc import Iterable
from datetime import date, datetime

from compliance.model.history import CaseEvent, CaseState, Deed, Past, PastIncident
from compliance.register.canonical import digest
from compliance.register.case import Case
from compliance.register.cases import audit_places, cases, events
from compliance.register.database import Database
from compliance.register.file import exists, reading
from compliance.register.home import Home
from compliance.register.moves import stands, state_of

DISCOVERED = """
    select first.finding, audits.as_of
    from (
        select finding, min(audit) as audit from audit_findings
        where verdict in ('breached', 'excused') and audit in (select cast(value as integer) from json_each(?))
        group by finding
    ) as first
    join audits on audits.number = first.audit
"""
PLACED = """
    select finding, min(first_audit) from incident_findings
    where incident in (select value from json_each(?)) group by finding
"""
ACTED = """
    select json_extract(acted.body, '$.at')
    from audit_incidents as row
    join audits on audits.number = row.audit
    join stories as told on told.digest = row.story
    join audit_findings as found on found.audit = row.audit and found.finding = json_extract(told.body, '$.findings[0]')
    join stories as acted on acted.digest = found.story
    where row.incident = ? and audits.id = ?
"""


def past(home: Home, as_of: datetime) -> Past:
    """What audits as of earlier moments recorded, and what people did up to this one; empty without a register.

    An audit as of this very moment is not yet past: made again, it finds the past as it was the first time.
    """
    if not exists(home):
        return Past()
    with reading(home) as db:
        known = cases(db, before=as_of, until=as_of, only=events(db, as_of))
        told = {key: case.events for case in known.values() for key in (case.id, *case.earlier) if case.events}
        placed = _placed(db, told) if told else {}
        return Past(_discovered(db, as_of), told, _upheld(db, known.values()), _closed(known.values()), placed)


def covering(data: str, known: Past) -> str:
    """The digest of an audit's data together with the past that it was judged by; the data's own without a past."""
    if known == Past():
        return data
    told = [each for events in known.events.values() for each in events]
    upheld = [[each.id, list(each.rules), each.responsible, str(each.acted_on)] for each in known.upheld]
    found = {finding: moment.isoformat() for finding, moment in known.discovered.items()}
    return digest({"data": data, "discovered": found, "deeds": [_deed(each) for each in told], "upheld": upheld})


def _deed(event: CaseEvent) -> list[str]:
    """What judging may read of a deed."""
    return [str(part) for part in (event.incident, event.deed, event.at, event.by, event.due, event.measure)]


def _discovered(db: Database, as_of: datetime) -> dict[str, datetime]:
    moments = db.execute("select number, as_of from audits")
    earlier = [number for number, moment in moments if datetime.fromisoformat(moment) < as_of]
    rows = db.execute(DISCOVERED, [json.dumps(earlier)])
    return {finding: datetime.fromisoformat(moment) for finding, moment in rows}


def _placed(db: Database, incidents: Iterable[str]) -> dict[str, int]:
    places = audit_places(db)
    return {finding: places[audit] for finding, audit in db.execute(PLACED, [json.dumps([*incidents])])}


def _closed(known: Iterable[Case]) -> dict[str, datetime]:
    """When the cases that stand closed were closed, under every id that they had."""
    closed = (case for case in known if state_of(case.events) is CaseState.CLOSED)
    last = ((case, max(each.at for each in case.events if each.deed is Deed.CLOSED)) for case in closed)
    return {key: at for case, at in last for key in (case.id, *case.earlier)}


def _upheld(db: Database, known: Iterable[Case]) -> tuple[PastIncident, ...]:
    standing = (case for case in known if stands(case.events))
    return tuple(
        PastIncident(case.id, case.found.rules, case.found.responsible, _acted_on(db, case)) for case in standing
    )


def _acted_on(db: Database, case: Case) -> date | None:
    """The day of the leading finding, as the last audit that found the incident left it."""
    row = db.execute(ACTED, [case.id, case.found.audit]).fetchone()
    return datetime.fromisoformat(row[0]).date() if row and row[0] else None

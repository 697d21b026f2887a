"""Cases read from the register: what audits said, what people did."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from compliance.model.history import CaseEvent, Deed
from compliance.model.incident import Grade
from compliance.model.problem import UserError
from compliance.register.case import Case, Sighting
from compliance.register.chain import AUDIT, EXPORTED
from compliance.register.database import Database
from compliance.register.file import reading
from compliance.register.home import Home
from compliance.register.recall import END

SIGHTINGS = """
    select row.*, audits.id as audit_id, audits.as_of,
           json_extract(stories.body, '$.responsible.name') as name,
           json_array_length(stories.body, '$.findings') as findings,
           json_extract(stories.body, '$.findings') as held,
           json_extract(stories.body, '$.limitation.last_day') as last_day,
           json_extract(stories.body, '$.steps') as steps,
           json_extract(stories.body, '$.measures') as measures
    from audit_incidents as row
    join audits on audits.number = row.audit
    left join stories on stories.digest = row.story
    {where}
    order by row.incident, row.audit
"""
OF_THESE = "incident in (select value from json_each(:only))"
AUDITS = "select number from events where incident is null and kind = ? order by number"
CONTINUED = "select incident, continued_as from audit_incidents where continued_as is not null"
BEGINNING_SO = "select id from incidents where id >= :beginning and id < :end"
EVENTS = """
    select events.*, texts.body as text, purged.event is not null as purged
    from events
    left join texts on texts.event = events.number
    left join (select distinct event from purged) as purged on purged.event = events.number
    where events.kind not in (:audit, :exported) {only}
    order by events.number
"""


def all_cases(home: Home) -> tuple[Case, ...]:
    """Every case on record, the ids in order."""
    with reading(home) as db:
        return tuple(cases(db).values())


def one_case(home: Home, key: str) -> Case:
    """The case of this id, or of the one id that begins so; raises UserError where that is none or several."""
    with reading(home) as db:
        return named(db, key, home)


def named(db: Database, key: str, home: Home) -> Case:
    """The case that goes, or went, by an id that begins so."""
    begin = [found for (found,) in db.execute(BEGINNING_SO, {"beginning": key, "end": key + END})] if key else []
    known = cases(db, only=begin)
    ids = {each: case for case in known.values() for each in (case.id, *case.earlier)}
    if key in ids:
        return ids[key]
    meant = {case.id: case for each, case in sorted(ids.items()) if key and each.startswith(key)}
    if len(meant) > 1:
        raise UserError(f"{key}: several incidents begin so, such as {', '.join([*meant][:3])}", help="give more of it")
    if not meant:
        raise UserError(f"register {home}: no incident has the id {key}", help="`compliance incidents list` names them")
    return next(iter(meant.values()))


def cases(
    db: Database,
    before: datetime | None = None,
    until: datetime | None = None,
    only: Iterable[str] | None = None,
) -> dict[str, Case]:
    """Every case, by its newest id; of audits as of earlier than `before` only, and of deeds up to `until`.

    `only` are ids, each standing for its case, under whatever other ids that was known.
    What people had dealt with by then was known by then, whatever the audit that first found it was as of.
    """
    wanted = None if only is None else json.dumps(sorted(_families(db, only)))
    deeds = events(db, until, wanted)
    places = audit_places(db)
    sightings: dict[str, list[Sighting]] = {}
    held: dict[str, list[str]] = {}
    query = SIGHTINGS.format(where="" if wanted is None else f"where row.{OF_THESE}")
    for row in db.query(query, {} if wanted is None else {"only": wanted}):
        key, seen = row["incident"], _sighting(row, places.get(row["audit"], 0))
        if before is None or seen.as_of < before or (key in deeds and key not in sightings):
            sightings.setdefault(key, []).append(seen)
            held.setdefault(key, []).append(row["held"] or "[]")
    for key, told in held.items():
        if len(told) > 1:
            sightings[key] = [*_with_fresh(sightings[key], told)]
    newest = {key: _newest(key, sightings) for key in sightings}
    families: dict[str, list[str]] = {}
    for key, heir in newest.items():
        families.setdefault(heir, []).append(key)
    return {heir: _case(heir, families[heir], sightings, deeds) for heir in sorted(families)}


def audit_places(db: Database) -> dict[int, int]:
    """For each audit, by its number, its place in the chain."""
    return dict(enumerate((number for (number,) in db.execute(AUDITS, [AUDIT])), start=1))


def events(db: Database, until: datetime | None = None, only: str | None = None) -> dict[str, list[CaseEvent]]:
    """The deeds on each incident, in their order; with `only`, a JSON list of ids, on these alone."""
    found: dict[str, list[CaseEvent]] = {}
    query = EVENTS.format(only="" if only is None else f"and events.{OF_THESE}")
    given = {"audit": AUDIT, "exported": EXPORTED}
    for row in db.query(query, given if only is None else given | {"only": only}):
        event = _event(row)
        if until is None or event.at <= until:
            found.setdefault(event.incident, []).append(event)
    return found


def _families(db: Database, ids: Iterable[str]) -> set[str]:
    """These ids and all that the same incidents ever went by."""
    beside: dict[str, set[str]] = {}
    for old, new in db.execute(CONTINUED):
        beside.setdefault(old, set()).add(new)
        beside.setdefault(new, set()).add(old)
    found, waiting = set[str](), {*ids}
    while waiting:
        found |= waiting
        waiting = {each for key in waiting for each in beside.get(key, ())} - found
    return found


def _newest(key: str, sightings: Mapping[str, list[Sighting]]) -> str:
    """The id under which the incident's findings are judged now."""
    seen = {key}
    while (heir := sightings[key][-1].continued_as) is not None and heir in sightings and heir not in seen:
        seen.add(heir)
        key = heir
    return key


def _case(
    heir: str, family: Iterable[str], sightings: Mapping[str, list[Sighting]], deeds: Mapping[str, list[CaseEvent]]
) -> Case:
    ids = [heir, *sorted(each for each in family if each != heir)]
    told = sorted((event for each in ids for event in deeds.get(each, ())), key=lambda event: event.number)
    return Case(heir, tuple(sightings[heir]), tuple(told), tuple(ids[1:]))


def _with_fresh(sightings: Iterable[Sighting], held: Iterable[str]) -> Iterator[Sighting]:
    """Each with how many breaches it holds that none before it did; what the first holds is nothing fresh."""
    known = set[str]()
    for seen, written in zip(sightings, held, strict=True):
        findings = set(json.loads(written))
        yield replace(seen, fresh=len(findings - known)) if known else seen
        known |= findings


def _sighting(row: Mapping[str, Any], number: int) -> Sighting:
    return Sighting(
        audit=row["audit_id"],
        as_of=datetime.fromisoformat(row["as_of"]),
        state=row["state"],
        grade=row["grade"] and Grade(row["grade"]),
        severity=row["severity"] and Grade(row["severity"]),
        responsible=row["responsible"],
        name=row["name"],
        department=row["department"],
        rules=tuple(json.loads(row["rules"])) if row["rules"] else (),
        findings=row["findings"] or 0,
        last_day=_day(row["last_day"]),
        continued_as=row["continued_as"],
        steps=row["steps"] or "[]",
        measures=row["measures"] or "[]",
        number=number,
    )


def _event(row: Mapping[str, Any]) -> CaseEvent:
    details = json.loads(row["details"])
    recorded = details.get("recorded_at")
    return CaseEvent(
        incident=row["incident"],
        deed=Deed(row["kind"]),
        at=datetime.fromisoformat(row["at"]),
        by=row["by"],
        because=row["text"],
        due=_day(details.get("due")),
        measure=details.get("measure"),
        grade=Grade(details["grade"]) if "grade" in details else None,
        to=details.get("to"),
        until=_day(details.get("until")),
        recorded_at=datetime.fromisoformat(recorded) if recorded else None,
        number=row["number"],
        purged="text" in details and row["text"] is None and bool(row["purged"]),
    )


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written[:10]) if written else None

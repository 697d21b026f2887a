"""What was recorded, found again by its id or the beginning of it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from compliance.model.audit import Person
from compliance.model.finding import Window
from compliance.model.problem import UserError
from compliance.register.database import Database
from compliance.register.file import reading
from compliance.register.home import Home

END = "\U0010ffff"
"""Sorts after whatever may follow the beginning of an id."""

NAMED = """
    select 'incident' as kind, id from incidents where id >= :beginning and id < :end
    union all
    select 'finding', id from findings where id >= :beginning and id < :end
    limit 4
"""

INCIDENT = """
    select audits.number, audits.id as audit, audits.as_of, audits.organisation, row.state, stories.body,
           (select state from audit_incidents where incident = :id order by audit desc limit 1) as now,
           (select min(discovered.as_of) from discovered
            where finding in (select finding from incident_findings where incident = :id)) as discovered
    from audit_incidents as row
    join audits on audits.number = row.audit
    join stories on stories.digest = row.story
    where row.incident = :id
    order by row.audit desc limit 1
"""

FINDING = """
    select audits.number, audits.id as audit, audits.as_of, audits.organisation, row.verdict as now, stories.body,
           (select as_of from discovered where finding = :id) as discovered
    from audit_findings as row
    join audits on audits.number = row.audit
    join stories on stories.digest = row.story
    where row.finding = :id
    order by row.audit desc limit 1
"""

STORIES = """
    select stories.body from json_each(:ids) as named
    join audit_incidents as row on row.incident = named.value and row.audit = :audit
    join stories on stories.digest = row.story
    order by named.key
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """An incident or a finding as the last audit that found it left it.

    `kind` is `incident` or `finding`; `state` its verdict, or what the register last said of the incident (`new`,
    `known`, `gone`, `continued`); `discovered` the `as_of` of the audit that first recorded a breach, None where none
    did. `body` holds the findings of an incident and the texts of the rules, too.
    """

    kind: str
    id: str
    audit: str
    as_of: datetime
    state: str
    discovered: datetime | None
    body: Mapping[str, Any]
    organisation: str = ""


def find(home: Home, key: str) -> Stored | None:
    """The incident or finding of this id, or of the one id that begins so; None where there is none."""
    with reading(home) as db:
        named = [(kind, found) for kind, found in db.execute(NAMED, {"beginning": key, "end": key + END})]
        exact = [each for each in named if each[1] == key]
        if not (candidates := exact[:1] or named):
            return None
        if len(candidates) > 1:
            raise UserError(f"{key}: several ids begin so, {_some(candidates)}", help="give more of the id")
        kind, found = candidates[0]
        return _incident(db, found) if kind == "incident" else _finding(db, found)


def _some(candidates: list[tuple[str, str]]) -> str:
    return "such as " + ", ".join(f"{kind} {key}" for kind, key in candidates[:3])


def _incident(db: Database, key: str) -> Stored:
    row = next(db.query(INCIDENT, {"id": key}))
    body = json.loads(row["body"])
    body["findings"] = _bodies(db, row["number"], body["findings"])
    body["rules"] = _rules(db, row["number"], body["rules"])
    return _stored("incident", key, row, body)


def _finding(db: Database, key: str) -> Stored:
    row = next(db.query(FINDING, {"id": key}))
    body = json.loads(row["body"])
    body["rules"] = _rules(db, row["number"], [body["rule"]])
    return _stored("finding", key, row, body)


def findings_of(home: Home, audit: str, incidents: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
    """The findings of these incidents, as that audit left them."""
    with reading(home) as db:
        (number,) = db.execute("select max(number) from audits where id = ?", [audit]).fetchone()
        bodies = (json.loads(body) for (body,) in db.execute(STORIES, {"ids": json.dumps(incidents), "audit": number}))
        named = [finding for body in bodies for finding in body["findings"]]
        return tuple(_bodies(db, number, named))


def period_of(home: Home, audit: str) -> Window:
    """The period of an audit on record."""
    with reading(home) as db:
        start, end = db.execute("select period_from, period_to from audits where id = ?", [audit]).fetchone()
        return Window(datetime.fromisoformat(start), datetime.fromisoformat(end))


def people(home: Home) -> tuple[Person, ...]:
    """Everybody who is named in a finding or an incident on record."""
    with reading(home) as db:
        told = (each for (body,) in db.execute("select body from stories") for each in _people(json.loads(body)))
        return tuple({each.id: each for each in told}.values())


def _people(body: Mapping[str, Any]) -> Iterator[Person]:
    """Whom a finding or an incident names, and each link of its chain."""
    for part in (body, *body.get("chain", ())):
        named = (part.get(role) for role in ("bearer", "responsible", "approver", "decides", "person"))
        yield from (Person(each["id"], each.get("name") or each["id"]) for each in named if each)


def _stored(kind: str, key: str, row: Mapping[str, Any], body: Mapping[str, Any]) -> Stored:
    found = row["discovered"]
    discovered = datetime.fromisoformat(found) if found else None
    as_of = datetime.fromisoformat(row["as_of"])
    return Stored(kind, key, row["audit"], as_of, row["now"], discovered, body, row["organisation"])


def _bodies(db: Database, number: int, findings: list[str]) -> list[dict[str, Any]]:
    query = """
        select stories.body from json_each(:ids) as named
        join audit_findings as row on row.finding = named.value and row.audit = :audit
        join stories on stories.digest = row.story
        order by named.key
    """
    return [json.loads(body) for (body,) in db.execute(query, {"ids": json.dumps(findings), "audit": number})]


def _rules(db: Database, number: int, rules: list[str]) -> list[dict[str, Any]]:
    """The rules' texts in that audit; the bare id of one that had none (built-in findings)."""
    query = """
        select rule, stories.body from audit_rules join stories on stories.digest = audit_rules.story
        where audit = :audit and rule in (select value from json_each(:rules))
    """
    told = {rule: json.loads(body) for rule, body in db.execute(query, {"audit": number, "rules": json.dumps(rules)})}
    return [told.get(rule, {"id": rule, "title": rule}) for rule in rules]

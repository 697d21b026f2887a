"""The tables of a register, which only ever grow, and how an older file gets them."""

from collections.abc import Iterator
from contextlib import closing
from sqlite3 import Connection, connect

from compliance.register.chain import audit_recorded

MARK = 0x44555459
"""SQLite's `application_id` of a register: DUTY in ASCII."""

VERSION = 2
"""SQLite's `user_version`: the number of the shape below."""

_AUDITS = """create table audits (
        number integer primary key, id text not null unique, organisation text not null, period_from text not null,
        period_to text not null, as_of text not null, engine text not null, rulebook_digest text not null,
        data_digest text not null)"""
_INCIDENT_FINDINGS = """create table incident_findings (
        finding text not null, incident text not null, first_audit integer not null,
        primary key (finding, incident)) without rowid"""
# A breach is discovered by the first audit that recorded it as one, excused or not.
_DISCOVERED = """create view discovered as
        select first.finding, audits.as_of, audits.id as audit
        from (select finding, min(audit) as audit from audit_findings
              where verdict in ('breached', 'excused') group by finding) as first
        join audits on audits.number = first.audit"""
_EVENTS = (
    # The chain. An event's digest covers its other columns, and so, through `previous`, all events before it.
    """create table events (
        number integer primary key, kind text not null, at text not null, incident text, by text,
        details text not null, previous text not null, digest text not null unique)""",
    "create index events_of_incident on events (incident)",
    # What people wrote in their own words. Its salted digest stands in the event, so that it can be removed one day.
    "create table texts (event integer primary key, salt blob not null, body text not null)",
)
_SAME_AS_BEFORE = (
    # What `explain` needs of a rule, finding or incident; equal ones are kept once, however many audits repeat them.
    "create table stories (digest blob primary key, body text not null)",
    """create table audit_rules (
        audit integer not null, rule text not null, met integer not null, breached integer not null,
        excused integer not null, pending integer not null, undetermined integer not null,
        not_applicable integer not null, story blob, primary key (audit, rule)) without rowid""",
    """create table findings (
        id text primary key, rule text not null, bearer text, first_audit integer not null) without rowid""",
    """create table audit_findings (
        finding text not null, audit integer not null, verdict text not null, story blob not null,
        primary key (finding, audit)) without rowid""",
    "create table incidents (id text primary key, first_audit integer not null) without rowid",
    # `state`: new, known, gone, or continued (its findings are judged in the incident `continued_as`).
    """create table audit_incidents (
        incident text not null, audit integer not null, state text not null, grade text, severity text,
        responsible text, department text, rules text, continued_as text, story blob,
        primary key (incident, audit)) without rowid""",
)
TABLES = (
    *("audits", "stories", "audit_rules", "findings", "audit_findings", "incidents", "audit_incidents"),
    *("incident_findings", "events", "texts"),
)


def _guards() -> Iterator[str]:
    """What refuses every change but a new row, and the removal of a text that a purge is on record for."""
    for table in TABLES:
        refuse = "begin select raise(abort, 'a register is never changed, only added to'); end"
        unless = "" if table != "texts" else " when not exists (select 1 from purged where event = old.event)"
        yield f"create trigger {table}_never_updated before update on {table} {refuse}"
        yield f"create trigger {table}_never_deleted before delete on {table}{unless} {refuse}"


_PURGED = """create view purged as
        select told.number as event from events as told join events as purge
        on purge.kind = 'purged' and purge.incident = told.incident and purge.number > told.number"""
DECLARED = (_AUDITS, *_SAME_AS_BEFORE, _INCIDENT_FINDINGS, _DISCOVERED, *_EVENTS, _PURGED)
"""Tables, views and indexes, in words that a server's are translated from."""

_STAMPS = (f"pragma application_id = {MARK}", f"pragma user_version = {VERSION}")
SHAPE = (
    *DECLARED,
    *_guards(),
    *_STAMPS,
)

# In shape 1 an audit had a digest of its own, and nothing said which audit first put a finding into an incident.
_FROM_1 = (
    "drop view discovered",
    "alter table audits rename to audits_1",
    "alter table incident_findings rename to incident_findings_1",
    *(_AUDITS, _INCIDENT_FINDINGS),
    """insert into audits select number, id, organisation, period_from, period_to, as_of, engine, rulebook_digest,
        data_digest from audits_1""",
    """insert into incident_findings select pair.finding, pair.incident, coalesce(
        (select min(row.audit) from audit_incidents as row join stories on stories.digest = row.story
         where row.incident = pair.incident
         and exists (select 1 from json_each(stories.body, '$.findings') where value = pair.finding)),
        (select first_audit from incidents where id = pair.incident))
        from incident_findings_1 as pair""",
    *("drop table audits_1", "drop table incident_findings_1"),
    *(_DISCOVERED, *_EVENTS, _PURGED),
    *_guards(),
    *_STAMPS,
)


def make(connection: Connection) -> None:
    """Make the tables in an empty file."""
    for statement in SHAPE:
        connection.execute(statement)


def upgrade(connection: Connection) -> None:
    """Bring a file of shape 1 into this one; the chain begins with the audits that it holds, as they stand."""
    for statement in _FROM_1:
        connection.execute(statement)
    for (number,) in connection.execute("select number from audits order by number").fetchall():
        audit_recorded(connection, number)


def damages(connection: Connection) -> Iterator[str]:
    """What SQLite itself finds wrong, and tables, views and triggers that are not as the register makes them."""
    told = connection.execute("pragma integrity_check(1)").fetchone()[0]
    if told != "ok":
        yield f"the file itself is damaged: {told}"
    with closing(connect(":memory:")) as model:
        make(model)
        expected = _described(model)
    for name, _ in sorted(expected ^ _described(connection), key=str):
        yield f"the {name} is not as the register makes it"


def _described(connection: Connection) -> set[tuple[str, str]]:
    """Everything that the file declares, by name and in its words."""
    named = connection.execute("select type || ' ' || name, sql from sqlite_master where sql is not null")
    return {(name, declared) for name, declared in named}

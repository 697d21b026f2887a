"""Whether everything in the register still stands as it was written, and where it first does not."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import chain as one_after_the_other
from pathlib import Path

from compliance.model.problem import UserError
from compliance.register.chain import AUDIT, BEGINNING, SEALED, covered, parsed, salted, seals
from compliance.register.database import Connection
from compliance.register.file import is_empty, opened, shape_of
from compliance.register.home import Home, Server
from compliance.register.server import examining
from compliance.register.server_shape import damages as damages_on_server
from compliance.register.shape import VERSION, damages

NAMED = """select story from (
        select story from audit_rules where story is not null union select story from audit_findings
        union select story from audit_incidents where story is not null
    ) as named"""
KEPT = "select digest from stories"
STORIES = {
    "was changed": """
        select hex(digest) from stories
        where digest is null or typeof(body) <> 'text' or sha256_of_hex(hex(body)) <> digest
    """,
    "is missing": f"select hex(story) from ({NAMED} except {KEPT}) as odd",  # noqa: S608 all ours
    "belongs to nothing on record": f"select hex(digest) from ({KEPT} except {NAMED}) as odd",  # noqa: S608 as above
}


@dataclass(frozen=True, slots=True)
class Verified:
    """What the chain shows: its events and audits, its head, and a sentence on the first broken link, if any.

    `since` is the number of events after the head that was kept elsewhere; None where none was given.
    """

    events: int
    audits: int
    head: str
    broken: str | None = None
    since: int | None = None


@dataclass(frozen=True, slots=True)
class _Event:
    number: int
    kind: str
    at: str
    incident: str | None
    by: str | None
    details: str
    previous: str
    digest: str


def verify(home: Home, kept_head: str | None = None, kept_at: int | None = None) -> Verified:
    """Read every row of the register and compare it with the chain; raises UserError where there is no register.

    `kept_head` was kept elsewhere, `kept_at` is how many events there were then, where that was kept, too.
    """
    found = _found(home, kept_head)
    if found.broken or kept_at is None or found.since is None or found.events - found.since == kept_at:
        return found
    says = f"the head {kept_head} belongs to event {found.events - found.since}, not to event {kept_at}"
    return replace(found, broken=says)


def _found(home: Home, kept_head: str | None) -> Verified:
    if isinstance(home, Server):
        with examining(home) as db:
            return _verified(db.conn, damages_on_server(db.conn), kept_head)
    return _verified_file(home, kept_head)


def _verified_file(path: Path, kept_head: str | None) -> Verified:
    with opened(path) as db:
        if is_empty(db):
            says = f"register {path}: the file is empty, so nothing can be shown of it"
            raise UserError(says, help="the first audit fills it; where one was recorded before, restore a copy")
        if shape_of(db, path) < VERSION:
            says = f"register {path}: of shape 1, in which no chain was kept, so nothing can be shown of it"
            raise UserError(says, help="the next audit recorded there begins one, over what the file then holds")
        # A server has it already.
        db.conn.create_function("sha256_of_hex", 1, _sha256_of_hex, deterministic=True)
        try:
            return _verified(db.conn, damages(db.conn), kept_head)
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            return Verified(0, 0, "", f"the file itself is damaged: {error}")


def _sha256_of_hex(content: str) -> bytes:
    return sha256(bytes.fromhex(content)).digest()


def _verified(connection: Connection, damaged: Iterator[str], kept_head: str | None) -> Verified:
    if damage := next(damaged, None):
        return Verified(0, 0, "", damage)
    listed = [_Event(*row) for row in connection.execute("select * from events order by number")]
    digests = [event.digest for event in listed]
    faults = one_after_the_other(_links(listed), _contents(connection, listed))
    broken = next(faults, None) or _beheaded(digests, kept_head)
    since = len(digests) - 1 - digests.index(kept_head) if kept_head in digests else None
    audits = sum(event.kind == AUDIT for event in listed)
    return Verified(len(listed), audits, digests[-1] if digests else BEGINNING, broken, since)


def _links(listed: list[_Event]) -> Iterator[str]:
    """Events that are missing, changed or out of order."""
    previous = BEGINNING
    for place, event in enumerate(listed, start=1):
        if event.number != place:
            yield f"event {place} is missing"
        if not _sound(event):
            yield f"event {place} ({event.kind}, {event.at}) was changed"
        if event.previous != previous:
            yield f"event {place} ({event.kind}, {event.at}) does not follow the one before it, which is another now"
        previous = event.digest


def _sound(event: _Event) -> bool:
    """Whether the event's digest is that of its columns."""
    try:
        details = parsed(event.details)
        told = covered(event.number, event.kind, event.at, event.incident, event.by, details, event.previous)
    except (TypeError, ValueError):
        return False
    return told == event.digest


def _contents(connection: Connection, listed: list[_Event]) -> Iterator[str]:
    """Rows outside the chain that are not as the chain says."""
    held = dict.fromkeys(SEALED, 0)
    numbers = dict(connection.execute("select id, number from audits"))
    for event in listed:
        if event.kind == AUDIT:
            yield from _audit(connection, event, numbers, held)
    for table, count in held.items():
        if _count(connection, table) != count:
            yield f"{table} holds rows that no audit on record put there"
    yield from _stories(connection)
    yield from _texts(connection, listed)


def _audit(connection: Connection, event: _Event, numbers: dict[str, int], held: dict[str, int]) -> Iterator[str]:
    details = parsed(event.details)
    audit, sealed = (details["audit"], details["tables"]) if isinstance(details, dict) else ("", {})
    if audit not in numbers:
        yield f"event {event.number}: the audit {audit} is missing from audits"
        return
    for table, seal in seals(connection, numbers[audit]).items():
        held[table] += int(str(sealed[table]["rows"]))
        before, now = sealed[table]["rows"], seal["rows"]
        if now != before:
            yield f"event {event.number}: audit {audit} put {before} rows into {table}, now there are {now}"
        if seal != sealed[table]:
            yield f"event {event.number}: of audit {audit}, a row of {table} was changed"


def _stories(connection: Connection) -> Iterator[str]:
    for says, query in STORIES.items():
        for (story,) in connection.execute(query):
            yield f"the story {str(story).lower()} {says}"


def _texts(connection: Connection, listed: list[_Event]) -> Iterator[str]:
    purged = {event for (event,) in connection.execute("select event from purged")}
    rows = connection.execute("select event, salt, hex(body), typeof(body) from texts")
    texts = {event: (salt, bytes.fromhex(body), kind) for event, salt, body, kind in rows}
    for event in listed:
        details = parsed(event.details)
        told = details.get("text") if isinstance(details, dict) else None
        salt, body, kind = texts.pop(event.number, (b"", None, ""))
        if told is None and body is not None:
            yield f"event {event.number} has a text that it was not written with"
        if told is not None and body is None and event.number not in purged:
            yield f"the text of event {event.number} is missing, and no purge is on record"
        if body is not None and (kind != "text" or not isinstance(salt, bytes) or salted(salt, body) != told):
            yield f"the text of event {event.number} was changed"
    yield from (f"there is a text of event {event}, which is not on record" for event in texts)


def _count(connection: Connection, table: str) -> int:
    return int(connection.execute(f"select count(*) from {table}").fetchone()[0])  # noqa: S608 one of our own


def _beheaded(digests: list[str], kept_head: str | None) -> str | None:
    if kept_head is None or kept_head in digests:
        return None
    return f"the head {kept_head} is not in the chain: its newest rows were cut off, or this is another register"

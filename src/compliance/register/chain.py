"""The chain: events that each carry the digest of the one before, over all that the register holds."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from secrets import token_bytes

from compliance.register.canonical import canonical, digest
from compliance.register.database import Connection

BEGINNING = "0" * 64
"""What stands for the digest before the first event."""

AUDIT = "audit"
"""The kind of event that an audit is."""

EXPORTED = "exported"
"""The kind of event that a file is which was taken out; all other kinds are deeds."""

SALT = 32
"""How many random bytes keep a short text from being guessed by its digest."""

SEALED: Mapping[str, str] = {
    "audits": "number = :audit",
    "audit_rules": "audit = :audit",
    "findings": "first_audit = :audit",
    "audit_findings": "audit = :audit",
    "incidents": "first_audit = :audit",
    "audit_incidents": "audit = :audit",
    "incident_findings": "first_audit = :audit",
}
"""Which rows of each table an audit put there. Stories are named in these by their own digests."""


@dataclass(frozen=True, slots=True)
class Link:
    """One event to be added. `details` are small plain values; `text` is what somebody wrote in their own words."""

    kind: str
    at: datetime
    incident: str | None = None
    by: str | None = None
    details: Mapping[str, object] = field(default_factory=dict)
    text: str | None = None


def head(connection: Connection) -> tuple[int, str]:
    """The number and digest of the newest event; 0 and the beginning where there is none."""
    row = connection.execute("select number, digest from events order by number desc limit 1").fetchone()
    return row or (0, BEGINNING)


def add(connection: Connection, link: Link) -> int:
    """Put the event at the end of the chain, its text beside it; answers its number."""
    last, previous = head(connection)
    details, salt = dict(link.details), token_bytes(SALT)
    if link.text is not None:
        details["text"] = salted(salt, link.text.encode())
    event = (last + 1, link.kind, link.at.isoformat(), link.incident, link.by)
    written = canonical(details).decode()
    row = (*event, written, previous, covered(*event, details, previous))
    connection.execute("insert into events values (?, ?, ?, ?, ?, ?, ?, ?)", row)
    if link.text is not None:
        connection.execute("insert into texts values (?, ?, ?)", (last + 1, salt, link.text))
    return last + 1


def audit_recorded(connection: Connection, number: int, records: Mapping[str, Mapping[str, int]] | None = None) -> None:
    """Add the event that an audit is, with the digest of every row that it put here.

    `records` are counts of each table's rows: an audit of the first shape has none.
    """
    audit, as_of = connection.execute("select id, as_of from audits where number = ?", [number]).fetchone()
    details: dict[str, object] = {"audit": audit, "tables": seals(connection, number)}
    if records is not None:
        details["records"] = records
    add(
        connection,
        Link(AUDIT, datetime.fromisoformat(as_of), details=details),
    )


def covered(  # noqa: PLR0917 the columns of an event, in their order
    number: int, kind: str, at: str, incident: str | None, by: str | None, details: object, previous: str
) -> str:
    """The digest of an event: of its canonical JSON."""
    event = {"number": number, "kind": kind, "at": at, "incident": incident, "by": by}
    return digest({**event, "details": details, "previous": previous})


def salted(salt: bytes, text: bytes) -> str:
    """The digest that stands in the chain for a text."""
    return sha256(salt + text).hexdigest()


def seals(connection: Connection, number: int) -> dict[str, dict[str, object]]:
    """For each table, how many rows the audit put there and the digest of them."""
    return {table: _seal(connection, table, where, number) for table, where in SEALED.items()}


def _seal(connection: Connection, table: str, where: str, number: int) -> dict[str, object]:
    whole, count = sha256(), 0
    for count, line in enumerate(lines(connection, table, where, number), start=1):  # noqa: B007 counted to the last
        whole.update(line.encode())
    return {"rows": count, "digest": whole.hexdigest()}


def lines(connection: Connection, table: str, where: str, number: int) -> Iterator[str]:
    """The rows of an audit in a table, ordered by their text: of each cell its type and its bytes in hex."""
    names = connection.execute(f"select * from {table} limit 0").description  # noqa: S608 names of our own
    columns = [each[0] for each in names]
    cells = " || ' ' || ".join(f"typeof({name}) || ':' || hex({name})" for name in columns)
    query = f"select {cells} || '\n' as line from {table} where {where} order by line"  # noqa: S608 names of our own
    return (line for (line,) in connection.execute(query, {"audit": number}))


def parsed(details: str) -> object:
    """An event's details as values; raises ValueError where they don't stand in their canonical form."""
    value: object = json.loads(details)
    if canonical(value) != details.encode():
        raise ValueError("not canonical")
    return value

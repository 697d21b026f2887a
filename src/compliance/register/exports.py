"""What was taken out of the register, on record in its chain: by whom, when, in which form, and the file's digest."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from compliance.register.chain import EXPORTED, Link, add
from compliance.register.file import reading, writing
from compliance.register.home import Home

OF_ALL = "select number, at, incident, by, details from events where kind = ? order by number"


@dataclass(frozen=True, slots=True)
class Export:
    """One file: of an incident, or of what `details` name; `digest` is the SHA-256 of its content."""

    at: datetime
    incident: str | None
    by: str | None
    form: str
    edition: str
    digest: str
    details: Mapping[str, str]


def exporting(
    home: Home,
    content: bytes,
    *,
    at: datetime,
    form: str,
    edition: str = "named",
    incident: str | None = None,
    by: str | None = None,
    **details: str,
) -> None:
    """Put it on record that a file with this content is taken out; before it is written, so that none goes untold."""
    told = {"format": form, "edition": edition, "digest": sha256(content).hexdigest()} | details
    with writing(home) as db:
        add(db.conn, Link(EXPORTED, at, incident, by, told))


def exports(home: Home) -> tuple[Export, ...]:
    """Everything that was taken out, in its order."""
    with reading(home) as db:
        rows = db.execute(OF_ALL, [EXPORTED]).fetchall()
    return tuple(_export(at, incident, by, json.loads(details)) for _, at, incident, by, details in rows)


def _export(at: str, incident: str | None, by: str | None, told: dict[str, str]) -> Export:
    form, edition, digest = (told.pop(name) for name in ("format", "edition", "digest"))
    return Export(datetime.fromisoformat(at), incident, by, form, edition, digest, told)

"""The register as a file: its shape, and one transaction over it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from compliance.model.problem import UserError

if TYPE_CHECKING:
    from sqlite_utils import Database

MARK = 0x44555459
"""SQLite's `application_id` of a register: DUTY in ASCII."""

VERSION = 1
"""SQLite's `user_version`: the number of the shape below."""

PATIENCE = 5.0
"""How many seconds to wait for another program that is writing."""

SHAPE = (
    # In the order of recording. `digest` covers all that the audit put here, for a chain of hashes to build on.
    """create table audits (
        number integer primary key, id text not null unique, organisation text not null, period_from text not null,
        period_to text not null, as_of text not null, engine text not null, rulebook_digest text not null,
        data_digest text not null, digest text not null)""",
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
    """create table incident_findings (
        finding text not null, incident text not null, primary key (finding, incident)) without rowid""",
    # A breach is discovered by the first audit that recorded it as one, excused or not.
    """create view discovered as
        select first.finding, audits.as_of, audits.id as audit
        from (select finding, min(audit) as audit from audit_findings
              where verdict in ('breached', 'excused') group by finding) as first
        join audits on audits.number = first.audit""",
    f"pragma application_id = {MARK}",
    f"pragma user_version = {VERSION}",
)


TROUBLES = (
    (
        ("SQLITE_BUSY", "SQLITE_LOCKED"),
        "another program is writing to it",
        "wait until that has finished, then run this again; nothing was recorded",
    ),
    (("SQLITE_NOTADB", "SQLITE_CORRUPT"), "not a register, or damaged", "name another file, or restore a copy"),
    (
        ("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH"),
        "it may not be written to",
        "make the file and its folder writable, or name another with --register",
    ),
    (
        ("SQLITE_CANTOPEN",),
        "it can't be opened",
        "name a file in a folder that exists and that you may write to",
    ),
    (
        ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_TOOBIG"),
        "there is no room left to write to it, or the disk fails",
        "make room, then run this again; what was recorded before is unharmed",
    ),
)
"""SQLite's names of what can go wrong with a file, the sentence for the user, and what to do."""


@contextmanager
def writing(path: Path) -> Iterator["Database"]:
    """The register for one transaction, made if there is none: all of it is kept, or nothing."""
    with _opened(path, "rwc") as db:
        db.conn.execute("begin immediate")
        if _is_empty(db):
            for statement in SHAPE:
                db.conn.execute(statement)
        _check(db, path)
        yield db
        db.conn.execute("commit")


@contextmanager
def reading(path: Path) -> Iterator["Database"]:
    """The register as the last finished transaction left it."""
    if not path.is_file():
        raise UserError(f"register {path}: there is no such file", help="name an existing one with --register")
    # Not read-only: what a killed run left half written is rolled back by whoever opens the file next.
    with _opened(path, "rw") as db:
        db.conn.execute("begin")
        _check(db, path)
        yield db


@contextmanager
def _opened(path: Path, mode: str) -> Iterator["Database"]:
    from sqlite_utils import Database  # noqa: PLC0415 it loads a command line of its own

    address = f"{path.absolute().as_uri()}?mode={mode}"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None)) as connection:
            yield Database(connection, execute_plugins=False)
    except sqlite3.Error as error:
        if trouble := _trouble(path, error):
            raise trouble from error
        raise


def _is_empty(db: "Database") -> bool:
    return not db.execute("select 1 from sqlite_master limit 1").fetchone()


def _check(db: "Database", path: Path) -> None:
    mark = db.execute("pragma application_id").fetchone()[0]
    version = db.execute("pragma user_version").fetchone()[0]
    if mark != MARK:
        raise UserError(f"register {path}: not a register, but some other database", help="name another file")
    if version > VERSION:
        raise UserError(
            f"register {path}: written by a newer Dutybook (shape {version}, this one knows {VERSION})",
            help="update Dutybook, or name another file",
        )


def _trouble(path: Path, error: sqlite3.Error) -> UserError | None:
    """The sentence for what is wrong with the file; None where the mistake is our own."""
    name = getattr(error, "sqlite_errorname", "")
    for beginnings, says, help_ in TROUBLES:
        if name.startswith(beginnings):
            return UserError(f"register {path}: {says}", help=help_)
    return None

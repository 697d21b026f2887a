"""The register, in a file or on a server, and one transaction over it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from compliance.model.problem import UserError
from compliance.register import server
from compliance.register.database import Database
from compliance.register.home import Home
from compliance.register.shape import MARK, VERSION, make, upgrade

if TYPE_CHECKING:
    from sqlite_utils import Database as FileDatabase

PATIENCE = 5.0
"""How many seconds to wait for another program that is writing."""

CACHE = 65_536
"""KiB of pages that are kept at hand: with SQLite's own 2 MiB a large audit goes back and forth between them."""

DAMAGED = "not a register, or damaged", "name another file, or restore a copy"
NO_TEXT = "Could not decode to UTF-8"
"""So Python says of a cell; it carries no name of SQLite's."""
TROUBLES = (
    (
        ("SQLITE_BUSY", "SQLITE_LOCKED"),
        "another program is writing to it",
        "wait until that has finished, then run this again; nothing was recorded",
    ),
    (("SQLITE_NOTADB", "SQLITE_CORRUPT"), *DAMAGED),
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
def writing(home: Home) -> Iterator[Database]:
    """The register for one transaction, made if there is none: all of it is kept, or nothing."""
    with _writing(home) if isinstance(home, Path) else server.writing(home) as db:
        yield db


@contextmanager
def reading(home: Home) -> Iterator[Database]:
    """The register as the last finished transaction left it; one of an older shape is brought into this one first."""
    with _reading(home) if isinstance(home, Path) else server.reading(home) as db:
        yield db


def exists(home: Home) -> bool:
    """Whether a register is there, or a file in the place of one."""
    return home.is_file() if isinstance(home, Path) else server.exists(home)


# --- files ----------------------------------------------------------------------------------


@contextmanager
def _writing(path: Path) -> Iterator["FileDatabase"]:
    with opened(path, "rwc") as db:
        db.conn.execute("begin immediate")
        if is_empty(db):
            make(db.conn)
        if shape_of(db, path) < VERSION:
            _upgrade(db, path)
        db.conn.execute(f"pragma cache_size = -{CACHE}")
        yield db
        db.conn.execute("commit")


def _upgrade(db: "FileDatabase", path: Path) -> None:
    try:
        upgrade(db.conn)
    except (sqlite3.OperationalError, sqlite3.IntegrityError) as error:
        if getattr(error, "sqlite_errorname", "") not in {"SQLITE_ERROR", "SQLITE_CONSTRAINT_NOTNULL"}:
            raise
        says = f"register {path}: says that it is of shape 1, but its tables are others"
        raise UserError(says, help="restore a copy, or name another file; this one is left as it is") from error


@contextmanager
def _reading(path: Path) -> Iterator["FileDatabase"]:
    # Not read-only: what a killed run left half written is rolled back by whoever opens the file next.
    with opened(path) as db:
        db.conn.execute("begin")
        # An empty file is what a first audit that was killed has left: it becomes a register as it would have then.
        older = is_empty(db) or shape_of(db, path) < VERSION
        if not older:
            yield db
            return
    with _writing(path):
        pass
    with _reading(path) as db:
        yield db


@contextmanager
def opened(path: Path, mode: Literal["rw", "rwc"] = "rw") -> Iterator["FileDatabase"]:
    """The file as a database, whatever is in it; raises UserError for what is wrong with it."""
    from sqlite_utils import Database as FileDatabase  # noqa: PLC0415 it loads a command line of its own

    if mode == "rw" and not path.is_file():
        wrong = "this is a folder" if path.is_dir() else "there is no such file"
        raise UserError(f"register {path}: {wrong}", help="name an existing one with --register")
    address = f"{path.absolute().as_uri()}?mode={mode}"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None)) as connection:
            # What a purge removes must leave no trace in the file, and a row replaced counts as one deleted.
            connection.execute("pragma secure_delete = on")
            connection.execute("pragma recursive_triggers = on")
            yield FileDatabase(connection, execute_plugins=False)
    except sqlite3.Error as error:
        if trouble := _trouble(path, error):
            raise trouble from error
        raise
    except UnicodeDecodeError as error:
        raise _damaged(path) from error


def is_empty(db: "FileDatabase") -> bool:
    """Whether nothing was ever kept in the file, as a first audit that was killed leaves it."""
    try:
        return not db.execute("select 1 from sqlite_master limit 1").fetchone()
    except UnicodeDecodeError:  # what it says of its tables is damaged
        return False


def shape_of(db: "FileDatabase", path: Path) -> int:
    """The number of the file's shape; raises UserError where it is none that can be read."""
    mark = db.execute("pragma application_id").fetchone()[0]
    version = db.execute("pragma user_version").fetchone()[0]
    if mark != MARK:
        raise UserError(f"register {path}: not a register, but some other database", help="name another file")
    if version > VERSION:
        raise UserError(
            f"register {path}: written by a newer Dutybook (shape {version}, this one knows {VERSION})",
            help="update Dutybook, or name another file",
        )
    return int(version)


def _trouble(path: Path, error: sqlite3.Error) -> UserError | None:
    """The sentence for what is wrong with the file; None where the mistake is our own."""
    if str(error).startswith(NO_TEXT):
        return _damaged(path)
    name = getattr(error, "sqlite_errorname", "")
    for beginnings, says, help_ in TROUBLES:
        if name.startswith(beginnings):
            return UserError(f"register {path}: {says}", help=help_)
    return None


def _damaged(path: Path) -> UserError:
    """What is to be said where a text in the file is none."""
    says, help_ = DAMAGED
    return UserError(f"register {path}: {says}", help=help_)

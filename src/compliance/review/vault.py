"""Where accounts are kept: in a file beside the register's own, or on its server, in a schema of their own."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from compliance.model.problem import UserError
from compliance.register.database import Database
from compliance.register.file import exists
from compliance.register.home import Home, Server
from compliance.register.server import beside

SCHEMA = "dutybook_review"
THERE = "select 1 from pg_tables where schemaname = ? and tablename = 'accounts'"


def file_of(register: Path) -> Path:
    """The accounts' file of a register."""
    return register.with_name(register.name + ".accounts.json")


def called(register: Home) -> str:
    """What a problem with the accounts calls them."""
    return f"{register}, schema {SCHEMA}" if isinstance(register, Server) else str(file_of(register))


def kept(register: Home) -> bytes | None:
    """What was kept last; None where nothing was yet."""
    if isinstance(register, Path):
        path = file_of(register)
        return path.read_bytes() if path.exists() else None
    with beside(register) as db:
        if not db.execute(THERE, [SCHEMA]).fetchone():
            return None
        row = db.execute(f"select told from {SCHEMA}.accounts").fetchone()  # noqa: S608 a name of our own
    return row and str(row[0]).encode()


@contextmanager
def keeping(register: Home) -> Iterator[Callable[[bytes], None]]:
    """How to keep something else instead, whole or not at all; whoever else wants to, waits."""
    if not exists(register):
        says = "there is no such file" if isinstance(register, Path) else "there is none in this database"
        raise UserError(f"register {register}: {says}", help="an audit makes it; name it with --register")
    if isinstance(register, Path):
        path = file_of(register)
        with path.with_name(path.name + ".lock").open("a", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield lambda content: _put(path, content)
        return
    with beside(register, lock=1) as db:
        yield lambda content: _put_on_server(db, content)
        db.execute("commit")


@contextmanager
def held(register: Home) -> Iterator[None]:
    """What is kept stays as it is in this block; whoever wants to keep something else waits."""
    if isinstance(register, Path):
        path = file_of(register)
        with path.with_name(path.name + ".lock").open("a", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)
            yield
        return
    with beside(register, lock=1):
        yield


def _put(path: Path, content: bytes) -> None:
    made = path.with_name(path.name + ".new")
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    made.replace(path)


def _put_on_server(db: Database, content: bytes) -> None:
    if not db.execute(THERE, [SCHEMA]).fetchone():
        db.execute(f"create schema {SCHEMA}")
        db.execute(f"create table {SCHEMA}.accounts (told text not null)")
    db.execute(f"delete from {SCHEMA}.accounts")  # noqa: S608 a name of our own
    db.execute(f"insert into {SCHEMA}.accounts values (?)", [content.decode()])  # noqa: S608 as above

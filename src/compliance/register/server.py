"""The register on a PostgreSQL server, and one transaction over it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from compliance.model.problem import UserError
from compliance.register.database import Connection, Given, Rows
from compliance.register.home import Server
from compliance.register.server_shape import SCHEMA, STAMP, make
from compliance.register.shape import MARK, VERSION

if TYPE_CHECKING:
    import psycopg

PATIENCE = 5
"""How many seconds to wait for another program that is writing."""

TROUBLES = (
    ("55P03", "another program is writing to it", "wait until that has finished, then run this again"),
    ("42501", "this user may not do that there", "grant it what it needs, or name another user in the address"),
    ("25006", "the server takes no changes", "name the server that others copy, not a copy"),
    ("53", "the server has no room left, or too many connections", "ask whoever keeps it, then run this again"),
    ("40", "another program came between", "run this again; nothing was recorded"),
    ("22P", "a row is not as it was written", "`compliance register verify` names it"),
    ("42P01", "a table is missing", "`compliance register verify` names it; restore a copy"),
    ("22", "there is a text that PostgreSQL can't hold, such as one with a NUL in it", "mend the record it comes from"),
    ("XX", "the server finds its own files damaged", "ask whoever keeps it for a copy"),
)
"""How the server's codes begin, the sentence for the user, and what to do."""

_LOCK = "select pg_advisory_xact_lock(?, ?)"
_STAMP_OF = "select obj_description(oid, 'pg_namespace') from pg_namespace where nspname = ?"
_WRITING = f"begin isolation level read committed; set local lock_timeout = '{PATIENCE}s'"
_READING = "begin isolation level repeatable read, read only"
_EXAMINING = "begin isolation level repeatable read"


class ServerConnection:
    """A connection that takes statements in the words of SQLite, as far as the register's own go."""

    def __init__(self, link: "psycopg.Connection[Any]") -> None:
        self._link = link

    def execute(self, sql: str, parameters: Given = (), /) -> Rows:
        """Run a statement; its values are written into it here, so that the server need not guess their types."""
        if not parameters:
            return self._link.execute(sql.encode())
        return self._link.execute(in_its_words(sql).encode(), parameters)

    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]], /) -> None:
        """Run a statement for each of these rows."""
        from psycopg import Cursor  # noqa: PLC0415 an optional extra

        with Cursor(self._link) as cursor:
            cursor.executemany(in_its_words(sql).encode(), parameters)


class ServerDatabase:
    """The register's schema in a transaction."""

    def __init__(self, connection: ServerConnection) -> None:
        self.conn: Connection = connection

    def execute(self, sql: str, parameters: Given | None = None) -> Rows:
        """Run a statement."""
        return self.conn.execute(sql, parameters or ())

    def query(self, sql: str, params: Given | None = None) -> Iterator[Mapping[str, Any]]:
        """The rows of a query, by the names of their columns."""
        rows = self.execute(sql, params)
        names = [column[0] for column in rows.description or ()]
        return (dict(zip(names, row, strict=True)) for row in rows)


@contextmanager
def writing(server: Server) -> Iterator[ServerDatabase]:
    """The register for one transaction, made if there is none: all of it is kept, or nothing.

    Writers come one after the other: each takes the lock first, and sees the head of the chain that the last one left.
    """
    with _transaction(server, _WRITING) as db:
        db.execute(_LOCK, [MARK, 0])
        if _shape_of(db, server) is None:
            make(db.conn)
        yield db
        db.execute("commit")


@contextmanager
def reading(server: Server) -> Iterator[ServerDatabase]:
    """The register as the last finished transaction left it."""
    with _transaction(server, _READING) as db:
        _check_there(db, server)
        yield db


@contextmanager
def examining(server: Server) -> Iterator[ServerDatabase]:
    """The register as `reading`, in a transaction in which a model can be made beside it; nothing of that is kept."""
    with _transaction(server, _EXAMINING) as db:
        _check_there(db, server)
        yield db


def exists(server: Server) -> bool:
    """Whether there is a register in the database."""
    with _transaction(server, _READING) as db:
        return _shape_of(db, server) is not None


@contextmanager
def beside(server: Server, *, lock: int | None = None) -> Iterator[ServerDatabase]:
    """A transaction that is not about the register itself; with a lock's number, of one writer at a time."""
    with _transaction(server, _READING if lock is None else _WRITING) as db:
        if lock is not None:
            db.execute(_LOCK, [MARK, lock])
        yield db


def in_its_words(sql: str) -> str:
    """A statement with the driver's marks for values instead of `?` and `:name`."""
    marked = re.sub(r"(?<![:\w]):([a-z_]+)", r"%(\1)s", sql.replace("%", "%%"))
    return marked.replace("?", "%s")


def _check_there(db: ServerDatabase, server: Server) -> None:
    if _shape_of(db, server) is None:
        raise UserError(
            f"register {server}: there is none in this database", help="an audit makes it; name it with --register"
        )


def _shape_of(db: ServerDatabase, server: Server) -> int | None:
    """The number of the register's shape, None where there is no register; raises UserError for any but this one."""
    row = db.execute(_STAMP_OF, [SCHEMA]).fetchone()
    if row is None:
        return None
    found = re.fullmatch(rf"{STAMP}(\d+)", row[0] or "")
    if found is None:
        says = f"register {server}: its schema {SCHEMA} is not a register, but something else"
        raise UserError(says, help="name another database")
    if int(found[1]) != VERSION:
        newer = int(found[1]) > VERSION
        raise UserError(
            f"register {server}: of shape {found[1]}, and this Dutybook knows {VERSION}",
            help="update Dutybook" if newer else "name another database",
        )
    return VERSION


@contextmanager
def _transaction(server: Server, begin: str) -> Iterator[ServerDatabase]:
    """One transaction; whatever was not committed at its end never was. Raises UserError for what is wrong."""
    with closing(_connected(server)) as link:
        from psycopg import DataError, Error  # noqa: PLC0415 an optional extra

        try:
            link.execute(begin.encode())
            link.execute(f"set local search_path = {SCHEMA}".encode())
            yield ServerDatabase(ServerConnection(link))
        except Error as error:
            # What the driver itself can't send has no code of the server's.
            code = error.sqlstate or ("22" if isinstance(error, DataError) else "")
            if trouble := _trouble(server, code, lost=link.broken):
                raise trouble from None
            raise


def _connected(server: Server) -> "psycopg.Connection[Any]":
    try:
        import psycopg  # noqa: PLC0415 an optional extra
    except ImportError:
        says = f"register {server}: PostgreSQL is spoken to by a driver that is not installed"
        raise UserError(says, help="install it: pip install 'dutybook[postgresql]'") from None
    # Here, since they load much that only sources need.
    from compliance.workspace.sources.opened import SourceError  # noqa: PLC0415
    from compliance.workspace.sources.postgresql import patient, refused, with_secrets  # noqa: PLC0415

    try:
        address = patient(with_secrets(server.address, str(server)))
        link = psycopg.connect(address, autocommit=True, cursor_factory=psycopg.ClientCursor, client_encoding="utf8")
    except SourceError as error:
        raise UserError(f"register {server}: {error.says}", help=error.help) from None
    except (psycopg.Error, UnicodeError) as error:  # its text may hold what was to be kept secret
        says, advice = refused(str(error))
        raise UserError(f"register {server}: the server {says}", help=advice) from None
    if link.info.parameter_status("server_encoding") != "UTF8":
        link.close()
        raise UserError(f"register {server}: the database is not in UTF-8", help="make one with `encoding 'UTF8'`")
    return link


def _trouble(server: Server, code: str, *, lost: bool) -> UserError | None:
    """The sentence for what the server says; None where the mistake is our own."""
    if lost:
        says = f"register {server}: the server's answer did not come"
        return UserError(says, help="look whether it is on record before you run this again")
    for beginning, says, help_ in TROUBLES:
        if code.startswith(beginning):
            return UserError(f"register {server}: {says}", help=help_)
    return None

"""DuckDB in this process: out-of-core, memory limit settable, shut off from everything but the named sources."""

import os
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import RLock
from typing import TYPE_CHECKING

import duckdb
from sqlglot import exp

from compliance.clock import Function
from compliance.model.problem import UserError
from compliance.sql import Lasting, sql, written

if TYPE_CHECKING:
    import pyarrow as pa

# What it would have instead is bound twice, when it is made and when it is asked: that costs a tenth of a small audit,
# and the rows to be copied are findings, not records.
_COPIES = "Arrow output on a DB-API result makes an extra copy of the rows"
warnings.filterwarnings("ignore", _COPIES, UserWarning)

DIALECT = "duckdb"
_PARQUET = b"PAR1"
_TURN = "turn"
_MOST_HANDS = 4
"""Planning a query keeps one core busy, whatever its size; more hands than these would only share out the memory."""


class _Offers:
    """What is `made` only once a query names it, by whichever hand is the first to ask."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.waiting: dict[str, Callable[[], pa.Table | exp.Query | Lasting]] = {}
        self.made: set[str] = set()


class DuckDB:
    """An in-memory DuckDB that may read the named files and nothing else.

    `memory_limit` as DuckDB writes it (`1GB`); what does not fit is spilled to `spill`, a folder that exists.
    """

    name = "duckdb"

    def __init__(
        self, files: Iterable[Path], *, spill: Path, memory_limit: str = "1GB", threads: int | None = None
    ) -> None:
        self._connection = duckdb.connect(":memory:")
        self._connection.execute("set global TimeZone = 'UTC'")  # of every hand, too
        if threads is not None:
            self._connection.execute("set threads = ?", [threads])
        self._lock_down(files, spill, memory_limit)
        self._begin(min(threads or os.cpu_count() or 1, _MOST_HANDS))

    def _begin(self, hands: int) -> None:
        """Let as many hands be lent, and no query be told yet."""
        self.hands = hands
        self._queries: list[str | list[str]] = []
        self._offers = _Offers()
        self._free: SimpleQueue[duckdb.DuckDBPyConnection] = SimpleQueue()
        for _ in range(hands):
            self._free.put(self._cursor(self._connection))

    def _cursor(self, connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
        """Another connection to the same relations; it is closed with the one that it comes from."""
        return connection.cursor()

    def _lock_down(self, files: Iterable[Path], spill: Path, memory_limit: str) -> None:
        """Allow the sources by path (a folder allowed could be written by COPY), then close every other door."""
        settings: dict[str, object] = {
            "allowed_paths": [str(path) for path in files],
            "temp_directory": str(spill),
            "memory_limit": memory_limit,
            "preserve_insertion_order": True,
            "python_enable_replacements": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "enable_external_access": False,
            "lock_configuration": True,
        }
        for name, value in settings.items():
            self._connection.execute(f"set {name} = ?", [value])

    @classmethod
    @contextmanager
    def opened(cls, files: Sequence[Path], memory_limit: str = "1GB") -> Iterator["DuckDB"]:
        """An engine with a spill folder of its own; both are gone afterwards."""
        with tempfile.TemporaryDirectory(prefix="dutybook-") as spill:
            engine = cls(files, spill=Path(spill), memory_limit=memory_limit)
            try:
                with engine.blaming(files, memory_limit):
                    yield engine
            finally:
                engine.close()

    @contextmanager
    def blaming(self, files: Sequence[Path], memory_limit: str) -> Iterator[None]:
        """Say of what the engine fails on what is wrong with the records, where it is they that are wrong."""
        try:
            yield
        except duckdb.OutOfMemoryException as error:
            says = f"the records do not fit into {memory_limit} of memory and what is free on disk{_by_whom(error)}"
            raise UserError(says, help="allow more with --memory-limit, or audit a shorter period") from None
        except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
            why = f"{str(error).splitlines()[0]}{_by_whom(error)}"
            says = f"a number or a date, in the records or in a rule, is too large to be reckoned with: {why}"
            raise UserError(
                says, help="look for a damaged amount, and for sums in rules that leave the calendar or 38 digits"
            ) from None
        except duckdb.Error:
            if found := next(self.damaged(files), None):
                says = f"{found.name} is damaged: a part of it can't be read"
                raise UserError(says, help="fetch it again, or export it anew") from None
            raise

    @contextmanager
    def turn(self) -> Iterator["DuckDB"]:
        """An empty database in this engine, with all that is made in it gone afterwards; the doors stay as they are."""
        self._connection.execute(f"attach ':memory:' as {_TURN}")
        turn = _Turn(self._connection, self.hands)
        try:
            yield turn
        finally:
            turn.close()
            self._connection.execute(f"detach {_TURN}")

    def fetch(self, query: exp.Query | Lasting) -> "pa.Table":
        """Run a query and answer its rows as an Arrow table."""
        return self._connection.execute(self._told(_text(query, DIALECT, _written))).to_arrow_table()

    def create(self, name: str, query: exp.Query | Lasting, *, kept: bool) -> None:
        """Create a table (`kept`) or view of this name."""
        self._create(name, query, kind="TABLE" if kept else "VIEW")

    def _create(
        self, name: str, query: exp.Query | Lasting, *, kind: str, properties: exp.Properties | None = None
    ) -> None:
        asked = DIALECT, kind, name, properties is None
        written = _text(query, asked, lambda tree: _written(_creating(name, tree, kind, properties)))
        self._connection.execute(self._told(written))

    def define(self, function: Function) -> None:
        """Create a function of this name."""
        create = exp.Create(
            this=exp.UserDefinedFunction(
                this=exp.to_identifier(function.name),
                expressions=[exp.to_identifier(function.parameter)],
                wrapped=True,
            ),
            kind="FUNCTION",
            expression=function.body,
            replace=True,
        )
        self._connection.execute(self._told(_written(create)))

    @contextmanager
    def _lent(self, queries: list[str]) -> Iterator["DuckDB"]:
        connection = self._free.get()
        try:
            yield _Hand(connection, queries, self._offers)
        finally:
            self._free.put(connection)

    def beside(self) -> AbstractContextManager["DuckDB"]:
        """Another hand at the same relations; what is handed over to it is its own, and stays until it is replaced."""
        queries: list[str] = []
        self._queries.append(queries)
        return self._lent(queries)

    def hand_over(self, name: str, table: "pa.Table | pa.RecordBatchReader") -> None:
        """Copy Arrow in under this name."""
        self._copy_in(name, table, self._own())

    def _copy_in(self, name: str, table: "pa.Table | pa.RecordBatchReader", properties: exp.Properties | None) -> None:
        self._connection.register("handed", table)
        self._create(name, sql("select * from handed"), kind="TABLE", properties=properties)
        self._connection.unregister("handed")

    def offer(self, name: str, made: "Callable[[], pa.Table | exp.Query | Lasting]") -> None:
        """Create a table of this name once a query names it; one that was made before is made anew at once."""
        with self._offers.lock:
            self._offers.waiting[name] = made
            if name in self._offers.made:
                self._make(name)

    def _make_named(self, written: str) -> None:
        """Make what a query names, for all hands; others wait until it is there."""
        with self._offers.lock:
            for name in [each for each in self._offers.waiting if f'"{each}"' in written]:
                self._make(name)

    def _make(self, name: str) -> None:
        # Another may have been made for this one.
        if (asked := self._offers.waiting.pop(name, None)) is None:
            return
        self._offers.made.add(name)
        made = asked()
        if isinstance(made, exp.Query | Lasting):
            self._create(name, made, kind="TABLE")
        else:
            self._copy_in(name, made, None)

    def _own(self) -> exp.Properties | None:
        """How a relation is marked that is handed over: here it is for every hand."""
        return None

    def damaged(self, files: Sequence[Path]) -> Iterator[Path]:
        """The Parquet files among these that can't be read to their end; views read them late, and not always whole."""
        for path in files:
            if not _is_parquet(path):
                continue
            try:
                self._connection.execute("select count(hash(records)) from read_parquet(?) as records", [str(path)])
            except duckdb.Error:
                yield path

    def queries(self) -> Sequence[str]:
        """Every query run so far, as it was asked."""
        return tuple(query for told in self._queries for query in ([told] if isinstance(told, str) else told))

    def _told(self, written: str) -> str:
        """The statement, told among the others, with all that it names there."""
        self._make_named(written)
        self._queries.append(written)
        return written

    def close(self) -> None:
        """Let go of memory and of the spill files."""
        self._connection.close()


class _Turn(DuckDB):
    """A database of its own in another DuckDB, with hands of its own."""

    def __init__(self, engine: duckdb.DuckDBPyConnection, hands: int) -> None:
        self._connection = self._cursor(engine)
        self._begin(hands)

    def _cursor(self, engine: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
        found = super()._cursor(engine)
        found.execute(f"use {_TURN}")
        return found


class _Hand(DuckDB):
    """A connection of its own to what another DuckDB holds; its queries are told among the other's."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, queries: list[str], offers: _Offers) -> None:
        self._connection = connection
        self._offers = offers
        self._queries = queries  # type: ignore[assignment]  # holds texts alone

    def _own(self) -> exp.Properties:
        return exp.Properties(expressions=[exp.TemporaryProperty()])


def _by_whom(error: Exception) -> str:
    """What was noted of who had asked for what failed."""
    return "".join(f", {note}" for note in getattr(error, "__notes__", ()))


def _text(query: exp.Query | Lasting, asked: object, write: Callable[[exp.Query], str]) -> str:
    return query.written(asked, write) if isinstance(query, Lasting) else write(query)


def _written(query: exp.Expr) -> str:
    return written(query, DIALECT)


def _creating(name: str, query: exp.Query, kind: str, properties: exp.Properties | None) -> exp.Create:
    return exp.Create(
        this=exp.Table(this=exp.to_identifier(name, quoted=True)),
        kind=kind,
        expression=query,
        replace=True,
        properties=properties,
    )


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_PARQUET)) == _PARQUET

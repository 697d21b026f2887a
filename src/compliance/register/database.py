"""What the register asks of a database, whichever it is: statements in the words that SQLite and PostgreSQL share."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

Given: TypeAlias = Sequence[Any] | dict[str, Any]
"""Values for `?`, or for `:name`."""


class Rows(Protocol):
    """What a statement answers."""

    @property
    def description(self) -> Any:  # noqa: ANN401 each of its parts begins with the name of a column
        """What the columns are called."""

    def __iter__(self) -> Iterator[Any]: ...

    def fetchone(self) -> Any:  # noqa: ANN401 a row is whatever was asked for
        """The next row; None where there is none."""

    def fetchall(self) -> list[Any]:
        """All rows that are left."""


class Connection(Protocol):
    """One transaction's way to the rows."""

    def execute(self, sql: str, parameters: Given = ..., /) -> Rows:
        """Run a statement."""

    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]], /) -> object:
        """Run a statement for each of these rows."""


class Database(Protocol):
    """A connection, and its rows by the names of their columns."""

    @property
    def conn(self) -> Connection:
        """The connection itself."""

    def execute(self, sql: str, parameters: Given | None = None) -> Rows:
        """Run a statement."""

    def query(self, sql: str, params: Given | None = None) -> Iterator[Mapping[str, Any]]:
        """The rows of a query."""

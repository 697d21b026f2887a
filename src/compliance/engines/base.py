"""The seam between Dutybook and an engine: run a query, hand over a small table, answer Arrow."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import pyarrow as pa
from sqlglot import exp

from compliance.clock import Function
from compliance.sql import Lasting


class Engine(Protocol):
    """What the stages ask of an engine; queries are sqlglot expressions, written in the engine's own dialect."""

    name: str
    hands: int
    """How many hands beside this one can be at work at once."""

    def fetch(self, query: exp.Query | Lasting) -> pa.Table:
        """Run a query and answer its rows."""
        ...

    def create(self, name: str, query: exp.Query | Lasting, *, kept: bool) -> None:
        """Name a query's outcome: its rows worked out once where `kept`, else a view."""
        ...

    def define(self, function: Function) -> None:
        """Make a function known that queries call."""
        ...

    def hand_over(self, name: str, table: pa.Table | pa.RecordBatchReader) -> None:
        """Make a local table known by name; a reader is copied batch by batch."""
        ...

    def offer(self, name: str, made: Callable[[], pa.Table | exp.Query | Lasting]) -> None:
        """Name what is made only once a query asks for it: a local table, or a query's outcome that is then kept."""
        ...

    def queries(self) -> Sequence[str]:
        """Every query run so far, as it was asked."""
        ...

    def beside(self) -> AbstractContextManager["Engine"]:
        """Another hand at the same relations, so that one query can be asked while another is; free once it is left.

        What it creates is seen by all; what is handed over to it is seen by itself alone. `queries` tells its queries
        where it was asked for.
        """
        ...

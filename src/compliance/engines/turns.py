"""One DuckDB for many small audits in turn: opening one costs more than it takes to read a few rows."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from compliance.engines.duckdb import DuckDB


class Turns:
    """An engine that may read these files, lent to one audit after the other.

    Each has a database of its own in it, which nobody saw before and nobody sees afterwards. Whoever asks for other
    files, or for another limit, gets an engine to itself; after a turn that failed, the engine is opened anew.
    """

    def __init__(self, files: Iterable[Path], memory_limit: str = "1GB") -> None:
        self._files, self._memory_limit = frozenset(files), memory_limit
        self._open = ExitStack()
        self._engine: DuckDB | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close()

    @contextmanager
    def opened(self, files: Sequence[Path], memory_limit: str = "1GB") -> Iterator[DuckDB]:
        """As `DuckDB.opened`."""
        if memory_limit != self._memory_limit or not self._files.issuperset(files):
            with DuckDB.opened(files, memory_limit) as alone:
                yield alone
            return
        try:
            with self._ready().turn() as engine, engine.blaming(files, memory_limit):
                yield engine
        except BaseException:
            self._close()
            raise

    def _ready(self) -> DuckDB:
        if self._engine is None:
            spill = self._open.enter_context(tempfile.TemporaryDirectory(prefix="dutybook-"))
            # What is small is not shared out to threads; whoever runs many small audits runs several of these.
            self._engine = DuckDB(self._files, spill=Path(spill), memory_limit=self._memory_limit, threads=1)
            self._open.callback(self._engine.close)
        return self._engine

    def _close(self) -> None:
        self._engine = None
        self._open.close()

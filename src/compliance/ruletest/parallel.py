"""Running many cases at once, in processes of their own: each is an audit, and keeps one core busy."""

import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from compliance.ruletest.gathering import CaseSet
from compliance.ruletest.running import CaseResult, Prepared

FEW = 8
"""So many cases are not worth the start of other processes."""


@dataclass(frozen=True)
class Tested:
    """A file's cases with how each came out."""

    cases: CaseSet
    results: tuple[CaseResult, ...]

    @property
    def failed(self) -> int:
        """How many cases failed; a known gap does not count."""
        return sum(not result.passed and not case.todo for case, result in self._pairs)

    @property
    def gaps(self) -> tuple[Prepared, ...]:
        """The known gaps that are there still."""
        return tuple(case for case, result in self._pairs if case.todo and not result.passed)

    @property
    def closed(self) -> tuple[Prepared, ...]:
        """The cases marked as known gaps that pass."""
        return tuple(case for case, result in self._pairs if case.todo and result.passed)

    @property
    def passed(self) -> int:
        """How many cases passed."""
        return sum(each.passed for each in self.results)

    @property
    def _pairs(self) -> Iterator[tuple[Prepared, CaseResult]]:
        return zip(self.cases.cases, self.results, strict=True)


def run_all(sets: Sequence[CaseSet]) -> tuple[Tested, ...]:
    """Run every case, in as many processes as there are cores where there are many; the order stays."""
    results = iter(_run([each for cases in sets for each in cases.cases]))
    return tuple(Tested(cases, tuple(next(results) for _ in cases.cases)) for cases in sets)


def _run(cases: Sequence[Prepared]) -> list[CaseResult]:
    if len(cases) <= FEW:
        return [each.run() for each in cases]
    # A fresh process: an engine's threads do not survive a fork.
    pool = ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn"), initializer=deaf)
    try:
        return list(pool.map(Prepared.run, cases))
    finally:
        pool.shutdown(cancel_futures=True)


def deaf() -> None:
    """Ctrl-C is heard by the process that the user started, which then ends these."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

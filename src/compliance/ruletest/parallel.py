"""Running many cases at once, in processes of their own: each is an audit, and keeps one core busy."""

import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache

from compliance.garbage import collect_rarely
from compliance.judgement.code import Codes
from compliance.ruletest.gathering import CaseSet
from compliance.ruletest.running import CaseResult, Prepared, run_cases

FEW = 8
"""So many cases are not worth the start of other processes."""
MANY = 20
"""So many cases have an engine in common."""
_BATCHES = 4
_codes = cache(Codes)
"""What a process of the pool has read of rules: nobody writes them while it lives."""


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


def _run(cases: Sequence[Prepared]) -> Sequence[CaseResult]:
    if len(cases) <= FEW:
        return run_cases(cases)
    # A fresh process: an engine's threads do not survive a fork.
    pool = ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn"), initializer=ready)
    try:
        return [each for some in pool.map(run_some, batched(cases)) for each in some]
    finally:
        pool.shutdown(cancel_futures=True)


def run_some(cases: Sequence[Prepared]) -> tuple[CaseResult, ...]:
    """Run cases in a process of a pool, which lives no longer than the rules stay as they are."""
    return run_cases(cases, _codes())


def batched(cases: Sequence[Prepared]) -> list[Sequence[Prepared]]:
    """The cases in their order, as many at a time as are worth an engine, so that no core waits long for another."""
    size = max(FEW, min(MANY, len(cases) // (_BATCHES * (os.cpu_count() or 1))))
    return [cases[start : start + size] for start in range(0, len(cases), size)]


def ready() -> None:
    """Begin in a process of one's own: Ctrl-C is heard by the one that the user started, which then ends these."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    collect_rarely()

"""Every case of every shipped pack, and every case of the conformance files; on all cores, for there are hundreds."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

import pytest

from compliance.model.problem import UserError
from compliance.ruletest import CaseResult, Prepared, prepare
from compliance.ruletest.parallel import batched, ready, run_some
from compliance.shipped import packs

CONFORMANCE = Path(__file__).parents[1] / "conformance"
FEW = 8  # not worth the start of other processes

Run = Callable[[Prepared], CaseResult]


def _files() -> Iterator[Path]:
    for pack in packs():
        yield from sorted(pack.glob("*.test.yaml"))
    yield from sorted(CONFORMANCE.rglob("*.yaml"))


def _cases() -> Iterator[object]:
    """Each case under its sentence; a file that can't be read is one case that says why."""
    for path in _files():
        try:
            for each in prepare(path):
                yield pytest.param(each, id=each.case)
        except UserError as error:
            yield pytest.param(error, id=path.name)


@pytest.fixture(scope="session")
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """How a case is run: the chosen ones all at once, as soon as the first is asked for.

    Where tests are shared out among processes each runs what it is asked for, with those that it has an engine with.
    """
    specs = [each.callspec.params for each in request.session.items if hasattr(each, "callspec")]
    chosen = [params["case"] for params in specs if isinstance(params.get("case"), Prepared)]
    if len(chosen) <= FEW:
        yield Prepared.run
        return
    batches = [*batched(chosen)]
    place = {id(case): (number, nth) for number, some in enumerate(batches) for nth, case in enumerate(some)}
    if "PYTEST_XDIST_WORKER" in os.environ:
        results = cache(lambda number: run_some(batches[number]))
        yield lambda case: results(place[id(case)][0])[place[id(case)][1]]
        return
    pool = ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn"), initializer=ready)
    running = [pool.submit(run_some, some) for some in batches]
    yield lambda case: running[place[id(case)][0]].result()[place[id(case)][1]]
    pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("case", list(_cases()))
def test_a_case_gives_the_findings_that_it_lists(case: Prepared | UserError, run: Run) -> None:
    if isinstance(case, UserError):
        raise case
    result = run(case)
    assert result.passed, "\n".join(("", *result.differences))

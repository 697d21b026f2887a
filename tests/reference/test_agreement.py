"""Product and reference judge the same worlds alike; the kinds on all cores, for there are many worlds."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from math import ceil

import pytest
from tests.reference.agreement import differences
from tests.reference.drawing import A_BATCH, batches
from tests.reference.trials import TRIALS, tries, worlds_for

SHOWN = 10

Judged = tuple[int, tuple[str, ...]]


def judged(kind: str) -> Judged:
    """How many worlds of a kind were tried, and the first differences that were found."""
    tried = 0
    for number, worlds in enumerate(batches(kind, range(ceil(worlds_for(kind) / A_BATCH)))):
        tried += worlds.count
        if found := differences(worlds):
            return tried, (f"batch {number}", str(worlds.rules), *found[:SHOWN])
    return tried, ()


@pytest.fixture(scope="module")
def judging(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Judged]]:
    """Every kind that was asked for, all at once; where tests are shared out among processes, each as it comes."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        yield judged
        return
    specs = [each.callspec.params for each in request.session.items if hasattr(each, "callspec")]
    kinds = [params["kind"] for params in specs if params.get("kind") in TRIALS]
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        running = {kind: pool.submit(judged, kind) for kind in kinds}
        yield lambda kind: running[kind].result()


@pytest.mark.parametrize("kind", TRIALS)
def test_product_and_reference_find_the_same(
    kind: str, judging: Callable[[str], Judged], tried: dict[str, int]
) -> None:
    tried[kind], wrong = judging(kind)
    assert wrong == (), "\n".join(wrong)


@pytest.mark.parametrize("kind", TRIALS)
def test_every_batch_is_of_its_kind_and_unlike_the_last(kind: str) -> None:
    first, second = batches(kind, range(2))
    assert all(tries(kind, rule) for rule in (*first.rules, *second.rules))
    assert first.world.tables != second.world.tables

"""Product and reference judge the same worlds alike; the kinds on all cores, for there are many worlds."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from math import ceil
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from tests.reference.agreement import differences
from tests.reference.trials import FEWEST, TRIALS, asked_for, worlds_a_batch
from tests.reference.worlds import Batch, Trial, batch, frames, worlds_of

SHOWN = 10
QUICK = settings(
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
"""Nothing is shrunk: each step would be an audit, and what differs is told duty by duty."""

TOGETHER = 10
"""So many worlds are drawn at once: hypothesis gives up a draw that asks for too many choices."""

T = TypeVar("T")
Judged = tuple[int, tuple[str, ...]]


def judged(kind: str) -> Judged:
    """How many worlds of a kind were tried, and the first differences that were found."""
    tried = 0
    for number in range(ceil(asked_for() / worlds_a_batch())):
        worlds = drawn(TRIALS[kind], number, worlds_a_batch())
        tried += worlds.count
        if found := differences(worlds):
            return tried, (f"batch {number}", str(worlds.rules), *found[:SHOWN])
    return tried, ()


def drawn(trial: Trial, number: int, count: int) -> Batch:
    """The batch of a number: a fresh one for each, where one long run of hypothesis mostly varies those it had."""
    frame = _drawn(frames(trial), number)
    names = [f"{each}" for each in range(count)]
    groups = [names[first : first + TOGETHER] for first in range(0, count, TOGETHER)]
    worlds = [
        each
        for place, group in enumerate(groups)
        for each in _drawn(worlds_of(trial, frame.setting, group), number * len(groups) + place)
    ]
    return batch(trial, frame, worlds)


def _drawn(strategy: st.SearchStrategy[T], number: int) -> T:
    """What a strategy gives for a number; the first of two is always the simplest that there is."""
    found: list[T] = []

    @seed(number)
    @settings(QUICK, max_examples=2)
    @given(strategy)
    def draw(value: T) -> None:
        found.append(value)

    draw()
    return found[-1]


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
    first, second = (drawn(TRIALS[kind], number, FEWEST) for number in range(2))
    assert all(kind in rule for rule in (*first.rules, *second.rules))
    assert first.world.tables != second.world.tables

"""Product and reference judge the same worlds alike; the kinds on all cores, for there are many worlds."""

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from math import ceil

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.reference.agreement import differences
from tests.reference.trials import TRIALS, asked_for
from tests.reference.worlds import WORLDS_A_BATCH, Batch

SHOWN = 10
QUICK = settings(
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
"""Nothing is shrunk: each step would be an audit, and what differs is told duty by duty."""

Judged = tuple[int, tuple[str, ...]]


def judged(kind: str) -> Judged:
    """How many worlds of a kind were tried, and the first differences that were found."""
    tried, wrong = 0, list[str]()

    @settings(QUICK, max_examples=ceil(asked_for() / WORLDS_A_BATCH))
    @given(TRIALS[kind])
    def agree(batch: Batch) -> None:
        nonlocal tried
        tried += batch.count
        if not wrong and (found := differences(batch)):
            wrong.extend([str(batch.rules), *found[:SHOWN]])

    agree()
    return tried, tuple(wrong)


@pytest.fixture(scope="module")
def judging(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Judged]]:
    """Every kind that was asked for, all at once."""
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


@given(st.sampled_from(sorted(TRIALS)), st.data())
@settings(QUICK, max_examples=len(TRIALS))
def test_every_batch_is_of_its_kind(kind: str, data: st.DataObject) -> None:
    batch = data.draw(TRIALS[kind])
    assert all(kind in rule for rule in batch.rules)

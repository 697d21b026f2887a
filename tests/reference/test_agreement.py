"""Product and reference judge the same worlds alike, kind by kind."""

from math import ceil

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.reference.agreement import differences
from tests.reference.trials import TRIALS, asked_for
from tests.reference.worlds import WORLDS_A_BATCH, Batch

SHOWN = 10
QUICK = settings(suppress_health_check=list(HealthCheck), phases=[Phase.generate])
"""Nothing is shrunk: each step would be an audit, and what differs is told duty by duty."""


@pytest.mark.parametrize("kind", TRIALS)
def test_product_and_reference_find_the_same(kind: str, tried: dict[str, int]) -> None:
    @settings(QUICK, max_examples=ceil(asked_for() / WORLDS_A_BATCH))
    @given(TRIALS[kind])
    def agree(batch: Batch) -> None:
        tried[kind] = tried.get(kind, 0) + batch.count
        assert not (wrong := differences(batch)), f"{batch.rules}\n" + "\n".join(wrong[:SHOWN])

    agree()


@given(st.sampled_from(sorted(TRIALS)), st.data())
@settings(QUICK, max_examples=len(TRIALS))
def test_every_batch_is_of_its_kind(kind: str, data: st.DataObject) -> None:
    batch = data.draw(TRIALS[kind])
    assert all(kind in rule for rule in batch.rules)

"""The batches of a kind, drawn in a process of their own.

hypothesis also draws the constants that it finds in the modules that happen to be loaded. Here none of the product is:
so a number names the same worlds whichever tests ran before, and however the product changes.
"""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from tests.reference.trials import TRIALS
from tests.reference.worlds import Batch, batch, frames, worlds_of

QUICK = settings(
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
"""Nothing is shrunk: each step would be an audit, and what differs is told duty by duty."""

A_BATCH = 10
"""Worlds in one batch, which one audit judges: with each come other rules, another calendar and another zone. So many
are drawn at once; hypothesis gives up a draw that asks for too many choices."""

T = TypeVar("T")


def batches(kind: str, numbers: range) -> Iterator[Batch]:
    """The batches of these numbers, the next ones drawn while one is judged."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as drawing:
        for drawn in [drawing.submit(_batch, kind, number) for number in numbers]:
            yield drawn.result()


def _batch(kind: str, number: int) -> Batch:
    """The batch of a number: a fresh one for each, where one long run of hypothesis mostly varies those it had."""
    trial = TRIALS[kind]
    frame = _drawn(frames(trial), number)
    names = [f"{each}" for each in range(A_BATCH)]
    return batch(trial, frame, _drawn(worlds_of(trial, frame.setting, names), number))


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

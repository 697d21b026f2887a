"""Cases that have something in common come out as each does where nothing is known from others."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from compliance.judgement.code import Codes
from compliance.ruletest import CaseResult, Prepared, prepare
from compliance.ruletest.running import layouts, run_cases
from compliance.shipped import packs

CONFORMANCE = Path(__file__).parents[1] / "conformance"
EVERY = 60  # so many files lie between two that are taken


def told_wholly(cases: Sequence[Prepared]) -> list[Prepared]:
    """Cases of one file without what they expect, so that every finding that is no silent one is told."""
    written = tuple(each.model_copy(update={"expect": ()}) for each in cases[0].file.cases)
    file = replace(cases[0].file, cases=written)
    return [replace(each, file=file) for each in cases]


def some_cases() -> Sequence[Prepared]:
    """Two cases of a file here and there, the second with the first one's rules and most of its columns."""
    shipped = [path for pack in packs() for path in sorted(pack.glob("*.test.yaml"))]
    files = [*shipped[::EVERY], *sorted(CONFORMANCE.rglob("*.yaml"))[::EVERY]]
    return [case for path in files for case in told_wholly(prepare(path)[:2])]


CASES = some_cases()
CODES = Codes()


@cache
def alone(index: int) -> CaseResult:
    layouts.cache_clear()
    return CASES[index].run()


@settings(max_examples=8, phases=(Phase.explicit, Phase.generate))  # to look for a smaller one takes minutes
@given(st.lists(st.integers(0, len(CASES) - 1), min_size=2, max_size=5))
def test_any_cases_in_any_order_come_out_together_as_each_alone(chosen: list[int]) -> None:
    """What earlier examples left is known, too; a case may come twice."""
    by_themselves = tuple(alone(index) for index in chosen)
    assert run_cases([CASES[index] for index in chosen], CODES) == by_themselves


def test_what_is_compared_says_something() -> None:
    assert sum(bool(alone(index).wrong) for index in range(len(CASES))) > len(CASES) / 2

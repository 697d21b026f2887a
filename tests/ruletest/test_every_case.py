"""Every case of every shipped pack, and every case of the conformance files."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from compliance.model.problem import UserError
from compliance.ruletest import Prepared, prepare
from compliance.shipped import packs

CONFORMANCE = Path(__file__).parents[1] / "conformance"


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


@pytest.mark.parametrize("case", list(_cases()))
def test_a_case_gives_the_findings_that_it_lists(case: Prepared | UserError) -> None:
    if isinstance(case, UserError):
        raise case
    assert case.run().differences == ()

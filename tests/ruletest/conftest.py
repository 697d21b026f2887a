"""The order of tests: cases run in processes of their own, so everything else is tested meanwhile."""

import pytest

CASES = "test_every_case.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first case starts them all; the others are asked how they went when all else is done."""
    cases = [item for item in items if item.path.name == CASES]
    items[:] = [*cases[:1], *(item for item in items if item.path.name != CASES), *cases[1:]]

"""What all tests share."""

import gc
from collections.abc import Iterator

import pytest
from hypothesis import settings

from compliance.garbage import collect_rarely

# The same examples on every run: a failure belongs to the change that made it, and can be looked at again.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")
collect_rarely()


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """A command, which lives shortly, looks for no cycles of garbage; a test run of thousands of commands must."""
    yield
    gc.enable()

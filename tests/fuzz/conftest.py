"""Counts the inputs that were made up, and says so at the end of the run."""

import pytest

SPOILED = pytest.StashKey[dict[str, int]]()


@pytest.fixture
def spoiled(pytestconfig: pytest.Config) -> dict[str, int]:
    """How many inputs were given, by target."""
    return pytestconfig.stash.setdefault(SPOILED, {})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the number of inputs for each target."""
    counts: dict[str, int] = config.stash.get(SPOILED, {})
    if counts:
        terminalreporter.write_line(f"spoiled inputs: {', '.join(f'{name} {n}' for name, n in counts.items())}")

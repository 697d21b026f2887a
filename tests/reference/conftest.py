"""Counts the worlds on which product and reference were compared, and says so at the end of the run."""

import pytest

TRIED = pytest.StashKey[dict[str, int]]()


@pytest.fixture
def tried(pytestconfig: pytest.Config) -> dict[str, int]:
    """How many worlds were tried, by kind."""
    return pytestconfig.stash.setdefault(TRIED, {})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the number of worlds for each kind."""
    tried: dict[str, int] = config.stash.get(TRIED, {})
    if tried:
        told = ", ".join(f"{kind} {count}" for kind, count in tried.items())
        terminalreporter.write_line(f"worlds judged by product and reference: {told}")

"""Counts the worlds on which product and reference were compared, and says so at the end of the run."""

import pytest

TRIED = pytest.StashKey[dict[str, int]]()
SPOILED = "spoiled packs"


@pytest.fixture
def tried(pytestconfig: pytest.Config) -> dict[str, int]:
    """How many worlds were tried, by kind."""
    return pytestconfig.stash.setdefault(TRIED, {})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the number of worlds for each kind."""
    tried: dict[str, int] = config.stash.get(TRIED, {})
    counts = dict(tried)
    if spoiled := counts.pop(SPOILED, 0):
        terminalreporter.write_line(f"spoiled packs proof-read: {spoiled}")
    if counts:
        told = ", ".join(f"{kind} {count}" for kind, count in counts.items())
        terminalreporter.write_line(f"worlds judged by product and reference: {told}")

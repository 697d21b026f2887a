import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pytest

from compliance_cli.main import ended
from compliance_cli.talk import Talk

ROOT = Path(__file__).parents[2]


class Ran(NamedTuple):
    """A command that has ended: its exit status, stdout and stderr."""

    status: int
    out: str
    err: str


Command: TypeAlias = Callable[..., Ran]


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("COMPLIANCE_", "NO_COLOR"))]:
        monkeypatch.delenv(name)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def compliance(here: Path, capsys: pytest.CaptureFixture[str]) -> Command:  # noqa: ARG001 no test may litter the checkout
    """The command in this process, in an empty folder."""

    def run(*arguments: str | Path) -> Ran:
        status = ended([str(argument) for argument in arguments], Talk())
        return Ran(status, *capsys.readouterr())

    return run


@pytest.fixture
def workspace(compliance: Command) -> Path:
    """The starter workspace, as `init` writes it, in the folder `work`."""
    assert compliance("init", "work").status == 0
    return Path("work")


@pytest.fixture
def program(here: Path) -> Command:
    """The command as a program of its own, in an empty folder."""

    def run(*arguments: str | Path, env: Mapping[str, str] | None = None, **rest: object) -> Ran:
        done = subprocess.run(  # noqa: PLW1510 the exit status is what is looked at
            [sys.executable, "-m", "compliance_cli", *map(str, arguments)],
            **{"cwd": here, "env": environment(env or {}), "capture_output": True, "text": True} | rest,  # type: ignore[call-overload]
        )
        return Ran(done.returncode, done.stdout or "", done.stderr or "")

    return run


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """This process's environment, with the package found wherever it was found here."""
    return dict(os.environ) | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT / "cli")])} | dict(more)

"""A process from start to end: how long it took, and how much memory it held at most, children included."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

SCRIPT: Final = Path(sys.prefix) / "bin" / "compliance"
COMPLIANCE: Final[tuple[str | Path, ...]] = (SCRIPT,) if SCRIPT.exists() else (sys.executable, "-m", "compliance_cli")
FINISHED: Final = (0, 1, 3)  # exit statuses of an audit that was carried out
LOOK_EVERY: Final = 0.05  # seconds between two looks at the memory of a process and its children
MEBIBYTE: Final = 2**20


class Run(NamedTuple):
    """One process from start to end: how long, how much memory at most with its children, and what it said."""

    seconds: float
    peak: int
    status: int
    said: str


def run(command: Sequence[str | Path]) -> Run:
    """Run a command to its end, looking at its memory from time to time."""
    with tempfile.TemporaryFile("w+") as talk:
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdout=talk, stderr=talk)  # noqa: S603 - commands of this file
        ended, peak = 0, 0
        while not ended:
            peak = max(peak, memory(process.pid))
            time.sleep(LOOK_EVERY if time.perf_counter() - begin > 1 else LOOK_EVERY / 10)
            ended, status, used = os.wait4(process.pid, os.WNOHANG)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        talk.seek(0)
        return Run(seconds, max(peak, used.ru_maxrss * 1024), process.returncode, talk.read())


def memory(pid: int) -> int:
    """Bytes held by a process and its children; pages that they share are counted once."""
    family = list(descendants(pid))
    if len(family) == 1:
        return sum(kibibytes(pid, "status", "VmRSS")) * 1024
    return sum(sum(kibibytes(member, "smaps_rollup", "Pss")) for member in family) * 1024


def descendants(pid: int) -> Iterator[int]:
    """The process and all that it started."""
    yield pid
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in read(listed).split():
            yield from descendants(int(child))


def kibibytes(pid: int, file: str, name: str) -> list[int]:
    """What the kernel says of a process under this name; nothing where it has just ended."""
    return [int(number) for number in re.findall(rf"^{name}:\s+(\d+)", read(Path(f"/proc/{pid}/{file}")), re.MULTILINE)]


def read(path: Path) -> str:
    """The text of a file that may vanish at any moment."""
    try:
        return path.read_text()
    except OSError:
        return ""


def stages_of(audit: Run) -> dict[str, float]:
    """Seconds of each stage, from the `stage <name> <seconds>` lines that `-v` gives."""
    return {name: float(seconds) for name, seconds in re.findall(r"stage (\S+) ([\d.]+)", audit.said)}

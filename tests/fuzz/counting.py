"""How much was made up at random, and what came of it: written by `make fuzz`, told in docs/quality.md."""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

_EXECUTED = re.compile(r"(?m)^stat::number_of_executed_units:\s*([0-9]+)|^#([0-9]+)\s")


@dataclass(frozen=True)
class Count:
    """The inputs that one target was given, in how many seconds, and whether one of them was a fault."""

    inputs: int
    seconds: int
    faults: int


def executed(told: str) -> int:
    """How many inputs the fuzzer says that it ran."""
    return max((int(final or running) for final, running in _EXECUTED.findall(told)), default=0)


def write(path: Path, day: str, counts: Iterable[tuple[str, Count]]) -> None:
    """Keep the counts of one run, with its day."""
    kept = {"on": day, "targets": {name: asdict(count) for name, count in counts}}
    path.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")

"""Fuzzes every target in turn, each in a process of its own, and counts: `python -m tests.fuzz --seconds 60`.

It ends with 1 where anything was found; what was found is kept in `--found`, and told. `--counts` names the file that
docs/quality.md is made from; without it nothing is written.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from tests.fuzz.counting import Count, executed, write
from tests.fuzz.targets import TARGETS


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--limit", type=int, default=60, help="the most seconds that one input may take")
    parser.add_argument("--target", action="append", choices=list(TARGETS), help="default: all")
    parser.add_argument("--counts", type=Path)
    parser.add_argument("--found", type=Path, default=Path("bench/out/fuzz"), help="where inputs are kept")
    return parser.parse_args()


def fuzzed(name: str, asked: argparse.Namespace) -> Count:
    """Fuzz one target, say what came of it, and keep what was found."""
    with tempfile.TemporaryDirectory(prefix="dutybook-fuzzed-") as made:
        begun = monotonic()
        command = [sys.executable, "-m", "tests.fuzz.one", name, made, str(asked.seconds), str(asked.limit)]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        found = [path for path in sorted(Path(made).iterdir()) if path.is_file()]
        count = Count(executed(done.stderr), round(monotonic() - begun), max(len(found), int(done.returncode != 0)))
        sys.stdout.write(f"{name}: {count.inputs:,} inputs in {count.seconds} s, {count.faults} faults\n")
        if count.faults:
            sys.stdout.write(_without_chatter(f"{done.stderr}{done.stdout}"))
            sys.stdout.writelines(f"kept: {each}\n" for each in _kept(found, asked.found, name))
        sys.stdout.flush()
    return count


def _without_chatter(told: str) -> str:
    return "".join(line for line in told.splitlines(keepends=True) if not line.startswith(("INFO", "#")))[-8_000:]


def _kept(found: list[Path], folder: Path, name: str) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    for path in found:
        yield Path(shutil.copy(path, folder / f"{name.replace(' ', '-')}-{path.name}"))


def main() -> int:
    """Fuzz what was asked for."""
    asked = _asked()
    counts = {name: fuzzed(name, asked) for name in asked.target or TARGETS}
    if asked.counts:
        write(asked.counts, datetime.now(UTC).date().isoformat(), counts.items())
    return int(any(each.faults for each in counts.values()))


if __name__ == "__main__":
    raise SystemExit(main())

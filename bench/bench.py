"""How fast an audit is: against hand-written SQL, against a bare read, and from a million to ten million activities.

    make bench
    python bench/bench.py --scale small

Whole processes, interleaved, the best of three. It prints and never gates. Worlds are generated once into a cache.
"""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import pyarrow.parquet as pq

HERE: Final = Path(__file__).resolve().parent
GENERATE: Final = HERE.parent / "fixtures" / "generate.py"
CACHE: Final = HERE.parent / "build" / "bench"
COMPLIANCE: Final = Path(sys.prefix) / "bin" / "compliance"

SCALES: Final = {"full": (1_000_000, 10_000_000), "small": (100_000,)}
A_PERSON: Final = 4_900  # activities a year, from which the number of people follows
DAYS, SEED, STARTS = 365, 7, 10
LOOK_EVERY: Final = 0.05  # seconds between two looks at the memory of a process and its children
MEBIBYTE: Final = 2**20
FEW: Final = 5  # findings shown where two answers differ

AUDIT, BY_HAND, BARE = WAYS = ("audit", "by hand", "bare read")
STAGES: Final = ("intake", "assess", "judge", "report")
FINISHED: Final = (0, 1, 3)  # exit statuses of an audit that was carried out

Key = tuple[str, str, str, str]  # rule, bearer, first day of the window, key of the record


# --- whole processes ------------------------------------------------------------------------


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
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=talk)  # noqa: S603 - commands of this file
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


# --- the worlds and the three ways through them ---------------------------------------------


class World(NamedTuple):
    """A generated workspace, how many activities it holds, and how many records in all."""

    folder: Path
    activities: int
    records: int


def world_of(activities: int, cache: Path) -> World:
    """The world of about so many activities, made where the cache has none by this generator."""
    people = round(activities / A_PERSON)
    generator = hashlib.sha256(GENERATE.read_bytes()).hexdigest()[:8]
    folder = cache / f"{people}-people-{generator}"
    if not (folder / "compliance.yaml").exists():
        print(f"generating {people:,} people over {DAYS} days ...", flush=True)
        size = ["--people", str(people), "--days", str(DAYS), "--seed", str(SEED)]
        subprocess.run([sys.executable, GENERATE, *size, "--out", folder], check=True)  # noqa: S603 - our own generator
    rows = {path.stem: pq.read_metadata(path).num_rows for path in folder.glob("*.parquet")}
    return World(folder, rows["activities"], sum(rows.values()))


def command(way: str, world: World, scratch: Path) -> list[str | Path]:
    """The command line of one way, which leaves its answer in the scratch folder."""
    if way == AUDIT:
        register = scratch / "register.sqlite"
        register.unlink(missing_ok=True)
        return [
            COMPLIANCE,
            "audit",
            world.folder,
            "--format",
            "json",
            "-o",
            scratch / "audit.json",
            "--register",
            register,
            "-v",
        ]
    if way == BY_HAND:
        return [sys.executable, HERE / "handwritten.py", world.folder, "--keys", scratch / "keys.tsv"]
    return [sys.executable, HERE / "bare_read.py", world.folder]


def best(world: World, ways: Sequence[str], rounds: int, scratch: Path) -> dict[str, Run]:
    """The fastest run of each way, the ways taking turns."""
    runs: dict[str, Run] = {}
    for _ in range(rounds):
        for way in ways:
            latest = run(command(way, world, scratch))
            if latest.status not in (FINISHED if way == AUDIT else (0,)):
                raise SystemExit(f"{way} ended with status {latest.status}:\n{latest.said[-2000:]}")
            runs[way] = min(runs.get(way, latest), latest, key=lambda one: one.seconds)
    return runs


def start_up() -> float:
    """Seconds that `compliance --help` takes, the best of ten."""
    return min(timed([COMPLIANCE, "--help"]) for _ in range(STARTS))


def timed(command_line: Sequence[str | Path]) -> float:
    """Seconds from start to end, nobody looking on."""
    begin = time.perf_counter()
    subprocess.run(command_line, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    return time.perf_counter() - begin


# --- are the answers the same? --------------------------------------------------------------


def audited(answer: Path) -> Counter[Key]:
    """What the audit found breached."""
    findings = json.loads(answer.read_text(encoding="utf-8"))["findings"]
    return Counter(key_of(finding) for finding in findings if finding["verdict"] == "breached")


def key_of(finding: Mapping[str, object]) -> Key:
    """The finding by what it is about, written as in the hand-written answer."""
    window, record = finding["window"], finding["record"]
    begin = str(window["from"])[:10] if isinstance(window, dict) else ""
    key = str(record["key"]) if isinstance(record, dict) else ""
    return str(finding["rule"]), str(finding["bearer"]), begin, key


def by_hand(answer: Path) -> Counter[Key]:
    """What the hand-written queries found breached."""
    rows = (line.split("\t") for line in answer.read_text(encoding="utf-8").splitlines())
    return Counter((rule, bearer, begin, key) for rule, bearer, begin, key in rows)


def comparison(ours: Counter[Key], theirs: Counter[Key]) -> Iterator[str]:
    """Whether both found the same, and where not, how the rules differ, with a few findings of each side."""
    asked = {path.stem for path in (HERE / "handwritten").glob("*.sql")}
    beyond = Counter(key[0] for key in ours if key[0] not in asked)
    ours = Counter({key: times for key, times in ours.items() if key[0] in asked})
    verdict = "the same in number and key" if ours == theirs else "NOT THE SAME"
    yield f"findings     {ours.total():,} by the audit, {theirs.total():,} by hand: {verdict}"
    yield from (f"             {times:,} of {rule}, not asked by hand" for rule, times in sorted(beyond.items()))
    for rule in sorted({key[0] for key in (ours - theirs) | (theirs - ours)}):
        yield from difference(rule, ours, theirs)


def difference(rule: str, ours: Counter[Key], theirs: Counter[Key]) -> Iterator[str]:
    """How the answers to one rule differ."""
    for name, more, less in (("audit", ours, theirs), ("hand", theirs, ours)):
        only = sorted(key for key in more - less if key[0] == rule)
        if only:
            yield f"             {rule}: {len(only):,} only by {name}, such as"
            yield from (f"               {' '.join(part for part in key[1:] if part)}" for key in only[:FEW])


# --- what is printed ------------------------------------------------------------------------


def measured(world: World, runs: Mapping[str, Run]) -> Iterator[str]:
    """Time and memory of each way, and what they are to each other."""
    yield f"{world.activities:,} activities, {world.records:,} records in all"
    for way, one in runs.items():
        yield f"{way:<12} {one.seconds:7.2f} s   {one.peak / MEBIBYTE:6,.0f} MiB"
    if AUDIT not in runs:
        return
    audit = runs[AUDIT]
    for way in (BY_HAND, BARE):
        if way in runs:
            yield f"audit/{way:<10} {audit.seconds / runs[way].seconds:.1f} times"
    yield f"a record     {per_record(world, audit):.2f} microseconds"
    yield f"stages       {stages(audit)}"


def per_record(world: World, one: Run) -> float:
    """Microseconds of a run for each record."""
    return one.seconds / world.records * 1e6


def stages(audit: Run) -> str:
    """The share of each stage in the whole process, from the `stage <name> <seconds>` lines that `-v` gives."""
    spent = {name: float(seconds) for name, seconds in re.findall(r"stage (\S+) ([\d.]+)", audit.said)}
    if not spent:
        return "not told"
    others = [name for name in spent if name not in STAGES]
    return ", ".join(f"{name} {spent[name] / audit.seconds:.0%}" for name in (*STAGES, *others) if name in spent)


def growth(small: tuple[World, Run], large: tuple[World, Run]) -> str:
    """What a record costs in the larger world against the smaller one."""
    before, after = per_record(*small), per_record(*large)
    return f"growth       {before:.2f} -> {after:.2f} microseconds a record, {after / before:.2f} times"


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Measure an audit against hand-written SQL and a bare read.")
    parser.add_argument(
        "--scale", choices=SCALES, default="full", help="1 and 10 million activities, or 100,000 for a look"
    )
    parser.add_argument("--activities", type=int, nargs="+", help="sizes of your own, smallest first")
    parser.add_argument("--only", choices=WAYS, nargs="+", default=WAYS, help="measure these ways only")
    parser.add_argument("--rounds", type=int, default=3, help="of which the best counts")
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder of the generated worlds")
    return parser.parse_args()


def main() -> None:
    """Measure and print."""
    asked = options()
    ways = [way for way in asked.only if way != AUDIT or COMPLIANCE.exists()]
    audits = []
    with tempfile.TemporaryDirectory() as scratch:
        for size in asked.activities or SCALES[asked.scale]:
            world = world_of(size, asked.cache)
            runs = best(world, ways, asked.rounds, Path(scratch))
            print(*measured(world, runs), sep="\n")
            if AUDIT in runs and BY_HAND in runs:
                print(*comparison(audited(Path(scratch, "audit.json")), by_hand(Path(scratch, "keys.tsv"))), sep="\n")
            print(flush=True)
            audits += [(world, runs[AUDIT])] if AUDIT in runs else []
    if len(audits) > 1:
        print(growth(audits[0], audits[-1]))
    print(f"start-up     {start_up() * 1000:.0f} ms" if COMPLIANCE.exists() else f"no {COMPLIANCE.name} command here")


if __name__ == "__main__":
    main()

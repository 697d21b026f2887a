"""How fast an audit is: against hand-written SQL, against a bare read, and from a million to ten million activities.

    make bench
    python bench/bench.py --scale small

Whole processes, interleaved, the best of three. It prints and never gates. Worlds are generated once into a cache.
"""

import argparse
import hashlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import kinds
import pyarrow.parquet as pq
from answers import audited, by_hand, comparison
from processes import COMPLIANCE, FINISHED, MEBIBYTE, Run, run, stages_of

HERE: Final = Path(__file__).resolve().parent
GENERATE: Final = HERE.parent / "fixtures" / "generate.py"
GENERATORS: Final = (GENERATE, *sorted((GENERATE.parent / "generation").glob("*.py")))
CACHE: Final = HERE.parent / "build" / "bench"

SCALES: Final = {"full": (1_000_000, 10_000_000), "small": (100_000,)}
A_PERSON: Final = 4_900  # activities a year, from which the number of people follows
DAYS, SEED, STARTS, FEWEST = 365, 7, 10, 3

AUDIT, BY_HAND, BARE = WAYS = ("audit", "by hand", "bare read")
PACKS, KINDS, JUDGING = PARTS = ("packs", "kinds", "judging")
STAGES: Final = ("intake", "assess", "judge", "report")
QUERIES: Final = HERE / "handwritten"


# --- the worlds and the three ways through them ---------------------------------------------


class World(NamedTuple):
    """A generated workspace, how many activities it holds, and how many records in all."""

    folder: Path
    activities: int
    records: int


def world_of(activities: int, cache: Path, *more: str) -> World:
    """The world of about so many activities, made where the cache has none by this generator with these options."""
    people = max(FEWEST, round(activities / A_PERSON))
    generator = hashlib.sha256(b"".join(path.read_bytes() for path in GENERATORS)).hexdigest()[:8]
    folder = cache / "-".join([f"{people}-people", *(each.strip("-") for each in more), generator])
    if not (folder / "compliance.yaml").exists():
        print(f"generating {people:,} people over {DAYS} days ...", flush=True)
        size = ["--people", str(people), "--days", str(DAYS), "--seed", str(SEED), *more]
        subprocess.run([sys.executable, GENERATE, *size, "--out", folder], check=True)  # noqa: S603 - our own generator
    rows = {path.stem: pq.read_metadata(path).num_rows for path in folder.glob("*.parquet")}
    return World(folder, rows["activities"], sum(rows.values()))


def command(way: str, world: World, scratch: Path) -> list[str | Path]:
    """The command line of one way, which leaves its answer in the scratch folder."""
    if way == AUDIT:
        register = scratch / "register.sqlite"
        register.unlink(missing_ok=True)
        return [
            *COMPLIANCE,
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
    return min(timed([*COMPLIANCE, "--help"]) for _ in range(STARTS))


def timed(command_line: Sequence[str | Path]) -> float:
    """Seconds from start to end, nobody looking on."""
    begin = time.perf_counter()
    subprocess.run(command_line, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    return time.perf_counter() - begin


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
    spent = stages_of(audit)
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
    parser.add_argument("--parts", choices=PARTS, nargs="+", default=PARTS, help="the shipped packs, every kind alone")
    choices = kinds.CHOICES
    parser.add_argument("--kinds", choices=choices, nargs="+", default=choices, help="measure these kinds only")
    parser.add_argument("--rounds", type=int, default=3, help="of which the best counts")
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder of the generated worlds")
    return parser.parse_args()


def main() -> None:
    """Measure and print."""
    asked = options()
    audits, of_kinds = [], []
    with tempfile.TemporaryDirectory() as scratch:
        for size in asked.activities or SCALES[asked.scale]:
            world = world_of(size, asked.cache)
            if PACKS in asked.parts:
                audits += packs(world, asked.only, asked.rounds, Path(scratch))
            if JUDGING in asked.parts:
                judged = run([sys.executable, HERE / "judging.py", world.folder])
                print(judged.said.rstrip(), f"most memory  {judged.peak / MEBIBYTE:,.0f} MiB", "", sep="\n", flush=True)
            if KINDS in asked.parts:
                of_kinds.append(kinds.measure(world.folder, world.records, asked.kinds, asked.rounds, Path(scratch)))
        if KINDS in asked.parts:
            print(*kinds.growth(of_kinds), sep="\n")
            smallest = world_of((asked.activities or SCALES[asked.scale])[0], asked.cache)
            kinds.uneven(smallest.folder, of_kinds[0], asked.kinds, asked.rounds, Path(scratch))
    if len(audits) > 1:
        print(growth(audits[0], audits[-1]))
    print(f"start-up     {start_up() * 1000:.0f} ms")


def packs(world: World, ways: Sequence[str], rounds: int, scratch: Path) -> list[tuple[World, Run]]:
    """Measure the shipped packs, print it, and answer the audit's run, if there was one."""
    runs = best(world, ways, rounds, scratch)
    print(*measured(world, runs), sep="\n")
    if AUDIT in runs and BY_HAND in runs:
        asked = {path.stem for path in QUERIES.glob("*.sql")}
        print(*comparison(audited(scratch / "audit.json"), by_hand(scratch / "keys.tsv"), asked), sep="\n")
    print(flush=True)
    return [(world, runs[AUDIT])] if AUDIT in runs else []


if __name__ == "__main__":
    main()

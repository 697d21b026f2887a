"""What ten times the demo's rules cost, and all shipped ones: time, memory, and the ten slowest rules.

    python bench/packs.py --activities 100000

A world with scenes for every rule is generated once into the cache; the audits read it, in whole processes that take
turns. It prints and never gates.
"""

import argparse
import gc
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from bench import CACHE, world_of
from processes import MEBIBYTE, Run, run

SLOWEST: Final = 10
DEMO, MANY, ALL = "demo", "ten times", "all"
DEMOS: Final = ("wholesale-client-search-manager", "confidentiality")
PACKS: Final[Mapping[str, tuple[str, ...]]] = {
    DEMO: DEMOS,
    MANY: (*DEMOS, "account-manager", "client-service", "sales-manager"),
    ALL: (),
}
SPENT: Final = "spent "


def audited(folder: Path, packs: tuple[str, ...]) -> None:
    """In a process of its own: audit, and tell how long each rule took."""
    from compliance.audit import Options, audit  # noqa: PLC0415 - only the child needs it

    gc.disable()  # as the command does
    spent = audit(folder, Options(packs=packs, judge="plain", register=folder / "none.sqlite")).spent
    print(SPENT + json.dumps(dict(spent)))


def spent(one: Run) -> dict[str, float]:
    """Seconds of each rule, from what the child said."""
    told = next((line for line in one.said.splitlines() if line.startswith(SPENT)), None)
    if one.status or told is None:
        raise SystemExit(f"the audit ended with status {one.status}:\n{one.said[-2000:]}")
    return {str(rule): float(seconds) for rule, seconds in json.loads(told.removeprefix(SPENT)).items()}


def compared(runs: Mapping[str, Run]) -> Iterator[str]:
    """Time and memory of each, what they are to the demo's, and the slowest rules."""
    rules, demo = {name: spent(one) for name, one in runs.items()}, runs[DEMO]
    for name, one in runs.items():
        times = f"{one.seconds / demo.seconds:4.1f} times the time, {one.peak / demo.peak:.1f} the memory"
        size = f"{one.seconds:7.2f} s   {one.peak / MEBIBYTE:6,.0f} MiB   {len(rules[name]):3} rules"
        yield f"{name:<10} {size}   {times}"
    total = sum(rules[ALL].values())
    yield f"the slowest of {len(rules[ALL])} rules, whose queries took {total:.2f} s"
    for rule, seconds in sorted(rules[ALL].items(), key=lambda each: -each[1])[:SLOWEST]:
        yield f"  {seconds:6.2f} s  {seconds / total:4.0%}  {rule}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure all shipped packs against the demo's.")
    parser.add_argument("--activities", type=int, default=100_000, help="how large a world")
    parser.add_argument("--rounds", type=int, default=1, help="of which the best counts")
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder of the generated worlds")
    parser.add_argument("--child", choices=PACKS, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    folder = world_of(asked.activities, asked.cache, "--packs", "all").folder
    if asked.child:
        return audited(folder, PACKS[asked.child])
    runs: dict[str, Run] = {}
    size = ["--activities", str(asked.activities), "--cache", asked.cache]
    for _ in range(asked.rounds):
        for name in PACKS:
            latest = run([sys.executable, Path(__file__), *size, "--child", name])
            runs[name] = min(runs.get(name, latest), latest, key=lambda one: one.seconds)
    print(*compared(runs), sep="\n", flush=True)
    return None


if __name__ == "__main__":
    main()

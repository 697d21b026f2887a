"""Fuzzes one target in this process, guided by what is covered: `python -m tests.fuzz.one NAME FOLDER SECONDS LIMIT`.

`FOLDER` holds the seeds and takes what is found; `LIMIT` is the most seconds that one input may take.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import atheris
from tests.fuzz.spoiling import spoil

with atheris.instrument_imports(include=["compliance"]):
    from tests.fuzz.targets import TARGETS

MOST_MEMORY = 3_000  # MB, the child's own and what the engine takes
MOST_BYTES = 1 << 16
FIRST = 10  # seeds are run before anything is spoiled; the others are drawn from later


def mutator(seeds: list[str]) -> Callable[[bytes, int, int], bytes]:
    """Half of the time some bytes are spoiled, else a line of what was given, or of any seed."""

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        chance = Random(seed)  # noqa: S311 the fuzzer's own number, so that a run can be repeated
        if chance.random() < 0.5:
            return bytes(atheris.Mutate(data, most))
        given = chance.choice(seeds) if chance.random() < 0.5 else data.decode("utf-8", "replace")
        text = spoil(given, seeds, chance)
        return text.encode("utf-8", "surrogatepass")[:most]

    return mutate


def main(name: str, folder: Path, seconds: str, limit: str) -> None:
    """Fuzz until the time is over or something is found."""
    target = TARGETS[name]
    seeds = target.seeds()
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(seeds[:: len(seeds) // FIRST + 1]):
        (corpus / f"{number}").write_text(seed, "utf-8")
    options = [
        f"-max_total_time={seconds}",
        f"-timeout={limit}",
        f"-rss_limit_mb={MOST_MEMORY}",
        f"-max_len={MOST_BYTES}",
        f"-artifact_prefix={folder}/",
        "-print_final_stats=1",
    ]
    atheris.Setup([name, *options, str(corpus)], target, custom_mutator=mutator(seeds))
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:5])

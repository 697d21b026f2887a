"""The benchmark measures like with like: the audit and the queries written by hand find the same."""

import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

BENCH = Path(__file__).parents[2] / "bench" / "bench.py"


def test_the_demo_packs_find_what_hand_written_sql_finds_in_number_and_in_key(tmp_path: Path) -> None:
    """A rule that changes has to take its hand-written query along."""
    [found] = compared("--parts", "packs", "--only", "audit", "by hand", cache=tmp_path)
    assert found.by_audit == found.by_hand > 100, found
    assert found.verdict == "the same in number and key"


def test_a_rule_of_every_kind_finds_what_its_hand_written_sql_finds_in_an_even_and_an_uneven_world(
    tmp_path: Path,
) -> None:
    """A kind whose verdicts change has to take its hand-written query along."""
    worlds = compared("--parts", "kinds", "--kinds", "together", cache=tmp_path)
    for found in worlds:
        assert found.by_audit == found.by_hand > 1000, found
        assert found.verdict == "the same in number and key"
    assert len(worlds) == 2


class Found(NamedTuple):
    """How many findings each way has, and whether they are the same ones."""

    by_audit: int
    by_hand: int
    verdict: str


def compared(*asked: str, cache: Path) -> list[Found]:
    """What the benchmark says of each comparison in a small world."""
    command = [sys.executable, str(BENCH), *asked, "--activities", "100000", "--rounds", "1", "--cache", str(cache)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    lines = re.findall(r"findings +([\d,]+) by the audit, ([\d,]+) by hand: (.+)", said)
    return [Found(int(a.replace(",", "")), int(b.replace(",", "")), verdict) for a, b, verdict in lines]

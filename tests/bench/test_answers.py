"""The benchmark measures like with like: the audit and the queries written by hand find the same."""

import re
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).parents[2] / "bench" / "bench.py"


def test_the_demo_packs_find_what_hand_written_sql_finds_in_number_and_in_key(tmp_path: Path) -> None:
    """A rule that changes has to take its hand-written query along."""
    asked = ["--activities", "100000", "--parts", "packs", "--only", "audit", "by hand", "--rounds", "1"]
    command = [sys.executable, str(BENCH), *asked, "--cache", str(tmp_path)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"findings +(\d+) by the audit, (\d+) by hand: (.+)", said)
    assert found is not None, said
    by_audit, by_hand, verdict = found.groups()
    assert (by_audit, verdict) == (by_hand, "the same in number and key"), said
    assert int(by_audit) > 100, said

"""How long proof-reading all shipped rules and running all their cases takes, against starts of Python.

    python bench/rules.py

The aim is for 100 rules and 500 cases: both within three starts of Python with the product's imports, plus 2 s. It
prints and never gates.
"""

import argparse
import re
import sys
from pathlib import Path
from typing import Final

from processes import COMPLIANCE, Run, run

RULES: Final = Path(__file__).resolve().parent.parent / "rules"
IMPORTS: Final = "import compliance.proof, compliance.ruletest, compliance_cli.rules"
STARTS, MORE, OF_RULES, OF_CASES = 3, 2.0, 100, 500


def counted(one: Run, noun: str) -> int:
    """How many rules or cases the run says that it met."""
    found = re.search(rf"([\d,]+) {noun}s?\b", one.said)
    if one.status or found is None:
        raise SystemExit(f"it ended with status {one.status}:\n{one.said[-2000:]}")
    return int(found[1].replace(",", ""))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure proof-reading and cases.")
    parser.add_argument("rules", nargs="?", type=Path, default=RULES, help="a pack, or a folder of packs")
    folder = parser.parse_args().rules
    start = run([sys.executable, "-c", IMPORTS])
    lint = run([*COMPLIANCE, "rules", "lint", folder])
    test = run([*COMPLIANCE, "rules", "test", folder])
    listed = run([*COMPLIANCE, "rules", "list", folder])
    rules, cases = len(listed.said.splitlines()) - 1, counted(test, "case")  # the first line names the columns
    aim = STARTS * start.seconds + MORE
    linted = start.seconds + (lint.seconds - start.seconds) * OF_RULES / rules
    tested = start.seconds + (test.seconds - start.seconds) * OF_CASES / cases
    print(f"start of Python   {start.seconds:6.2f} s   with the product's imports")
    print(f"rules lint        {lint.seconds:6.2f} s   {rules} rules, so {linted:.2f} s for {OF_RULES}")
    print(f"rules test        {test.seconds:6.2f} s   {cases} cases, so {tested:.2f} s for {OF_CASES}")
    print(f"aim for each      {aim:6.2f} s   {OF_RULES} rules, {OF_CASES} cases")


if __name__ == "__main__":
    main()

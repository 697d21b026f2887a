"""Judging as a share of an audit, with many breaches and many distinct cases, both judges.

    python bench/judging.py WORLD

The quotas of the world's own packs are raised, and judgement rules of its own look at extent, month and department, so
that few cases are alike. Runs by itself as a child of `bench.py`, so that memory is that of one audit.
"""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import yaml

from compliance.audit import Options, audit
from compliance.register.store import record
from compliance.reports import json
from compliance.reports.view import View

OWED: Final = {"calls_per_day": 8, "offers_by_email_per_day": 4, "companies_by_phone_per_day": 4}
STEPS: Final = 20  # steps of the extent


def main() -> None:
    """Audit the world, record and report it, and print what judging took, and how much was judged."""
    spent: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as made:
        workspace = workspace_of(Path(sys.argv[1]), Path(made))
        begin = perf_counter()
        found = audit(workspace, Options(judge="both"), tell=spent.__setitem__)
        changes = record(found.register, found.audit)
        report = json.render(replace(found.audit, changes=changes), View())
        whole = perf_counter() - begin
    breached = sum(account.breached for account in found.audit.rules)
    tally = found.judged
    print(f"judging      {breached:,} breaches, {len(found.audit.incidents):,} incidents, both judges")
    print(f"cases        {tally.cases:,} judged as {tally.distinct:,} distinct ones")
    print(f"facts        {tally.put:,} put in, {tally.accounted:,} accounted for")
    print(f"report       {len(report) / 1e6:,.0f} MB of JSON, and the register written")
    print(f"stage judge  {spent['judge']:.2f} s of {whole:.2f} s, {spent['judge'] / whole:.0%}")


def workspace_of(world: Path, folder: Path) -> Path:
    """A workspace over the world's tables with raised quotas and judgement rules of its own."""
    manifest: dict[str, Any] = yaml.safe_load((world / "compliance.yaml").read_text(encoding="utf-8"))
    tables = {name: str((world / file).resolve()) for name, file in manifest["tables"].items()}
    raised = {f"wholesale.{name}": value for name, value in OWED.items()}
    own = folder / "own"
    (own / "judgement").mkdir(parents=True)
    (own / "quiet.yaml").write_text(yaml.safe_dump(QUIET), encoding="utf-8")
    for rule in rules():
        (own / "judgement" / f"{rule['id']}.yaml").write_text(yaml.safe_dump(rule), encoding="utf-8")
    whole = manifest | {"tables": tables, "parameters": raised, "packs": [*manifest["packs"], "own"]}
    (folder / "compliance.yaml").write_text(yaml.safe_dump(whole), encoding="utf-8")
    return folder


# A pack needs a rule; this one finds nothing.
QUIET: Final = {
    "id": "own.quiet",
    "title": "Nothing",
    "severity": "observation",
    "prohibition": {"of": "activities", "where": "kind = 'never'"},
}


def rules() -> Iterator[dict[str, Any]]:
    """Rules that move nothing and tell many cases apart."""
    cuts = [f"2026-{month:02}-{day:02}" for month in range(1, 13) for day in (1, 6, 11, 16, 21, 26)] + ["2027-01-01"]
    conditions = [f"extent >= {step / STEPS} and extent < {(step + 1) / STEPS}" for step in range(STEPS)]
    conditions += [f"acted_on >= '{start}' and acted_on < '{end}'" for start, end in pairwise(cuts)]
    conditions += [f"findings = {count}" for count in range(1, 12)]
    for number, when in enumerate(conditions):
        head = {"id": f"grade.own-{number}", "stage": "grade", "factor": "extent", "title": when, "when": when}
        yield head | {"does": {"floor": "observation"}, "because": "it may", "source": "bench"}


if __name__ == "__main__":
    main()

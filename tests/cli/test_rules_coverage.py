import json
from pathlib import Path

import pytest
from tests.cli.conftest import ROOT, Command
from tests.reports.snapshots import assert_snapshot

SNAPSHOTS = Path(__file__).parent / "snapshots"
DOCUMENT = """id: form
title: The seller's description
clauses:
  - {section: "1", number: 1, text: Calls., norms: [N1, N2]}
  - {section: "1", number: 2, text: Smiles., norms: [N3, N4]}
  - {section: "10", number: 1, kind: right, text: May ask.}
elsewhere: [{norm: N4, by: grade.harm}]
not_checkable: [{norm: N3, because: It leaves no record., instead: A talk once a year.}]
"""
RULE = "title: A\nseverity: minor\nprohibition: {of: activities}\n"
FILES = {
    "document.yaml": DOCUMENT,
    "calls.yaml": f"id: own.calls\nclause: form/1/1\nnorms: [N1]\n{RULE}",
    "calls.test.yaml": "- case: one\n- case: two\n",
    "talks.yaml": f"id: own.talks\nclause: form/1/1\nnorms: [N1, N6]\n{RULE}",
    "later.yaml": f"id: own.later\nclause: form/1/1\nnorms: [N2]\nstatus: draft\n{RULE}",
    "loose.yaml": f"id: own.loose\n{RULE}",
}
CATALOGUE = 'id,quote\nN1,calls every day\nN2,"writes,\nand answers"\nN3,\nN4,\nN5,dances\n'


@pytest.fixture
def pack(here: Path) -> Path:
    """A pack of four rules with its document, and a catalogue beside it."""
    (here / "own").mkdir()
    for name, text in FILES.items():
        (here / "own" / name).write_text(text, encoding="utf-8")
    (here / "norms.csv").write_text(CATALOGUE, encoding="utf-8")
    return Path("own")


@pytest.mark.parametrize("more", [[], ["--norms", "norms.csv"]])
@pytest.mark.parametrize("form", ["text", "json"])
def test_what_is_covered_and_what_is_missing(compliance: Command, pack: Path, more: list[str], form: str) -> None:
    ran = compliance("rules", "coverage", pack, *more, "--format", form)
    assert (ran.status, ran.err) == (1, "")
    kind = "norms" if more else "clauses"
    assert_snapshot(f"rules-coverage-{kind}.{'txt' if form == 'text' else form}", ran.out, SNAPSHOTS)


def test_the_json_can_be_read(compliance: Command, pack: Path) -> None:
    assert json.loads(compliance("rules", "coverage", pack, "--format", "json").out)["version"] == 1


def test_nothing_missing_exits_0(compliance: Command, pack: Path) -> None:
    ran = compliance("rules", "coverage", "--pack", f"./{pack}", "--norms", "norms.csv")
    assert ran.status == 1
    Path("norms.csv").write_text("id\nN1\nN3\nN4\n", encoding="utf-8")
    ran = compliance("rules", "coverage", "--pack", f"./{pack}", "--norms", "norms.csv")
    assert ran.status == 0
    assert ran.out.splitlines()[-1] == "3 of 3 accounted for: 1 by rules, 1 elsewhere, 1 not checkable, 0 missing"


def test_a_catalogue_that_is_not_there(compliance: Command, pack: Path) -> None:
    assert compliance("rules", "coverage", pack, "--norms", "none.csv") == (
        2,
        "",
        "there is no file none.csv\n  help: name a catalogue of norms, in CSV\n",
    )
    ran = compliance("rules", "coverage", pack, "--norms", pack)
    assert (ran.status, ran.out, ran.err) == (2, "", "own can't be read: is a directory\n")


def test_the_shipped_packs_are_gone_through_without_a_path(compliance: Command) -> None:
    ran = compliance("rules", "coverage", "--format", "json")
    told = json.loads(ran.out)
    folders = {path.parent.name for path in (ROOT / "rules").glob("*/document.yaml")}
    assert {clause["pack"] for clause in told["clauses"]} == folders
    counts = told["summary"]
    assert ran.status == (1 if counts["missing"] else 0)
    assert counts["norms"] == counts["accounted_for"] + counts["missing"] == len(told["norms"])
    assert counts["accounted_for"] == counts["by_rules"] + counts["elsewhere"] + counts["not_checkable"]

import shutil
from pathlib import Path

import pytest
from junitparser import JUnitXml
from tests.cli.conftest import ROOT, Command
from tests.reports.snapshots import assert_snapshot

SNAPSHOTS = Path(__file__).parent / "snapshots"
RULE = """\
id: own.calls
title: Calls are short
severity: minor
condition: {of: calls, must: minutes <= 5}
"""
GIVEN = "{period: {from: 2026-03-02, to: 2026-03-03}, tables: {calls: {key: id, at: at, bearer: who}}}"
CASES = f"""\
- case: five minutes are short, six are not
  given: {GIVEN}
  tables:
    calls: |
      id | at         | who | minutes
      1  | 2026-03-02 | ada | 5
      2  | 2026-03-02 | ben | 6
  expect:
    - {{bearer: ada, record: "1", verdict: met}}
    - {{bearer: ben, record: calls/2, verdict: breached, how: "false"}}
"""
FAILING = f"""
- case: one is long, and what is not listed may only be met
  given: {GIVEN}
  tables:
    calls: |
      id    | at         | who | minutes
      7 * a | 2026-03-02 | ada | 5
      9 * b | 2026-03-02 | ben | 6
  expect:
    - {{bearer: ada, record: a-3, verdict: breached, how: "false"}}
    - {{bearer: ada, record: calls/a-9, verdict: met}}
    - {{bearer: ben, record: b-1, absent: true}}
- case: a table that nobody can read
  given: {{period: {{from: 2026-03-02, to: 2026-03-03}}, tables: {{calls: {{key: no, at: at, bearer: who}}}}}}
  tables: {{calls: "id | at | who | minutes"}}
"""
SUITE = f"""\
rules:
  - {{id: one.calls, title: Calls, severity: minor, condition: {{of: calls, must: minutes <= 5}}}}
  - {{id: two.calls, title: Calls, severity: minor, prohibition: {{of: calls, where: minutes > 60}}}}
cases:
  - case: nobody called
    given: {GIVEN}
    tables: {{calls: "id | at | who | minutes"}}
"""


@pytest.fixture
def packs(here: Path) -> Path:
    """A pack of one rule with its cases, and below it a file that brings rules and cases."""
    (here / "packs" / "own" / "more").mkdir(parents=True)
    (here / "packs" / "own" / "calls.yaml").write_text(RULE, encoding="utf-8")
    (here / "packs" / "own" / "calls.test.yaml").write_text(CASES, encoding="utf-8")
    (here / "packs" / "own" / "more" / "suite.yaml").write_text(SUITE, encoding="utf-8")
    return Path("packs")


ALL = "own.calls                     1 passed\npacks/own/more/suite.yaml     1 passed\n2 cases, 3 rules, 0 failed\n"
ONE = "own.calls     1 passed\n1 case, 1 rule, 0 failed\n"


@pytest.mark.parametrize(
    ("paths", "out"),
    [
        (["packs"], ALL),
        (["packs/own"], ALL),
        (["packs/own/calls.yaml"], ONE),
        (["packs/own/calls.test.yaml"], ONE),
        (["packs/own/calls.yaml", "packs/own/calls.test.yaml", "packs/own/../own/calls.yaml"], ONE),
        (["packs/own/calls.yaml", "packs"], ALL),
        (["packs/own/more/suite.yaml"], "packs/own/more/suite.yaml     1 passed\n1 case, 2 rules, 0 failed\n"),
    ],
)
@pytest.mark.usefixtures("packs")
def test_a_path_may_be_a_rule_its_cases_a_pack_or_a_folder_of_packs(
    compliance: Command, paths: list[str], out: str
) -> None:
    assert compliance("rules", "test", *paths) == (0, out, "")


def test_a_failed_case_shows_what_was_expected_what_it_got_and_its_records(compliance: Command, packs: Path) -> None:
    with (packs / "own" / "calls.test.yaml").open("a", encoding="utf-8") as file:
        file.write(FAILING)
    ran = compliance("rules", "test", packs)
    assert (ran.status, ran.err) == (1, "")
    assert_snapshot("rules-test-failed.txt", ran.out, SNAPSHOTS)
    ran = compliance("rules", "test", packs, "--format", "json", "-q")
    assert (ran.status, ran.err) == (1, "")
    assert_snapshot("rules-test-failed.json", ran.out, SNAPSHOTS)
    ran = compliance("rules", "test", packs, "--format", "junit", "-q")
    assert (ran.status, ran.err) == (1, "")
    read_back = JUnitXml.fromstring(ran.out.encode())
    assert (read_back.tests, read_back.failures) == (4, 2)
    failed = [case for suite in read_back for case in suite if case.result]
    assert failed[0].name == "one is long, and what is not listed may only be met"
    assert (failed[0].classname, failed[0].result[0].text.splitlines()[0]) == (
        "own.calls",
        f"{packs}/own/calls.test.yaml:{CASES.count(chr(10)) + 2}",
    )


def test_what_can_not_be_read_is_told_whole_and_nothing_is_run(compliance: Command, packs: Path) -> None:
    (packs / "own" / "calls.test.yaml").write_text(CASES.replace("verdict: met", "verdct: met"), encoding="utf-8")
    suite = packs / "own" / "more" / "suite.yaml"
    suite.write_text(SUITE.replace("case: nobody", "cse: nobody"), encoding="utf-8")
    ran = compliance("rules", "test", packs)
    assert (ran.status, ran.out) == (2, "")
    assert_snapshot("rules-test-unreadable.txt", ran.err, SNAPSHOTS)


def test_a_rule_that_is_wrong_is_told_once(compliance: Command, packs: Path) -> None:
    (packs / "own" / "calls.yaml").write_text(RULE.replace("minor", "tiny"), encoding="utf-8")
    shutil.copy(packs / "own" / "calls.test.yaml", packs / "own" / "other.test.yaml")
    assert compliance("rules", "test", packs / "own" / "calls.test.yaml", packs / "own" / "other.test.yaml") == (
        2,
        "",
        (
            "packs/own/calls.yaml:3:11: `severity` must be observation, minor, moderate, serious or critical, "
            "not `tiny`\n"
            "  severity: tiny\n"
            "            ^^^^\n"
        ),
    )


def test_a_path_without_a_case_is_told(compliance: Command, packs: Path) -> None:
    (packs / "empty").mkdir()
    (packs / "own" / "bare.yaml").write_text(RULE.replace("own.calls", "own.bare"), encoding="utf-8")
    (packs / "own" / "none.test.yaml").write_text("[]", encoding="utf-8")
    (packs / "own" / "none.yaml").write_text(RULE.replace("own.calls", "own.none"), encoding="utf-8")
    names = ("packs/empty", "packs/own/bare.yaml", "packs/own/none.test.yaml", "packs/own")
    advice = "\n  help: a rule's cases stand beside it, in <name>.test.yaml\n"
    assert compliance("rules", "test", *names) == (
        2,
        "",
        (
            f"packs/empty: this folder holds no cases{advice}"
            f"packs/own/bare.yaml: there are no cases for this{advice}"
            f"packs/own/none.test.yaml: there are no cases for this{advice}"
        ),
    )
    assert compliance("rules", "test", "nowhere.yaml").err == "nowhere.yaml: there is no such file\n"
    assert compliance("rules", "test").status == 2


def test_cases_without_their_rule(compliance: Command, packs: Path) -> None:
    (packs / "own" / "calls.yaml").rename(packs / "own" / "talks.yaml")
    assert compliance("rules", "test", packs / "own" / "calls.test.yaml") == (
        2,
        "",
        (
            "packs/own/calls.test.yaml: there is no rule that these cases are about\n"
            "  help: put the rule in packs/own/calls.yaml, or `rules` beside `cases` in this file\n"
        ),
    )


@pytest.mark.slow
def test_many_cases_run_in_processes_of_their_own_and_keep_their_order(program: Command) -> None:
    pack = ROOT / "rules" / "confidentiality"
    files = [path.read_text(encoding="utf-8") for path in pack.glob("*.test.yaml")]
    cases = sum(line.startswith("- case: ") for text in files for line in text.splitlines())
    ran = program("rules", "test", pack, "-v")
    assert (ran.status, ran.out.splitlines()[-1]) == (0, f"{cases} cases, {len(files)} rules, 0 failed")
    names = [line.split()[0] for line in ran.out.splitlines()[:-1]]
    assert names == sorted(names)
    assert ran.err.startswith("stage cases ")


def test_coverage_names_the_side_that_no_case_hits(compliance: Command, packs: Path) -> None:
    ran = compliance("rules", "test", packs / "own" / "calls.yaml", "--coverage")
    assert ran == (0, f"own.calls    2 of   2\n2 of 2 sides of conditions and bounds hit: 100 %\n{ONE}", "")
    few = CASES.partition("      2  |")[0] + '  expect:\n    - {bearer: ada, record: "1", verdict: met}\n'
    (packs / "own" / "calls.test.yaml").write_text(few, encoding="utf-8")
    ran = compliance("rules", "test", packs / "own" / "calls.yaml", "--minimum", "51")
    missing = "own.calls    1 of   2  missing: condition.must: `minutes <= 5` is never false\n"
    assert ran == (1, f"{missing}1 of 2 sides of conditions and bounds hit: 50 %\n{ONE}", "")


def test_a_known_gap_is_told_and_louder_once_it_passes(compliance: Command, packs: Path) -> None:
    cases = packs / "own" / "calls.test.yaml"
    gap = CASES.replace("- case: five", "- todo: true\n  case: the same, five")
    cases.write_text(CASES + gap.replace("verdict: met", "verdict: excused"), encoding="utf-8")
    ran = compliance("rules", "test", cases)
    assert (ran.status, ran.out.splitlines()[0]) == (0, "own.calls     1 passed, 1 todo")
    assert "  todo: the same, five minutes are short, six are not  (packs/own/calls.test.yaml:" in ran.out
    assert ran.out.endswith("2 cases, 1 rule, 0 failed, 1 todo\n")
    cases.write_text(CASES + gap, encoding="utf-8")
    ran = compliance("rules", "test", cases)
    assert ran.status == 0
    assert "  passes, though it is marked as todo: take the mark away: the same, five minutes" in ran.out

from pathlib import Path

import pytest
from tests.cli.conftest import Command

from compliance.texts.working import Working
from compliance.workspace.tables import Books

SUMMARY = "3 tables, 2 rules: 2 answered, 0 in part, 0 not answered; 0 unmapped titles, 0 oddities\n"


def test_the_starter_can_be_answered(compliance: Command, workspace: Path) -> None:
    ran = compliance("check", workspace)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("Harbour & Daughters\nperiod  2026-03-02 to 2026-03-15\n")
    assert ran.out.endswith(SUMMARY)
    assert not (workspace / "register.sqlite").exists()


def test_json(compliance: Command, workspace: Path) -> None:
    ran = compliance("check", workspace, "--format", "json", "-v")
    assert (ran.status, ran.err.split()[:2]) == (0, ["stage", "check"])
    assert ran.out.startswith('{"version": 1,\n "check": {"organisation": "Harbour & Daughters"')


def test_how_far_the_reading_of_texts_is_is_told(
    compliance: Command, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reading(books: Books, *_: object, working: Working) -> Books:
        working("texts 5 of 10")
        return books

    monkeypatch.setattr("compliance.check.checking.with_mentions", reading)
    monkeypatch.setattr("compliance.why.asking.with_mentions", reading)
    assert compliance("check", workspace, "-v").err.splitlines()[0] == "texts 5 of 10"
    asked = ("--rule", "starter.visits-per-week", "--who", "mara", "--on", "2026-03-09")
    assert compliance("why", workspace, *asked, "-v").err.splitlines()[0] == "texts 5 of 10"


def test_a_rule_that_can_not_be_answered_exits_1(compliance: Command, workspace: Path) -> None:
    ran = compliance("check", workspace, "--pack", "confidentiality")
    assert (ran.status, ran.err) == (1, "")
    assert "\n  table disclosures  needed among others by 7 rules (confidentiality.consent-beforehand, " in ran.out


def test_a_manifest_that_is_wrong_exits_2_with_every_problem(compliance: Command, workspace: Path) -> None:
    manifest = workspace / "compliance.yaml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace("timezone:", "timzone:").replace("ahead: false", "ahead: maybe"), encoding="utf-8")
    ran = compliance("check", workspace)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == (
        "work/compliance.yaml:9:1: unknown key `timzone`\n"
        "  timzone: Europe/Berlin\n"
        "  ^^^^^^^\n"
        "  help: did you mean `timezone`?\n"
        "work/compliance.yaml:106:12: `ahead` must be true or false, not text\n"
        "      ahead: maybe                # true: the table holds what is still to come\n"
        "             ^^^^^\n"
    )


def test_a_source_that_is_not_there_exits_2(compliance: Command, workspace: Path) -> None:
    (workspace / "visits.csv").rename(workspace / "visit.csv")
    assert compliance("check", workspace) == (
        2,
        "",
        (
            "work/compliance.yaml:98:13: there is no file visits.csv\n"
            "      source: visits.csv\n"
            "              ^^^^^^^^^^\n"
            "  help: did you mean `visit.csv`?\n"
        ),
    )


def test_no_workspace(compliance: Command) -> None:
    assert compliance("check", "nowhere") == (
        2,
        "",
        "nowhere: there is no such folder or file\n  help: name a folder with compliance.yaml\n",
    )

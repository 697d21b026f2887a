import json
from pathlib import Path

import pytest
from tests.cli.conftest import Command
from tests.cli.test_rules_test import CASES, RULE

ALL_KILLED = (
    "own.calls    1 of   1  100 %\n\nown      1 of     1  100 %\n\n1 mutant of 1 rule, 1 killed, 0 alive: 100 %\n"
)


@pytest.fixture
def pack(here: Path) -> Path:
    folder = here / "own"
    folder.mkdir()
    (folder / "calls.yaml").write_text(RULE, "utf-8")
    (folder / "calls.test.yaml").write_text(CASES, "utf-8")
    return folder


@pytest.mark.usefixtures("pack")
def test_a_rule_whose_case_stands_at_the_bound_has_no_survivor(compliance: Command) -> None:
    assert compliance("rules", "mutate", "own", "--minimum", "100") == (0, ALL_KILLED, "")


def test_a_survivor_is_told_with_the_case_that_would_kill_it_and_the_minimum_is_missed(
    compliance: Command, pack: Path
) -> None:
    (pack / "calls.test.yaml").write_text(CASES.replace("ada | 5", "ada | 4"), "utf-8")
    ran = compliance("rules", "mutate", "own", "--minimum", "100")
    assert ran.status == 1
    assert "alive  condition.must: `<` for `<=` in `minutes <= 5`" in ran.out
    assert "no case has both sides of `minutes <= 5` equal: add one where they are" in ran.out
    assert compliance("rules", "mutate", "own", "--minimum", "0").status == 0
    told = json.loads(compliance("rules", "mutate", "own", "--format", "json").out)
    assert told["summary"] == {"rules": 1, "mutants": 1, "killed": 0, "percent": 0}


def test_a_case_that_fails_on_the_rule_ends_with_1(compliance: Command, pack: Path) -> None:
    (pack / "calls.test.yaml").write_text(CASES.replace("ada | 5", "ada | 6"), "utf-8")
    ran = compliance("rules", "mutate", "own")
    assert ran.status == 1
    assert "the case fails on the rule as it is: five minutes are short, six are not" in ran.out


@pytest.mark.usefixtures("pack")
def test_a_rule_that_no_case_is_about_is_refused(compliance: Command) -> None:
    ran = compliance("rules", "mutate", "own", "--rule", "own.cals")
    assert (ran.status, ran.out) == (2, "")
    assert "no cases here are about a rule own.cals" in ran.err
    assert "help: did you mean `own.calls`? A rule's cases stand beside it, in <name>.test.yaml" in ran.err

from pathlib import Path

import pytest
from tests.assess.workspaces import FILES, house

from compliance.audit import Options, audit
from compliance.check import check
from compliance.model.finding import Verdict

RULE = FILES["rules/calls.yaml"]
MEETINGS = RULE.replace("kind = 'call'", "kind =\n    'cal'")
SAYS = "rule house.calls: nothing in calls with `kind = 'cal'` counts for anybody"
ADVICE = "see whether the condition is meant so before anybody is blamed by it"
RESPONSE = """id: house.answers
title: A call is answered
severity: minor
response:
  after: {of: calls, where: kind = 'call'}
  expect: {of: calls, where: kind = 'answr', match: [employee_id]}
  within: 1 day
"""


def told(folder: Path, *, keep_all: bool = False, **changed: str) -> list[str]:
    """What an audit of the house notes of conditions, with other files."""
    options = Options(judge="plain", keep_all=keep_all)
    return [note for note in audit(house(folder, **changed), options).audit.notes if "counts for anybody" in note]


@pytest.mark.parametrize("keep_all", [False, True])
def test_a_condition_under_which_everybody_has_nothing_is_named_and_no_verdict_changes(
    tmp_path: Path, *, keep_all: bool
) -> None:
    assert told(tmp_path, rules_calls=MEETINGS, keep_all=keep_all) == [f"{SAYS}: {ADVICE}"]
    found = audit(tmp_path, Options(judge="plain")).audit.findings
    assert [each.verdict for each in found if each.rule == "house.calls"] == [Verdict.BREACHED, Verdict.BREACHED]


def test_one_record_that_counts_is_enough_for_silence(tmp_path: Path) -> None:
    one = FILES["calls.csv"] + "6,2026-03-02 10:00,b,cal,5\n"
    assert told(tmp_path, rules_calls=MEETINGS, calls=one) == []


def test_a_single_breach_says_nothing_of_the_condition(tmp_path: Path) -> None:
    alone = "employee_id,name,position,superior_id\na,Ann,seller,c\nb,Bob,,c\nc,Cid,,\n"
    assert told(tmp_path, rules_calls=MEETINGS, employees=alone) == []


def test_without_a_condition_nobody_did_it(tmp_path: Path) -> None:
    bare = RULE.replace("  where: kind = 'call'\n", "")
    assert told(tmp_path, rules_calls=bare, calls="call_id,at,employee_id,kind\n5,2026-03-04 10:00,c,call\n") == []


def test_what_should_have_followed_and_never_does(tmp_path: Path) -> None:
    assert told(tmp_path, rules_gifts=RESPONSE) == [
        f"rule house.answers: nothing in calls with `kind = 'answr'` counts for anybody: {ADVICE}"
    ]
    answered = FILES["calls.csv"] + "6,2026-03-02 10:30,a,answr,5\n"
    assert told(tmp_path, rules_gifts=RESPONSE, calls=answered) == []


def test_a_check_names_the_same_condition_as_an_oddity(tmp_path: Path) -> None:
    odd = check(house(tmp_path, rules_calls=MEETINGS)).oddities
    assert [(each.table, each.says, each.help) for each in odd if "counts" in each.says] == [("calls", SAYS, ADVICE)]

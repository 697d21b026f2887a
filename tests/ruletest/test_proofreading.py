"""Files of cases are proof-read with the rules that they stand beside."""

from pathlib import Path

import pytest
from tests.assess.workspaces import written

from compliance.model.problem import UserError
from compliance.proof import mended, proofread
from compliance.ruletest import gather

RULE = "id: own.%s\ntitle: No order\nseverity: minor\nclause: form/a/1\nmessage: no\nremedy: stop\n"
A = RULE % "a" + "prohibition: {of: orders}\n"
B = RULE.replace("order", "visit") % "b" + "prohibition: {of: activities, where: minutes > 10}\n"
CASES = "- {case: one, expect: [{verdict: breached}]}\n- {case: none}\n"


def told(folder: Path, *paths: str) -> list[str]:
    found = proofread([folder / path for path in paths or ("",)])
    return [each.line().replace(f"{folder}/", "") for each in found]


def run(folder: Path) -> list[str]:
    """What running the cases tells of their files."""
    with pytest.raises(UserError) as raised:
        gather([folder])
    return [each.line().replace(f"{folder}/", "") for each in raised.value.problems]


@pytest.mark.parametrize(
    ("cases", "says"),
    [
        ("- case: [x", ["a.test.yaml:1:9: a list is opened here and not closed"]),
        ("", ["a.test.yaml:1:1: this is no list of cases"]),
        ("case: one\nexpect: []", ["a.test.yaml:1:1: this is no list of cases"]),
        ("- {case: one, tabels: {}}", ["a.test.yaml:1:15: unknown key `tabels`"]),
        ("- {case: one, todo: perhaps}", ["a.test.yaml:1:21: `todo` must be true or false, not text"]),
        (
            "- {case: one, expect: [{verdict: met, days_late: two}]}",
            ["a.test.yaml:1:50: `days_late` must be a whole number, not text"],
        ),
        (
            "- case: one\n  tables:\n    orders: |\n      order_id | amount\n      1\n",
            ["a.test.yaml:5:7: this row has 1 cell, the header has 2"],
        ),
        (
            "- {case: one, expect: [{rule: own.c, absent: true}]}",
            ["a.test.yaml:1:31: the rule `own.c` does not run in this case"],
        ),
    ],
)
def test_what_is_wrong_with_cases_is_told_with_the_rules_as_where_they_run(
    tmp_path: Path, cases: str, says: list[str]
) -> None:
    written(tmp_path, {"a.yaml": A, "a.test.yaml": cases})
    assert [each for each in told(tmp_path) if ": no case" not in each] == says
    assert told(tmp_path, "a.test.yaml") == says
    assert run(tmp_path) == says


def test_of_cases_that_can_not_be_read_nobody_says_what_they_lack(tmp_path: Path) -> None:
    written(tmp_path, {"a.yaml": A, "a.test.yaml": "- case: [x"})
    assert told(tmp_path) == ["a.test.yaml:1:9: a list is opened here and not closed"]


def test_cases_beside_no_rule_are_told_and_those_that_bring_their_rules_are_not(tmp_path: Path) -> None:
    suite = f"rules:\n- {B.replace(chr(10), chr(10) + '  ')}\ncases:\n- case: none\n"
    written(tmp_path, {"a.yaml": A, "a.test.yaml": CASES, "b.test.yaml": CASES, "c.test.yaml": suite})
    alone = ["b.test.yaml: there is no rule that these cases are about"]
    assert told(tmp_path) == alone == run(tmp_path)


def test_where_a_rule_can_not_be_read_its_cases_are_and_are_not_called_alone(tmp_path: Path) -> None:
    written(tmp_path, {"a.yaml": A.replace("minor", "miner"), "a.test.yaml": "- {case: one, todo: perhaps}"})
    assert told(tmp_path) == [
        "a.test.yaml:1:21: `todo` must be true or false, not text",
        "a.yaml:3:11: `severity` must be observation, minor, moderate, serious or critical, not `miner`",
    ]


def test_of_a_rule_that_is_named_only_its_own_cases_are_read(tmp_path: Path) -> None:
    written(tmp_path, {"a.yaml": A, "a.test.yaml": CASES, "b.yaml": B, "b.test.yaml": "- {case: one, todo: perhaps}"})
    assert told(tmp_path, "a.yaml") == []
    assert told(tmp_path, "b.yaml") == ["b.test.yaml:1:21: `todo` must be true or false, not text"]


def test_a_case_may_speak_of_what_its_rule_yields_to_and_of_what_is_built_in(tmp_path: Path) -> None:
    cases = "- {case: one, expect: [{rule: own.b, absent: true}, {rule: dutybook.overlap, absent: true}]}\n" + CASES
    written(tmp_path, {"a.yaml": A + "yields_to: [own.b]\n", "a.test.yaml": cases, "b.yaml": B, "b.test.yaml": CASES})
    assert told(tmp_path) == []
    assert [len(each.cases) for each in gather([tmp_path])] == [3, 2]


def test_a_misspelt_key_of_a_case_is_mended(tmp_path: Path) -> None:
    written(tmp_path, {"a.yaml": A, "a.test.yaml": CASES.replace("expect", "expct")})
    assert [each.replace(f"{tmp_path}/", "") for each in mended([tmp_path])] == [
        "a.test.yaml:1:15: `expct` is now `expect`"
    ]
    assert (tmp_path / "a.test.yaml").read_text() == CASES

from dataclasses import replace

import pytest
from tests.reports.sample import INCIDENTS, empty_audit, sample_audit

from compliance.model.audit import RuleAccount
from compliance.model.incident import GRADES, Grade, State
from compliance.standing import Exit, exit_status

MODERATE = replace(INCIDENTS[0], grade=Grade.MODERATE)


def test_an_incident_of_the_very_grade_is_1_and_one_below_it_is_0() -> None:
    audit = replace(sample_audit(), incidents=(MODERATE,))
    found = {grade: exit_status(audit, fail_on=grade, strict=False) for grade in GRADES}
    assert found == {
        Grade.OBSERVATION: Exit.INCIDENT,
        Grade.MINOR: Exit.INCIDENT,
        Grade.MODERATE: Exit.INCIDENT,
        Grade.SERIOUS: Exit.FINE,
        Grade.CRITICAL: Exit.FINE,
    }


def test_an_incident_that_is_gone_is_not_open() -> None:
    audit = replace(sample_audit(), incidents=(replace(MODERATE, state=State.GONE),))
    assert exit_status(audit, fail_on=Grade.OBSERVATION, strict=False) is Exit.FINE


def test_an_incident_that_was_closed_is_not_open() -> None:
    audit = replace(sample_audit(), incidents=(replace(MODERATE, closed=True),))
    assert exit_status(audit, fail_on=Grade.OBSERVATION, strict=False) is Exit.FINE


@pytest.mark.parametrize("verdict", ["met", "breached", "excused", "pending"])
def test_a_single_obligation_that_could_be_judged_is_something_checked(verdict: str) -> None:
    audit = replace(empty_audit(), rules=(RuleAccount("a.rule", undetermined=3, **{verdict: 1}),))
    assert exit_status(audit, fail_on=Grade.MODERATE, strict=False) is Exit.FINE


@pytest.mark.parametrize(
    "accounts",
    [
        (),
        (RuleAccount("a.rule"),),
        (RuleAccount("a.rule", undetermined=1),),
        (RuleAccount("a.rule", not_applicable=9),),
    ],
)
def test_nothing_checked_is_3(accounts: tuple[RuleAccount, ...]) -> None:
    audit = replace(empty_audit(), rules=accounts)
    assert exit_status(audit, fail_on=Grade.MODERATE, strict=False) is Exit.NOTHING_CHECKED


def test_what_is_built_in_is_no_rule_that_was_checked() -> None:
    accounts = (RuleAccount("house.a", undetermined=1), RuleAccount("dutybook.unmapped-title", breached=1))
    audit = replace(empty_audit(), rules=accounts)
    assert exit_status(audit, fail_on=Grade.MODERATE, strict=False) is Exit.NOTHING_CHECKED


def test_anything_undetermined_is_3_only_if_strict() -> None:
    audit = replace(empty_audit(), rules=(RuleAccount("a.rule", met=100, undetermined=1),))
    assert exit_status(audit, fail_on=Grade.MODERATE, strict=True) is Exit.NOTHING_CHECKED
    assert exit_status(audit, fail_on=Grade.MODERATE, strict=False) is Exit.FINE


def test_an_incident_wins_over_what_could_not_be_determined() -> None:
    audit = replace(sample_audit(), incidents=(MODERATE,), rules=(RuleAccount("a.rule", undetermined=1),))
    assert exit_status(audit, fail_on=Grade.MODERATE, strict=True) is Exit.INCIDENT


def test_the_statuses_are_the_promised_numbers() -> None:
    assert [int(status) for status in Exit] == [0, 1, 2, 3, 70, 130, 141]

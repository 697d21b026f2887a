from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.judgement.sample import CALLS, DISCOUNT, RULEBOOK, SECRET, VISITS, breach, day, info, order, short

from compliance.judgement.cases import Case, consolidate, period
from compliance.model.finding import Finding, RecordRef


def told(cases: tuple[Case, ...]) -> list[tuple[str, ...]]:
    """Each case as its leading rule and its findings, in the order of these."""
    return sorted((case.info.id, *(finding.id for finding in case.findings)) for case in cases)


def judged_together(*findings: Finding) -> list[tuple[str, ...]]:
    return told(consolidate(findings, RULEBOOK))


def test_findings_of_a_rule_without_incident_stand_alone() -> None:
    assert judged_together(
        breach("1", VISITS, window=day("2026-03-02")), breach("2", VISITS, window=day("2026-03-03"))
    ) == [
        (VISITS, "1"),
        (VISITS, "2"),
    ]


def test_a_month_of_one_bearer_is_one_case_from_its_first_day_to_its_last() -> None:
    days = [
        short("d", "2026-02-28", "1"),
        short("c", "2026-03-01", "1"),
        short("b", "2026-03-31", "1"),
        short("a", "2026-04-01", "1"),
    ]
    assert judged_together(*days) == [(CALLS, "a"), (CALLS, "c", "b"), (CALLS, "d")]


def test_another_bearer_has_a_case_apart() -> None:
    assert judged_together(short("1", "2026-03-02", "1"), short("2", "2026-03-02", "1", bearer="boris")) == [
        (CALLS, "1"),
        (CALLS, "2"),
    ]


def test_what_a_deputy_answers_for_is_a_case_apart_with_its_own_id() -> None:
    cases = consolidate(
        [short("1", "2026-03-02", "1", responsible="anna"), short("2", "2026-03-03", "1", responsible="dora")], RULEBOOK
    )
    assert told(cases) == [(CALLS, "1"), (CALLS, "2")]
    assert len({case.id for case in cases}) == 2


def test_findings_on_one_record_come_together_under_the_gravest() -> None:
    assert judged_together(breach("1", DISCOUNT, record=order("7")), breach("2", SECRET, record=order("7"))) == [
        (SECRET, "2", "1")
    ]


def test_of_equally_grave_rules_on_one_record_the_first_id_leads() -> None:
    assert judged_together(breach("1", VISITS, record=order("7")), breach("2", DISCOUNT, record=order("7"))) == [
        (DISCOUNT, "2", "1"),
    ]


def test_one_record_of_two_who_answer_is_two_cases() -> None:
    assert judged_together(
        breach("1", DISCOUNT, record=order("7"), responsible="anna"),
        breach("2", SECRET, record=order("7"), responsible="dora"),
    ) == [(DISCOUNT, "1"), (SECRET, "2")]


def test_the_gravest_of_a_record_is_grouped_by_its_own_rule_and_takes_the_others_along() -> None:
    found = [
        breach("1", DISCOUNT, record=order("7"), at=datetime.fromisoformat("2026-03-02 09:00")),
        breach("2", CALLS, record=order("7")),
        breach("3", DISCOUNT, record=order("8"), at=datetime.fromisoformat("2026-03-08 23:59")),
        breach("4", DISCOUNT, record=order("9"), at=datetime.fromisoformat("2026-03-09 00:00")),
    ]
    assert judged_together(*found) == [(DISCOUNT, "1", "2", "3"), (DISCOUNT, "4")]


def test_a_client_missed_in_two_months_is_two_breaches_and_by_two_rules_in_one_month_one() -> None:
    client = RecordRef("clients", "ANATR")
    assert judged_together(
        breach("1", VISITS, record=client, window=day("2026-03-01")),
        breach("2", VISITS, record=client, window=day("2026-04-01")),
        breach("3", CALLS, record=client, window=day("2026-03-01")),
    ) == [(VISITS, "1", "3"), (VISITS, "2")]


def test_what_nobody_bears_is_no_case() -> None:
    assert judged_together(breach("1", SECRET, bearer=None)) == []


def test_the_id_of_a_case_is_of_rule_bearer_and_group_alone() -> None:
    few = consolidate([short("1", "2026-03-02", "1")], RULEBOOK)
    many = consolidate(
        [short("3", "2026-03-09", "0.1", harm=5), short("2", "2026-03-31", "1")],
        {**RULEBOOK, CALLS: info(CALLS, "quota", "critical", incident_per="month")},
    )
    assert few[0].id == many[0].id == "ee512184a0ae29b7"


@pytest.mark.parametrize(
    ("per", "instant", "label"),
    [
        ("day", "2026-03-02 23:59", "2026-03-02"),
        ("working_day", "2026-03-02", "2026-03-02"),
        ("week", "2026-01-01", "2026-W01"),
        ("week", "2027-01-01", "2026-W53"),
        ("month", "2026-03-31", "2026-03"),
        ("quarter", "2026-03-31", "2026-Q1"),
        ("quarter", "2026-04-01", "2026-Q2"),
        ("year", "2026-12-31", "2026"),
    ],
)
def test_a_period_has_a_label(per: str, instant: str, label: str) -> None:
    assert period(per, datetime.fromisoformat(instant)) == label


FOUND = [
    *[short(f"c{n}", f"2026-03-0{n}", "1", record=order(str(n % 2)) if n % 3 else None) for n in range(1, 6)],
    *[breach(f"d{n}", DISCOUNT, record=order(str(n))) for n in range(3)],
    *[breach(f"v{n}", VISITS, record=order(str(n)), window=day("2026-03-01")) for n in range(3)],
    breach("s", SECRET, record=order("1")),
    breach("undated", DISCOUNT, at=None),
]


@given(st.permutations(FOUND))
def test_the_order_of_findings_changes_nothing_and_none_is_in_two_cases(shuffled: list[Finding]) -> None:
    cases = consolidate(shuffled, RULEBOOK)
    assert cases == consolidate(FOUND, RULEBOOK)
    assert sorted(finding.id for case in cases for finding in case.findings) == sorted(finding.id for finding in FOUND)

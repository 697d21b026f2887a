from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.judgement.sample import CALLS, RULEBOOK, breach, facts_with, info, ruling, short

from compliance.judgement import Judgement, judge
from compliance.judgement.cases import EMPTY, Case
from compliance.judgement.facts import checked, facts
from compliance.judgement.faults import NotPlain
from compliance.judgement.fields import FIELDS, LARGEST
from compliance.judgement.grading import because, graded, moves
from compliance.judgement.reading import read
from compliance.judgement.rules import Does, Rule, Stage
from compliance.language.parameters import DatedValue
from compliance.model.finding import How
from compliance.model.incident import GRADES, Grade

RAISE, LOWER = ruling("raise", does={"raise": 1}), ruling("lower", does={"lower": 1})
FLOOR, CAP = ruling("floor", does={"floor": "serious"}), ruling("cap", does={"cap": "observation"})


def path(severity: str, *rules: Rule) -> list[tuple[str, str, str]]:
    return [(rule.id, str(start), str(end)) for rule, start, end in moves(Grade(severity), rules)]


def test_raises_come_before_floors_and_floors_before_caps() -> None:
    assert path("minor", CAP, FLOOR, RAISE) == [
        ("raise", "minor", "moderate"),
        ("floor", "moderate", "serious"),
        ("cap", "serious", "observation"),
    ]


def test_a_factor_of_one_s_own_is_told_behind_the_usual_ones() -> None:
    own = replace(ruling("a.own"), factor="complaint")
    assert [name for name, _, _ in path("minor", FLOOR, own, RAISE)] == ["raise", "a.own", "floor"]


def test_a_raise_beyond_critical_still_outweighs_a_lower() -> None:
    assert path("critical", RAISE, LOWER) == [("lower", "critical", "serious"), ("raise", "serious", "critical")]
    assert path("critical", LOWER, ruling("a-raise", does={"raise": 1})) == [
        ("a-raise", "critical", "critical"),
        ("lower", "critical", "critical"),
    ]


def test_a_floor_already_reached_is_told_and_moves_nothing() -> None:
    assert path("critical", FLOOR) == [("floor", "critical", "critical")]


def test_nothing_falls_below_an_observation() -> None:
    assert path("observation", LOWER) == [("lower", "observation", "observation")]


@st.composite
def effects(draw: st.DrawFn) -> Rule:
    grade = st.sampled_from([str(grade) for grade in GRADES])
    number = st.integers(1, 5)
    does = draw(
        st.one_of(
            st.builds(lambda by: {"raise": by}, number),
            st.builds(lambda by: {"lower": by}, number),
            st.builds(lambda to: {"floor": to}, grade),
            st.builds(lambda to: {"cap": to}, grade),
        )
    )
    return ruling(draw(st.text("ab", min_size=1, max_size=8)), does=does)


@given(st.lists(effects(), unique_by=lambda rule: rule.id), st.sampled_from(GRADES), st.randoms(use_true_random=False))
def test_steps_lead_from_severity_to_grade_without_a_gap_in_whatever_order(
    rules: list[Rule], severity: Grade, random: Random
) -> None:
    case = Case("1", info(CALLS, "quota", severity), (short("1", "2026-03-02", "1"),))
    [(_, steps)] = graded([case], rules)
    assert steps[0].start == severity
    assert [step.end for step in steps[:-1]] == [step.start for step in steps[1:]]
    assert len(steps) == len(rules) + 1
    random.shuffle(rules)
    assert list(graded([case], rules)) == [(case, steps)]


def test_a_reason_holds_the_facts_as_people_write_them() -> None:
    told = "{extent}; {harm}; {severity}; {acted_on}; {findings}; {ratified_late}; {how}; {days_late}; {{}}"
    case = Case("1", RULEBOOK[CALLS], (short("1", "2026-03-02", "0.125", harm=Decimal("1234567.891")),))
    assert because(ruling("r", because=told), case) == (
        "12.5 %; 1,234,567.89; minor; 2026-03-02; 1; no; short; an unknown part; {}"
    )


def test_a_reason_says_what_is_not_known() -> None:
    case = Case("1", RULEBOOK[CALLS], (breach("1", CALLS, at=None),))
    assert because(ruling("r", because="{acted_on}, {harm}"), case) == "an unknown day, an unknown part"


def test_a_case_becomes_whole_numbers_texts_and_booleans() -> None:
    findings = (
        short("1", "2026-03-02", "0.49999", harm=Decimal("10.005")),
        short("2", "2026-03-03", "0.2", harm=Decimal(5), days_late=3, department=None),
    )
    assert facts(Case("1", RULEBOOK[CALLS], findings), FIELDS) == facts_with(
        rule=CALLS,
        pack="sales",
        kind="quota",
        force="must",
        severity=1,
        how="short",
        department="Sales North",
        acted_on=739_677,
        findings=2,
        rules=1,
        extent=4999,
        has_extent=True,
        days_late=3,
        has_days_late=True,
        harm=1500,
        has_harm=True,
        intent="unknown",
        people=1,
    )


def test_what_is_not_known_is_nothing_and_says_so() -> None:
    case = Case("1", RULEBOOK[CALLS], (breach("1", CALLS, at=None, how=How.RATIFIED_LATE),))
    asked = ("extent", "has_extent", "harm", "has_harm", "acted_on", "ratified_late")
    assert facts(case, asked) == {
        "extent": 0,
        "has_extent": False,
        "harm": 0,
        "has_harm": False,
        "acted_on": 0,
        "ratified_late": True,
    }


def test_a_damage_too_large_to_hold_counts_as_the_largest() -> None:
    case = Case("1", RULEBOOK[CALLS], (short("1", "2026-03-02", "1", harm=Decimal("1e40")),))
    assert facts(case, ["harm"]) == {"harm": LARGEST}


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("extent", 1e-05, "fact extent is 1e-05 (float), where a number such as 0.5"),
        ("harm", "10", "fact harm is '10' (str), where an amount"),
        ("findings", True, "fact findings is True (bool), where a whole number belongs"),
        ("ratified_late", 1, "fact ratified_late is 1 (int), where true or false belongs"),
        ("how", 5, "fact how is 5 (int), where a text in quotes belongs"),
        ("harm", 2**63, "fact harm is 9223372036854775808 (int), where an amount"),
    ],
)
def test_a_fact_of_another_type_is_refused_before_any_judge_sees_it(
    name: str,
    value: Any,  # noqa: ANN401 of the wrong type on purpose
    says: str,
) -> None:
    with pytest.raises(NotPlain) as refused:
        checked(name, value)
    assert str(refused.value).startswith(says)


@pytest.mark.parametrize(
    ("acted", "severity"),
    [
        ("2026-02-28", Grade.MINOR),
        ("2026-03-01", Grade.MINOR),
        ("2026-03-31", Grade.MINOR),
        ("2026-04-01", Grade.SERIOUS),
    ],
)
def test_of_the_severity_at_the_time_of_the_act_and_today_s_the_milder_counts(acted: str, severity: Grade) -> None:
    """Moderate to the end of February, minor in March, serious since."""
    changed = ((None, Grade.MODERATE), (date(2026, 3, 1), Grade.MINOR), (date(2026, 4, 1), Grade.SERIOUS))
    info = replace(RULEBOOK[CALLS], severity=Grade.SERIOUS, severities=changed)
    then = replace(EMPTY, as_of=datetime.fromisoformat("2026-03-31 12:00"))
    now = replace(EMPTY, as_of=datetime.fromisoformat("2026-05-01 00:00"))
    found = breach("1", CALLS, at=datetime.fromisoformat(acted))
    assert Case("c", info, (found,), then).severity is Grade.MINOR
    assert Case("c", info, (found,), now).severity is (Grade.MODERATE if acted < "2026-03" else severity)


def test_of_the_values_at_the_time_of_the_act_and_now_the_milder_grade_counts() -> None:
    """A fifth missing raised the grade until the end of March, since then it takes a half."""
    values = (
        DatedValue(value=Decimal("0.2")),
        DatedValue.model_validate({"from": date(2026, 4, 1), "value": Decimal("0.5")}),
    )
    parameters = {"large": values}
    rule = Rule(
        "grade.large",
        Stage.GRADE,
        read("extent >= :large", parameters),
        Does.model_validate({"raise": 1}),
        "so",
        "extent",
    )
    judgement = Judgement((rule,), parameters=parameters)
    for as_of, grade in (("2026-03-31 00:00", Grade.MODERATE), ("2026-04-01 00:00", Grade.MINOR)):
        around = replace(EMPTY, as_of=datetime.fromisoformat(as_of))
        [incident] = judge([short("1", "2026-03-02", "0.3")], RULEBOOK, judgement, around).incidents
        assert incident.grade is grade
        assert ("milder" in incident.steps[0].because) is (grade is Grade.MINOR)

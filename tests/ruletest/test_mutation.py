from collections.abc import Mapping
from pathlib import Path

import pytest

from compliance.ruletest import gather, run_all
from compliance.ruletest.mutation import score_all
from compliance.ruletest.mutation.making import mutants
from compliance.ruletest.mutation.sides import sides
from compliance.ruletest.mutation.text import render
from compliance.ruletest.mutation.wording import rewordings

HEAD = {"id": "own.calls", "title": "Calls", "severity": "minor"}
RULE = """\
id: own.calls
title: Calls are many
severity: minor
quota: {of: activities, where: "kind = 'call'", at_least: 2, per: day}
"""
CASE = """\
- case: two are enough, one is not
  given: {period: {from: 2026-03-02, to: 2026-03-03}}
  tables:
    employees: |
      employee_id | name
      a           | A
      b           | B
    activities: |
      activity_id | at               | employee_id | kind
      2 * a       | 2026-03-02 10:00 | a           | call
      b           | 2026-03-02 10:00 | b           | call
      c           | 2026-03-02 10:00 | b           | visit
  expect:
    - {bearer: a, window: 2026-03-02, verdict: met}
    - {bearer: b, window: 2026-03-02, verdict: breached, how: short, measured: 1, required: 2}
"""


def names(kind: str, body: Mapping[str, object], parameters: Mapping[str, object] | None = None) -> list[str]:
    return [each.name for each in mutants({**HEAD, kind: body}, parameters or {})]


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("minutes <= 5", ["minutes < 5"]),
        ("a = 1 and b > 2", ["a <> 1 and b > 2", "a = 1 and b >= 2", "b > 2", "a = 1"]),
        ("a is null", ["a is not null"]),
        ("a is not null", ["a is null"]),
        ("kind in ('x', 'y')", ["kind not in ('x', 'y')"]),
        ("a between 1 and 2 or b = 'and'", ["a between 1 and 2 or b <> 'and'", "a not between 1 and 2 or b = 'and'",
                                           "b = 'and'", "a between 1 and 2"]),
        ("x = 1 and (y = 2 or z = 3)", ["x <> 1 and (y = 2 or z = 3)", "x = 1 and (y <> 2 or z = 3)",
                                       "x = 1 and (y = 2 or z <> 3)", "(y = 2 or z = 3)", "x = 1",
                                       "x = 1 and (z = 3)", "x = 1 and (y = 2)"]),
        ("case when a then b end", []),
        ("an unclosed 'quote", []),
    ],
)  # fmt: skip
def test_an_expression_is_changed_in_one_place_at_a_time(text: str, changed: list[str]) -> None:
    assert [each.text for each in rewordings(text)] == changed


def test_a_number_moves_by_one_step_both_ways() -> None:
    assert names("quota", {"of": "a", "at_least": 30}) == ["quota.at_least: 29 for 30", "quota.at_least: 31 for 30"]


def test_a_bound_that_has_no_step_takes_what_equals_it_or_gives_it_up() -> None:
    made = names("quota", {"of": "a", "at_least": {"plan": "sales"}})
    assert made == ["quota.at_least: `more_than` for `at_least`"]


def test_a_duration_kept_as_a_parameter_moves_by_one_of_its_unit() -> None:
    body = {"after": {"of": "a"}, "expect": {"of": "b"}, "within": {"parameter": "own.days"}}
    assert names("response", body, {"days": "2 working_days"}) == [
        "response.within: 1 working_day for 2 working_days",
        "response.within: 3 working_days for 2 working_days",
    ]


def test_a_key_that_says_what_holds_without_it_is_no_mutant() -> None:
    assert names("quota", {"of": "a", "prorate": True}) == []


def test_exceptions_and_filters_are_left_out() -> None:
    made = names("prohibition", {"of": "a", "unless": "approved", "without": {"of": "b", "match": ["x", "y"]}})
    assert made == [
        "prohibition.unless: without `unless`",
        "prohibition.without: without `without`",
        "prohibition.without.match: without `x`",
        "prohibition.without.match: without `y`",
    ]


@pytest.fixture
def weak(pack: Path) -> Path:
    """The pack with nobody who stands at one call."""
    cases = pack / "calls.test.yaml"
    written = CASE.replace("      b           | 2026-03-02 10:00 | b           | call\n", "")
    cases.write_text(written.replace(", measured: 1, required: 2", ""), "utf-8")
    return pack


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "calls.yaml").write_text(RULE, "utf-8")
    (folder / "calls.test.yaml").write_text(CASE, "utf-8")
    return folder


def test_mutants_that_cases_notice_are_killed_and_the_others_told_with_the_case_that_would(weak: Path) -> None:
    (score,) = score_all(gather([weak]))
    told = [(each.mutant, each.because) for each in score.survivors]
    assert (score.rule, score.pack, score.made) == ("own.calls", "own", 5)
    assert told == [("quota.where: without `where`", None), ("quota.at_least: 1 for 2", None)]
    assert score.survivors[1].kill == "no case stands at 1: add one with measured 1"


def test_an_explained_survivor_is_alive_with_its_reason(weak: Path) -> None:
    cases = weak / "calls.test.yaml"
    cases.write_text(f"# survives: quota.at_least: 1 for 2 because one is as good\n{cases.read_text('utf-8')}", "utf-8")
    (score,) = score_all(gather([weak]))
    assert [each.because for each in score.survivors] == [None, "one is as good"]


def test_a_case_that_fails_on_the_rule_as_it_is_scores_nothing(pack: Path) -> None:
    (pack / "calls.test.yaml").write_text(CASE.replace("measured: 1", "measured: 0"), "utf-8")
    (score,) = score_all(gather([pack]))
    assert (score.failing, score.made) == (("two are enough, one is not",), 0)
    told = render([score]).splitlines()
    assert told[0].endswith("0 of   0  not measured")
    assert told[-1].endswith("; 1 case fails on the rule as it is, which is not measured")


def test_strong_cases_leave_nothing_alive(pack: Path) -> None:
    (score,) = score_all(gather([pack]))
    assert (score.made, score.killed) == (5, 5)


def test_each_condition_and_bound_has_two_sides() -> None:
    made = sides({**HEAD, "quota": {"of": "a", "where": "x = 1 and (y = 2 or not z)", "at_least": 2}}, {})
    assert [(each.name, each.tree["quota"]["where"]) for each in made][:3] == [
        ("quota.where: `x = 1` is never false", "true and (y = 2 or not z)"),
        ("quota.where: `x = 1` is never true", "false and (y = 2 or not z)"),
        ("quota.where: `y = 2` is never false", "x = 1 and (true or not z)"),
    ]
    assert [each.name for each in made][-2:] == [
        "quota.at_least: never short of it",
        "quota.at_least: never reaching it",
    ]


def test_a_side_that_a_case_hits_is_not_missing(pack: Path) -> None:
    (score,) = score_all(gather([pack]), by_sides=True)
    assert (score.made, score.survivors) == (4, ())


def test_a_known_gap_is_no_failure_and_kills_nothing(pack: Path) -> None:
    gap = CASE.replace("- case: two", "- todo: true\n  case: three").replace("verdict: met", "verdict: excused")
    (pack / "calls.test.yaml").write_text(CASE + gap, "utf-8")
    (tested,) = run_all(gather([pack]))
    assert (tested.failed, tested.passed, len(tested.gaps), len(tested.closed)) == (0, 1, 1, 0)
    (score,) = score_all(gather([pack]))
    assert (score.failing, score.made, score.killed) == ((), 5, 5)


@pytest.mark.parametrize(
    ("span", "kills"),
    [
        ("1 day", ["within 1 day", "in the last day of 2 days"]),
        ("2 working_days", ["in the last working_day of 2 working_days", "in the last working_day of 3 working_days"]),
    ],
)
def test_what_would_notice_another_duration_is_told_by_its_last_step(span: str, kills: list[str]) -> None:
    body = {"after": {"of": "leads"}, "expect": {"of": "client_cards", "match": ["client_id"]}, "within": span}
    found = [each.kill for each in mutants({**HEAD, "response": body}, {}) if each.name.startswith("response.within")]
    assert found == [f"no case has a record {each}: add one" for each in kills]

from pathlib import Path

import pytest

from compliance.model.problem import UserError
from compliance.ruletest import CaseResult, prepare, run_file
from compliance.ruletest.comparing import Difference
from compliance.ruletest.running import run_cases

RULES = """
parameters:
  most: [{from: 2025-01-01, value: 100, source: house}]
documents:
  - {id: form, title: The form, clauses: [{section: "1", number: 1, text: Orders stay small.}]}
  - {id: other, title: Another form}
rules:
  - id: house.small-orders
    title: Orders stay small
    clause: form/1/1
    severity: minor
    limit:
      of: orders
      value: amount
      at_most: {parameter: most}
  - {id: house.no-gifts, title: No gifts, severity: minor,
     prohibition: {of: gifts, where: "amount > :most"}}
cases:
"""
CASE = """
  - case: a hundred is within it
    given: {period: {from: 2026-03-02, to: 2026-03-03}, organisation: 2026, parameters: {house.most: 100.50},
            tables: {gifts: {key: gift_id, at: given_at, bearer: employee_id, types: {amount: money}}}}
    as_of: 2026-03-05
    tables:
      orders: |
        order_id | placed_at        | employee_id | amount
        2 * a    | 2026-03-02 10:00 | x           | 100.50      # fine
        b        | 2026-03-02 10:00 | x           | 100.51
      gifts: |
        gift_id | given_at   | employee_id | amount
        007     | 2026-03-02 | x           | 200
    expect:
      - {rule: house.small-orders, bearer: x, record: a-1, window: null, verdict: met, measured: 100.5}
      - {bearer: x, record: orders/b, verdict: breached, how: over, measured: 100.51, required: 100.5}
      - {rule: house.no-gifts, record: {table: gifts, key: "007"}, verdict: breached}
"""


def written(folder: Path, text: str, name: str = "small.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def shown(error: UserError, folder: Path) -> str:
    return str(error).replace(f"{folder}/", "")


SHIFTS = """\
rules:
  - id: house.shift
    title: A shift a day
    severity: minor
    quota: {of: shifts, at_least: 1, per: working_day}
cases:
  - case: bare rows
    given: {period: {from: 2026-03-02, to: 2026-03-03}}
    tables:
      shifts: |
        shift | start            | who
        1     | 2026-03-02 06:00 | a
    expect: []
"""


def test_a_file_may_bring_its_rules_parameters_and_documents(tmp_path: Path) -> None:
    assert run_file(written(tmp_path, RULES + CASE), None) == (CaseResult("a hundred is within it", passed=True),)


def test_a_case_that_fails_says_what_differs(tmp_path: Path) -> None:
    path = written(tmp_path, RULES + CASE.replace("measured: 100.51", "measured: 101"))
    assert run_file(path, None) == (
        CaseResult(
            "a hundred is within it",
            passed=False,
            wrong=(
                Difference(
                    "house.small-orders of x for orders/b: measured should be 101, is 100.51",
                    about="house.small-orders of x for orders/b",
                    expected="measured: 101",
                    got="measured: 100.51",
                    bearer="x",
                    record=("b",),
                ),
            ),
        ),
    )


def test_a_rule_that_is_wrong_is_told_where_it_stands_in_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, RULES.replace("amount > :most", "amount > :mst") + CASE)
    assert run_file(path, None)[0].differences == (f"{path}:17:48: there is no parameter `mst` (did you mean `most`?)",)


def test_a_manifest_that_can_not_be_worked_with_is_told_too(tmp_path: Path) -> None:
    path = written(
        tmp_path, RULES + CASE.replace("bearer: employee_id", "bearer: who").replace("key: gift_id", "key: id")
    )
    assert run_file(path, None)[0].differences == (
        f"{path}:20: no column `id` (there are: gift_id, given_at, employee_id, amount)",
    )


def test_of_an_own_table_it_is_told_what_the_manifest_lacks(tmp_path: Path) -> None:
    path = tmp_path / "shifts.yaml"
    path.write_text(SHIFTS, encoding="utf-8")
    assert [each.partition(": ")[2] for each in run_file(path, None)[0].differences] == [
        (
            "table `shifts` has no time to count by "
            "(say in the manifest which column of the table tells it, with `at`, or leave `per` out)"
        ),
        (
            "the records of table `shifts` are nobody's "
            "(say in the manifest whose they are, with `bearer`, or here who owes: `bearer: {who: …}`)"
        ),
    ]


def test_the_file_itself_is_read_with_places(tmp_path: Path) -> None:
    wrong = CASE.replace("b        | 2026", "b          2026").replace("verdict: met", "verdict: fine")
    wrong = wrong.replace("window: null", "window: 2026-W99").replace("organisation", "organization")
    path = written(tmp_path, RULES + wrong)
    with pytest.raises(UserError) as raised:
        run_file(path, None)
    verdicts = "met, breached, excused, pending, undetermined or not_applicable"
    assert [problem.line().removeprefix(f"{tmp_path}/") for problem in raised.value.problems] == [
        "small.yaml:21:57: unknown key `organization`",
        "small.yaml:28:9: this row has 3 cells, the header has 4",
        "small.yaml:33:68: `2026-W99` is no window",
        f"small.yaml:33:87: `verdict` must be {verdicts}, not `fine`",
    ]


def test_an_expectation_needs_a_verdict(tmp_path: Path) -> None:
    path = written(tmp_path, RULES + CASE.replace(", verdict: breached}", "}"))
    with pytest.raises(UserError) as raised:
        run_file(path, None)
    assert shown(raised.value, tmp_path) == (
        "small.yaml:35:9: a finding that is expected needs a `verdict`, or `absent: true`\n"
        '        - {rule: house.no-gifts, record: {table: gifts, key: "007"}}\n'
        "          ^"
    )


PACK = {
    "calls.yaml": """
id: own.calls
title: Calls
severity: minor
yields_to: [own.gifts]
condition: {of: calls, must: minutes > 1}
""",
    "gifts.yaml": "{id: own.gifts, title: Gifts, severity: minor, prohibition: {of: calls, where: kind = 'gift'}}",
    "other.yaml": "{id: own.other, title: Other, severity: minor, prohibition: {of: calls}}",
    "calls.test.yaml": """
- case: a gift is judged as a gift
  given:
    period: {from: 2026-03-02, to: 2026-03-03}
    tables: {calls: {key: id, at: at, bearer: who}}
  tables:
    calls: |
      id | at         | who | kind | minutes
      1  | 2026-03-02 | a   | call | 1
      2  | 2026-03-02 | a   | call | 2
      3  | 2026-03-02 | a   | gift | 0
  expect:
    - {record: "1", verdict: breached, how: "false"}
    - {record: calls/3, rule: own.gifts, verdict: breached}
- case: nobody is judged where nothing happened
  tables: {calls: "id | at | who | kind | minutes"}
  given: {period: {from: 2026-03-02, to: 2026-03-03}, tables: {calls: {key: id, at: at, bearer: who}}}
""",
}


def pack(folder: Path) -> Path:
    for name, text in PACK.items():
        written(folder, text, name)
    return folder / "calls.test.yaml"


def test_a_file_that_brings_rules_brings_some(tmp_path: Path) -> None:
    with pytest.raises(UserError) as raised:
        prepare(written(tmp_path, "{rules: [], cases: []}"))
    assert (
        raised.value.problems[0].line()
        == f"{tmp_path}/small.yaml:1:9: there are no rules that the cases could be about"
    )


def test_cases_beside_a_rule_are_about_it_and_what_it_yields_to(tmp_path: Path) -> None:
    assert [(each.passed, each.differences) for each in run_file(pack(tmp_path))] == [(True, ()), (True, ())]


def test_the_rule_may_stand_in_another_folder(tmp_path: Path) -> None:
    path = pack(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    cases = path.rename(tmp_path / "elsewhere" / path.name)
    assert [each.case for each in prepare(cases, tmp_path)] == [
        "a gift is judged as a gift",
        "nobody is judged where nothing happened",
    ]


def test_cases_without_a_rule_are_refused(tmp_path: Path) -> None:
    path = pack(tmp_path)
    (tmp_path / "calls.yaml").unlink()
    with pytest.raises(UserError) as raised:
        prepare(path)
    assert shown(raised.value, tmp_path) == (
        "calls.test.yaml: there is no rule that these cases are about\n"
        "  help: put the rule in calls.yaml, or `rules` beside `cases` in this file"
    )


def test_cases_that_run_together_come_out_as_each_by_itself(tmp_path: Path) -> None:
    """One fails, one can't be audited, the others pass; in either order."""
    fails = CASE.replace("a hundred is within it", "this fails").replace("measured: 100.5}", "measured: 99}")
    broken = CASE.replace("a hundred is within it", "no such parameter").replace("house.most: 100.50", "house.no: 1")
    other = CASE.replace("a hundred is within it", "another gift").replace("x           | 200", "x           | 300")
    cases = prepare(written(tmp_path, RULES + CASE + fails + broken + other + CASE))
    assert [each.passed for each in run_cases(cases)] == [True, False, False, True, True]
    for order in (cases, cases[::-1]):
        assert run_cases(order) == tuple(each.run() for each in order)


UNREADABLE = """
  - case: of a slip in the records a case that fails tells
    given: {period: {from: 2026-03-02, to: 2026-03-03},
            tables: {gifts: {key: gift_id, at: given_at, bearer: employee_id, types: {amount: money}}}}
    tables:
      orders: |
        order_id | placed_at        | employee_id | amount
        a        | 2026-03-02 10:00 | x           | 50
        b        | 2.3.2026         | x           | 150
      gifts: |
        gift_id | given_at   | employee_id | amount
        1       | 2026-03-02 | x           | 5
    expect:
      - {bearer: x, record: orders/a, verdict: met}
"""


def test_a_case_that_fails_tells_the_rows_that_were_rejected_and_one_that_passes_does_not(tmp_path: Path) -> None:
    wanted = "      - {bearer: x, record: orders/b, verdict: breached}\n"
    [failed] = run_file(written(tmp_path, RULES + UNREADABLE + wanted))
    assert failed.differences == (
        "expected bearer: x, record: orders/b, verdict: breached; found nothing",
        'row 2 of orders was rejected: placed_at: "2.3.2026" is not a datetime',
    )
    [passed] = run_file(written(tmp_path, RULES + UNREADABLE))
    assert passed.differences == ()

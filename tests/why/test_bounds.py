"""What is told of a bound that is itself measured, of a level, and of an approval that would have met one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from tests.why.houses import judged, staged, told

from compliance.reports.answer import Answer

PERIOD = "given: {period: {from: 2026-03-01, to: 2026-04-01}}"
SHARE = f"""
rules:
  - id: own.few
    title: At most a fifth of the orders is large
    severity: minor
    quota: {{of: orders, where: amount > 100, at_most: {{of: orders, times: 0.2}}, per: month}}
cases:
  - case: two of nine
    {PERIOD}
    tables:
      employees: |
        employee_id | name
        a           | Ann
      orders: |
        order_id | employee_id | placed_at        | amount
        1        | a           | 2026-03-02 10:00 | 10
        2        | a           | 2026-03-03 10:00 | 200
        3        | a           | 2026-03-04 10:00 | 10
        4        | a           | 2026-03-05 10:00 | 200
        5 * s    | a           | 2026-03-06 10:00 | 10
    expect: []
"""
LEVEL = f"""
rules:
  - id: own.stock
    title: No product runs out
    severity: minor
    level: {{for_each: {{of: products}}, of: stock_moves, measure: sum(quantity), at_least: 0}}
cases:
  - case: one piece too many
    {PERIOD}
    tables:
      products: |
        product_id | owner_id
        tea        | a
      stock_moves: |
        move_id | product_id | at               | quantity
        1       | tea        | 2026-03-02 10:00 | 3
        2       | tea        | 2026-03-03 10:00 | -4
    expect: []
"""
MIDNIGHT = f"""
rules:
  - id: own.large
    title: A large order is approved
    severity: minor
    limit: {{of: orders, value: amount, at_most: 100, unless: approved}}
cases:
  - case: an order whose time is midnight
    {PERIOD}
    tables:
      employees: |
        employee_id | name
        a           | Ann
        b           | Ben
      approvals: |
        approval_id | act   | act_id | approver_id | decision | decided_at
        1           | order | other  | b           | granted  | 2026-03-01 10:00
      orders: |
        order_id | employee_id | placed_at        | amount
        1        | a           | 2026-03-02 00:00 | 200
    expect: []
"""
FILED = f"""
rules:
  - id: own.count
    title: The stock is counted by the third
    severity: minor
    deadline: {{of: checks, every: month, by: {{day: 3}}}}
cases:
  - case: a day late for February, and too early for it
    {PERIOD}
    tables:
      employees: |
        employee_id | name
        a           | Ann
      checks: |
        check_id | employee_id | at
        1        | a           | 2026-02-27 10:00
        2        | a           | 2026-03-04 10:00
    expect: []
"""


@contextmanager
def answered(written: str, rule: str, folder: Path) -> Iterator[Answer]:
    """The answer on the only breach of a case."""
    file = folder / "asked.yaml"
    file.write_text(written)
    _, made, as_of = next(iter(staged(file, folder)))
    with judged(made, rule, date(2026, 3, 1), as_of) as (_, world, found):
        (breach,) = (each for each in found.findings if each.verdict == "breached")
        yield told(world, found, breach)


def test_records_that_only_the_bound_was_taken_from_do_not_count_and_the_bound_is_reckoned(tmp_path: Path) -> None:
    with answered(SHARE, "own.few", tmp_path) as answer:
        (read,) = answer.read
        cures = [each.says for each in answer.cures]
    assert [row.key for row in read.rows] == ["2", "4"]
    assert read.counted == 2
    assert [(each.count, each.because) for each in read.apart] == [(7, "since this is not so of them: amount > 100")]
    assert "at most a second measure, count of orders, times 0.2: 9 x 0.2 = 1.8" in answer.owed
    assert cures == ["without 1 record of orders: 4"]


def test_a_level_tells_the_step_that_left_it_once(tmp_path: Path) -> None:
    with answered(LEVEL, "own.stock", tmp_path) as answer:
        told_of = [(each.table, each.counted, [row.key for row in each.rows]) for each in answer.read]
    assert told_of == [("stock_moves", 1, ["2"])]


def test_an_act_at_midnight_would_have_been_approved_by_midnight(tmp_path: Path) -> None:
    with answered(MIDNIGHT, "own.large", tmp_path) as answer:
        cures = [each.says for each in answer.cures]
    assert cures == [
        "orders 1 with amount 100 instead of 200",
        "an approval of orders 1 by Ben (b), at the latest 2026-03-02",
    ]


def test_a_deadline_without_a_period_is_met_from_the_end_of_its_period_on_only(tmp_path: Path) -> None:
    with answered(FILED, "own.count", tmp_path) as answer:
        cures = [each.says for each in answer.cures]
    assert cures == [
        "checks 2 by 2026-03-03 instead of 2026-03-04",
        "a record of checks by Ann (a), by 2026-03-03, not before 2026-03-01",
    ]

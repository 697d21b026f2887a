"""What every kind says of a finding, for each verdict, read as a person reads it who is named in it."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.assess.workspaces import written

from compliance.kinds.told import Told
from compliance.model.finding import How, Verdict
from compliance.rulebook import load_rulebook


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


MET, BREACHED, PENDING = Verdict.MET, Verdict.BREACHED, Verdict.PENDING
OPEN, FREE = Verdict.UNDETERMINED, Verdict.NOT_APPLICABLE
APRIL_4, ON_THE_5TH, ACT = at("2026-04-04"), at("2026-04-05 09:30"), at("2026-03-02 10:00")

QUOTA = "quota: {of: calls, at_least: 4, per: month}"
FEW = "quota: {of: calls, at_most: 0, per: month}"
ABOVE = "quota: {of: orders, measure: sum(amount), more_than: {plan: sales}, per: month}"
STANDING = "quota: {for_each: {of: clients}, of: calls}"
DEADLINE = "deadline: {of: reports, every: month, by: {day: 3}}"
RESPONSE = "response: {after: {of: leads}, expect: {of: calls, match: [client_id]}, within: 2 days}"
PRECEDENCE = "precedence: {before: {of: orders}, expect: {of: assessments, match: [client_id]}}"
LOOKED_BACK = "precedence: {before: {of: orders}, expect: {of: assessments, match: [client_id]}, within: 7 days}"
PROHIBITION = "prohibition: {of: calls}"
UNAPPROVED = "prohibition: {of: orders, where: deferral_days > 0, unless: approved}"
CONDITION = "condition: {of: orders, must: deferral_days = 0, unless: approved}"
NULL_CONDITION = "condition: {of: orders, must: deferral_days = 0, if_null: breached}"
LIMIT = "limit: {of: expenses, value: amount, at_most: 100, unless: approved}"
WITHIN = "limit: {of: expenses, value: amount, at_least: 5, at_most: 20, unless: approved}"
OWN = "limit: {of: orders, value: amount * 2, at_most: {authority: order}}"
SPLIT = "limit: {of: orders, value: amount, less_than: 10, split: {same: [client_id], within: 3 days}}"
INTERVAL = "interval: {of: checks, at_most: 10 days}"
SEQUENCE = "sequence: {of: contract_stages, case: contract_id, stage: stage, order: [offer, agreed]}"
FULFILMENT = "fulfilment: {of: obligations, due: due_on, quantity: quantity, delivered: {of: deliveries, at: done_at}}"
LEVEL = "level: {of: stock_moves, measure: sum(quantity), for_each: [product_id], at_least: 0, at_most: 9}"
RECONCILIATION = "reconciliation: {of: report_figures, declared: value, against: {of: contracts}}"

MARCH = {"window": "2026-03"}
DUE = {"window": "2026-03", "due": APRIL_4}
APPROVED = {"by": "B (b)", "done": at("2026-03-01 09:00")}


@pytest.mark.parametrize(
    ("kind", "verdict", "how", "facts", "says"),
    [
        (QUOTA, MET, None, {**MARCH, "measured": 5, "required": 4}, "calls: 5 in 2026-03, at least 4 required"),
        (QUOTA, BREACHED, How.SHORT, {**MARCH, "measured": 1, "required": 4}, "calls: 1 of 4 in 2026-03"),
        (
            QUOTA,
            PENDING,
            None,
            {**MARCH, "measured": 1, "required": 4},
            "calls: 1 so far in 2026-03, at least 4 required",
        ),
        (QUOTA, OPEN, None, {**MARCH, "measured": 1, "required": 4}, "calls: 1 known in 2026-03, at least 4 required"),
        (QUOTA, FREE, None, {**MARCH, "measured": 0, "required": 0}, "calls: nothing owed in 2026-03"),
        (FEW, BREACHED, How.OVER, {**MARCH, "measured": 1, "required": 0}, "calls: 1 in 2026-03, at most 0 allowed"),
        (FEW, MET, None, {**MARCH, "measured": 0, "required": 0}, "calls: 0 in 2026-03, at most 0 allowed"),
        (
            ABOVE,
            BREACHED,
            How.SHORT,
            {**MARCH, "measured": 9, "required": 9},
            "sum(amount) of orders: 9 in 2026-03, more than 9 required",
        ),
        (
            ABOVE,
            OPEN,
            None,
            {**MARCH, "measured": 9},
            "sum(amount) of orders: 9 known in 2026-03, what is required is not recorded",
        ),
        (
            STANDING,
            BREACHED,
            How.SHORT,
            {"record": "clients x", "measured": 0, "required": 1},
            "clients x: calls: 0 of 1",
        ),
        (DEADLINE, MET, None, {**DUE, "done": APRIL_4}, "reports for 2026-03, due 2026-04-03: done 2026-04-04"),
        (
            DEADLINE,
            BREACHED,
            How.LATE,
            {**DUE, "done": ON_THE_5TH},
            "reports for 2026-03, due 2026-04-03: done 2026-04-05 09:30",
        ),
        (DEADLINE, BREACHED, How.MISSING, DUE, "reports for 2026-03, due 2026-04-03: not done"),
        (DEADLINE, PENDING, None, DUE, "reports for 2026-03, due 2026-04-03: not done yet"),
        (DEADLINE, PENDING, None, MARCH, "reports for 2026-03, due on no day yet: not done yet"),
        (DEADLINE, OPEN, None, DUE, "reports for 2026-03, due 2026-04-03: not known to be done"),
        (
            DEADLINE,
            OPEN,
            None,
            {**DUE, "done": ON_THE_5TH},
            "reports for 2026-03, due 2026-04-03: done 2026-04-05 09:30 as far as is known",
        ),
        (DEADLINE, FREE, None, DUE, "reports for 2026-03: nothing owed"),
        (
            RESPONSE,
            BREACHED,
            How.LATE,
            {"record": "leads 1", "due": APRIL_4, "done": ON_THE_5TH},
            "calls after leads 1, due 2026-04-03: done 2026-04-05 09:30",
        ),
        (RESPONSE, FREE, None, {"record": "leads 1"}, "calls after leads 1: nothing owed"),
        (
            PRECEDENCE,
            MET,
            None,
            {"record": "orders 1", "at": ACT, "done": at("2026-03-02 09:00")},
            "orders 1 of 2026-03-02 10:00: assessments came on 2026-03-02 09:00, before it",
        ),
        (
            PRECEDENCE,
            BREACHED,
            How.RATIFIED_LATE,
            {"record": "orders 1", "at": ACT, "done": at("2026-03-02 10:00:01")},
            "orders 1 of 2026-03-02 10:00: assessments came only on 2026-03-02 10:00:01, after it",
        ),
        (
            LOOKED_BACK,
            BREACHED,
            How.RATIFIED_LATE,
            {"record": "orders 1", "at": at("2026-03-02"), "done": at("2026-03-03")},
            "orders 1 of 2026-03-02: assessments came only on 2026-03-03, after it, and not within 7 days before it",
        ),
        (
            LOOKED_BACK,
            BREACHED,
            How.MISSING,
            {"record": "orders 1", "at": ACT, "done": at("2025-03-03")},
            "orders 1 of 2026-03-02 10:00: assessments came last on 2025-03-03, too early: not within 7 days before it",
        ),
        (
            LOOKED_BACK,
            BREACHED,
            How.MISSING,
            {"record": "orders 1", "at": ACT},
            "orders 1 of 2026-03-02 10:00: nothing of assessments within 7 days before it",
        ),
        (PRECEDENCE, PENDING, None, {"record": "orders 1"}, "orders 1: nothing of assessments yet before it"),
        (PRECEDENCE, OPEN, None, {"record": "orders 1"}, "orders 1: nothing of assessments known before it"),
        (PROHIBITION, BREACHED, How.FORBIDDEN, {"record": "calls 1"}, "calls 1 is not allowed"),
        (PROHIBITION, OPEN, None, {"record": "calls 1"}, "whether calls 1 is allowed"),
        (UNAPPROVED, BREACHED, How.FORBIDDEN, {"record": "orders 1"}, "orders 1 is not allowed without approval"),
        (
            UNAPPROVED,
            MET,
            None,
            {"record": "orders 1", **APPROVED},
            "orders 1 is not allowed without approval, approved by B (b) on 2026-03-01 09:00",
        ),
        (
            UNAPPROVED,
            BREACHED,
            How.RATIFIED_LATE,
            {"record": "orders 1", **APPROVED},
            "orders 1 is not allowed without approval, approved by B (b) only on 2026-03-01 09:00, after it",
        ),
        (CONDITION, MET, None, {"record": "orders 1"}, "orders 1 is as it must be: deferral_days = 0"),
        (CONDITION, BREACHED, How.FALSE, {"record": "orders 1"}, "orders 1 is not as it must be: deferral_days = 0"),
        (CONDITION, OPEN, None, {"record": "orders 1"}, "whether orders 1 is as it must be: deferral_days = 0"),
        (
            CONDITION,
            MET,
            None,
            {"record": "orders 1", **APPROVED},
            "orders 1 is not as it must be (deferral_days = 0), approved by B (b) on 2026-03-01 09:00",
        ),
        (
            NULL_CONDITION,
            BREACHED,
            How.FALSE,
            {"record": "orders 1"},
            "orders 1 is not as it must be or that is not recorded: deferral_days = 0",
        ),
        (
            LIMIT,
            BREACHED,
            How.OVER,
            {"record": "expenses 1", "measured": 101, "required": 100},
            "expenses 1: amount 101, at most 100 allowed",
        ),
        (
            LIMIT,
            MET,
            None,
            {"record": "expenses 1", "measured": 101, "required": 100, **APPROVED},
            "expenses 1: amount 101, at most 100 allowed, approved by B (b) on 2026-03-01 09:00",
        ),
        (
            LIMIT,
            BREACHED,
            How.RATIFIED_LATE,
            {"record": "expenses 1", "measured": 101, "required": 100, **APPROVED},
            "expenses 1: amount 101, at most 100 allowed, approved by B (b) only on 2026-03-01 09:00, after it",
        ),
        (
            LIMIT,
            OPEN,
            None,
            {"record": "expenses 1", "required": 100},
            "expenses 1: amount is not recorded, at most 100 allowed",
        ),
        (
            WITHIN,
            BREACHED,
            How.SHORT,
            {"record": "expenses 1", "measured": Decimal("4.99"), "required": 5},
            "expenses 1: amount 4.99, at least 5 required",
        ),
        (
            WITHIN,
            MET,
            None,
            {"record": "expenses 1", "measured": 6, "required": 20},
            "expenses 1: amount 6, at most 20 allowed",
        ),
        (
            WITHIN,
            MET,
            None,
            {"record": "expenses 1", "measured": 4, "required": 5, **APPROVED},
            "expenses 1: amount 4, at least 5 required, approved by B (b) on 2026-03-01 09:00",
        ),
        (
            OWN,
            BREACHED,
            How.OVER,
            {"record": "orders 1", "measured": 9, "required": 8},
            "orders 1: the value 9, at most 8 allowed by authority",
        ),
        (
            OWN,
            OPEN,
            None,
            {"record": "orders 1", "measured": 9},
            "orders 1: the value 9, what is allowed is not recorded",
        ),
        (OWN, FREE, None, {"record": "orders 1", "measured": 9}, "orders 1: the value 9, and nothing binds it"),
        (
            SPLIT,
            BREACHED,
            How.OVER,
            {"record": "orders 1", "measured": 10, "required": 10},
            "orders 1: amount 10 with what belongs to it, less than 10 allowed",
        ),
        (
            INTERVAL,
            MET,
            None,
            {"record": "checks 1", "due": APRIL_4},
            "checks after checks 1: no gap too long up to 2026-04-03",
        ),
        (
            INTERVAL,
            BREACHED,
            How.GAP,
            {"record": "checks 1", "due": APRIL_4},
            "checks after checks 1, due 2026-04-03: nothing in time",
        ),
        (
            INTERVAL,
            BREACHED,
            How.GAP,
            {"record": "employees b", "named": "2026-03-24", "due": APRIL_4},
            "checks after employees b, asked since 2026-03-24, due 2026-04-03: nothing in time",
        ),
        (
            INTERVAL,
            PENDING,
            None,
            {"record": "checks 1", "due": APRIL_4},
            "checks after checks 1, due 2026-04-03: nothing yet",
        ),
        (INTERVAL, PENDING, None, {"record": "checks 1"}, "checks after checks 1, due on no day yet: nothing yet"),
        (SEQUENCE, MET, None, {"record": "contract_stages k"}, "the stages of contract_stages k are in order"),
        (
            SEQUENCE,
            BREACHED,
            How.OUT_OF_ORDER,
            {"record": "contract_stages k", "named": "agreed came before, or without, offer", "at": at("2026-03-02")},
            "the stages of contract_stages k are out of order: agreed came before, or without, offer on 2026-03-02",
        ),
        (
            SEQUENCE,
            OPEN,
            None,
            {"record": "contract_stages k"},
            "the stages of contract_stages k are out of order as they stand",
        ),
        (
            FULFILMENT,
            MET,
            None,
            {"record": "obligations 1", "measured": 100, "required": 100, "due": APRIL_4},
            "obligations 1: 100 of 100 delivered by 2026-04-03",
        ),
        (
            FULFILMENT,
            MET,
            None,
            {"record": "obligations 1", "measured": 95, "required": 100, "due": APRIL_4},
            "obligations 1: 95 of 100 delivered by 2026-04-03, within the tolerance",
        ),
        (
            FULFILMENT,
            BREACHED,
            How.LATE,
            {"record": "obligations 1", "measured": 40, "required": 100, "due": APRIL_4, "done": ON_THE_5TH},
            "obligations 1: 40 of 100 delivered by 2026-04-03, enough only on 2026-04-05 09:30",
        ),
        (
            FULFILMENT,
            PENDING,
            None,
            {"record": "obligations 1", "measured": 40, "required": 100, "due": APRIL_4},
            "obligations 1: 40 of 100 delivered so far, due 2026-04-03",
        ),
        (
            FULFILMENT,
            OPEN,
            None,
            {"record": "obligations 1", "measured": 40, "required": 100, "due": APRIL_4},
            "obligations 1: 40 of 100 known to be delivered by 2026-04-03",
        ),
        (
            FULFILMENT,
            MET,
            None,
            {"record": "obligations 1", "due": APRIL_4, "done": ACT, "other": 7},
            "obligations 1: 7 delivered by 2026-04-03, the first on 2026-03-02 10:00; no quantity is set",
        ),
        (
            FULFILMENT,
            MET,
            None,
            {"record": "obligations 1", "due": APRIL_4, "done": ACT},
            "obligations 1: delivered by 2026-04-03, the first on 2026-03-02 10:00; no quantity is set",
        ),
        (
            FULFILMENT,
            BREACHED,
            How.LATE,
            {"record": "obligations 1", "due": APRIL_4, "done": ON_THE_5TH},
            "obligations 1: nothing delivered by 2026-04-03, the first only on 2026-04-05 09:30; no quantity is set",
        ),
        (
            FULFILMENT,
            BREACHED,
            How.MISSING,
            {"record": "obligations 1", "due": APRIL_4},
            "obligations 1: nothing delivered by 2026-04-03; no quantity is set",
        ),
        (
            FULFILMENT,
            OPEN,
            None,
            {"record": "obligations 1", "due": APRIL_4},
            "obligations 1: nothing known to be delivered by 2026-04-03; no quantity is set",
        ),
        (
            FULFILMENT,
            PENDING,
            None,
            {"record": "obligations 1", "due": APRIL_4},
            "obligations 1: nothing delivered yet, due 2026-04-03; no quantity is set",
        ),
        (LEVEL, MET, None, {"named": "product_id p"}, "product_id p: the level stayed within its bounds"),
        (LEVEL, MET, None, {}, "the level stayed within its bounds"),
        (
            LEVEL,
            BREACHED,
            How.SHORT,
            {"record": "stock_moves 1", "named": "product_id p", "at": ACT, "measured": -1, "required": 0},
            "product_id p: with stock_moves 1 of 2026-03-02 10:00 the level is -1, at least 0 required",
        ),
        (
            LEVEL,
            BREACHED,
            How.OVER,
            {"record": "stock_moves 1", "measured": 10, "required": 9},
            "with stock_moves 1 the level is 10, at most 9 allowed",
        ),
        (
            LEVEL,
            OPEN,
            None,
            {"record": "stock_moves 1", "measured": -1, "required": 0},
            "with stock_moves 1 the level is -1 as far as is known, at least 0 required",
        ),
        (
            LEVEL,
            OPEN,
            None,
            {"record": "stock_moves 1", "measured": 10},
            "with stock_moves 1 the level is 10 as far as is known, what is allowed is not recorded",
        ),
        (
            RECONCILIATION,
            BREACHED,
            How.DIFFERS,
            {"record": "report_figures 1", "measured": 1, "required": 2},
            "report_figures 1 declares 2, the records of contracts show 1",
        ),
        (
            RECONCILIATION,
            OPEN,
            None,
            {"record": "report_figures 1", "measured": 1},
            "report_figures 1 declares nothing that can be read, the records of contracts show 1",
        ),
        (
            RECONCILIATION,
            FREE,
            None,
            {"record": "report_figures 1", "required": 2},
            "report_figures 1 declares 2, the records of contracts show nothing to hold it against",
        ),
    ],
)
def test_the_sentence_of_a_finding(  # noqa: PLR0917 a rule, a finding and its sentence
    tmp_path: Path, kind: str, verdict: Verdict, how: How | None, facts: dict[str, Any], says: str
) -> None:
    rule = f"id: own.a\ntitle: A\nseverity: minor\n{kind}\n"
    loaded = load_rulebook([written(tmp_path / "own", {"a.yaml": rule})]).rules["own.a"]
    assert loaded.rule.kind.says(Told(verdict, how, **facts)) == says

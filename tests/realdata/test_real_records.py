"""Registers that nobody on this project kept, under rules written from the guides alone, against known answers."""

import csv
from collections.abc import Iterator

import pytest
from tests.realdata.records import DATA, answers, audited, breached, by_whom, keys

from compliance.model.audit import Audit, RuleAccount, TableAccount
from compliance.model.finding import How, Verdict

NORTHWIND, PURCHASING = DATA / "northwind", DATA / "adventureworks_purchasing"


@pytest.fixture(scope="module")
def northwind(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    return audited(tmp_path_factory.mktemp("real"), "northwind", [NORTHWIND / "northwind.sqlite"])


@pytest.fixture(scope="module")
def purchasing(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    files = [PURCHASING / "PurchaseOrderHeader.csv", PURCHASING / "PurchaseOrderDetail.csv"]
    return audited(tmp_path_factory.mktemp("real"), "adventureworks", files)


def rows(name: str) -> Iterator[list[str]]:
    """The rows of a file of purchases, which has tabs and no header."""
    with (PURCHASING / name).open(encoding="utf-8", newline="") as file:
        yield from csv.reader(file, delimiter="\t")


def test_every_obligation_of_the_traders_is_counted(northwind: Audit) -> None:
    assert northwind.rules == (
        # 315 lines above 15 %, by anyone: 41 by the manager and the vice president
        RuleAccount("northwind.discounts", met=41, breached=274),
        RuleAccount("northwind.late-orders", breached=37),
        # 9 people in 23 months, with those in which somebody took no order at all: 207
        RuleAccount("northwind.orders-per-month", met=131, breached=76),
    )
    assert {each.verdict for each in northwind.findings} == {Verdict.BREACHED}


def test_every_row_of_the_traders_is_accepted(northwind: Audit) -> None:
    assert northwind.tables == (
        TableAccount("employees", 9, 9, 0),
        TableAccount("orders", 830, 830, 0),
        TableAccount("order_lines", 2155, 2155, 0),
    )


def test_the_orders_shipped_late_are_those_of_the_answer(northwind: Audit) -> None:
    expected = sorted((row["OrderID"], row["EmployeeID"]) for row in answers(NORTHWIND / "northwind_late_orders.csv"))
    assert by_whom(breached(northwind, "northwind.late-orders", How.FORBIDDEN)) == expected


def test_the_discounts_granted_without_the_rank_are_those_of_the_answer(northwind: Audit) -> None:
    lines = answers(NORTHWIND / "northwind_discount_lines_gt_15pct_by_nonmanager.csv")
    expected = sorted((f"{row['OrderID']} / {row['ProductID']}", row["EmployeeID"]) for row in lines)
    assert by_whom(breached(northwind, "northwind.discounts", How.FALSE)) == expected


def test_the_months_with_too_few_orders_are_those_of_the_answer(northwind: Audit) -> None:
    months = answers(NORTHWIND / "northwind_employee_months_lt_3_orders.csv")
    # This answer was worked out on the first edition of the same orders, which is 20 years older to the day.
    expected = sorted((row["EmployeeID"], f"{int(row['m'][:4]) + 20}{row['m'][4:]}", int(row["n"])) for row in months)
    short = breached(northwind, "northwind.orders-per-month", How.SHORT)
    assert sorted((each.bearer, str(each.window), each.measured) for each in short) == expected


def test_every_obligation_of_the_purchasers_is_counted(purchasing: Audit) -> None:
    assert purchasing.rules == (
        RuleAccount("purchasing.delivered-in-full", met=8465, breached=380),
        RuleAccount("purchasing.received-in-full", met=8465, breached=380),
        RuleAccount("purchasing.rejected-not-shipped", breached=86),
    )
    assert {each.verdict for each in purchasing.findings} == {Verdict.BREACHED}


def test_every_row_of_the_purchasers_is_accepted(purchasing: Audit) -> None:
    assert purchasing.tables == (
        TableAccount("purchases", 4012, 4012, 0),
        TableAccount("purchase_lines", 8845, 8845, 0),
    )


def test_the_rejected_purchases_that_were_shipped_are_those_of_the_file(purchasing: Audit) -> None:
    expected = sorted((row[0], row[3]) for row in rows("PurchaseOrderHeader.csv") if row[2] == "3" and row[7])
    assert by_whom(breached(purchasing, "purchasing.rejected-not-shipped", How.FORBIDDEN)) == expected


def test_the_lines_received_short_are_those_of_the_file_and_their_purchaser_answers(purchasing: Audit) -> None:
    purchaser = {row[0]: row[3] for row in rows("PurchaseOrderHeader.csv")}
    short = [row for row in rows("PurchaseOrderDetail.csv") if float(row[7]) < float(row[3])]
    expected = sorted((row[1], purchaser[row[0]]) for row in short)
    assert by_whom(breached(purchasing, "purchasing.received-in-full", How.FALSE)) == expected


def test_the_lines_delivered_short_are_those_of_the_file_and_nobody_here_answers_for_the_vendor(
    purchasing: Audit,
) -> None:
    # No line came in empty: each that is short was delivered in part.
    short = breached(purchasing, "purchasing.delivered-in-full", How.PARTIAL)
    lines = {row[1]: row for row in rows("PurchaseOrderDetail.csv")}
    assert keys(short) == sorted(key for key, row in lines.items() if float(row[7]) < float(row[3]))
    assert {(each.bearer, each.responsible) for each in short} == {(None, None)}
    told = {each.record.key: (each.measured, each.required) for each in short if each.record}
    assert told == {key: (float(lines[key][7]), float(lines[key][3])) for key in told}

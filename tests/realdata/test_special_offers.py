"""A real table of discounts, under the shipped pack of discounts and a page of one's own; each figure by hand."""

import csv
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

import pytest
from tests.realdata.records import DATA, audited, keys

from compliance.model.audit import Audit, RuleAccount, TableAccount
from compliance.model.finding import How, Verdict

FOLDER = DATA / "adventureworks_purchasing"
RESELLERS, CUSTOMERS = "274", "16"  # the sales manager of North America, the marketing manager


class Offer(NamedTuple):
    """One row of the table."""

    key: str
    discount: Decimal
    sort: str
    buyer: str
    start: datetime
    end: datetime
    fewest: int
    most: int | None

    @property
    def day(self) -> date:
        return self.start.date()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    files = [FOLDER / "SpecialOffer.csv", FOLDER / "Employee.csv"]
    return audited(tmp_path_factory.mktemp("real"), "special_offers", files)


@pytest.fixture(scope="module")
def offers() -> list[Offer]:
    with (FOLDER / "SpecialOffer.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t"))
    at = datetime.fromisoformat
    return [
        Offer(
            row[0], Decimal(row[2]) * 100, row[3], row[4], at(row[5]), at(row[6]), int(row[7]), int(row[8] or 0) or None
        )
        for row in rows
    ]


def broken(told: Audit, rule: str) -> list[str]:
    return keys([each for each in told.findings if each.rule == rule and each.verdict is Verdict.BREACHED])


def test_every_obligation_is_counted(told: Audit) -> None:
    assert told.rules == (
        RuleAccount("discounts.within-quantity-and-deferral", met=9, breached=4, undetermined=2),
        RuleAccount("offers.clearance", met=2, breached=3),
        RuleAccount("offers.deep-offers-are-short", met=3, breached=2),
        RuleAccount("offers.seasonal", met=2, breached=1),
        RuleAccount("offers.within-authority", met=12, breached=3),
    )


def test_every_row_is_accepted(told: Audit) -> None:
    counted = {each.table: each for each in told.tables}
    assert counted["offers"] == TableAccount("offers", 16, 16, 0)
    assert counted["employees"].rejected == 0


def test_authority_binds_by_position_and_by_the_day(told: Audit, offers: list[Offer]) -> None:
    def may(offer: Offer) -> int:
        if offer.buyer == "Customer":
            return 50
        return 30 if date(2012, 5, 1) <= offer.day <= date(2012, 12, 31) else 20

    assert broken(told, "offers.within-authority") == sorted(each.key for each in offers if each.discount > may(each))
    who = {
        each.record.key: each.bearer for each in told.findings if each.rule == "offers.within-authority" and each.record
    }
    assert who == {"7": RESELLERS, "12": RESELLERS, "16": RESELLERS}


def test_limits_are_those_of_the_category_on_the_day(told: Audit, offers: list[Offer]) -> None:
    seasonal = [
        each.key
        for each in offers
        if each.sort == "Seasonal Discount" and each.discount > (15 if each.day >= date(2013, 1, 1) else 10)
    ]
    cleared = [
        each.key
        for each in offers
        if each.sort in {"Discontinued Product", "Excess Inventory"}
        and each.discount > (30 if each.day >= date(2013, 5, 30) else 35)
    ]
    assert broken(told, "offers.seasonal") == sorted(seasonal)
    assert broken(told, "offers.clearance") == sorted(cleared)


def test_deep_offers_are_short(told: Audit, offers: list[Offer]) -> None:
    long = [each.key for each in offers if each.discount >= 35 and (each.end - each.start).days > 46]
    assert broken(told, "offers.deep-offers-are-short") == sorted(long)


def test_the_table_of_volume_discounts_bounds_every_other_offer(told: Audit, offers: list[Offer]) -> None:
    """At the top of its band each volume discount is just allowed; where no row fits, the verdict stays open.

    The vice president of sales approved offer 14 beforehand, 12 a minute too late, and refused 9.
    """
    rule = "discounts.within-quantity-and-deferral"
    verdicts = {each.record.key: each.verdict for each in told.findings if each.rule == rule and each.record}
    assert verdicts == {key: verdict for key, verdict in by_hand(offers) if verdict is not Verdict.MET and key != "14"}
    late = [each for each in told.findings if each.rule == rule and each.how is How.RATIFIED_LATE]
    assert keys(late) == ["12"]


def by_hand(offers: list[Offer]) -> list[tuple[str, Verdict]]:
    """What the pack's rule must say of each offer that gives anything."""
    terms = [each for each in offers if each.sort == "Volume Discount"]
    found = []
    for each in offers:
        if not each.discount:
            continue
        quantity = each.most or max(each.fewest, 41)
        allowed = [
            term.discount
            for term in terms
            if term.fewest <= quantity <= (term.most or 1_000_000)
            and term.buyer == each.buyer
            and term.start.date() <= each.day <= term.end.date()
        ]
        verdict = Verdict.UNDETERMINED if not allowed else Verdict.MET
        found.append((each.key, Verdict.BREACHED if allowed and each.discount > max(allowed) else verdict))
    return found

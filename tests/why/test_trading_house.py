"""Every verdict of the example has an answer, and every cure that is told was judged again."""

from collections.abc import Iterator
from datetime import date

import pytest
from tests.cli.conftest import ROOT
from tests.why.houses import told

from compliance.model.finding import Verdict
from compliance.reports.answer_tree import node
from compliance.reports.tree import drawn
from compliance.shipped import rules
from compliance.why.asking import House, Question, asked, opened, world_of
from compliance.why.changes import Proposal, changed
from compliance.why.cures import KINDS, tried
from compliance.why.cures.case import Case
from compliance.why.text import render

ON = date(2026, 2, 10)
RULES = sorted(
    path.stem
    for pack in ("wholesale-client-search-manager", "confidentiality")
    for path in (rules() / pack).glob("*.yaml")
    if not path.name.endswith(".test.yaml") and path.stem not in {"document", "parameters"}
)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with opened(ROOT / "fixtures" / "trading-house") as found:
        yield found


@pytest.mark.parametrize("name", RULES)
def test_every_finding_and_every_met_duty_has_an_answer(house: House, name: str) -> None:
    rule = next(each for each in house.rulebook.rules.values() if each.path.stem == name)
    world = world_of(house, rule, Question(rule.rule.id, "", ON))
    found = world.judged()
    assert found.findings
    for finding in found.findings:
        answer = told(world, found, finding)
        assert answer.decided, finding
        assert (finding.id in "\n".join(drawn(node(answer)))) or not finding.id
        assert bool(answer.would_decide) == (finding.verdict is Verdict.UNDETERMINED)
        if finding.verdict is Verdict.BREACHED:
            assert answer.cures, finding
            proposed = {each.says: each for each in KINDS[rule.rule.kind.name](Case(world, found, finding))}
            assert all(_met(world.judged(proposed[cure.says].edits).find(finding.id)) for cure in answer.cures)
        else:
            assert not answer.cures
    after = world.judged()
    assert [(each.id, each.verdict) for each in after.findings] == [(each.id, each.verdict) for each in found.findings]


def _met(finding: object) -> bool:
    """Met, or no longer there to be judged."""
    return finding is None or getattr(finding, "verdict", None) is Verdict.MET


def test_a_change_that_does_not_meet_the_duty_is_not_told(house: House) -> None:
    rule = house.rulebook.rules["wholesale.calls-per-day"]
    world = world_of(house, rule, Question(rule.rule.id, "", ON))
    found = world.judged()
    short = next(each for each in found.findings if each.verdict is Verdict.BREACHED and each.measured == 0)
    good = next(KINDS["quota"](Case(world, found, short)))
    less = good.edits[0]
    one = Proposal("one call more", (type(less)(less.table, less.rows[:1], (), less.told[:1]),), "add")
    assert tried(world, found, short, one) is None
    assert tried(world, found, short, good) is not None


def test_a_change_that_no_table_could_hold_is_not_told(house: House) -> None:
    rule = house.rulebook.rules["wholesale.discount-within-authority"]
    world = world_of(house, rule, Question(rule.rule.id, "", ON))
    found = world.judged()
    over = next(each for each in found.findings if each.verdict is Verdict.BREACHED)
    row = world.record(over.record)
    assert row is not None
    table = world.tables["order_lines"]
    assert tried(world, found, over, Proposal("", (changed(table, row, {"discount": "a little"}),), "change")) is None
    assert tried(world, found, over, Proposal("", (changed(table, row, {"discount": 1}),), "change")) is not None


def test_a_day_of_the_month_before_is_judged_up_to_the_day_on_which_its_report_was_due(house: House) -> None:
    found = asked(house, Question("wholesale.monthly-report", "morozov", date(2025, 12, 15)))
    assert (found.period.start.date(), found.period.end.date()) == (date(2025, 12, 1), date(2026, 1, 13))
    assert [each.verdict for each in found.answers] == [Verdict.BREACHED]
    assert "    The margin: 1 day late\n" in render(found)
    assert "      reports W-06 by 2026-01-12 instead of 2026-01-13\n" in render(found)


@pytest.mark.parametrize(
    ("rule", "who", "on", "because"),
    [
        (
            "calls-per-day",
            "orlova",
            "2026-01-13",
            "the rule asks for position client-search-manager, and orlova was director",
        ),
        ("calls-per-day", "fomina", "2026-01-13", "fomina was hired only on 2026-02-16"),
        ("calls-per-day", "morozov", "2026-02-17", "morozov had left: the last day was 2026-02-13"),
        ("calls-per-day", "gusev", "2026-01-17", "2026-01-17 is no working day"),
        ("calls-per-day", "gusev", "2024-03-05", "the rule is in force only from 2025-01-01"),
        ("order-within-authority", "gusev", "2026-01-17", "orders holds no record of gusev on 2026-01-17"),
    ],
)
def test_why_not_flagged(house: House, rule: str, who: str, on: str, because: str) -> None:
    found = asked(house, Question(f"wholesale.{rule}", who, date.fromisoformat(on)))
    assert (found.answers, because in found.unflagged) == ((), True), found
    assert "  Why not\n" in render(found)

"""What is told of a breach of each kind: what decided, by how much, and the changes that the engine says would do."""

from datetime import date, datetime
from pathlib import Path

import pytest
from tests.cli.conftest import ROOT
from tests.why.houses import judged, staged, told

from compliance.model.finding import RecordRef, Verdict
from compliance.reports.answer import Row
from compliance.why.asking import opened

CASES = ROOT / "tests" / "conformance"
EXPECTED = [
    (
        "condition/comparing-days.yaml",
        "any hour of the day is the day, midnight after it is not",
        "false",
        "what must hold of the record does not hold",
        None,
        ["orders after with required_on 2026-03-11 instead of 2026-03-10"],
    ),
    (
        "condition/unless-approved.yaml",
        "what departs from it with approval is met, with one that came later it is ratified late, without it is false",
        "ratified_late",
        "what was to come before the act came only after it, by B (b) on 2026-03-02 10:01",
        None,
        [
            "orders after with deferral_days 0 instead of 14",
            "approvals 2 by 2026-03-02 10:00 instead of 2026-03-02 10:01",
        ],
    ),
    (
        "deadline/absence-and-hour.yaml",
        "from six o'clock on a day of leave to the end of the next working day",
        "late",
        "done 2026-03-05, after what was due 2026-03-04",
        "1 day late",
        [
            "reports 2 by 2026-03-04 instead of 2026-03-05",
            "a record of reports (period 2026-02) by B (b), by 2026-03-04",
        ],
    ),
    (
        "deadline/absence-daily.yaml",
        "a day of leave owes no check, the day after it owes its own",
        "missing",
        "nothing that counts was found, due 2026-03-31 10:00",
        None,
        ["a record of checks by A (a), by 2026-03-31 10:00"],
    ),
    (
        "fulfilment/audit-and-as-of.yaml",
        "a delivery after the period moves as_of by default, and is late",
        "late",
        "done 2026-04-05, after what was due 2026-03-31",
        "5 days late",
        [
            "deliveries 1 by 2026-03-31 instead of 2026-04-05 10:00",
            "a record of deliveries (obligation_id last, quantity 100) by 2026-03-31",
        ],
    ),
    (
        "fulfilment/audit-and-as-of.yaml",
        "at the midnight after the due day what is not whole is breached, what is due a day later pending",
        "partial",
        "99.99 is less than 100",
        "99.99 of 100, 0.01 short",
        ["a record of deliveries (obligation_id part, quantity 0.01) by 2026-03-10"],
    ),
    (
        "interval/absence.yaml",
        "leave over the last day in time moves it to the end of the first working day after",
        "gap",
        "done 2026-03-17, after what was due 2026-03-16",
        None,
        ["a record of checks by 2026-03-16"],
    ),
    (
        "level/bounds.yaml",
        "down to nothing and up to a hundred are within, the least beyond either is not",
        "short",
        "-0.0001 is less than 0",
        "-0.0001 of 0, 0.0001 short",
        [
            "stock_moves b2 with quantity -5 instead of -5.0001",
            "stock_moves b2 not done: the level stays within its bounds then",
        ],
    ),
    (
        "limit/approver-expired.yaml",
        "a head whose authority ended the day before approves nothing, one whose last day it is does",
        "over",
        "300 is more than 100",
        "300 against 100, 200 too much",
        [
            "orders head with amount 100 instead of 300",
            "an approval of orders head by G (g), at the latest 2026-03-02 10:00",
        ],
    ),
    (
        "precedence/at-or-before.yaml",
        "a test at the instant of the order is in time, a microsecond later it ratifies late, and never is missing",
        "missing",
        "nothing that counts was found",
        None,
        ["a record of assessments (client_id v) by 2026-03-10 15:00"],
    ),
    (
        "prohibition/acts.yaml",
        "an act at the period's first instant is in it, one at its end is not, and one in any other kind is none",
        "forbidden",
        "the record is there, and must not be",
        None,
        ["checks 1 not done: nothing is held against it then"],
    ),
    (
        "prohibition/unless-approved.yaml",
        "an approval at the instant of the act is in time, one a second later ratifies it, and others do not count",
        "ratified_late",
        "what was to come before the act came only after it, by B (b) on 2026-03-02 10:00:01",
        None,
        [
            "approvals 3 by 2026-03-02 10:00 instead of 2026-03-02 10:00:01",
            "an approval of orders after by B (b), at the latest 2026-03-02 10:00",
        ],
    ),
    (
        "reconciliation/certain-breach.yaml",
        (
            "a rejected row of the reporter's own may be the one that lacks, a colleague's, another month's and a lost "
            "one may not"
        ),
        "differs",
        "the records show 1, declared is 2",
        "1 of 2 declared, 1 apart",
        ["figures colleague with declared 1 instead of 2"],
    ),
    (
        "response/as-of.yaml",
        "after the due instant an answer at as_of is late, one a second after it leaves the card missing",
        "late",
        "done 2026-03-06, after what was due 2026-03-04",
        "2 days late",
        [
            "client_cards 1 by 2026-03-04 instead of 2026-03-06",
            "a record of client_cards (client_id x) by 2026-03-04",
        ],
    ),
    (
        "sequence/audits.yaml",
        "the period holds its first instant and not its end, by the record that was out of order",
        "out_of_order",
        "a stage came before, or without, an earlier one",
        None,
        ["the stage offer of at-from by 2026-03-01"],
    ),
    (
        "quota/absence-daily.yaml",
        "leave ends with its last day, and neither bound is asked on it",
        "short",
        "0 is less than 1",
        "0 of 1, 1 short",
        ["1 more record of checks by A (a) on 2026-03-04"],
    ),
    (
        "quota/absence-daily.yaml",
        "an absence without a last day goes on, and the day before its first owes",
        "over",
        "3 is more than 2",
        "3 against 2, 1 too much",
        ["without 1 record of checks: b-3"],
    ),
]


@pytest.mark.parametrize(("file", "case", "how", "decided", "margin", "cures"), EXPECTED)
def test_what_decided_by_how_much_and_what_would_have_met_it(  # noqa: PLR0917 the parts of an answer
    tmp_path: Path, file: str, case: str, how: str, decided: str, margin: str | None, cures: list[str]
) -> None:
    folder, as_of = next((made, as_of) for name, made, as_of in staged(CASES / file, tmp_path) if name == case)
    with opened(folder) as house:
        rules, period = tuple(house.rulebook.rules), house.manifest.period
    assert period is not None
    answers = []
    for rule in rules:
        with judged(folder, rule, period.window.start.date(), as_of) as (_, world, found):
            answers += [told(world, found, each) for each in found.findings if each.verdict is Verdict.BREACHED]
    answer = next(each for each in answers if each.how == how and each.cures)
    assert (answer.decided, answer.margin) == (decided, margin)
    assert [each.says for each in answer.cures] == cures


def test_an_act_of_a_member_is_told_with_its_own_record(tmp_path: Path) -> None:
    """Its finding is known by both, `1 / finance`, and its table knows it by the first of them."""
    path = CASES / "precedence" / "further-block-of-the-entity.yaml"
    _, folder, _ = next(iter(staged(path, tmp_path)))
    with judged(folder, "own.signed", date(2026, 3, 10)) as (_, world, found):
        [breach] = [each for each in found.findings if each.verdict is Verdict.BREACHED]
        act, marked = told(world, found, breach).read
    assert (breach.record, act.rows) == (
        RecordRef("orders", "1 / finance"),
        (Row("1 / finance", datetime.fromisoformat("2026-03-10 10:00")),),
    )
    assert [each.because for each in marked.apart] == ["since this is not so of them: with marks"]

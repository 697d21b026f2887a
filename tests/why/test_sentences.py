"""What is said of findings of each kind, from the records to the sentence, its cause and what decided."""

from datetime import date
from pathlib import Path

import pytest
from tests.cli.conftest import ROOT
from tests.why.houses import judged, staged, told

CASES = ROOT / "tests" / "conformance"


@pytest.mark.parametrize(
    ("file", "rule", "key", "message", "cause", "decided", "margin"),
    [
        (
            "fulfilment/null-quantity.yaml",
            "own.term",
            "day",
            "A (a): obligations day: 0.01 delivered by 2026-03-10, the first on 2026-03-10; no quantity is set",
            None,
            "done 2026-03-10, in time for what was due 2026-03-10",
            "on the last day",
        ),
        (
            "fulfilment/tolerance.yaml",
            "own.term",
            "enough",
            "A (a): obligations enough: 95 of 100 delivered by 2026-03-10, within the tolerance",
            None,
            "95 is less than 100, within the tolerance",
            "95 of 100, 5 short, within the tolerance",
        ),
        (
            "precedence/last-of-several-and-this.yaml",
            "own.test",
            "late",
            (
                "A (a): orders late of 2026-03-10 10:00: assessments that count came only on 2026-03-10 10:00:01,"
                " after it, and not within 7 days before it"
            ),
            None,
            "what was to come before the act came only after it, on 2026-03-10 10:00:01",
            None,
        ),
        (
            "precedence/last-of-several-and-this.yaml",
            "own.test",
            "old",
            (
                "A (a): orders old of 2026-03-10 10:00: assessments that count came last on 2025-03-09 10:00,"
                " too early: not within 7 days before it"
            ),
            None,
            "nothing that counts was found in time, the last on 2025-03-09 10:00",
            None,
        ),
        (
            "limit/bounds.yaml",
            "own.between",
            "above",
            "A (a): expenses above: amount 5.01, at most 20 allowed",
            None,
            "5.01 stays within 20",
            "5.01 against 20, 14.99 below the bound",
        ),
        (
            "limit/approval-by-day.yaml",
            "own.gift",
            "after",
            "A (a): expenses after: amount 101, at most 100 allowed, approved by B (b) only on 2026-03-03, after it",
            None,
            "101 is more than 100, and it was approved only after the act, by B (b) on 2026-03-03",
            "101 against 100, 1 too much",
        ),
        (
            "prohibition/unless-approved.yaml",
            "own.deferral",
            "at",
            "A (a): orders at is not allowed without approval, approved by B (b) on 2026-03-02 10:00",
            None,
            "it was approved beforehand, by B (b) on 2026-03-02 10:00",
            None,
        ),
        (
            "level/bounds-by-each.yaml",
            "own.credit",
            "w2",
            "B (b): clients w: with accounts w2 of 2026-03-03 10:00 the level is 50.01, at most 50 allowed",
            None,
            "50.01 is more than 50",
            "50.01 against 50, 0.01 too much",
        ),
    ],
)
def test_the_sentence_the_cause_and_what_decided(  # noqa: PLR0917 a case and what is said in it
    tmp_path: Path, file: str, rule: str, key: str, message: str, cause: str | None, decided: str, margin: str | None
) -> None:
    for _, folder, as_of in staged(CASES / file, tmp_path):
        with judged(folder, rule, date(2026, 3, 1), as_of) as (_, world, found):
            answers = [told(world, found, each) for each in found.findings if each.record and each.record.key == key]
        if answers:
            (one,) = answers
            assert (one.message, one.cause, one.decided, one.margin) == (message, cause, decided, margin)
            return
    raise AssertionError(f"{file} has no finding on {key}")

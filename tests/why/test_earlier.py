"""What is told of a rule that compares with an earlier window, and whom it leaves in peace."""

from datetime import date
from pathlib import Path

from tests.cli.conftest import ROOT
from tests.why.houses import judged, staged, told

from compliance.model.finding import Verdict

CASE = ROOT / "tests" / "conformance" / "blocks" / "previous-present.yaml"
ON_RECORD = ROOT / "tests" / "conformance" / "quota" / "second-measure-of-what-is-on-record.yaml"


def test_the_share_of_days_present_is_told_and_whoever_was_away_longer_owed_nothing(tmp_path: Path) -> None:
    _, folder, as_of = next(staged(CASE, tmp_path))
    with judged(folder, "own.growth", date(2026, 3, 1), as_of) as (_, world, found):
        answers = {each.bearer: told(world, found, each) for each in found.findings}
        verdicts = {each.bearer: each.verdict for each in found.findings}
    bound = "more than the same measure 1 window earlier, of who was there for 0.9 of the working days: 1"
    assert [line for line in answers["a"].owed if "earlier" in line] == [bound]
    assert verdicts["b"] is Verdict.NOT_APPLICABLE
    assert answers["b"].decided == (
        "nothing was owed here: whoever was away for longer, now or then, is not held against an earlier window"
    )


def test_what_a_second_measure_came_to_is_told_with_what_times_makes_of_it(tmp_path: Path) -> None:
    _, folder, as_of = next(staged(ON_RECORD, tmp_path))
    with judged(folder, "own.half", date(2026, 3, 1), as_of) as (_, world, found):
        answers = {each.bearer: told(world, found, each).owed for each in found.findings}
    assert {bearer: owed[-1] for bearer, owed in answers.items()} == {
        "a": "at least a second measure, count of clients, times 0.5: 4 x 0.5 = 2",
        "b": "at least a second measure, count of clients, times 0.5: 3 x 0.5 = 1.5",
        "c": "at least a second measure, count of clients, times 0.5: 0 x 0.5 = 0",
    }

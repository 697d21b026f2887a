"""What is told of a rule that compares with an earlier window, and whom it leaves in peace."""

from datetime import date
from pathlib import Path

from tests.cli.conftest import ROOT
from tests.why.houses import judged, staged, told

from compliance.model.finding import Verdict

CASE = ROOT / "tests" / "conformance" / "blocks" / "previous-present.yaml"


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

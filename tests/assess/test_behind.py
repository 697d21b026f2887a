from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.assess.worlds import world

from compliance.assess import behind
from compliance.audit import Options, Outcome, audit

SEEDS = st.integers(0, 2**32)
RULES = {
    "talks": (
        "quota: {of: activities, where: kind <> 'gift' and client.category is not null,"
        " measure: count(distinct client_id), at_least: 2, per: day}"
    ),
    "meetings": "quota: {of: activities, where: minutes > 1, at_most: 0, per: day}",
}
"""Beside the rule `calls` of every world, which asks the same table by the day too."""


def judged(seed: int, sparse: int) -> Outcome:
    """The world of a seed, where a table is read once for several rules if it has that many rows for each day."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(behind, "SPARSE", sparse)
        workspace = world(seed).write(Path(folder))
        for name, rule in RULES.items():
            text = f"id: world.{name}\ntitle: {name}\nseverity: minor\n{rule}\n"
            (Path(folder) / "rules" / f"{name}.yaml").write_text(text, encoding="utf-8")
        return audit(workspace, Options(judge="plain", keep_all=True))


def shared(outcome: Outcome) -> bool:
    return any('"close activities"' in query for query in outcome.queries)


@given(SEEDS)
@settings(max_examples=4, deadline=None)
def test_evidence_is_the_same_whether_it_is_read_for_each_rule_or_for_all(seed: int) -> None:
    each, together = judged(seed, 1_000_000), judged(seed, 0)
    assert (shared(each), shared(together)) == (False, True)
    assert together.audit.findings == each.audit.findings
    assert any(finding.evidence for finding in each.audit.findings if finding.rule == "world.meetings")


def test_days_that_are_most_of_a_table_are_read_for_each_rule() -> None:
    assert not shared(judged(1, behind.SPARSE))

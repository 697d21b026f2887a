from pathlib import Path

from tests.assess.workspaces import audited, house

CALLS = """call_id,at,employee_id,client,kind,minutes
0,2026-03-02 10:00,a,x,call,1
1,2026-03-03 10:00,a,x,call,1
2,2026-03-06 00:00,a,x,call,1
3,2026-03-02 12:00,b,x,call,1
4,2026-03-02 12:00,b,x,call,1
"""
RULE = """id: house.gifts
title: A call in two days
severity: minor
interval: {of: calls, at_most: 2 days}
"""


def gaps(folder: Path) -> dict[str, tuple[str, str]]:
    """The keys of the evidence of each gap that was too long, and its message."""
    return {
        finding.record.key: ("".join(each.key for each in finding.evidence), finding.message)
        for finding in audited(house(folder, calls=CALLS, rules_gifts=RULE)).findings
        if finding.rule == "house.gifts" and finding.record
    }


def test_a_gap_that_was_closed_late_tells_when_and_rests_on_the_records_on_both_sides(tmp_path: Path) -> None:
    rests, says = gaps(tmp_path)["1"]
    assert rests == "12"
    assert says.endswith("due 2026-03-05: nothing in time, the next on 2026-03-06")


def test_a_gap_that_nothing_closed_rests_on_the_record_before_it(tmp_path: Path) -> None:
    rests, says = gaps(tmp_path)["4"]
    assert rests == "4"
    assert says.endswith("due 2026-03-04: nothing in time")

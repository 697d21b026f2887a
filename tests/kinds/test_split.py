from pathlib import Path

import pytest
from tests.assess.workspaces import audited, house

GIFTS = """call_id,at,employee_id,client,kind,minutes
0,2026-03-03 23:59,a,x,gift,6
1,2026-03-04 00:00,a,x,gift,6
2,2026-03-05 10:00,a,x,gift,3
3,2026-03-05 11:00,a,y,gift,9
4,2026-03-05 12:00,b,x,gift,9
5,2026-03-05 13:00,a,x,call,9
6,2026-03-06 09:00,a,x,gift,2
7,2026-03-06 09:00,a,x,gift,1
8,2026-03-06 10:00,a,,gift,11
9,2026-03-06 11:00,a,x,gift,1
"""
RULE = """id: house.gifts
title: No gifts that together are large
severity: minor
limit: {{of: calls, where: kind = 'gift', value: minutes, at_most: 10, split: {{same: [client], within: {within}}}}}
"""


@pytest.mark.parametrize(
    ("within", "last"),
    [
        ("2 days", "12679"),
        ("2 working_days", "12679"),
        ("59 hours", "12679"),
        ("60 hours", "012679"),
        ("1 month", "012679"),
    ],
)
def test_a_breach_of_split_amounts_rests_on_all_that_were_added_up(tmp_path: Path, within: str, last: str) -> None:
    found = audited(house(tmp_path, calls=GIFTS, rules_gifts=RULE.format(within=within)))
    rests = {
        finding.record.key: "".join(each.key for each in finding.evidence)
        for finding in found.findings
        if finding.rule == "house.gifts" and finding.record
    }
    assert rests["8"] == "8"
    assert rests["9"] == last
    assert "3" not in rests

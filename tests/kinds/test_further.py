from pathlib import Path

import pytest
from tests.assess.workspaces import audited, house

CALLS = """call_id,at,employee_id,client,kind,minutes
1,2026-03-03 10:00,a,x,call,1
2,2026-03-04 10:00,a,x,call,2
3,2026-03-05 10:00,a,x,gift,9
4,2026-03-06 10:00,a,x,call,4
5,2026-03-05 10:00,a,y,call,3
"""
RULE = """id: house.gifts
title: As it says
severity: minor
"""
MATCHED = "{of: calls, match: [client], where: kind = 'call'"


@pytest.mark.parametrize(
    ("rule", "rests"),
    [
        (f"prohibition: {{of: calls, where: kind = 'gift', with: {MATCHED}}}}}", "13"),
        (f"prohibition: {{of: calls, where: kind = 'gift', with: {MATCHED}, at_least: 2}}}}", "123"),
        (f"prohibition: {{of: calls, where: kind = 'gift', without: {MATCHED}, at_least: 3}}}}", "123"),
        (
            "prohibition: {of: calls, where: kind = 'gift', without: {of: calls, match: [client], where: kind = 'x'}}",
            "3",
        ),
        (
            f"limit: {{of: calls, where: kind = 'gift', value: minutes, at_most: {MATCHED}, measure: sum(minutes)}}}}",
            "1234",
        ),
        ("quota: {of: calls, where: kind = 'gift', per: week, at_least: {of: calls, where: kind = 'call'}}", "12345"),
    ],
)
def test_a_breach_rests_on_the_further_records_that_decided_it(tmp_path: Path, rule: str, rests: str) -> None:
    found = audited(house(tmp_path, calls=CALLS, rules_gifts=RULE + rule))
    keys = [
        "".join(sorted(each.key for each in one.evidence))
        for one in found.findings
        if one.rule == "house.gifts" and one.evidence
    ]
    assert keys == [rests]

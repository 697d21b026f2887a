"""What is told of absences that put a due day off, and on which days of a gap it is found."""

from datetime import date
from pathlib import Path

import pytest
from tests.assess.workspaces import FILES, house

from compliance.why import Question, why

MANIFEST = FILES["compliance.yaml"].replace("  calls:", "  absences: absences.csv\n  calls:")
ABSENCES = "absence_id,employee_id,starts_on,ends_on,excused\nx,a,2026-03-04,2026-03-05,true\n"
ANSWER = """id: house.gifts
title: A gift is answered within a day
severity: minor
response:
  after: {of: calls, where: kind = 'gift'}
  expect: {of: calls, where: kind = 'thanks', match: [employee_id]}
  within: 1 days
"""
GAP = """id: house.gifts
title: Never two days without a gift
severity: minor
interval: {of: calls, where: kind = 'gift', at_most: 1 days}
"""
FOR_EACH = """id: house.gifts
title: Each of one's people gives five gifts a week
severity: minor
quota: {for_each: {of: employees, owner: superior_id}, of: calls, at_least: 5, per: week, prorate: each}
"""
CALLS = FILES["calls.csv"] + "6,2026-03-07 10:00,a,gift,8\n"


def test_an_absence_that_puts_the_due_day_off_says_so(tmp_path: Path) -> None:
    house(tmp_path, compliance=MANIFEST, rules_gifts=ANSWER)
    (tmp_path / "absences.csv").write_text(ABSENCES, encoding="utf-8")
    (answer,) = why(tmp_path, Question("house.gifts", "a", date(2026, 3, 3))).answers
    said = "away with an excuse from 2026-03-04 to 2026-03-05: what falls due on these days is due on 2026-03-06"
    assert said in answer.owed


@pytest.mark.parametrize(("day", "found"), [(2, 0), (3, 1), (4, 1), (5, 1), (6, 1), (7, 2), (8, 1)])
def test_a_gap_is_found_on_each_of_its_days(tmp_path: Path, day: int, found: int) -> None:
    house(tmp_path, calls=CALLS, rules_gifts=GAP)
    assert len(why(tmp_path, Question("house.gifts", "a", date(2026, 3, day))).answers) == found


def test_of_what_is_owed_for_somebody_that_persons_absences_are_told(tmp_path: Path) -> None:
    house(tmp_path, compliance=MANIFEST, rules_gifts=FOR_EACH)
    (tmp_path / "absences.csv").write_text(ABSENCES + "y,c,2026-03-02,2026-03-03,true\n", encoding="utf-8")
    answers = why(tmp_path, Question("house.gifts", "c", date(2026, 3, 3))).answers
    away = [[said for said in each.owed if said.startswith("away")] for each in answers]
    assert away == [["away with an excuse from 2026-03-04 to 2026-03-05"], []]

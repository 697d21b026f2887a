"""The drawings: every mark in its place, none over another."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.model.history import CaseEvent, Deed
from compliance.model.incident import Grade
from compliance.register.case import Case, Sighting
from compliance.review.charts import APART, EDGE, MONTHS, WIDTH, timeline, trend

ACT, FOUND, NOW = (datetime(2026, month, 1) for month in (1, 2, 3))  # noqa: DTZ001 local
FIRST = Sighting("a1", FOUND, "new", Grade.MINOR, responsible="jon", last_day=date(2026, 4, 30))


def test_a_case_goes_from_its_act_to_its_last_day() -> None:
    asked = CaseEvent("c1", Deed.ASKED, NOW, "ines", due=date(2026, 3, 3))
    drawn = timeline(Case("c1", (FIRST,), (asked,)), ACT, NOW)
    assert [(each.number, each.mark.what, each.mark.at.date().isoformat()) for each in drawn.marks] == [
        (1, "it happened", "2026-01-01"),
        (2, "an audit found it", "2026-02-01"),
        (3, "asked", "2026-03-01"),
        (4, "the term of the explanation ends", "2026-03-03"),
        (5, "last day to act", "2026-04-30"),
    ]
    assert (drawn.marks[0].x, drawn.marks[-1].x) == (EDGE, WIDTH - EDGE)
    assert drawn.now == drawn.marks[2].x


def test_only_audits_that_changed_something_are_marked() -> None:
    def later(days: int, state: str, grade: Grade = Grade.MINOR) -> Sighting:
        return Sighting(f"a{days}", FOUND + timedelta(days), state, grade, responsible="jon")

    case = Case("c1", (FIRST, later(1, "known"), later(2, "known", Grade.SERIOUS), later(3, "gone"), later(4, "gone")))
    told = [each.mark.what for each in timeline(case, None, NOW).marks if each.mark.kind == "audit"]
    assert told == ["an audit found it", "an audit found it changed", "an audit did not find it any more"]


@given(st.lists(st.integers(0, 400), min_size=1, max_size=30))
def test_no_mark_covers_another_or_leaves_the_drawing(days: list[int]) -> None:
    deeds = tuple(CaseEvent("c1", Deed.COMMENTED, FOUND + timedelta(day), "ines") for day in sorted(days))
    marks = timeline(Case("c1", (FIRST,), deeds), ACT, NOW).marks
    assert len(marks) == len(days) + 3
    assert all(EDGE <= each.x <= WIDTH - EDGE for each in marks)
    assert not [
        (one, other)
        for one in marks
        for other in marks
        if one.number < other.number and one.lane == other.lane and abs(one.x - other.x) < APART
    ]


def test_a_month_without_an_incident_has_its_place_in_the_trend() -> None:
    bars = trend({date(2025, 12, 1): 4, date(2026, 2, 1): 1})
    assert [(each.month.isoformat(), each.count, each.share) for each in bars] == [
        ("2025-12-01", 4, 1.0),
        ("2026-01-01", 0, 0.0),
        ("2026-02-01", 1, 0.25),
    ]
    assert trend({}) == ()


@pytest.mark.parametrize("year", [1990, 2024])
def test_the_trend_shows_the_newest_months_only_and_by_their_own_measure(year: int) -> None:
    bars = trend({date(year, 1, 1): 1000, date(2026, 12, 1): 2})
    assert (len(bars), bars[-1].share) == (MONTHS, 1.0)

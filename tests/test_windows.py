from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.calendar import ONE_DAY, WorkCalendar, work_calendar
from compliance.model.finding import Window
from compliance.windows import Per, judged, span_of, spans

CALENDAR = work_calendar(date(2025, 1, 1), date(2027, 12, 31), country="RU")
DAYS = st.dates(date(1990, 1, 1), date(2089, 12, 31))


def day(text: str) -> date:
    return date.fromisoformat(text)


def period(start: str, end: str) -> Window:
    return Window(datetime.fromisoformat(start), datetime.fromisoformat(end))


def labels(per: Per, start: str, end: str, calendar: WorkCalendar = CALENDAR) -> list[str]:
    return [span.label(per) for span in judged(per, period(start, end), calendar)]


@pytest.mark.parametrize(
    ("inside", "per", "first", "last", "label"),
    [
        ("2026-03-02", Per.DAY, "2026-03-02", "2026-03-02", "2026-03-02"),
        ("2026-03-07", Per.WORKING_DAY, "2026-03-07", "2026-03-07", "2026-03-07"),
        ("2026-03-08", Per.WEEK, "2026-03-02", "2026-03-08", "2026-W10"),
        ("2026-01-01", Per.WEEK, "2025-12-29", "2026-01-04", "2026-W01"),
        ("2027-01-01", Per.WEEK, "2026-12-28", "2027-01-03", "2026-W53"),
        ("2026-02-28", Per.MONTH, "2026-02-01", "2026-02-28", "2026-02"),
        ("2024-02-10", Per.MONTH, "2024-02-01", "2024-02-29", "2024-02"),
        ("2026-12-31", Per.MONTH, "2026-12-01", "2026-12-31", "2026-12"),
        ("2026-05-15", Per.QUARTER, "2026-04-01", "2026-06-30", "2026-Q2"),
        ("2026-12-31", Per.QUARTER, "2026-10-01", "2026-12-31", "2026-Q4"),
        ("2026-05-15", Per.YEAR, "2026-01-01", "2026-12-31", "2026"),
    ],
)
def test_the_window_that_a_day_lies_in(inside: str, per: Per, first: str, last: str, label: str) -> None:
    span = span_of(day(inside), per)
    assert (span.start, span.last, span.label(per)) == (day(first), day(last), label)
    assert span.window == Window(datetime.fromisoformat(first), datetime.fromisoformat(last) + ONE_DAY)


@given(DAYS, st.sampled_from(Per))
def test_windows_tile_time(inside: date, per: Per) -> None:
    span = span_of(inside, per)
    assert span.start <= inside <= span.last
    assert span_of(span.start, per) == span_of(span.last, per) == span
    assert span_of(span.stop, per).start == span.stop


def test_only_working_days_are_windows_of_a_working_day() -> None:
    found = [span.start for span in spans(Per.WORKING_DAY, day("2026-01-01"), day("2026-01-15"), CALENDAR)]
    assert found == [day("2026-01-12"), day("2026-01-13"), day("2026-01-14")]


def test_windows_that_only_share_a_day_with_a_stretch_are_told_too() -> None:
    found = [span.label(Per.MONTH) for span in spans(Per.MONTH, day("2026-01-31"), day("2026-03-02"), CALENDAR)]
    assert found == ["2026-01", "2026-02", "2026-03"]


def test_a_window_that_ends_with_the_period_is_judged_and_one_that_ended_as_it_began_is_not() -> None:
    assert labels(Per.MONTH, "2026-01-01", "2026-04-01") == ["2026-01", "2026-02", "2026-03"]


def test_a_window_that_began_before_the_period_and_one_that_runs_beyond_it_are_both_told() -> None:
    assert labels(Per.WEEK, "2026-01-01", "2026-01-14") == ["2026-W01", "2026-W02", "2026-W03"]
    assert labels(Per.QUARTER, "2026-03-15", "2026-04-02") == ["2026-Q1", "2026-Q2"]


def test_a_period_may_begin_and_end_within_a_day() -> None:
    assert labels(Per.DAY, "2026-03-02 12:00", "2026-03-03 12:00") == ["2026-03-02", "2026-03-03"]
    assert labels(Per.DAY, "2026-03-02 12:00", "2026-03-03 00:00") == ["2026-03-02"]


@given(DAYS, st.integers(1, 400), st.integers(1, 400), st.sampled_from(Per))
def test_neighbouring_periods_share_the_windows_that_end_in_either_without_a_gap(
    start: date, first: int, second: int, per: Per
) -> None:
    calendar = work_calendar(start - 40 * ONE_DAY, start + 1300 * ONE_DAY)
    border, end = start + first * ONE_DAY, start + (first + second) * ONE_DAY

    def ending(a: date, b: date) -> list[Window]:
        whole = Window(datetime(a.year, a.month, a.day), datetime(b.year, b.month, b.day))  # noqa: DTZ001 local
        return [s.window for s in judged(per, whole, calendar) if whole.start < s.window.end <= whole.end]

    assert ending(start, border) + ending(border, end) == ending(start, end)

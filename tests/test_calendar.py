from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.calendar import ONE_DAY, OutOfCalendar, WorkCalendar, add_months, midnight, work_calendar
from compliance.language.durations import duration

LONG = work_calendar(date(2025, 6, 1), date(2027, 6, 1), country="RU")
DAYS = st.dates(date(1990, 1, 1), date(2089, 12, 31))


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.fixture(scope="module")
def russia() -> WorkCalendar:
    return work_calendar(day("2023-12-01"), day("2027-01-31"), country="RU")


@pytest.fixture
def plain() -> WorkCalendar:
    return work_calendar(day("2026-01-01"), day("2026-12-31"))


@pytest.mark.parametrize(
    "off", ["2024-04-29", "2024-04-30", "2024-05-10", "2024-12-30", "2024-12-31", "2026-01-09", "2026-12-31"]
)
def test_days_off_moved_by_the_government_are_not_worked(russia: WorkCalendar, off: str) -> None:
    assert not russia.is_working(day(off))


@pytest.mark.parametrize("saturday", ["2024-04-27", "2024-11-02", "2024-12-28"])
def test_saturdays_worked_for_them_are(russia: WorkCalendar, saturday: str) -> None:
    assert day(saturday).isoweekday() == 6
    assert russia.is_working(day(saturday))


def test_the_long_holidays_of_january(russia: WorkCalendar) -> None:
    assert russia.next_working(day("2026-01-01")) == day("2026-01-12")
    assert russia.previous_working(day("2026-01-11")) == day("2025-12-30")
    assert russia.working_days(day("2026-01-01"), day("2026-02-01")) == 15


def test_without_a_country_monday_to_friday_are_worked(plain: WorkCalendar) -> None:
    assert [plain.is_working(day("2026-03-02") + n * ONE_DAY) for n in range(7)] == [True] * 5 + [False] * 2


def test_own_days_win_over_the_country_and_working_days_over_days_off() -> None:
    own = work_calendar(
        day("2026-01-01"),
        day("2026-01-31"),
        country="RU",
        days_off=[day("2026-01-12"), day("2026-01-10")],
        working_days=[day("2026-01-10"), day("2026-01-04")],
    )
    worked = [each for each in ("2026-01-04", "2026-01-10", "2026-01-11", "2026-01-12") if own.is_working(day(each))]
    assert worked == ["2026-01-04", "2026-01-10"]


def test_a_subdivision_has_holidays_of_its_own() -> None:
    bavaria = work_calendar(day("2026-01-01"), day("2026-01-31"), country="DE", subdivision="BY")
    germany = work_calendar(day("2026-01-01"), day("2026-01-31"), country="DE")
    assert (bavaria.is_working(day("2026-01-06")), germany.is_working(day("2026-01-06"))) == (False, True)


def test_working_days_are_counted_from_the_first_day_to_before_the_last(plain: WorkCalendar) -> None:
    monday = day("2026-03-02")
    assert plain.working_days(monday, monday + 7 * ONE_DAY) == 5
    assert plain.working_days(monday, monday) == 0
    assert plain.working_days(monday + ONE_DAY, monday) == 0
    assert plain.working_days(day("2026-03-07"), day("2026-03-09")) == 0


def test_a_day_outside_the_calendar_is_a_fault_of_ours(plain: WorkCalendar) -> None:
    with pytest.raises(OutOfCalendar, match="2027-01-01 lies outside the calendar from 2026-01-01 to 2026-12-31"):
        plain.is_working(day("2027-01-01"))
    with pytest.raises(OutOfCalendar, match="2025-12-31 lies outside"):
        plain.is_working(day("2025-12-31"))


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        ("2026-03-06", "1 working_day", "2026-03-09"),
        ("2026-03-07", "1 working_day", "2026-03-09"),
        ("2026-03-08", "2 working_days", "2026-03-10"),
        ("2026-03-06", "0 working_days", "2026-03-06"),
        ("2026-03-06", "3 days", "2026-03-09"),
        ("2026-03-06", "2 weeks", "2026-03-20"),
        ("2026-01-31", "1 month", "2026-02-28"),
        ("2026-08-31", "6 months", "2027-02-28"),
        ("2026-02-28", "1 year", "2027-02-28"),
    ],
)
def test_the_nth_day_after(plain: WorkCalendar, start: str, length: str, end: str) -> None:
    assert plain.after(day(start), duration(length)) == day(end)


@pytest.mark.parametrize(
    ("start", "length", "first"),
    [
        ("2026-03-09", "1 working_day", "2026-03-06"),
        ("2026-03-08", "1 working_day", "2026-03-06"),
        ("2026-03-10", "3 working_days", "2026-03-05"),
        ("2026-03-09", "3 days", "2026-03-06"),
        ("2026-03-09", "1 week", "2026-03-02"),
        ("2026-03-31", "1 month", "2026-02-28"),
        ("2026-01-05", "10 working_days", "2026-01-01"),
    ],
)
def test_the_first_day_of_a_look_back_never_before_the_calendar_begins(
    plain: WorkCalendar, start: str, length: str, first: str
) -> None:
    assert plain.before(day(start), duration(length)) == day(first)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2023-08-31", 6, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-01-30", 13, "2027-02-28"),
        ("2026-12-31", 1, "2027-01-31"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-05-31", 0, "2026-05-31"),
    ],
)
def test_months_are_clipped_to_the_end_of_the_month(start: str, months: int, end: str) -> None:
    assert add_months(day(start), months) == day(end)


@given(DAYS, st.integers(-240, 240))
def test_some_months_later_is_the_same_day_or_the_last_of_that_month(start: date, months: int) -> None:
    found = add_months(start, months)
    assert (found.year * 12 + found.month) - (start.year * 12 + start.month) == months
    assert found.day == start.day or (found.day < start.day and (found + ONE_DAY).day == 1)


@given(st.integers(0, 300), st.integers(1, 40))
def test_after_and_before_are_counted_by_working_days(offset: int, count: int) -> None:
    start = day("2026-01-01") + timedelta(days=offset)
    length = duration(f"{count} working_days")
    last, first = LONG.after(start, length), LONG.before(start, length)
    assert LONG.is_working(last)
    assert LONG.working_days(start + ONE_DAY, last + ONE_DAY) == count
    assert LONG.is_working(first)
    assert LONG.working_days(first, start) == count


def test_the_calendar_for_the_engine_counts_the_worked_days_before_each_day(plain: WorkCalendar) -> None:
    rows = plain.table().slice(0, 5).to_pylist()
    assert rows == [
        {"day": day("2026-01-01"), "working": True, "n": 0},
        {"day": day("2026-01-02"), "working": True, "n": 1},
        {"day": day("2026-01-03"), "working": False, "n": 2},
        {"day": day("2026-01-04"), "working": False, "n": 2},
        {"day": day("2026-01-05"), "working": True, "n": 2},
    ]
    assert plain.last == day("2026-12-31")


def test_midnight_is_the_day_s_first_moment() -> None:
    assert midnight(day("2026-03-02")).isoformat() == "2026-03-02T00:00:00"

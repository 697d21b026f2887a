from datetime import date
from typing import Any

import pytest
from tests.kinds.desks import at, desk

from compliance.kinds.base import Desk
from compliance.kinds.dues import By, Dues
from compliance.roster import Away
from compliance.windows import Per


def rows(ours: Desk, per: Per, by: Any) -> list[dict[str, Any]]:  # noqa: ANN401 as a rule may write it
    made = By.model_validate(by) if isinstance(by, dict) else by
    found: list[dict[str, Any]] = ours.ground.handed[Dues(ours, per, made).hand_over()].to_pylist()
    return found


def due(ours: Desk, per: Per, by: Any) -> list[tuple[str, str]]:  # noqa: ANN401 as above
    """The label of each period with the last day, or the instant, that is in time."""
    return [(row["label"], str(row["due"] if row["exact"] else row["due_day"])) for row in rows(ours, per, by)]


def russia(start: str, end: str) -> Desk:
    return desk(start, end, country="RU", zone="Europe/Moscow")


@pytest.mark.parametrize(
    ("by", "label", "last"),
    [
        ({"day": 3}, "2026-03", "2026-04-03"),
        ({"day": 31}, "2026-03", "2026-04-30"),
        ({"day": 31, "month": 2}, "2026-03", "2026-05-31"),
        ({"day": 31, "month": 0}, "2026-04", "2026-04-30"),
        ({"day": 25, "month": -1}, "2026-05", "2026-04-25"),
        ({"day": 3, "time": "18:00"}, "2026-03", "2026-04-03 18:00:00"),
        ({"day": 4, "roll": "next_working_day"}, "2026-03", "2026-04-06"),
        ({"day": 4, "roll": "previous_working_day"}, "2026-03", "2026-04-03"),
        ({"day": 4, "time": "12:00", "roll": "next_working_day"}, "2026-03", "2026-04-06 12:00:00"),
        ("3 days", "2026-03", "2026-04-03"),
        ("3 working_days", "2026-03", "2026-04-03"),
        ("4 working_days", "2026-03", "2026-04-06"),
        ("36 hours", "2026-03", "2026-04-02 12:00:00"),
    ],
)
def test_a_month_s_deadline(by: object, label: str, last: str) -> None:
    assert (label, last) in due(russia("2026-04-01", "2026-05-01"), Per.MONTH, by)


@pytest.mark.parametrize(
    ("per", "by", "label", "last"),
    [
        (Per.WEEK, {"day": 1}, "2026-W13", "2026-03-30"),
        (Per.WEEK, {"day": 7}, "2026-W13", "2026-04-05"),
        (Per.WEEK, {"day": 5, "month": 0}, "2026-W14", "2026-04-03"),
        (Per.QUARTER, {"day": 15}, "2026-Q1", "2026-04-15"),
        (Per.QUARTER, {"day": 20, "month": 0}, "2026-Q2", "2026-06-20"),
        (Per.QUARTER, {"day": 31, "month": -2}, "2026-Q2", "2026-04-30"),
        (Per.YEAR, {"day": 10, "month": 4}, "2025", "2026-04-10"),
        (Per.DAY, {"time": "18:00"}, "2026-04-05", "2026-04-05 18:00:00"),
        (Per.WORKING_DAY, "0 days", "2026-04-06", "2026-04-06"),
        (Per.WORKING_DAY, "1 working_day", "2026-04-03", "2026-04-06"),
    ],
)
def test_deadlines_of_other_periods(per: Per, by: object, label: str, last: str) -> None:
    assert (label, last) in due(russia("2026-03-30", "2026-07-01"), per, by)


def test_december_s_report_belongs_to_january_though_its_month_has_ended() -> None:
    assert due(russia("2026-01-01", "2026-02-01"), Per.MONTH, {"day": 3}) == [
        ("2025-12", "2026-01-03"),
        ("2026-01", "2026-02-03"),
    ]


def test_what_is_due_at_the_period_s_first_moment_or_after_its_last_begins_and_ends_elsewhere() -> None:
    listed = rows(russia("2026-01-04", "2026-01-05"), Per.MONTH, {"day": 3})
    assert [(row["label"], str(row["due"]), str(row["begins"])) for row in listed] == [
        ("2025-12", "2026-01-04 00:00:00", "2025-12-01 00:00:00"),
        ("2026-01", "2026-02-04 00:00:00", "2026-01-01 00:00:00"),
    ]


def test_what_must_exist_beforehand_begins_with_the_month_of_its_due_day() -> None:
    (row,) = [
        each
        for each in rows(russia("2026-02-01", "2026-03-01"), Per.MONTH, {"day": 25, "month": -1})
        if each["label"] == "2026-03"
    ]
    assert (str(row["begins"]), str(row["due_day"])) == ("2026-02-01 00:00:00", "2026-02-25")


def counted(ours: Desk, per: Per, by: object, label: str) -> tuple[str, str]:
    (row,) = [each for each in rows(ours, per, by) if each["label"] == label]
    return str(row["count_from"]), str(row["count_to"])


def test_a_record_counts_for_the_last_period_that_had_ended_or_with_month_0_for_its_own() -> None:
    ours = russia("2026-04-01", "2026-05-01")
    assert counted(ours, Per.MONTH, {"day": 3}, "2026-03") == ("2026-04-01 00:00:00", "2026-05-01 00:00:00")
    assert counted(ours, Per.MONTH, {"day": 20, "month": 0}, "2026-04") == (
        "2026-04-01 00:00:00",
        "2026-05-01 00:00:00",
    )
    assert counted(ours, Per.DAY, {"time": "18:00"}, "2026-04-02") == ("2026-04-02 00:00:00", "2026-04-03 00:00:00")


def test_rolled_back_before_its_period_ends_a_record_from_the_due_day_on_counts_and_no_longer_for_the_one_before() -> (
    None
):
    ours, by = russia("2026-04-27", "2026-06-10"), {"day": 1, "roll": "previous_working_day"}
    assert ("2026-05", "2026-06-01") in due(ours, Per.MONTH, by)
    assert ("2026-04", "2026-04-30") in due(ours, Per.MONTH, by)
    assert counted(ours, Per.MONTH, by, "2026-04") == ("2026-04-30 00:00:00", "2026-06-01 00:00:00")


def test_hours_are_counted_from_the_period_s_end_in_real_time() -> None:
    berlin = desk("2026-03-01", "2026-04-01", zone="Europe/Berlin")
    assert ("2026-W13", "2026-03-30 06:00:00") in due(berlin, Per.WEEK, "6 hours")
    assert ("2026-03-28", "2026-03-29 07:00:00") in due(berlin, Per.DAY, "6 hours")


def test_a_period_is_told_too_if_an_absence_can_move_its_deadline_into_the_audit() -> None:
    gone = Away("a", date(2026, 2, 1), date(2026, 3, 20), date(2026, 3, 20))
    assert due(desk("2026-03-15", "2026-03-25", away=(gone,)), Per.MONTH, {"day": 3})[0] == ("2026-01", "2026-02-03")
    assert due(desk("2026-03-15", "2026-03-25"), Per.MONTH, {"day": 3})[0] == ("2026-03", "2026-04-03")


def test_the_day_may_be_a_parameter_and_must_be_a_whole_number() -> None:
    by = {"day": {"parameter": "own"}}
    assert due(desk("2026-04-01", "2026-05-01", own=7), Per.MONTH, by)[0] == ("2026-03", "2026-04-07")
    for value in ("seven", 0, 32):
        wrong = desk("2026-04-01", "2026-05-01", own=value)
        rows(wrong, Per.MONTH, by)
        assert [(problem.line(), problem.help) for problem in wrong.problems] == [
            (
                "rule.yaml:2:34: the day of a deadline is a whole number from 1 to 31",
                "correct `own` among the parameters",
            )
        ]


def test_moments_are_local() -> None:
    assert (
        at("2026-04-03 18:00")
        == rows(russia("2026-04-01", "2026-05-01"), Per.MONTH, {"day": 3, "time": "18:00"})[0]["due"]
    )


@pytest.mark.parametrize(
    "by", [{"day": 3, "month": 60, "roll": "next_working_day"}, "5000 working_days", "365000 days"]
)
def test_a_due_day_beyond_the_calendar_is_not_due_yet(by: object) -> None:
    found = rows(desk("2026-04-01", "2026-05-01"), Per.MONTH, by)
    assert found
    assert all(row["due"] > at("2029-01-01 00:00") for row in found)

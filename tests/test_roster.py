from datetime import date
from typing import Any

import pytest

from compliance.calendar import work_calendar
from compliance.roster import FIRST_DAY, LAST_DAY, Away, Roster, appointments, away

CALENDAR = work_calendar(date(2025, 12, 1), date(2026, 12, 31), country="RU")


def day(text: str) -> date:
    return date.fromisoformat(text)


def leave(first: str | None, last: str | None, bearer: str | None = "a", **more: object) -> dict[str, Any]:
    starts, ends = (day(each) if each else None for each in (first, last))
    return {"_bearer": bearer, "starts_on": starts, "ends_on": ends, **more}


def told(*rows: dict[str, Any]) -> list[tuple[str, str, str, str | None]]:
    return [(e.bearer, str(e.since), str(e.until), str(e.back) if e.back else None) for e in away(rows, CALENDAR)]


def test_the_last_day_is_a_day_away_and_the_bearer_is_back_on_the_next_working_day() -> None:
    assert told(leave("2026-03-02", "2026-03-06")) == [("a", "2026-03-02", "2026-03-07", "2026-03-10")]
    assert told(leave("2026-03-10", "2026-03-10")) == [("a", "2026-03-10", "2026-03-11", "2026-03-11")]


def test_absences_that_touch_or_overlap_are_one() -> None:
    rows = [leave("2026-03-16", "2026-03-18"), leave("2026-03-12", "2026-03-15"), leave("2026-03-17", "2026-03-20")]
    assert told(*rows) == [("a", "2026-03-12", "2026-03-21", "2026-03-23")]


def test_one_inside_another_does_not_shorten_it() -> None:
    assert told(leave("2026-03-02", "2026-03-31"), leave("2026-03-05", "2026-03-06")) == [
        ("a", "2026-03-02", "2026-04-01", "2026-04-01")
    ]


def test_a_day_between_keeps_them_apart_and_two_people_s_are_never_one() -> None:
    rows = [
        leave("2026-03-16", "2026-03-17"),
        leave("2026-03-19", "2026-03-20"),
        leave("2026-03-18", "2026-03-18", "b"),
    ]
    assert told(*rows) == [
        ("a", "2026-03-16", "2026-03-18", "2026-03-18"),
        ("a", "2026-03-19", "2026-03-21", "2026-03-23"),
        ("b", "2026-03-18", "2026-03-19", "2026-03-19"),
    ]


def test_nobody_is_back_on_a_day_of_the_next_absence() -> None:
    rows = [leave("2026-03-12", "2026-03-13"), leave("2026-03-16", "2026-03-17"), leave("2026-03-18", "2026-03-20")]
    assert told(*rows) == [
        ("a", "2026-03-12", "2026-03-14", "2026-03-23"),
        ("a", "2026-03-16", "2026-03-21", "2026-03-23"),
    ]


def test_an_absence_without_an_end_has_no_day_back() -> None:
    assert told(leave("2026-03-02", None)) == [("a", "2026-03-02", str(LAST_DAY), None)]


@pytest.mark.parametrize(
    "row",
    [
        leave("2026-03-02", "2026-03-06", excused=False),
        leave(None, "2026-03-06"),
        leave("2026-03-02", "2026-03-06", bearer=None),
    ],
)
def test_what_is_not_excused_or_has_no_beginning_or_bearer_shifts_nothing(row: dict[str, Any]) -> None:
    assert told(row) == []


@pytest.mark.parametrize("excused", [True, None])
def test_an_absence_without_a_word_on_it_counts_as_excused(excused: bool | None) -> None:  # noqa: FBT001 a cell
    assert len(told(leave("2026-03-02", "2026-03-06", excused=excused))) == 1


def test_an_absence_far_outside_the_calendar_has_no_day_back() -> None:
    assert told(leave("2031-01-01", "2031-02-01")) == [("a", "2031-01-01", "2031-02-02", None)]


PEOPLE: list[dict[str, Any]] = [
    {
        "_key": "b",
        "name": "B",
        "position": "clerk",
        "level": 2,
        "hired_on": day("2026-01-12"),
        "left_on": day("2026-03-31"),
    },
    {"_key": "a"},
]


def test_everybody_has_one_appointment_for_all_time_in_the_order_of_ids() -> None:
    first, second = appointments(PEOPLE)
    assert (first.bearer, first.name, first.level, first.since, first.until) == ("a", None, None, FIRST_DAY, LAST_DAY)
    assert (second.bearer, second.position, second.hired_on) == ("b", "clerk", day("2026-01-12"))


def test_the_last_day_of_employment_is_a_day_of_it() -> None:
    rows = Roster(appointments(PEOPLE)).table().to_pylist()
    assert [(row["bearer"], row["employed_from"], row["employed_to"], row["hired_on"]) for row in rows] == [
        ("a", FIRST_DAY, LAST_DAY, None),
        ("b", day("2026-01-12"), day("2026-04-01"), day("2026-01-12")),
    ]


def test_an_empty_roster_has_typed_columns() -> None:
    empty = Roster(())
    assert [empty.table().num_rows, empty.away_table().num_rows] == [0, 0]
    assert str(empty.away_table().schema.field("back").type) == "date32[day]"


def test_absences_for_the_engine() -> None:
    gone = Away("a", day("2026-03-02"), day("2026-03-07"), None)
    assert Roster((), (gone,)).away_table().to_pylist() == [
        {"bearer": "a", "since": day("2026-03-02"), "until": day("2026-03-07"), "back": None}
    ]

from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from compliance.roster import FIRST_DAY, LAST_DAY, Appointment, Overlap, Roster, appointments, overlaps

START = date(2026, 1, 1)
SPANS = st.tuples(st.integers(0, 60), st.none() | st.integers(0, 60)).map(
    lambda ends: (ends[0], None if ends[1] is None else ends[0] + ends[1])
)
EMPLOYED = st.tuples(st.none() | st.integers(0, 60), st.none() | st.integers(60, 90))


def day(number: int | None) -> date | None:
    return None if number is None else START + timedelta(days=number)


def term(key: str, starts: int | None, ends: int | None, **more: Any) -> dict[str, Any]:  # noqa: ANN401 cells
    return {"_key": key, "_bearer": "a", "starts_on": day(starts), "ends_on": day(ends), "position": key, **more}


def person(hired: int | None = None, left: int | None = None) -> dict[str, Any]:
    return {"_key": "a", "name": "Ann", "position": "own", "level": 7, "hired_on": day(hired), "left_on": day(left)}


def told(rows: tuple[Appointment, ...]) -> list[tuple[str | None, str, str, bool]]:
    return [(each.position, str(each.since), str(each.until), each.held) for each in rows]


@given(st.lists(SPANS, max_size=5), EMPLOYED, st.randoms(use_true_random=False))
def test_the_rows_of_a_person_tile_all_time_whatever_order_they_came_in(
    spans: list[tuple[int, int | None]], employed: tuple[int | None, int | None], order: Random
) -> None:
    terms = [term(str(number), *span) for number, span in enumerate(spans)]
    rows = appointments([person(*employed)], terms)
    assert (rows[0].since, rows[-1].until) == (FIRST_DAY, LAST_DAY)
    assert all(before.until == after.since for before, after in pairwise(rows))
    assert all(each.since < each.until for each in rows)
    order.shuffle(terms)
    assert appointments([person(*employed)], terms) == rows


@given(st.lists(SPANS, min_size=1, max_size=5), EMPLOYED, st.integers(-5, 130))
def test_a_day_has_the_last_begun_appointment_in_force_else_the_nearest(
    spans: list[tuple[int, int | None]], employed: tuple[int | None, int | None], number: int
) -> None:
    roster = Roster(appointments([person(*employed)], [term(str(at), *span) for at, span in enumerate(spans)]))
    found, today = roster.on("a", START + timedelta(days=number)), START + timedelta(days=number)
    assert found is not None
    in_force = [
        (since, str(at))
        for at, (since, last) in enumerate(spans)
        if since <= number and (last is None or number <= last)
    ]
    if in_force:
        assert (found.position, found.held) == (max(in_force)[1], True)
        return
    assert found.held is not found.employed(today)
    away = {
        str(at): min(abs(number - since), 10_000 if last is None else abs(number - last))
        for at, (since, last) in enumerate(spans)
    }
    assert away[found.position or ""] == min(away.values())


@given(st.lists(SPANS, max_size=5))
def test_an_overlap_is_told_of_each_appointment_that_starts_in_an_earlier_one(
    spans: list[tuple[int, int | None]],
) -> None:
    found = {each.later for each in overlaps([term(str(at), *span) for at, span in enumerate(spans)])}
    ordered = sorted((since, str(at), last) for at, (since, last) in enumerate(spans))
    assert found == {
        key
        for place, (since, key, _) in enumerate(ordered)
        if any(last is None or last >= since for _, _, last in ordered[:place])
    }


def test_the_later_of_two_holds_from_its_start_and_the_earlier_again_after_it() -> None:
    terms = [term("long", 0, None), term("short", 9, 18)]
    assert told(appointments([person()], terms)) == [
        ("long", "0001-01-01", "2026-01-01", False),
        ("long", "2026-01-01", "2026-01-10", True),
        ("short", "2026-01-10", "2026-01-20", True),
        ("long", "2026-01-20", "9999-12-31", True),
    ]
    assert overlaps(terms) == (Overlap("a", "long", "short", date(2026, 1, 10)),)
    assert overlaps([term("one", 0, 8), term("two", 9, 18)]) == ()


def test_a_gap_is_told_by_the_nearer_row_and_midway_by_the_earlier() -> None:
    rows = appointments([person()], [term("one", None, 9), term("two", 15, None)])
    assert told(rows) == [
        ("one", "0001-01-01", "2026-01-11", True),
        ("one", "2026-01-11", "2026-01-14", False),
        ("two", "2026-01-14", "2026-01-16", False),
        ("two", "2026-01-16", "9999-12-31", True),
    ]


def test_before_hiring_and_after_leaving_no_position_is_missing() -> None:
    rows = appointments([person(4, 20)], [term("one", 9, 14)])
    assert told(rows) == [
        ("one", "0001-01-01", "2026-01-05", True),
        ("one", "2026-01-05", "2026-01-10", False),
        ("one", "2026-01-10", "2026-01-16", True),
        ("one", "2026-01-16", "2026-01-22", False),
        ("one", "2026-01-22", "9999-12-31", True),
    ]


def test_what_the_history_has_no_column_for_is_as_the_employees_say() -> None:
    (row,) = appointments([person(0)], [term("one", 0, None)])
    assert (row.position, row.level, row.name) == ("one", 7, "Ann")
    assert appointments([person()])[0].position == "own"


def test_a_row_that_ends_before_it_starts_or_is_nobody_s_is_none() -> None:
    assert told(appointments([person()], [term("x", 9, 8), term("y", 0, 5, _bearer=None)])) == [
        ("own", "0001-01-01", "9999-12-31", True)
    ]

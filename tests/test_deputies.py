from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.calendar import work_calendar
from compliance.roster import (
    LAST_DAY,
    Away,
    InCharge,
    StandIn,
    appointments,
    covered,
    excused,
    in_charge,
    returning,
    stand_ins,
)
from compliance.roster.deputies import pairs

CALENDAR = work_calendar(date(2025, 12, 1), date(2026, 12, 31))
START = date(2026, 3, 2)
PEOPLE = ("a", "b", "c", "d")
SPANS = st.tuples(st.integers(0, 12), st.integers(1, 8))
ABSENCES = st.lists(st.tuples(st.sampled_from(PEOPLE), SPANS), max_size=6)
DEPUTIES = st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), SPANS), max_size=8)


def on(number: int) -> date:
    return START + timedelta(days=number)


def leave(bearer: str, first: int, days: int) -> dict[str, Any]:
    return {"_key": f"{bearer}{first}", "_bearer": bearer, "starts_on": on(first), "ends_on": on(first + days - 1)}


def stands_in(absent: str, deputy: str, first: int, days: int, key: str = "1") -> StandIn:
    return StandIn(key, absent, deputy, on(first), on(first + days))


def order(**cells: Any) -> dict[str, Any]:  # noqa: ANN401 cells
    return {"_key": "1", "absent_id": "a", "deputy_id": "b", "starts_on": on(2), "ends_on": None, **cells}


@pytest.mark.parametrize(
    ("row", "orders", "valid"),
    [
        (order(appointed_on=on(2)), {}, True),
        (order(appointed_on=on(3)), {}, False),
        (order(), {}, False),
        (order(personnel_order_id="o", appointed_on=on(3)), {"o": on(2)}, True),
        (order(personnel_order_id="o", appointed_on=on(2)), {"o": on(3)}, False),
        (order(personnel_order_id="o", appointed_on=on(2)), {"o": None}, False),
        (order(personnel_order_id="o", appointed_on=on(2)), {}, True),
        (order(personnel_order_id="o"), {"other": on(2)}, False),
        (order(appointed_on=on(2)), {"other": on(3)}, True),
    ],
)
def test_an_order_is_one_if_it_was_signed_by_the_first_day(
    row: dict[str, Any],
    orders: dict[str, date | None],
    valid: bool,  # noqa: FBT001 a cell
) -> None:
    expected = (StandIn("1", "a", "b", on(2), LAST_DAY),)
    assert stand_ins([row], orders) == ((expected, ()) if valid else ((), expected))


def test_a_row_that_names_not_both_or_no_day_is_nothing() -> None:
    rows = [order(absent_id=None), order(deputy_id=None), order(starts_on=None)]
    assert stand_ins(rows, {}) == ((), ())


def test_who_is_in_charge_changes_with_deputies_their_absence_and_their_employment() -> None:
    away = excused([leave("a", 0, 10), leave("b", 4, 2)])
    deputies = [stands_in("a", "b", 0, 8), stands_in("b", "c", 5, 1), stands_in("a", "d", 8, 2)]
    people = appointments([{"_key": "d", "hired_on": on(9)}])
    assert in_charge(away, deputies, people) == (
        InCharge("a", on(0), on(4), "b"),
        InCharge("a", on(5), on(6), "c"),
        InCharge("a", on(6), on(8), "b"),
        InCharge("a", on(9), on(10), "d"),
        InCharge("b", on(5), on(6), "c"),
    )


def test_of_two_the_one_who_began_later_is_asked_first_and_those_who_stand_in_for_one_another_are_nobody() -> None:
    deputies = [stands_in("a", "b", 0, 5), stands_in("a", "c", 1, 4)]
    assert in_charge(excused([leave("a", 0, 3)]), deputies, ()) == (
        InCharge("a", on(0), on(1), "b"),
        InCharge("a", on(1), on(3), "c"),
    )
    around = [stands_in("a", "b", 0, 5), stands_in("b", "a", 0, 5), stands_in("a", "a", 0, 5)]
    assert in_charge(excused([leave("a", 0, 3), leave("b", 0, 3)]), around, ()) == ()


@given(ABSENCES, DEPUTIES, st.sampled_from(PEOPLE), st.integers(0, 20))
def test_whoever_is_in_charge_is_there_and_leads_back_to_the_absent(
    absences: Sequence[tuple[str, tuple[int, int]]],
    deputies: Sequence[tuple[str, str, tuple[int, int]]],
    bearer: str,
    number: int,
) -> None:
    away = excused([leave(who, *span) for who, span in absences])
    rows = [stands_in(absent, deputy, *span, key=str(at)) for at, (absent, deputy, span) in enumerate(deputies)]
    gone = {each.bearer for each in away if each.since <= on(number) < each.until}
    reached, left = {bearer}, [bearer]
    while left:
        who = left.pop()
        near = {row.deputy for row in rows if row.absent == who and row.since <= on(number) < row.until} - reached
        reached |= near
        left += sorted(near & gone)
    found = [
        each.responsible
        for each in in_charge(away, rows, ())
        if each.bearer == bearer and each.since <= on(number) < each.until
    ]
    there = reached - gone - {bearer}
    assert len(found) == (1 if bearer in gone and there else 0)
    assert set(found) <= there


@given(DEPUTIES, st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), st.integers(0, 22))
def test_each_pair_stands_once_a_day(
    deputies: Sequence[tuple[str, str, tuple[int, int]]], absent: str, deputy: str, number: int
) -> None:
    rows = [stands_in(one, other, *span) for one, other, span in deputies]

    def days(some: Sequence[StandIn]) -> int:
        return sum(
            (each.absent, each.deputy) == (absent, deputy) and each.since <= on(number) < each.until for each in some
        )

    assert days(pairs(rows)) == min(1, days(rows))


def test_nobody_is_back_on_a_day_of_another_absence_unless_somebody_is_in_charge_on_it() -> None:
    away = (Away("a", on(0), on(2), None), Away("a", on(2), on(4), None))
    assert [each.back for each in returning(away, CALENDAR)] == [on(4), on(4)]
    charge = covered([InCharge("a", on(2), on(3), "b")])
    assert [each.back for each in returning(away, CALENDAR, charge)] == [on(2), on(4)]

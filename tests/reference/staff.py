"""The people of a world: who come and go, are away, stand in for one another and change posts."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import strategies as st
from tests.reference.days import ONE
from tests.reference.setting import DEPARTMENTS, POSITIONS, Draw, Setting, days_of
from tests.reference.world import Row


@st.composite
def people_of(draw: Draw, setting: Setting, name: str) -> list[Row]:
    """Two to four people, of whom some come or go within the period."""
    days = days_of(setting.start - timedelta(days=20), setting.end)
    letters = "abcd"[: draw(st.integers(2, 4))]
    rows: list[Row] = []
    for letter in letters:
        hired = draw(st.sampled_from((None, None, date(2020, 1, 1), ...)))
        left = draw(st.sampled_from((None, None, None, ...)))
        hired, left = (draw(days) if each is ... else each for each in (hired, left))
        rows.append(
            {
                "employee_id": f"{name}{letter}",
                "name": letter,
                **_post(draw, setting, [f"{name}{each}" for each in letters]),
                "hired_on": hired,
                "left_on": left if hired is None or left is None else max(left, hired),
            }
        )
    return rows


def _post(draw: Draw, setting: Setting, people: Sequence[str]) -> Row:
    """What somebody is: by its own name, or by another where the organisation uses others."""
    return {
        "position": draw(st.sampled_from((*POSITIONS, *setting.titles, None))),
        "level": draw(st.sampled_from((Fraction(1), Fraction(2), None))),
        "department": draw(st.sampled_from((*DEPARTMENTS, *setting.places, None))),
        "superior_id": draw(st.sampled_from((*people, None, *setting.named_only))),
        "mode": draw(st.sampled_from(("office", "home", None))),
    }


@st.composite
def absences_of(draw: Draw, setting: Setting, name: str, people: Sequence[str]) -> list[Row]:
    """Absences, of which some lead into another: of the same person, or of somebody who might stand in.

    Some do not say from when on they are, or whose.
    """
    rows: list[Row] = []
    for _ in range(draw(st.integers(0, 3))):
        first = draw(days_of(setting.start - timedelta(days=10), setting.end + timedelta(days=10)))
        length = draw(st.sampled_from((0, 1, 4, 11, 20, None)))
        rows.append(_absence(draw, f"{name}v{len(rows)}", draw(st.sampled_from(people)), first, length))
        if draw(st.booleans()):
            again = first + (2 if length is None else length + draw(st.sampled_from((-1, 1, 1, 2, 3)))) * ONE
            who = draw(st.sampled_from((rows[-1]["employee_id"], *people)))
            rows.append(_absence(draw, f"{name}v{len(rows)}", str(who), again, draw(st.sampled_from((0, 2, 6)))))
    if rows and draw(st.integers(0, 5)) == 0:
        rows[0] = {**rows[0], draw(st.sampled_from(("starts_on", "starts_on", "employee_id"))): None}
    return rows


def _absence(draw: Draw, key: str, who: str, first: date, length: int | None) -> Row:
    return {
        "absence_id": key,
        "employee_id": who,
        "starts_on": first,
        "ends_on": None if length is None else first + length * ONE,
        "reason": "leave",
        "excused": draw(st.sampled_from((True, True, True, None, False))),
    }


@st.composite
def deputies_of(draw: Draw, name: str, people: Sequence[str], absences: Sequence[Row]) -> list[Row]:
    """Who stands in for the absent: for all of the absence or a part, by an order in time, too late or of no day.

    Some absences have two orders, and some deputies are themselves away, have left or were not hired yet.
    """
    told = [absence for absence in absences if absence["starts_on"] and absence["employee_id"]]
    orders = [absence for absence in told for _ in range(draw(st.sampled_from((0, 0, 1, 1, 2))))]
    rows = [_order(draw, f"{name}s{index}", people, absence) for index, absence in enumerate(orders)]
    return [row for row in rows if row["ends_on"] is None or row["ends_on"] >= row["starts_on"]]  # type: ignore[operator] # days


def _order(draw: Draw, key: str, people: Sequence[str], absence: Row) -> Row:
    first = absence["starts_on"]
    if not isinstance(first, date):
        raise TypeError(absence)
    first += draw(st.sampled_from((0, 0, 0, 2, -3))) * ONE
    length = draw(st.sampled_from((0, 5, None, None)))
    return {
        "substitution_id": key,
        "absent_id": absence["employee_id"],
        "deputy_id": draw(st.sampled_from([person for person in people if person != absence["employee_id"]])),
        "starts_on": first,
        "ends_on": absence["ends_on"] if length is None else first + length * ONE,
        "appointed_on": draw(st.sampled_from((first, first, first, first - 9 * ONE, first + ONE, None))),
    }


@st.composite
def appointments_of(draw: Draw, setting: Setting, people: Sequence[str]) -> list[Row]:
    """Whoever has a history changed post once; between the two some held both, some none, and some hold none now."""
    rows: list[Row] = []
    for person in people:
        if draw(st.booleans()):
            change = draw(days_of(setting.start - timedelta(days=20), setting.end))
            left = draw(st.sampled_from((change - ONE, change - ONE, change - 4 * ONE, change + 5 * ONE, None)))
            until = draw(st.sampled_from((None, None, change + 12 * ONE)))
            for number, (first, last) in enumerate(((date(2019, 1, 1), left), (change, until))):
                spell = {"starts_on": first, "ends_on": last}
                post = _post(draw, setting, people)
                rows.append({"appointment_id": f"{person}{number}", "employee_id": person, **post, **spell})
    return rows

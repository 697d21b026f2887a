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
    rows: list[Row] = []
    for letter in "abcd"[: draw(st.integers(2, 4))]:
        hired = draw(st.sampled_from((None, None, date(2020, 1, 1), ...)))
        left = draw(st.sampled_from((None, None, None, ...)))
        hired, left = (draw(days) if each is ... else each for each in (hired, left))
        rows.append(
            {
                "employee_id": f"{name}{letter}",
                "name": letter,
                "position": draw(st.sampled_from((*POSITIONS, None))),
                "level": draw(st.sampled_from((Fraction(1), Fraction(2), None))),
                "department": draw(st.sampled_from((*DEPARTMENTS, None))),
                "superior_id": draw(st.sampled_from((f"{name}a", f"{name}b", None))),
                "hired_on": hired,
                "left_on": left if hired is None or left is None else max(left, hired),
            }
        )
    return rows


@st.composite
def absences_of(draw: Draw, setting: Setting, name: str, people: Sequence[str]) -> list[Row]:
    rows: list[Row] = []
    for index in range(draw(st.integers(0, 3))):
        first = draw(days_of(setting.start - timedelta(days=10), setting.end + timedelta(days=10)))
        length = draw(st.sampled_from((0, 1, 4, 11, 20, None)))
        rows.append(
            {
                "absence_id": f"{name}v{index}",
                "employee_id": draw(st.sampled_from(people)),
                "starts_on": first,
                "ends_on": None if length is None else first + timedelta(days=length),
                "reason": "leave",
                "excused": draw(st.sampled_from((True, True, False))),
            }
        )
    return rows


@st.composite
def deputies_of(draw: Draw, name: str, people: Sequence[str], absences: Sequence[Row]) -> list[Row]:
    """Who stands in for the absent: for all of the absence or a part, by an order in time, too late or of no day."""
    rows: list[Row] = []
    for absence in absences:
        others = [person for person in people if person != absence["employee_id"]]
        first = absence["starts_on"]
        if isinstance(first, date) and draw(st.booleans()):
            first += draw(st.sampled_from((0, 0, 0, 2, -3))) * ONE
            length = draw(st.sampled_from((0, 5, None)))
            rows.append(
                {
                    "substitution_id": f"{name}s{len(rows)}",
                    "absent_id": absence["employee_id"],
                    "deputy_id": draw(st.sampled_from(others)),
                    "starts_on": first,
                    "ends_on": absence["ends_on"] if length is None else first + length * ONE,
                    "appointed_on": draw(st.sampled_from((first, first, first - 9 * ONE, first + ONE, None))),
                }
            )
    return [row for row in rows if row["ends_on"] is None or row["ends_on"] >= row["starts_on"]]  # type: ignore[operator] # days


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
                post = {
                    "position": draw(st.sampled_from((*POSITIONS, None))),
                    "level": draw(st.sampled_from((Fraction(1), Fraction(2), None))),
                    "department": draw(st.sampled_from((*DEPARTMENTS, None))),
                }
                spell = {"starts_on": first, "ends_on": last}
                rows.append({"appointment_id": f"{person}{number}", "employee_id": person, **post, **spell})
    return rows

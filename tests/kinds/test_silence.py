from datetime import date, timedelta

import pytest

from compliance.calendar import work_calendar
from compliance.kinds.heartbeat import fixed
from compliance.kinds.silence import Beats, silent_days
from compliance.roster import Roster, appointments
from compliance.windows import Span

WEEK = Span(date(2026, 3, 2), date(2026, 3, 9))
CALENDAR = work_calendar(date(2026, 1, 1), date(2026, 12, 31))
PEOPLE = Roster(
    appointments([{"_key": "a", "department": "north"}, {"_key": "b", "department": "south"}, {"_key": "c"}])
)


def day(number: int) -> date:
    return date(2026, 3, 1) + timedelta(days=number - 1)


def silent(beats: Beats, **values: str) -> list[tuple[int, str | None]]:
    wanted = {name: frozenset(value.split()) for name, value in values.items()}
    return [(each.day, department) for each, department in silent_days(beats, CALENDAR, WEEK, wanted, PEOPLE)]


def test_a_working_day_without_a_row_is_silent_and_a_weekend_never_is() -> None:
    assert silent(Beats((), ((day(2), ()), (day(4), ()), (day(8), ())))) == [(3, None), (5, None), (6, None)]


def test_the_days_are_those_watched() -> None:
    found = silent_days(Beats((), ()), CALENDAR, Span(day(5), day(7)), {}, PEOPLE)
    assert [each.day for each, _ in found] == [5, 6]


def test_by_a_column_a_day_is_silent_without_the_values_that_the_rule_fixes() -> None:
    rows = ((day(2), ("call",)), (day(3), ("mail",)), (day(4), (None,)), (day(5), ("gift",)))
    beats = Beats(("kind",), rows)
    assert silent(beats, kind="call mail") == [(5, None), (6, None)]
    assert silent(beats, kind="gift") == [(2, None), (3, None), (6, None)]
    assert silent(beats) == [(6, None)]
    assert silent(beats, direction="in") == [(6, None)]


def test_by_department_each_department_is_silent_on_its_own() -> None:
    rows = ((day(2), ("north",)), (day(2), ("south",)), (day(3), ("north",)), (day(4), ("south",)), (day(5), (None,)))
    assert silent(Beats(("department",), rows)) == [(6, None), (4, "north"), (6, "north"), (3, "south"), (6, "south")]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("kind = 'call'", {"kind": {"call"}}),
        (
            "kind in ('call', 'mail') and (direction = 'out') and minutes > 3",
            {"kind": {"call", "mail"}, "direction": {"out"}},
        ),
        ("kind = 'call' or kind = 'mail'", {}),
        ("not kind = 'call'", {}),
        ("kind <> 'call' and minutes = 3 and kind in ('a', b)", {}),
        ("kind = direction", {}),
        ("kind = 'call' and (direction = 'in' or direction = 'out')", {"kind": {"call"}}),
        ("not (kind", {}),
        ("'call' = kind and direction in (:way)", {"kind": {"call"}, "direction": {"in"}}),
        ("kind in (:kinds, 'gift')", {"kind": {"call", "mail", "gift"}}),
        ("kind = :unknown and direction in ('in', :minutes)", {}),
        ("client.kind = 'call' and this.direction = 'in'", {}),
    ],
)
def test_a_condition_fixes_a_column_only_at_its_top(where: str, found: dict[str, set[str]]) -> None:
    assert fixed(where, {"way": "in", "kinds": ("call", "mail"), "minutes": 3}) == found

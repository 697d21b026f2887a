from datetime import date

import pytest
from tests.kinds.desks import at, desk

from compliance.kinds.lengths import known_since, length, standing_day
from compliance.language.blocks import ParameterRef
from compliance.language.durations import Duration, Unit, duration

OWN = ParameterRef(parameter="own")


def test_a_length_is_written_or_held_by_a_parameter() -> None:
    ours = desk(own="3 working_days")
    assert length(ours, "2 weeks", ("within",)) == Duration(2, Unit.WEEKS)
    assert length(ours, OWN, ("within",)) == Duration(3, Unit.WORKING_DAYS)
    assert ours.problems == []


def test_a_parameter_that_holds_none_is_a_mistake_at_its_place() -> None:
    ours = desk(own=3)
    length(ours, OWN, ("within",))
    assert [problem.line() for problem in ours.problems] == [
        "rule.yaml:1:21: `3` is not a duration; write for example 90 days, 48 hours, 2 working_days or 1 month"
    ]


@pytest.mark.parametrize(
    ("as_of", "within", "since"),
    [
        ("2026-03-09", "48 hours", "2026-03-07"),
        ("2026-03-09", "2 days", "2026-03-06 23:59:59.999999"),
        ("2026-03-09 12:00", "2 days", "2026-03-06 23:59:59.999999"),
        ("2026-03-09", "1 working_day", "2026-03-05 23:59:59.999999"),
        ("2026-03-10", "1 working_day", "2026-03-08 23:59:59.999999"),
        ("2026-03-29", "1 month", "2026-02-28 23:59:59.999999"),
    ],
)
def test_whoever_began_later_is_still_inside_the_time_allowed(as_of: str, within: str, since: str) -> None:
    assert known_since(desk(as_of=as_of), duration(within)) == at(since)


def test_a_standing_duty_is_judged_on_the_day_of_as_of_and_at_midnight_on_the_day_before() -> None:
    assert standing_day(at("2026-03-09")) == date(2026, 3, 8)
    assert standing_day(at("2026-03-09 00:00:01")) == date(2026, 3, 9)

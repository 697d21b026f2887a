from datetime import date, datetime

import pytest

from compliance.assess.period import ahead_of, audited, known_at
from compliance.model.finding import Window
from compliance.model.problem import UserError
from compliance.workspace.tables import Books, Table


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def table(first: str, last: str, *, recorded: str = "", ahead: bool = False) -> Table:
    return Table(
        "t", {}, first_at=at(first), last_at=at(last), last_recorded_at=at(recorded) if recorded else None, ahead=ahead
    )


def books(*tables: Table) -> Books:
    return Books({str(place): each for place, each in enumerate(tables)}, (), "")


MARCH = Window(at("2026-03-01"), at("2026-04-01"))


def test_what_is_asked_for_wins_over_the_manifest_side_by_side() -> None:
    assert audited(None, None, MARCH, books()) == MARCH
    assert audited(date(2026, 3, 10), None, MARCH, books()) == Window(at("2026-03-10"), MARCH.end)
    assert audited(None, at("2026-03-10 12:00"), MARCH, books()) == Window(MARCH.start, at("2026-03-10 12:00"))


def test_else_the_whole_months_from_the_first_record_to_the_last() -> None:
    ahead = table("2027-01-01", "2027-05-01", ahead=True)
    tables = [table("2026-01-31 23:59", "2026-02-01"), table("2026-02-05", "2026-03-31 23:59")]
    assert audited(None, None, None, books(*tables)) == Window(at("2026-01-01"), at("2026-04-01"))
    assert audited(None, None, None, books(*tables, ahead)).end == at("2026-04-01")


def test_no_record_with_a_time_gives_no_period() -> None:
    with pytest.raises(UserError, match="there is no period to audit"):
        audited(None, None, None, books(table("2027-01-01", "2027-05-01", ahead=True)))
    assert audited(date(2026, 3, 1), date(2026, 4, 1), None, books()) == MARCH


@pytest.mark.parametrize("end", ["2026-03-01", "2026-02-28 23:59"])
def test_a_period_must_end_after_it_begins(end: str) -> None:
    with pytest.raises(UserError, match="the period ends no later than it begins"):
        audited(date(2026, 3, 1), at(end), None, books())


def test_known_is_what_stood_at_the_end_or_at_the_last_record_written_after_it() -> None:
    assert known_at(None, MARCH, [table("2026-01-01", "2026-02-01")]) == MARCH.end
    assert known_at(None, MARCH, [table("2026-01-01", "2026-04-05 09:00")]) == at("2026-04-05 09:00")
    late = table("2026-01-01", "2026-02-01", recorded="2026-04-07")
    assert known_at(None, MARCH, [late, table("2026-01-01", "2026-05-01", ahead=True)]) == at("2026-04-07")
    assert known_at(date(2026, 3, 15), MARCH, [late]) == at("2026-03-15")


def test_an_audit_as_of_a_moment_still_to_come_is_told_and_one_as_of_now_is_not() -> None:
    assert ahead_of(at("2026-03-10 09:00"), MARCH.end, MARCH) == (
        "judged as of 2026-04-01 00:00, which is still to come, since the period ends then: "
        "what is due between today and then counts as missed; --as-of 2026-03-10 leaves it pending"
    )
    assert ahead_of(at("2026-03-10 09:00"), at("2062-03-01 12:30"), MARCH) == (
        "judged as of 2062-03-01 12:30, which is still to come, since the last record is of then: "
        "what is due between today and then counts as missed; --as-of 2026-03-10 leaves it pending"
    )
    assert ahead_of(MARCH.end, MARCH.end, MARCH) is None

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from compliance.clock import functions, instant_sql, local_sql, pieces, to_instant, to_local
from compliance.engines.duckdb import DuckDB

ZONES = (
    "Europe/Berlin",
    "Europe/Moscow",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
)
HOURS = st.integers(0, 130 * 365 * 24).map(lambda hours: datetime(1970, 1, 1) + timedelta(hours=hours))  # noqa: DTZ001 UTC


@given(st.sampled_from(ZONES), HOURS)
def test_local_time_is_that_of_zoneinfo(zone: str, instant: datetime) -> None:
    expected = instant.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert to_local(instant, zone) == expected


@given(st.sampled_from(ZONES), HOURS)
def test_there_and_back_is_the_same_instant_but_in_the_second_of_two_equal_hours(zone: str, instant: datetime) -> None:
    local = to_local(instant, zone)
    first = local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC).replace(tzinfo=None)
    assert to_instant(local, zone) == first
    assert to_local(to_instant(local, zone), zone) == local


@given(st.sampled_from(ZONES), st.lists(HOURS, min_size=1, max_size=50))
@settings(max_examples=12, deadline=None)
def test_the_engine_answers_as_python_does(zone: str, moments: list[datetime]) -> None:
    rows = [exp.tuple_(exp.cast(exp.Literal.string(str(moment)), "TIMESTAMP")) for moment in moments]
    columns = [
        exp.column("x"),
        local_sql(exp.column("x"), zone).as_("local"),
        instant_sql(exp.column("x"), zone).as_("instant"),
    ]
    query = exp.select(*columns).from_(exp.values(rows, alias="t", columns=["x"]))
    with DuckDB.opened([]) as engine:
        for function in functions(zone):
            engine.define(function)
        found = engine.fetch(query).to_pylist()
    assert found == [
        {"x": moment, "local": to_local(moment, zone), "instant": to_instant(moment, zone)} for moment in moments
    ]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_local_time_that_occurs_twice_is_the_first_of_the_two() -> None:
    assert to_instant(at("2026-10-25 02:30"), "Europe/Berlin") == at("2026-10-25 00:30")


def test_a_local_time_that_does_not_exist_moves_on_by_the_jump() -> None:
    instant = to_instant(at("2026-03-29 02:30"), "Europe/Berlin")
    assert instant == at("2026-03-29 01:30")
    assert to_local(instant, "Europe/Berlin") == at("2026-03-29 03:30")


@pytest.mark.parametrize(("local", "instant"), [("2026-03-29 01:59:59", "00:59:59"), ("2026-03-29 03:00", "01:00")])
def test_the_seconds_beside_a_jump(local: str, instant: str) -> None:
    assert to_instant(at(local), "Europe/Berlin") == at(f"2026-03-29 {instant}")


def test_a_zone_without_transitions_is_a_constant_offset() -> None:
    assert local_sql(exp.column("x"), "Etc/GMT-3").sql() == "(x + INTERVAL '10800' SECOND)"


def test_a_zone_that_changed_its_offset_is_a_call_of_what_the_engine_was_told() -> None:
    names = [function.name for function in functions("America/New_York")]
    assert (
        local_sql(exp.column("x"), "America/New_York").sql(normalize_functions=False) == "local_in_america_new_york(x)"
    )
    assert names == ["local_in_america_new_york", "instant_in_america_new_york", "existing_in_america_new_york"]
    assert not functions("Etc/GMT-3")


def test_utc_is_left_as_it_is() -> None:
    assert instant_sql(exp.column("x"), "UTC").sql() == local_sql(exp.column("x"), "UTC").sql() == "x"


def test_a_zone_is_gone_through_once() -> None:
    assert pieces("Europe/Berlin") is pieces("Europe/Berlin")


def test_what_follows_2100_keeps_the_last_offset() -> None:
    assert to_local(at("2150-07-01 00:00"), "Europe/Berlin") == at("2150-07-01 01:00")

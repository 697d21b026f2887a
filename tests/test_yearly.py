from datetime import datetime, timedelta

import pyarrow as pa
import pytest
from sqlglot import exp

from compliance.clock import existing_sql, functions, instant_sql, local_sql, pieces, to_instant, to_local
from compliance.engines.duckdb import DuckDB
from compliance.yearly import Era, eras

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Hobart", "America/Santiago", "Asia/Jerusalem", "Asia/Gaza")
NEAR = [timedelta(seconds=seconds) for each in (0, 1, 1800, 3600, 86400, 7 * 86400) for seconds in (-each, each)]


def _told(zone: str) -> list[Era]:
    found = pieces(zone)
    return [*eras([piece.start for piece in found], [piece.offset for piece in found])]


def _changes(zone: str) -> list[tuple[datetime, datetime]]:
    starts = [piece.start for piece in pieces(zone)]
    return [(starts[era.place], starts[era.place + era.count - 1]) for era in _told(zone)]


def test_the_last_sundays_of_march_and_of_october_are_one_rule_for_a_hundred_years() -> None:
    assert _changes("Europe/Berlin") == [
        (datetime(1980, 9, 28, 1), datetime(1996, 3, 31, 1)),  # noqa: DTZ001 UTC
        (datetime(1996, 10, 27, 1), datetime(2099, 3, 29, 1)),  # noqa: DTZ001 UTC
    ]


def test_the_first_sunday_of_april_is_one_rule_where_it_is_a_saturday_of_march_in_utc() -> None:
    assert _changes("Australia/Hobart")[-1] == (datetime(2007, 10, 6, 16), datetime(2099, 4, 4, 16))  # noqa: DTZ001 UTC


def test_what_comes_back_for_few_years_or_never_is_told_one_by_one() -> None:
    assert _told("Asia/Kathmandu") == []
    assert _told("Africa/Casablanca") == []


@pytest.mark.parametrize("zone", ZONES)
def test_the_engine_turns_every_moment_near_a_change_as_python_does(zone: str) -> None:
    changes = [piece.start for piece in pieces(zone)]
    january = [datetime(year, 1, day, hour) for year in range(1970, 2101) for day in range(1, 9) for hour in (0, 7, 16)]  # noqa: DTZ001 UTC
    moments = sorted({*january, *(change + near for change in changes for near in NEAR)})
    x = exp.column("x")
    with DuckDB.opened([]) as engine:
        for function in functions(zone):
            engine.define(function)
        engine.hand_over("t", pa.table({"x": pa.array(moments, pa.timestamp("us"))}))
        ways = {"local": local_sql, "instant": instant_sql, "existing": existing_sql}
        query = exp.select(x, *(way(x, zone).as_(name) for name, way in ways.items())).from_("t")
        found = engine.fetch(query).to_pylist()
    instants = {moment: to_instant(moment, zone) for moment in moments}
    assert found == [
        {"x": moment, "local": to_local(moment, zone), "instant": there, "existing": to_local(there, zone)}
        for moment, there in instants.items()
    ]


def test_what_every_expression_brings_along_is_short() -> None:
    assert [len(each.body.sql()) // 1000 for each in functions("Europe/Berlin")] == [1, 1, 0]

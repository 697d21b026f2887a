from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from tests.check.shop import EMPLOYEES, MANIFEST, calls, shop

from compliance.check import check

NEW_YEAR, TUESDAY = date(2026, 1, 1), date(2026, 1, 6)
COUNTRY = MANIFEST.replace("packs:", "calendar: {country: DE}\npacks:")
MISSING = "is the calendar missing?"


def odd(folder: Path, **files: str) -> list[str]:
    """What looks odd in the shop with other records or another manifest."""
    names = {"manifest": "compliance.yaml", "employees": "employees.csv", "calls": "calls.csv", "more": "more.csv"}
    return [each.says for each in check(shop(folder, {names[name]: text for name, text in files.items()})).oddities]


# --- silent days ----------------------------------------------------------------------------


def test_a_silent_day_amid_a_log_looks_like_a_holiday(tmp_path: Path) -> None:
    assert odd(tmp_path, calls=calls(TUESDAY)) == [f"6 January 2026 is silent in every table: {MISSING}"]


def test_silent_days_in_a_row_are_told_together_over_the_weekend(tmp_path: Path) -> None:
    silent = date(2026, 2, 6), date(2026, 2, 9)
    assert odd(tmp_path, calls=calls(*silent)) == [
        f"6 February 2026 to 9 February 2026 are silent in every table: {MISSING}"
    ]


def test_new_year_before_the_first_record_does_too_but_not_a_log_that_begins_later(tmp_path: Path) -> None:
    january = [date(2026, 1, day) for day in range(1, 31)]
    assert odd(tmp_path, calls=calls(NEW_YEAR)) == [f"1 January 2026 is silent in every table: {MISSING}"]
    assert odd(tmp_path, calls=calls(*january[:14])) == [
        f"1 January 2026 to 14 January 2026 are silent in every table: {MISSING}"
    ]
    assert odd(tmp_path, calls=calls(*january[:15])) == []


def test_a_log_that_is_kept_seldom_is_not_silent(tmp_path: Path) -> None:
    seldom = list(map(date.fromordinal, range(NEW_YEAR.toordinal(), NEW_YEAR.toordinal() + 60)))
    assert odd(tmp_path, calls=calls(*seldom[1::2])) == []


def test_where_a_country_is_named_its_holidays_are_not_silent_and_others_are_asked_for(tmp_path: Path) -> None:
    found = check(shop(tmp_path, {"compliance.yaml": COUNTRY, "calls.csv": calls(NEW_YEAR, TUESDAY)})).oddities
    assert [(each.table, each.says, each.help) for each in found] == [
        (
            None,
            "6 January 2026 is silent in every table: was it a day off?",
            "if it was, say so: `calendar: {extra_days_off: [2026-01-06]}`",
        )
    ]


def test_what_another_table_records_on_the_day_makes_it_no_holiday(tmp_path: Path) -> None:
    manifest = MANIFEST + "  doors: {source: more.csv, at: at}\n"
    doors = "at\n2026-01-06 08:00\n2026-01-01 08:00\n"
    assert odd(tmp_path, manifest=manifest, calls=calls(TUESDAY, NEW_YEAR), more=doors) == []


def test_but_a_log_with_a_heartbeat_is_silent_by_itself_on_new_year(tmp_path: Path) -> None:
    manifest = MANIFEST + "    heartbeat: working_day\n  doors: {source: more.csv, at: at}\n"
    doors = "at\n2026-01-06 08:00\n2026-01-01 08:00\n"
    files = {"compliance.yaml": manifest, "calls.csv": calls(TUESDAY, NEW_YEAR), "more.csv": doors}
    assert [(each.table, each.says) for each in check(shop(tmp_path, files)).oddities] == [
        ("calls", f"1 January 2026 is silent in calls: {MISSING}")
    ]


# --- far moments ----------------------------------------------------------------------------


def moments(days: Iterable[str]) -> str:
    rows = (f"{nth},{day}" for nth, day in enumerate(days, start=1))
    return "\n".join(["visit_id,at", *rows]) + "\n"


VISITS = MANIFEST + "  visits: {source: more.csv, key: visit_id, at: at}\n"
USUAL = ["2026-01-05", "2026-01-07", "2026-01-09", "2026-01-12"]


@pytest.mark.parametrize("far", ["2026-11-09", "2025-03-10"])
def test_more_than_three_hundred_days_from_a_short_log_are_far_and_three_hundred_are_not(
    tmp_path: Path, far: str
) -> None:
    near = date.fromordinal(date.fromisoformat(far).toordinal() + (1 if far < "2026" else -1))
    assert odd(tmp_path, manifest=VISITS, more=moments([*USUAL, str(near)])) == []
    assert odd(tmp_path, manifest=VISITS, more=moments([*USUAL, far])) == [
        f"1 record of visits happened far from all others: 5 ({far} 00:00)"
    ]


def test_among_four_records_none_is_far(tmp_path: Path) -> None:
    assert odd(tmp_path, manifest=VISITS, more=moments([*USUAL[1:], "2062-01-01"])) == []


def test_only_the_first_three_that_are_far_are_named(tmp_path: Path) -> None:
    far = ["1900-01-01", "1901-01-01", "2061-01-01", "2062-01-01"]
    assert odd(tmp_path, manifest=VISITS, more=moments([*USUAL, *USUAL, *USUAL, *USUAL, *far])) == [
        (
            "4 records of visits happened far from all others: "
            "17 (1900-01-01 00:00), 18 (1901-01-01 00:00), 19 (2061-01-01 00:00) and 1 more"
        )
    ]


def test_moments_at_the_ends_of_time_do_no_harm(tmp_path: Path) -> None:
    ends = ["0001-01-01", "0001-01-02", "9999-12-30", "9999-12-31", "9999-12-31"]
    assert odd(tmp_path, manifest=VISITS, more=moments(ends)) == []


# --- people and titles ----------------------------------------------------------------------


def test_one_known_id_is_enough(tmp_path: Path) -> None:
    manifest = MANIFEST + "  visits: {source: more.csv, key: visit_id, at: at, bearer: who}\n"
    strangers = "visit_id,at,who\n1,2026-01-05,x\n2,2026-01-05,y\n"
    assert odd(tmp_path, manifest=manifest, more=strangers) == [
        "nobody in visits.who is on the roster: not one id is an employees.employee_id"
    ]
    assert odd(tmp_path, manifest=manifest, more=strangers + "3,2026-01-05,ada\n") == []


def test_spellings_that_aliases_bring_together_are_not_odd(tmp_path: Path) -> None:
    staff = EMPLOYEES + "eva,Eva,Sales\n"
    assert odd(tmp_path, employees=staff) == ["employees.position is written in 2 ways: `Sales` and `sales`"]
    assert odd(tmp_path, employees=staff, manifest="positions: {Sales: sales}\n" + MANIFEST) == []


def test_a_spelling_that_an_alias_misses_is_told_beside_the_one_that_it_maps(tmp_path: Path) -> None:
    staff = EMPLOYEES + "eva,Eva,Sales clerk\nian,Ian,sales  Clerk\nzoe,Zoe,sales clerk\n"
    manifest = "positions: {Sales clerk: sales, sales clerk: sales}\n" + MANIFEST
    assert odd(tmp_path, employees=staff, manifest=manifest) == [
        "employees.position is written in 3 ways: `Sales clerk`, `sales  Clerk` and `sales clerk`"
    ]


def test_a_table_is_empty_or_wholly_rejected(tmp_path: Path) -> None:
    assert odd(tmp_path, manifest=VISITS, more="visit_id,at\n") == ["visits holds no record"]
    assert odd(tmp_path, manifest=VISITS, more="visit_id,at\n1,noon\n2,night\n") == [
        "every row of visits was rejected, 2 rows: at: not a datetime"
    ]


def test_what_can_be_done_about_a_table_that_is_wholly_rejected_is_named(tmp_path: Path) -> None:
    files = {"compliance.yaml": VISITS, "more.csv": "visit_id,at\n1,01.02.2026\n2,02.02.2026\n"}
    (odd,) = check(shop(tmp_path, files)).oddities
    assert (
        odd.help
        == "if the rows are right, say how it is written, as `format: {at: '%d.%m.%Y %H:%M'}` in the table's entry"
    )


def test_a_table_of_which_half_is_rejected_for_one_reason_names_the_cure(tmp_path: Path) -> None:
    half = "visit_id,at\n1,01.02.2026\n2,02.02.2026\n3,2026-01-05\n4,2026-01-06\n"
    says = "2 of 4 rows of visits are rejected (at: not a datetime)"
    assert odd(tmp_path, manifest=VISITS, more=half) == [says]
    assert odd(tmp_path, manifest=VISITS, more=half + "5,2026-01-07\n") == []


# --- records of nobody ----------------------------------------------------------------------


def test_records_that_name_nobody_are_told_where_others_name_somebody(tmp_path: Path) -> None:
    lines = calls().splitlines()
    some = [line.replace(",ada,", ",,") if place < 3 else line for place, line in enumerate(lines)]
    assert odd(tmp_path / "some", calls="\n".join(some) + "\n") == ["1 record of calls names nobody: Who is empty"]
    none = [line.replace(",ada,", ",,").replace(",ben,", ",,") for line in lines]
    assert [each for each in odd(tmp_path / "none", calls="\n".join(none) + "\n") if "nobody" in each] == []


# --- blanks around texts --------------------------------------------------------------------


def test_short_texts_with_blanks_at_an_end_are_told_with_what_finds_them(tmp_path: Path) -> None:
    rows = ['{"k": "1", "town": "Bedford  "}', '{"k": "2", "town": "Ayr"}', '{"k": "3", "town": " O\'Neil"}']
    long = "a " * 31 + "a"
    rows += [f'{{"k": "4", "town": " {long}"}}', '{"k": "5", "town": "Ayr North"}']
    manifest = "period: {from: 2026-01-01, to: 2026-02-01}\ntables: {towns: {source: towns.jsonl, key: k}}\n"
    (odd,) = check(shop(tmp_path, {"compliance.yaml": manifest, "towns.jsonl": "\n".join(rows)})).oddities
    assert odd.says == "2 records of towns have blanks around town"
    assert odd.help == "'O''Neil' is none of them: ask for town like '%O''Neil', or mend the source"

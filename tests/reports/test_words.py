from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reports.sample import day, empty_audit, moment, sample_audit

from compliance.model.audit import RuleAccount
from compliance.model.finding import Finding, How, Verdict, Window
from compliance.model.printable import printable
from compliance.reports import words
from compliance.reports.heat import LEVELS, level
from compliance.reports.summary import sentences


@pytest.mark.parametrize(
    ("how", "measured", "required", "late", "said"),
    [
        (How.SHORT, 28, 30, None, "28 of 30"),
        (How.OVER, Decimal("15.5"), 10, None, "15.5 against 10"),
        (How.LATE, None, None, 1, "1 day late"),
        (How.LATE, None, None, 0, "late"),
        (How.MISSING, None, None, None, "missing"),
        (How.PARTIAL, 8, 10, 3, "8 of 10, 3 days late"),
        (How.SHORT, Decimal("29.99999"), 30, None, "29.99999 of 30"),
        (How.OVER, 1_250_000, 1_000_000, None, "1,250,000 against 1,000,000"),
        (None, None, None, None, "breached"),
    ],
)
def test_a_breach_in_a_few_words(
    how: How | None, measured: Decimal | int | None, required: int | None, late: int | None, said: str
) -> None:
    found = Finding("1", "r", Verdict.BREACHED, how, measured=measured, required=required, days_late=late)
    assert words.brief(found) == said


@pytest.mark.parametrize(
    ("window", "said"),
    [
        (day(2), "2 March 2026"),
        (Window(moment("2026-02-01"), moment("2026-03-01")), "February 2026"),
        (Window(moment("2025-12-01"), moment("2026-01-01")), "December 2025"),
        (Window(moment("2026-01-01"), moment("2026-04-01")), "1 January 2026 to 31 March 2026"),
        (Window(moment("2026-03-02 09:00"), moment("2026-03-02 18:00")), "2 March 2026, 09:00 to 2 March 2026, 18:00"),
    ],
)
def test_a_window_is_called_by_its_days(window: Window, said: str) -> None:
    assert words.span(window) == said


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)))  # noqa: DTZ001 local time carries no zone
def test_an_instant_names_its_day(instant: datetime) -> None:
    assert words.instant(instant).startswith(f"{instant.day} {instant:%B} {instant.year}")


@given(st.integers() | st.decimals(allow_nan=False, allow_infinity=False, places=3))
def test_a_figure_of_few_places_keeps_its_value(number: int | Decimal) -> None:
    assert Decimal(words.figure(number).replace(",", "")) == number


@given(st.text())
def test_nothing_printed_steers_a_terminal(text: str) -> None:
    assert printable(text).isprintable()


@pytest.mark.parametrize(("who", "said"), [("e-17", "Anna Petrova (e-17)"), ("e-99", "e-99"), (None, "nobody named")])
def test_whoever_is_not_on_the_roster_is_called_by_id(who: str | None, said: str) -> None:
    assert words.person(sample_audit(), who) == said


@pytest.mark.parametrize(
    ("accounts", "said"),
    [
        ((), "Nothing was owed in this period, as far as the rules and records tell."),
        ((RuleAccount("r", not_applicable=3),), "Nothing was owed in this period"),
        ((RuleAccount("r", met=1, breached=2),), "Of 3 obligations examined, 1 was met and 2 breached."),
        ((RuleAccount("r", excused=1),), "1 was excused."),
        ((RuleAccount("r", excused=2, pending=1),), "2 were excused and 1 is still running."),
        ((RuleAccount("r", undetermined=1),), "nobody is blamed for it."),
        ((RuleAccount("r", met=1),), "No incident was raised. Everything else could be determined."),
    ],
)
def test_the_summary_is_a_plain_sentence(accounts: tuple[RuleAccount, ...], said: str) -> None:
    assert said in " ".join(sentences(replace(empty_audit(), rules=accounts)))


@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_a_deeper_colour_is_never_fewer(most: int, fewer: int) -> None:
    few = min(most, fewer)
    assert 0 <= level(few, most) <= level(most, most) == LEVELS
    assert (level(few, most) == 0) == (few == 0)

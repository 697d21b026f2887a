import pytest

from compliance.language.durations import Duration, Unit, duration


@pytest.mark.parametrize(
    ("text", "count", "unit", "written"),
    [
        ("90 days", 90, Unit.DAYS, "90 days"),
        ("1 day", 1, Unit.DAYS, "1 day"),
        ("0 days", 0, Unit.DAYS, "0 days"),
        ("48 hours", 48, Unit.HOURS, "48 hours"),
        ("30 minutes", 30, Unit.MINUTES, "30 minutes"),
        ("2 working_days", 2, Unit.WORKING_DAYS, "2 working_days"),
        ("1 working_day", 1, Unit.WORKING_DAYS, "1 working_day"),
        ("  6   weeks ", 6, Unit.WEEKS, "6 weeks"),
        ("1 month", 1, Unit.MONTHS, "1 month"),
        ("2 years", 2, Unit.YEARS, "2 years"),
    ],
)
def test_a_duration_is_read_and_written(text: str, count: int, unit: Unit, written: str) -> None:
    assert duration(text) == Duration(count, unit)
    assert str(duration(text)) == written


@pytest.mark.parametrize(
    "text", ["", "days", "3", "three days", "-1 days", "1.5 days", "2 fortnights", "1 d", "1day", "1 Day"]
)
def test_anything_else_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration") as raised:
        duration(text)
    assert str(raised.value) == (
        f"`{text}` is not a duration; write for example 90 days, 48 hours, 2 working_days or 1 month"
    )


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("2 hours", "120 minutes"),
        ("5 minutes", "5 minutes"),
        ("3 weeks", "21 days"),
        ("2 years", "24 months"),
        ("4 working_days", "4 working_days"),
        ("1 month", "1 month"),
    ],
)
def test_hours_are_exact_and_all_else_runs_to_the_end_of_a_day(text: str, normal: str) -> None:
    assert str(duration(text).normal()) == normal
    assert duration(text).exact is ("minutes" in normal)


@pytest.mark.parametrize(
    "text", ["1001 years", "12001 months", "365001 days", "9" * 5000 + " days", "525600001 minutes"]
)
def test_a_duration_is_at_most_a_thousand_years(text: str) -> None:
    with pytest.raises(ValueError, match="a duration is at most 1,000 years"):
        duration(text)


@pytest.mark.parametrize("text", ["1000 years", "12000 months", "365000 working_days", "525600000 minutes"])
def test_a_thousand_years_is_a_duration(text: str) -> None:
    assert str(duration(text)) == text

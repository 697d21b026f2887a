import pytest

from compliance.model.finding import Window
from compliance.ruletest.windows import Stretch, window_of
from compliance.yamldoc import Misplaced


def text(window: Window) -> str:
    return f"{window.start.isoformat()} {window.end.isoformat()}"


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("2026-03-02", "2026-03-02", "2026-03-03"),
        ("2026-02", "2026-02-01", "2026-03-01"),
        ("2026-12", "2026-12-01", "2027-01-01"),
        ("2026-Q1", "2026-01-01", "2026-04-01"),
        ("2026-Q4", "2026-10-01", "2027-01-01"),
        ("2026-W01", "2025-12-29", "2026-01-05"),
        ("2026-W53", "2026-12-28", "2027-01-04"),
        ("2026", "2026-01-01", "2027-01-01"),
    ],
)
def test_a_window_is_written_as_a_period_column_writes_it(written: str, start: str, end: str) -> None:
    assert text(window_of(written)) == f"{start}T00:00:00 {end}T00:00:00"


@pytest.mark.parametrize(
    "written", ["2026-13", "2026-02-30", "2025-W53", "2026-Q5", "March", "26", "2026-3-2", "", "2026-03-02 10:00"]
)
def test_anything_else_is_refused_in_one_sentence(written: str) -> None:
    with pytest.raises(Misplaced) as raised:
        window_of(written)
    assert str(raised.value) == f"`{written}` is no window"
    assert raised.value.help == "write 2026-03-02, 2026-03, 2026-Q1, 2026-W05, 2026, or {from: ..., to: ...}"


def test_two_ends_may_be_days_or_moments() -> None:
    given = {"from": "2026-03-02", "to": "2026-03-05 12:00"}
    assert text(Stretch.model_validate(given).window) == "2026-03-02T00:00:00 2026-03-05T12:00:00"

import pytest

from compliance.reports.cells import neutral


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r", "\n", " =1+1", "\u00a0@x", "\uff1d1+1"])
def test_what_a_spreadsheet_might_run_begins_with_an_apostrophe(text: str) -> None:
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", " ", "a=1", "1-1", "'=1", "orders o-1"])
def test_every_other_text_stays_as_it_is(text: str) -> None:
    assert neutral(text) == text

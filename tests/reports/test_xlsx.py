from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from tests.reports.sample import DISCLOSED, FINDINGS, FORMULA, INCIDENTS, TABLES, empty_audit, sample_audit

from compliance.model.audit import Audit
from compliance.model.finding import Verdict
from compliance.reports import xlsx
from compliance.reports.view import View

SHEETS = ["summary", "incidents", "findings", "undetermined", "rejected"]


def book(audit: Audit, view: View | None = None) -> Workbook:
    return load_workbook(BytesIO(xlsx.render(audit, view or View())))


def told(sheet: Worksheet) -> list[dict[str, object]]:
    heads, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_every_sheet_can_be_filtered_and_keeps_its_heads_in_sight() -> None:
    read = book(sample_audit())
    assert read.sheetnames == SHEETS
    for sheet in read:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions


def test_the_counts_are_those_of_the_audit() -> None:
    read = book(sample_audit())
    undetermined = [finding for finding in FINDINGS if finding.verdict is Verdict.UNDETERMINED]
    assert [row["finding"] for row in told(read["undetermined"])] == [each.id for each in undetermined]
    assert [row["finding"] for row in told(read["findings"])] == [
        each.id for each in FINDINGS if each.verdict is not Verdict.UNDETERMINED
    ]
    assert {row["incident"] for row in told(read["incidents"])} == {each.id for each in INCIDENTS}
    rejected = told(read["rejected"])
    assert [row["row"] for row in rejected if "not named" not in str(row["row"])] == [
        reject for table in TABLES for reject in table.rejects
    ]
    told_of = {(row["part"], row["what"]): row["value"] for row in told(read["summary"])}
    assert told_of["verdicts", "undetermined"] == sum(rule.undetermined for rule in sample_audit().rules)
    assert told_of["audit", "as of"] == datetime.fromisoformat("2026-04-01 18:30")


def test_dates_are_dates_and_numbers_numbers() -> None:
    incident = next(row for row in told(book(sample_audit())["incidents"]) if row["incident"] == "1c0ffee1a2b3")
    assert incident["last_day"] == datetime.fromisoformat("2026-05-01")
    assert incident["findings"] == 30
    odd = replace(DISCLOSED, measured=Decimal("12.50"), required=3, at=datetime.fromisoformat("2026-03-20 16:45:12"))
    finding = told(book(replace(sample_audit(), findings=(odd,)))["findings"])[0]
    assert (finding["measured"], finding["required"]) == (12.5, 3)
    assert finding["at"] == odd.at


def test_a_number_that_a_spreadsheet_would_round_and_a_day_before_its_calendar_are_text() -> None:
    odd = replace(DISCLOSED, measured=Decimal("1234567890.1234567"), at=datetime.fromisoformat("1899-05-01"))
    finding = told(book(replace(sample_audit(), findings=(odd,)))["findings"])[0]
    assert (finding["measured"], finding["at"]) == ("1234567890.1234567", "1899-05-01T00:00:00")


@pytest.mark.parametrize("text", [FORMULA, "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "{=1}", "http://example.com", "12"])
def test_text_stays_text_whatever_it_looks_like(text: str) -> None:
    sheet = book(replace(sample_audit(), findings=(replace(DISCLOSED, message=text),)))["findings"]
    cell = sheet.cell(2, 1 + [head.value for head in sheet[1]].index("message"))
    assert (cell.data_type, cell.value, cell.hyperlink) == ("s", text.replace("\t", " "), None)


def test_what_is_no_xml_and_what_is_too_long_for_a_cell_is_told_as_far_as_it_goes() -> None:
    odd = replace(DISCLOSED, message="a\x00\ud83d" + "x" * 40_000)
    finding = told(book(replace(sample_audit(), findings=(odd,)))["findings"])[0]
    assert str(finding["message"]).startswith("a\\x00\\ud83dxxx")
    assert len(str(finding["message"])) == xlsx.LENGTH


def test_the_same_audit_gives_the_same_bytes() -> None:
    assert xlsx.render(sample_audit(), View()) == xlsx.render(sample_audit(), View())


def test_more_rows_than_a_sheet_takes_go_on_in_a_further_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "ROWS", 20)
    read = book(sample_audit())
    sheets = [name for name in read.sheetnames if name.startswith("findings")]
    assert sheets == ["findings", "findings 2", "findings 3"]
    shown = [row["finding"] for name in sheets for row in told(read[name])]
    assert shown == [each.id for each in FINDINGS if each.verdict is not Verdict.UNDETERMINED]


def test_of_nothing_there_are_heads() -> None:
    read = book(empty_audit())
    assert read.sheetnames == SHEETS
    assert told(read["incidents"]) == []


def test_a_filter_thins_the_rows_and_is_named() -> None:
    read = book(sample_audit(), View(bearer="e-30"))
    assert [row["finding"] for row in told(read["findings"])] == [DISCLOSED.id]
    assert any(row["what"] == "filter" for row in told(read["summary"]))

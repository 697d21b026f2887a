from pathlib import Path

from tests.assess.workspaces import FILES, audited, house

from compliance.audit import Options
from compliance.model.finding import RecordRef


def test_the_records_behind_incidents_come_with_their_columns_as_text(tmp_path: Path) -> None:
    calls = FILES["calls.csv"].replace("minutes", "note")
    found = audited(house(tmp_path, calls=calls), options=Options(judge="plain", records=True))
    assert found.records == {
        RecordRef("calls", "3"): {
            "call_id": "3",
            "at": "2026-03-02 12:00:00",
            "employee_id": "b",
            "kind": "call",
            "note": "7",
        },
        RecordRef("calls", "4"): {
            "call_id": "4",
            "at": "2026-03-03 10:00:00",
            "employee_id": "a",
            "kind": "gift",
            "note": "8",
        },
    }
    assert audited(tmp_path).records == {}

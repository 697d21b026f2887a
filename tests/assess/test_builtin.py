from datetime import datetime
from pathlib import Path

import pytest
from tests.assess.workspaces import MANIFEST, audited, house

from compliance.model.finding import Finding, How, RecordRef, Verdict
from compliance.model.problem import UserError

HEAD = "call_id,at,employee_id,kind,recorded_at\n"


def late(folder: Path, rows: str, tolerance: str = "") -> tuple[Finding, ...]:
    manifest = MANIFEST + (f"backdating_tolerance: {tolerance}\n" if tolerance else "")
    found = audited(house(folder, compliance=manifest, calls=HEAD + rows))
    return tuple(each for each in found.findings if each.rule == "dutybook.backdated")


def keys(folder: Path, tolerance: str, *recorded: str, at: str = "2026-03-05 10:00") -> list[str]:
    rows = "".join(f"{number},{at},a,call,{moment}\n" for number, moment in enumerate(recorded))
    return [each.record.key for each in late(folder, rows, tolerance) if each.record]


def test_an_entry_written_down_late_is_told_and_counts_all_the_same(tmp_path: Path) -> None:
    rows = "1,2026-03-02 10:00,a,call,2026-03-06 00:00\n2,2026-03-02 10:00,a,call,2026-03-05 23:59\n"
    (one,) = late(tmp_path, rows)
    assert one == Finding(
        id=one.id,
        rule="dutybook.backdated",
        verdict=Verdict.BREACHED,
        how=How.LATE,
        bearer="a",
        responsible="a",
        record=RecordRef("calls", "1"),
        message="Ann (a): calls 1 of 2026-03-02 10:00:00 was written down on 2026-03-06 00:00:00",
        at=datetime.fromisoformat("2026-03-02 10:00"),
        evidence=(RecordRef("calls", "1"),),
    )
    found = audited(tmp_path, keep_all=True)
    assert [each.verdict for each in found.findings if each.rule == "house.calls" and each.bearer == "a"] == [
        Verdict.MET
    ]
    assert found.rulebook["dutybook.backdated"].severity == "observation"


@pytest.mark.parametrize(
    ("tolerance", "in_time", "too_late"),
    [
        ("3 working_days", "2026-03-10 23:59", "2026-03-11 00:00"),
        ("1 day", "2026-03-06 23:59", "2026-03-07 00:00"),
        ("0 days", "2026-03-05 23:59", "2026-03-06 00:00"),
        ("24 hours", "2026-03-06 10:00", "2026-03-06 10:01"),
        ("1 month", "2026-04-05 23:59", "2026-04-06 00:00"),
    ],
)
def test_the_tolerance_runs_to_the_end_of_a_day_and_hours_are_exact(
    tmp_path: Path, tolerance: str, in_time: str, too_late: str
) -> None:
    assert keys(tmp_path, tolerance, in_time, too_late) == ["1"]


def test_only_entries_of_the_period_are_told_and_only_where_it_is_known_when_they_were_written(tmp_path: Path) -> None:
    assert keys(tmp_path, "1 day", "2026-03-08", at="2026-03-01 10:00") == []
    assert keys(tmp_path, "1 day", "", "2026-03-04") == []
    assert "dutybook.backdated" not in audited(house(tmp_path / "plain")).rulebook


UNKNOWN = "employee_id,name,position,superior_id\na,Ann,seller,c\nb,Bob,seller,c\nc,Cid,head,\n"


def test_what_nobody_answers_for_is_told_and_raises_no_incident_whatever_its_severity(tmp_path: Path) -> None:
    manifest = MANIFEST + "builtin: {dutybook.unmapped-title: serious}\n"
    found = audited(house(tmp_path, compliance=manifest, employees=UNKNOWN))
    (one,) = (each for each in found.findings if each.rule == "dutybook.unmapped-title")
    assert (one.bearer, one.responsible, one.record) == ("c", None, RecordRef("employees", "c"))
    assert one.message == "Cid (c): no rule and no alias knows the title head"
    assert found.rulebook["dutybook.unmapped-title"].severity == "serious"
    assert not any(one.id in incident.findings for incident in found.incidents)


def test_the_manifest_may_weigh_an_entry_written_down_late(tmp_path: Path) -> None:
    manifest = MANIFEST + "builtin: {dutybook.backdated: minor}\n"
    rows = "1,2026-03-02 10:00,a,call,2026-03-06 00:00\n"
    found = audited(house(tmp_path, compliance=manifest, calls=HEAD + rows))
    (late_,) = (each for each in found.incidents if each.rules == ("dutybook.backdated",))
    assert (late_.severity, late_.responsible) == ("minor", "a")


def test_an_unknown_built_in_finding_is_an_error_of_the_manifest(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"dutybook\.overlaps"):
        audited(house(tmp_path, compliance=MANIFEST + "builtin: {dutybook.overlaps: minor}\n"))

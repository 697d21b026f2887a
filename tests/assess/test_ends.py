from pathlib import Path

from tests.assess.workspaces import FILES, house

from compliance.audit import Options, audit

DAILY = FILES["rules/calls.yaml"].replace("in_force: {from: 2026-03-02, to: 2026-03-02}\n", "")
MANIFEST = FILES["compliance.yaml"]


def told(folder: Path, first: str, to: str) -> list[str]:
    """What an audit from one day to another says of the records of the first week of March."""
    manifest = MANIFEST.replace("from: 2026-03-02, to: 2026-03-09", f"from: {first}, to: {to}")
    notes = audit(house(folder, compliance=manifest, rules_calls=DAILY), Options(judge="plain")).audit.notes
    return [note for note in notes if note.startswith("the records of calls")]


def test_six_working_days_of_the_period_after_the_last_record_are_told_and_five_are_not(tmp_path: Path) -> None:
    assert told(tmp_path, "2026-03-02", "2026-03-12") == []
    assert told(tmp_path, "2026-03-02", "2026-03-13") == [
        "the records of calls end on 2026-03-04, while the period goes on"
    ]


def test_records_that_end_before_the_period_begins_are_told(tmp_path: Path) -> None:
    assert told(tmp_path, "2026-04-01", "2026-05-01") == [
        "the records of calls end on 2026-03-04, before the period begins on 2026-04-01"
    ]


def test_records_that_begin_after_the_period_are_told(tmp_path: Path) -> None:
    assert told(tmp_path, "2026-02-02", "2026-02-28") == [
        "the records of calls begin on 2026-03-02, while the period begins on 2026-02-02"
    ]


def test_without_a_rule_the_first_note_says_that_nothing_was_checked(tmp_path: Path) -> None:
    manifest = MANIFEST.replace("packs: [./rules]\n", "")
    found = audit(house(tmp_path, compliance=manifest), Options(judge="plain")).audit
    assert found.notes[0] == (
        "no rule is named, so nothing was checked: `packs` in the manifest, or --pack, says by which"
    )

from pathlib import Path

import pytest
from tests.assess.workspaces import FILES, house

from compliance.audit import Options, audit
from compliance.workspace.cures import cure

CALLS = FILES["calls.csv"]


@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        ("at: not a datetime", "say how it is written, as `format: {at: '%d.%m.%Y %H:%M'}`"),
        ("due: not on: not a date", "say how it is written, as `format: {due: not on: '%d.%m.%Y'}`"),
        (
            "fee: not an amount",
            "name the sign before decimals, as `decimal: ','`, or the type, as `types: {fee: text}`",
        ),
        ("paid: not yes or no", "name the words for yes and for no, as `true: [yes]` and `false: [no]` (column paid)"),
        ("not readable as UTF-8", "name how the file is encoded, as `encoding: cp1251` or `encoding: latin-1`"),
        ("too few cells", "name what stands between the cells, as `delimiter: ';'`"),
        ("call_id: the key is missing", None),
        ("bearer: not on the roster", None),
    ],
)
def test_a_reason_is_cured_in_the_manifest_or_in_the_rows(reason: str, advice: str | None) -> None:
    assert cure(reason) == advice


def notes(folder: Path, calls: str) -> list[str]:
    made = audit(house(folder, calls=calls), Options(judge="plain")).audit
    return [each for each in made.notes if "rejected (" in each]


def test_an_audit_names_the_cure_where_half_of_a_table_could_not_be_read(tmp_path: Path) -> None:
    half = CALLS + "".join(f"{nth},05.03.2026 10:00,a,call,5\n" for nth in range(6, 11))
    assert notes(tmp_path, half) == [
        (
            "5 of 10 rows of calls are rejected (at: not a datetime): if they are right, say how it is written, "
            "as `format: {at: '%d.%m.%Y %H:%M'}` in the table's entry"
        )
    ]
    assert notes(tmp_path, half + "11,2026-03-05 10:00,a,call,5\n") == []
    assert notes(tmp_path, CALLS + "6,05.03.2026 10:00,a,call,5\n") == []


def test_of_a_file_in_another_encoding_too(tmp_path: Path) -> None:
    folder = house(tmp_path)
    folder.joinpath("calls.csv").write_bytes(
        b"call_id,at,employee_id,kind\n1,2026-03-02,a,appel \xe9\n2,2026-03-02,a,\xe9\n"
    )
    assert [each for each in audit(folder, Options(judge="plain")).audit.notes if "UTF-8" in each] == [
        (
            "2 of 2 rows of calls are rejected (not readable as UTF-8): if they are right, "
            "name how the file is encoded, as `encoding: cp1251` or `encoding: latin-1` in the table's entry"
        )
    ]

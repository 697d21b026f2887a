"""Cases come with other people's packs: what they name must not lead out of the case."""

import tempfile
from pathlib import Path

import pytest

from compliance.model.problem import UserError
from compliance.ruletest.running import run_file

RULE = "rules:\n- {id: own.a, title: A, severity: minor, prohibition: {of: activities}}\ncases:\n"
ELSEWHERE = {
    "register: postgresql://127.0.0.1:9/x": "a case stands alone",
    "register: ../register.sqlite": "a case stands alone",
    "waivers: ../../secret.yaml": "a case stands alone",
    "packs: [/etc]": "a case can't name a folder",
    "packs: [../../elsewhere]": "a case can't name a folder",
    'packs: ["a\\0b"]': "a case can't name a folder",
}


def refused(folder: Path, case: str) -> str:
    (folder / "own.test.yaml").write_text(RULE + case, "utf-8")
    with pytest.raises(UserError) as raised:
        run_file(folder / "own.test.yaml")
    (problem,) = raised.value.problems
    return problem.line()


@pytest.mark.parametrize("given", ELSEWHERE)
def test_a_case_names_no_file_folder_or_server(tmp_path: Path, given: str) -> None:
    assert ELSEWHERE[given] in refused(tmp_path, f"- case: x\n  given: {{{given}}}\n")


@pytest.mark.parametrize("table", ["../evil", "/evil", "a\\0b", "a" * 300, ".", "a/b"])
def test_the_table_of_a_case_is_written_nowhere_else(
    tmp_path: Path, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    told = refused(tmp_path, f'- case: x\n  tables:\n    "{table}": |\n      id\n      1\n')
    assert "a table's name here is" in told
    assert [path.name for path in tmp_path.iterdir()] == ["own.test.yaml"]


def test_the_law_of_a_case_is_one_that_is_shipped(tmp_path: Path) -> None:
    (tmp_path / "own.test.yaml").write_text(RULE + "- case: x\n  given: {jurisdiction: ../judgement/bearer}\n", "utf-8")
    (result,) = run_file(tmp_path / "own.test.yaml")
    assert result.differences[0].startswith("compliance.yaml:1:15: no law is known for the jurisdiction")

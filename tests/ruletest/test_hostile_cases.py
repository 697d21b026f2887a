"""Cases come with other people's packs: what they name must not lead out of the case."""

import tempfile
from pathlib import Path

import pytest

from compliance.model.problem import UserError
from compliance.ruletest.pipes import rows_of
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
    path = tmp_path / "own.test.yaml"
    path.write_text(RULE + "- case: x\n  given: {jurisdiction: ../judgement/bearer}\n", "utf-8")
    (result,) = run_file(path)
    line = RULE.count("\n") + 1
    assert result.differences[0].startswith(f"{path}:{line}: no law is known for the jurisdiction")


SLASHES = "/:" * 250_000
HEAD = "- case: x\n"
TABLE = f"{HEAD}  tables:\n    activities: |\n      activity_id | at\n"


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("".join(f"      60000 * {key} | 2026-03-02\n" for key in "ab"), "there are more than the 100000 rows"),
        ("".join(f"      99999 * {key} | 2026-03-02\n" for key in "abcdefghijk"), "have 1,099,989 rows, more than"),
    ],
    ids=["of a table", "of a file"],
)
def test_few_lines_do_not_ask_for_more_rows_than_memory_holds(tmp_path: Path, rows: str, says: str) -> None:
    assert says in refused(tmp_path, TABLE + rows)


def test_a_line_of_nothing_but_blanks_is_read_at_once() -> None:
    assert [*rows_of(f"a | b{' ' * 500_000}x\n1 | 2{' ' * 500_000}#\n")] == [["a", f"b{' ' * 500_000}x"], ["1", "2"]]


@pytest.mark.parametrize(("given", "says"), [("idna", "is not idna text"), ("utf-16", "is not utf-16 text")])
def test_an_encoding_that_takes_nothing_for_what_is_none_is_told(tmp_path: Path, given: str, says: str) -> None:
    case = f"- case: x\n  given: {{tables: {{activities: {{encoding: {given}}}}}}}\n{TABLE.removeprefix(HEAD)}"
    (tmp_path / "own.test.yaml").write_text(RULE + case + "      1 | 2026-03-02\n", "utf-8")
    (result,) = run_file(tmp_path / "own.test.yaml")
    assert says in result.differences[0]


def test_the_header_of_a_table_lies_within_a_million_lines(tmp_path: Path) -> None:
    case = "- case: x\n  given: {tables: {activities: {header: 99999999999999999999}}}\n"
    (tmp_path / "own.test.yaml").write_text(RULE + case, "utf-8")
    with pytest.raises(UserError, match="header"):
        run_file(tmp_path / "own.test.yaml")


def test_as_of_is_local_time(tmp_path: Path) -> None:
    assert "leave the offset out" in refused(tmp_path, "- case: x\n  as_of: 2026-03-02T00:00:00Z\n")


def test_what_quotes_a_long_text_is_shortened_before_it_is_looked_through(tmp_path: Path) -> None:
    told = refused(tmp_path, f'- case: x\n  expect:\n  - {{verdict: met, window: "{SLASHES}"}}\n')
    assert len(told) < 3_000

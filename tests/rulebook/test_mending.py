import os
import stat
from datetime import date
from pathlib import Path

import pytest
from tests.assess.workspaces import written

from compliance.model.problem import Mend, Place, Problem, UserError
from compliance.proof import mended, proofread
from compliance.rulebook import mending

RULE = """\
# What no order may be.
id: own.a     # never reused
titel:   "A"
severity: minor
clause: form/a/1
mesage: "{bearr} and {record}"   # who, and which
remedy: stop

prohibition: {of: orders, whre: amount > 100}   # in money
"""
MENDED = (
    RULE.replace("titel", "title").replace("mesage", "message").replace("{bearr}", "{bearer}").replace("whre", "where")
)
CASES = "- {case: late, expect: [{verdict: breached}]}\n- {case: in time}\n"


def mend(folder: Path) -> list[str]:
    return [each.replace(f"{folder}/", "") for each in mended([folder], today=date(2026, 3, 2))]


def test_misspelt_keys_and_words_are_mended_and_all_else_is_kept(tmp_path: Path) -> None:
    written(tmp_path, {"a.yaml": RULE, "a.test.yaml": CASES})
    assert mend(tmp_path) == [
        "a.yaml:3:1: `titel` is now `title`",
        "a.yaml:6:1: `mesage` is now `message`",
        "a.yaml:9:27: `whre` is now `where`",
        "a.yaml:6:11: `{bearr}` is now `{bearer}`",
    ]
    assert (tmp_path / "a.yaml").read_text() == MENDED
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.test.yaml", "a.yaml"]
    assert [each.line() for each in proofread([tmp_path])] == []
    assert mend(tmp_path) == []


@pytest.mark.parametrize(
    "text",
    [
        MENDED.replace("of: orders", "of: ordrs"),
        MENDED.replace("title:", "ttl:"),
        MENDED.replace("title: ", "tilte: again\ntitle: "),
        MENDED.replace("amount >", "amuont >"),
        MENDED.replace("clause: form/a/1\n", ""),
        # `with` and `without` are near.
        MENDED.replace("where:", "withot: {of: clients, match: [client_id]}, where:"),
    ],
)
def test_what_needs_thought_is_left_as_it_is(tmp_path: Path, text: str) -> None:
    written(tmp_path, {"a.yaml": text, "a.test.yaml": CASES})
    assert mend(tmp_path) == []
    assert (tmp_path / "a.yaml").read_text() == text
    assert proofread([tmp_path]) != ()


SILENCED = "id: own.a   # lint: allow old-draft because it is\n# lint: allow alike-names because so\n"


def test_a_silencing_of_nothing_is_removed_with_its_line_where_it_stands_alone(tmp_path: Path) -> None:
    written(tmp_path, {"a.yaml": MENDED.replace("id: own.a     # never reused\n", SILENCED), "a.test.yaml": CASES})
    assert mend(tmp_path) == [
        "a.yaml:2:13: `# lint: allow old-draft because it is` is removed",
        "a.yaml:3:1: `# lint: allow alike-names because so` is removed",
    ]
    assert (tmp_path / "a.yaml").read_text() == MENDED.replace("id: own.a     # never reused\n", "id: own.a\n")


def test_a_misspelt_lint_is_mended_and_found_to_silence_nothing_next(tmp_path: Path) -> None:
    text = MENDED + "# lint: allow old-draf because it is\n"
    written(tmp_path, {"a.yaml": text, "a.test.yaml": CASES})
    assert mend(tmp_path) == [
        "a.yaml:10:1: `# lint: allow old-draf because it is` is now `# lint: allow old-draft because it is`",
        "a.yaml:10:1: `# lint: allow old-draft because it is` is removed",
    ]
    assert (tmp_path / "a.yaml").read_text() == MENDED


def test_words_of_a_text_that_look_like_a_silencing_are_none_to_remove(tmp_path: Path) -> None:
    text = MENDED.replace("remedy: stop", "remedy: |\n  say # lint: allow old-draft because it is")
    written(tmp_path, {"a.yaml": text, "a.test.yaml": CASES})
    assert mend(tmp_path) == []
    assert (tmp_path / "a.yaml").read_text() == text


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_a_mark_of_the_encoding_and_rights_are_kept(tmp_path: Path, end: str) -> None:
    written(tmp_path, {"a.yaml": "", "a.test.yaml": CASES})
    path = tmp_path / "a.yaml"
    path.write_bytes(("\ufeff" + RULE.replace("\n", end)).encode())
    path.chmod(0o640)
    assert len(mend(tmp_path)) == 4
    assert path.read_bytes() == ("\ufeff" + MENDED.replace("\n", end)).encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    written(tmp_path, {"here/kept/a.txt": RULE, "here/a.test.yaml": CASES})
    (tmp_path / "here/a.yaml").symlink_to("kept/a.txt")
    assert len(mend(tmp_path / "here")) == 4
    assert (tmp_path / "here/a.yaml").is_symlink()
    assert (tmp_path / "here/kept/a.txt").read_text() == MENDED


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("id: own.a\n")
    assert mending.mend([Problem(Place(str(path), 1, 1), "x", mend=Mend("idd", "id"))]) == []
    assert path.read_text() == "id: own.a\n"


def test_where_a_file_can_not_be_replaced_it_is_whole_and_nothing_lies_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, {"a.yaml": RULE, "a.test.yaml": CASES})

    def refuse(*_: object) -> None:
        raise PermissionError(1, os.strerror(1))

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(UserError) as raised:
        mend(tmp_path)
    assert str(raised.value) == f"{tmp_path}/a.yaml: can't be written: {os.strerror(1)}"
    assert (tmp_path / "a.yaml").read_text() == RULE
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.test.yaml", "a.yaml"]

import re
from pathlib import Path

import pytest
from tests.cli.conftest import Command

from compliance.model.problem import Level
from compliance.rulebook.lint import lint
from compliance.workspace.entry import TableEntry
from compliance.workspace.manifest import Manifest
from compliance_cli.init import STARTER


def test_what_is_written_and_said(compliance: Command, here: Path) -> None:
    assert compliance("init", "new/shop") == (
        0,
        "",
        (
            "Wrote new/shop: a manifest with every key explained, three small tables and two rules. "
            "They run as they are:\n"
            "  compliance audit new/shop\n"
            "Then name your own files in new/shop/compliance.yaml.\n"
        ),
    )
    assert sorted(
        str(path.relative_to(here / "new/shop")) for path in (here / "new/shop").rglob("*") if path.is_file()
    ) == [
        "compliance.yaml",
        "employees.csv",
        "expenses.csv",
        "rules/no-large-gifts.yaml",
        "rules/parameters.yaml",
        "rules/visits-per-week.yaml",
        "visits.csv",
    ]


def test_the_current_folder_where_it_is_empty(compliance: Command, here: Path) -> None:
    assert compliance("-q", "init") == (0, "", "")
    assert (here / "compliance.yaml").is_file()


def test_a_folder_with_anything_in_it_is_left_alone(compliance: Command, here: Path) -> None:
    (here / "notes.txt").touch()
    assert compliance("init", ".") == (
        2,
        "",
        ". is not an empty folder\n  help: name another one; nothing was written\n",
    )
    assert compliance("init", "notes.txt").err == (
        "notes.txt is not an empty folder\n  help: name another one; nothing was written\n"
    )
    assert [path.name for path in here.iterdir()] == ["notes.txt"]


def test_every_key_of_the_manifest_is_explained() -> None:
    text = (STARTER / "compliance.yaml").read_text(encoding="utf-8")
    keys = {field.alias or name for name, field in (Manifest.model_fields | TableEntry.model_fields).items()}
    assert {key for key in keys if not re.search(rf"(?m)^\s*(# ?)?{key}:", text)} == set()


def test_the_rules_are_sound() -> None:
    assert [
        problem
        for problem in lint([STARTER / "rules"])
        if problem.level is Level.ERROR and "visits" not in problem.says
    ] == []


# --- from own files -------------------------------------------------------------------------

CALLS = "call_id,at,employee_id\n1,2026-03-02 10:00,ada\n2,2026-03-03 11:00,ben\n"
AGAIN = "is there already\n  help: name another folder; nothing was written\n"


@pytest.fixture
def calls(here: Path) -> Path:
    """A log of calls in the current folder."""
    (here / "calls.csv").write_text(CALLS, encoding="utf-8")
    return Path("calls.csv")


def test_a_manifest_for_a_file_can_be_checked_and_audited(compliance: Command, calls: Path) -> None:
    assert compliance("init", "--from", calls, "new/shop") == (
        0,
        "",
        (
            "Wrote new/shop/compliance.yaml: activities. What is guessed says so; read it, then see what can be "
            "answered:\n  compliance check new/shop\n"
        ),
    )
    assert [path.name for path in Path("new/shop").iterdir()] == ["compliance.yaml"]
    assert calls.read_text(encoding="utf-8") == CALLS
    ran = compliance("check", "new/shop")
    assert (ran.status, ran.out.splitlines()[-1]) == (
        0,
        "1 table, 0 rules: 0 answered, 0 in part, 0 not answered; 0 unmapped titles, 0 oddities",
    )
    assert compliance("audit", "new/shop").status == 3


def test_beside_the_file_itself_in_a_folder_that_is_not_empty(compliance: Command, calls: Path) -> None:
    assert compliance("-q", "init", "--from", calls) == (0, "", "")
    assert "    source: calls.csv\n" in Path("compliance.yaml").read_text(encoding="utf-8")


def test_several_files_and_the_environment(compliance: Command, calls: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("staff.csv").write_text("employee_id,name,position\nada,Ada,clerk\nben,Ben,clerk\n", encoding="utf-8")
    assert compliance("init", "--from", calls, "--from", "staff.csv", "one").status == 0
    monkeypatch.setenv("COMPLIANCE_INIT_FROM", "calls.csv staff.csv")
    assert compliance("init", "two").status == 0
    one, two = (Path(name, "compliance.yaml").read_text(encoding="utf-8") for name in ("one", "two"))
    assert one.replace("organisation: one", "organisation: two") == two


@pytest.mark.parametrize("target", ["file", "link", "folder"])
def test_a_manifest_that_is_there_is_never_written_over(compliance: Command, calls: Path, target: str) -> None:
    manifest = Path("compliance.yaml")
    if target == "file":
        manifest.write_text("tables: {}", encoding="utf-8")
    elif target == "link":
        manifest.symlink_to("elsewhere.yaml")
    else:
        manifest.mkdir()
    assert compliance("init", "--from", calls) == (2, "", f"compliance.yaml {AGAIN}")
    assert not Path("elsewhere.yaml").exists()


def test_where_a_file_can_not_be_read_nothing_is_made(compliance: Command, calls: Path) -> None:
    ran = compliance("init", "--from", calls, "--from", "cals.csv", "shop")
    assert ran == (2, "", "--from cals.csv: there is no file cals.csv\n  help: did you mean `calls.csv`?\n")
    assert not Path("shop").exists()
    assert compliance("init", "--from", calls, calls).err == (
        "calls.csv is not a folder\n  help: name another one; nothing was written\n"
    )


def test_a_password_does_not_get_into_a_file_nor_onto_the_screen(compliance: Command, here: Path) -> None:
    ran = compliance("init", "--from", "postgresql://ann:hunter2@db/shop::orders", "shop")
    assert ran == (
        2,
        "",
        (
            "an address with a password would write the password into the manifest\n"
            "  help: leave the password out, and give it by the environment\n"
        ),
    )
    assert [*here.iterdir()] == []

import re
from pathlib import Path

from tests.cli.conftest import Command

from compliance.model.problem import Level
from compliance.rulebook import lint
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

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import Command, environment

from compliance import shipped
from compliance_cli.called import called

MADE = (
    "./dutybook-demo is there already, and `compliance demo` did not make it\n"
    "  help: move it away, or run the demo in another folder\n"
)


def test_the_demo_judges_the_trading_house(compliance: Command, here: Path) -> None:
    ran = compliance("demo")
    planted = json.loads((shipped.demo_world() / "planted.json").read_text(encoding="utf-8"))
    summary = ran.out.splitlines()[-1]
    assert ran.status == 0
    assert summary.startswith(
        "findings: 2,120 met, 47 breached, 2 excused, 7 pending, 31 undetermined, 81 not applicable;"
    )
    page = (here / "dutybook-demo" / "report.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "Northgate Trading House" in page
    assert planted
    assert ran.err.startswith("\nThe same report as a page: dutybook-demo/report.html\n")


def test_the_house_is_copied_without_what_is_not_its_own(compliance: Command, here: Path) -> None:
    compliance("-q", "demo")
    copied = {path.name for path in (here / "dutybook-demo").iterdir()}
    assert copied >= {
        "compliance.yaml",
        "planted.md",
        "trade.sqlite",
        "disclosures.jsonl",
        "report.html",
        "register.sqlite",
    }
    assert {name for name in copied if name.endswith((".py", ".json")) or name.startswith(".")} == {".gitignore"}
    assert [path.name for path in here.iterdir()] == ["dutybook-demo"]


def test_a_copy_that_is_there_is_kept(compliance: Command, here: Path) -> None:
    compliance("demo")
    (here / "dutybook-demo" / "activities-2026-03.csv").unlink()
    ran = compliance("-q", "demo")
    assert (ran.status, ran.err) == (0, "")
    assert "49 breached" not in ran.out


def test_somebody_else_s_folder_is_left_alone(compliance: Command, here: Path) -> None:
    (here / "dutybook-demo").mkdir()
    (here / "dutybook-demo" / "compliance.yaml").write_text("organisation: Not yours\n", encoding="utf-8")
    assert compliance("demo") == (2, "", MADE)
    assert [path.name for path in (here / "dutybook-demo").iterdir()] == ["compliance.yaml"]


def test_somebody_else_s_file_is_left_alone(compliance: Command, here: Path) -> None:
    (here / "dutybook-demo").write_text("mine", encoding="utf-8")
    assert compliance("demo") == (2, "", MADE)


def test_an_empty_folder_will_do(compliance: Command, here: Path) -> None:
    (here / "dutybook-demo").mkdir()
    assert compliance("-q", "demo").status == 0


def test_what_to_try_next_can_be_tried(compliance: Command) -> None:
    said = compliance("demo").err
    tries = [line.split()[1:] for line in said.splitlines() if line.startswith("  compliance ")]
    ran = [compliance(*words) for words in tries]
    assert [each.status for each in ran] == [0, 1, 0]
    assert "Met or not owed: " in ran[1].out, "--all must show something"


def test_what_to_try_next_works_as_typed_where_the_command_is_not_on_the_path(program: Command, here: Path) -> None:
    said = program("init", "work", env={"PATH": "/usr/bin:/bin"}).err
    line = next(line for line in said.splitlines() if line.startswith("  "))
    words = shlex.split(line)
    ran = subprocess.run(words, cwd=here, env=environment({}), capture_output=True, text=True, check=False)
    assert (words[0], ran.returncode) == (sys.executable, 1)


@pytest.mark.parametrize(
    ("found", "script", "says"),
    [
        ("/usr/bin/compliance", "/usr/bin/compliance", "compliance"),
        (None, ".venv/bin/compliance", ".venv/bin/compliance"),
        (None, "/my folder/compliance", "'/my folder/compliance'"),
        (None, "/opt/compliance_cli/__main__.py", f"{sys.executable} -m compliance_cli"),
        (None, "/opt/pytest", "compliance"),
    ],
)
def test_how_it_is_called(monkeypatch: pytest.MonkeyPatch, found: str | None, script: str, says: str) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: found)
    monkeypatch.setattr(sys, "argv", [script])
    assert called() == says

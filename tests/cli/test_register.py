import json
import shlex
import zipfile
from pathlib import Path

import pytest
from tests.cli.conftest import Command


def test_a_register_that_holds_prints_its_head_and_what_it_can_not_show(compliance: Command, workspace: Path) -> None:
    compliance("audit", workspace)
    ran = compliance("register", "verify", "--register", workspace / "register.sqlite")
    counted, head, *limits = ran.out.splitlines()
    assert (ran.status, counted) == (0, "register work/register.sqlite: 1 event, 1 of them an audit; every link holds")
    assert " ".join(limits) == (
        "A chain can't show that its newest rows were cut off, nor that all of it was written anew. Keep the head "
        "elsewhere, and give it with --head the next time."
    )
    kept = head.removeprefix("head: ")
    again = compliance("register", "verify", "--register", workspace / "register.sqlite", "--head", kept)
    assert again.status == 0
    assert "the head that was kept is in it, with 0 events after it" in again.out


@pytest.mark.parametrize(
    "words", [("audit", "work"), ("incidents", "list"), ("register", "verify"), ("explain", "ff08")]
)
def test_a_password_in_a_registers_address_is_refused_and_not_repeated(
    compliance: Command,
    workspace: Path,  # noqa: ARG001 what would be audited
    words: tuple[str, ...],
) -> None:
    ran = compliance(*words, "--register", "postgresql://ann:hush@db.example/duty")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("register postgresql://db.example/duty: its address holds a password\n")
    assert "hush" not in ran.err


def test_a_head_that_is_not_in_the_chain_is_a_broken_chain(compliance: Command, workspace: Path) -> None:
    compliance("audit", workspace)
    ran = compliance("register", "verify", "--register", workspace / "register.sqlite", "--head", "f" * 64)
    assert ran.status == 1
    assert ran.out.startswith("register work/register.sqlite: broken: the head ffff")


def test_a_file_that_is_no_register_is_no_broken_chain(compliance: Command, here: Path) -> None:
    (here / "notes.sqlite").write_text("no register")
    assert compliance("register", "verify", "--register", "notes.sqlite").status == 2
    assert compliance("register", "verify", "--register", "none.sqlite").status == 2


def test_the_command_in_the_evidence_derives_the_verdict_again(
    compliance: Command, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compliance("audit", workspace)
    ran = compliance("register", "export", "ff08", "-o", "gift.zip", "--workspace", workspace)
    assert ran == (0, "gift.zip: evidence of incident ff083e26f9d31f2a, 10 files\n", "")
    with zipfile.ZipFile("gift.zip") as archive:
        archive.extractall("elsewhere")
    written = next(line for line in Path("elsewhere/README.txt").read_text().splitlines() if "compliance audit" in line)
    monkeypatch.chdir("elsewhere")
    name, *words = shlex.split(written)
    assert name == "compliance"
    again = json.loads(compliance(*words).out)
    expected = json.loads(Path("evidence.json").read_text(encoding="utf-8"))
    assert [each["id"] for each in again["incidents"]] == ["ff083e26f9d31f2a"]
    assert [each["id"] for each in again["findings"]] == expected["findings"]


def test_the_same_evidence_is_the_same_file(compliance: Command, workspace: Path) -> None:
    compliance("audit", workspace)
    for name in ("one.zip", "two.zip"):
        compliance("register", "export", "ff08", "-o", name, "--workspace", workspace)
    assert Path("one.zip").read_bytes() == Path("two.zip").read_bytes()


def test_evidence_that_can_not_be_derived_again_leaves_no_file(compliance: Command, workspace: Path) -> None:
    compliance("audit", workspace)
    expenses = workspace / "expenses.csv"
    expenses.write_text(expenses.read_text(encoding="utf-8").replace("180,00", "18,00"), encoding="utf-8")
    ran = compliance("register", "export", "ff08", "-o", "gift.zip", "--workspace", workspace)
    assert (ran.status, Path("gift.zip").exists()) == (2, False)
    assert "no longer gives the verdict" in ran.err


def test_check_tells_what_to_look_at(compliance: Command, workspace: Path) -> None:
    compliance("audit", workspace)
    file = ("--register", workspace / "register.sqlite")
    assert compliance("register", "check", *file) == (0, "0 to look at\n", "")
    compliance("incidents", "close", "ff08", "--by", "ann", "--why", "no time", *file)
    ran = compliance("register", "check", *file)
    assert ran.status == 1
    assert ran.out.startswith("ff083e26f9d31f2a: closed without evidence: closed without a word on it")
    told = json.loads(compliance("register", "check", *file, "--format", "json").out)
    assert [each["kind"] for each in told["doubts"]] == ["closed without evidence"]

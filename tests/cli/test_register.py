import json
import shlex
import zipfile
from pathlib import Path

import pytest
from tests.cli.conftest import Command

from compliance.register.reviewed import audits


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


def test_the_workspace_is_the_one_that_the_register_lies_in(compliance: Command, workspace: Path) -> None:
    compliance("audit", workspace)
    ran = compliance("register", "export", "ff08", "-o", "gift.zip", "--register", workspace / "register.sqlite")
    assert ran == (0, "gift.zip: evidence of incident ff083e26f9d31f2a, 10 files\n", "")


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


def test_check_with_a_workspace_tells_what_was_written_down_since_and_which_waivers_end(
    compliance: Command, tmp_path: Path
) -> None:
    waiver = "id: w-1\n  rule: own.calls\n  reason: a move\n  owner: a\n  approver: b\n  to: 2026-03-12\n"
    files = {
        "calls.csv": "call_id,at,employee_id,recorded_at\n1,2026-03-02 10:00,a,2026-03-02 10:05\n",
        "waivers.yaml": f"- {waiver}",
        "rules/calls.yaml": "id: own.calls\ntitle: Calls\nseverity: minor\nquota: {of: calls, at_least: 1, per: day}\n",
        "compliance.yaml": (
            "organisation: H\nperiod: {from: 2026-03-02, to: 2026-03-09}\npacks: [./rules]\nwaivers: waivers.yaml\n"
            "tables:\n  calls:\n    source: calls.csv\n    at: at\n    key: call_id\n    bearer: employee_id\n"
        ),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    register = ("--register", tmp_path / "register.sqlite")
    compliance("audit", tmp_path, "--as-of", "2026-03-09")
    check = ("register", "check", *register, "--workspace", tmp_path)
    assert compliance(*check, "--at", "2026-03-13") == (0, "0 to look at\n", "")
    log = tmp_path / "calls.csv"
    late = "2,2026-03-03 10:00,a,2026-03-10 09:00\n3,2026-03-09 10:00,a,2026-03-10 09:00\n"
    log.write_text(log.read_text(encoding="utf-8") + late, encoding="utf-8")
    told = compliance(*check, "--at", "2026-03-05")
    [audit] = [each.id for each in audits(tmp_path / "register.sqlite")]
    assert (told.status, told.out.splitlines()) == (
        1,
        [
            "waivers: waiver: the waiver w-1 ends with 2026-03-12",
            (
                f"calls: late records: 1 of the period of audit {audit} were written down after it, "
                "up to 2026-03-10 09:00:00"
            ),
            "2 to look at",
        ],
    )

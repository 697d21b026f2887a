import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.cli.conftest import Command, environment

HEAVY = {
    "duckdb",
    "pyarrow",
    "sqlglot",
    "pydantic",
    "rich",
    "jinja2",
    "yaml",
    "sqlite_utils",
    "holidays",
    "sqlite3",
    "numpy",
}
PROGRAM = [sys.executable, "-m", "compliance_cli"]


@pytest.mark.parametrize(
    "arguments", [["--help"], ["audit", "-h"], ["rules", "lint", "--help"], ["--version"], ["audti"]]
)
def test_help_waits_for_no_heavy_import(here: Path, arguments: list[str]) -> None:
    command = [sys.executable, "-X", "importtime", *PROGRAM[1:], *arguments]
    done = subprocess.run(command, check=False, cwd=here, env=environment({}), capture_output=True, text=True)
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "compliance_cli" in imported
    assert imported & HEAVY == set()


def test_the_version(compliance: Command) -> None:
    ran = compliance("--version")
    assert re.fullmatch(r"dutybook \d+\.\d+\.\d+\n", ran.out)
    assert ran.status == 0


def test_an_unknown_command_is_2(compliance: Command) -> None:
    ran = compliance("audti")
    assert ran.status == 2
    assert ran.out == ""
    assert "No such command 'audti'" in ran.err


def test_a_missing_argument_is_2(compliance: Command) -> None:
    ran = compliance("audit")
    assert ran == (
        2,
        "",
        (
            "Usage: compliance audit [OPTIONS] WORKSPACE\nTry 'compliance audit --help' for help.\n\n"
            "Error: Missing argument 'WORKSPACE'.\n"
        ),
    )


def test_a_mistake_in_a_file_is_2_with_its_caret(compliance: Command, workspace: Path) -> None:
    manifest = workspace / "compliance.yaml"
    manifest.write_text("organisation: A\ntimezon: UTC\npacs: []\n", encoding="utf-8")
    ran = compliance("audit", workspace)
    assert ran == (
        2,
        "",
        (
            "work/compliance.yaml:2:1: unknown key `timezon`\n"
            "  timezon: UTC\n"
            "  ^^^^^^^\n"
            "  help: did you mean `timezone`?\n"
            "work/compliance.yaml:3:1: unknown key `pacs`\n"
            "  pacs: []\n"
            "  ^^^^\n"
            "  help: did you mean `packs`?\n"
        ),
    )


def test_a_folder_that_is_not_there_is_2(compliance: Command) -> None:
    assert compliance("audit", "nowhere") == (
        2,
        "",
        "nowhere: there is no such folder or file\n  help: name a folder with compliance.yaml\n",
    )


def _break(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def broken(*_arguments: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr("compliance.audit.audit", broken)


def test_a_fault_of_our_own_is_70_in_one_sentence(compliance: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    _break(monkeypatch, ZeroDivisionError("division by zero\nand more"))
    assert compliance("audit", "work") == (
        70,
        "",
        "compliance failed through a fault of its own (ZeroDivisionError: division by zero); -v shows where\n",
    )


def test_the_trace_is_for_whoever_asks(compliance: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    _break(monkeypatch, MemoryError())
    ran = compliance("-v", "audit", "work")
    assert ran.status == 70
    assert ran.err.startswith("Traceback (most recent call last):\n")
    assert ran.err.endswith("\ncompliance failed through a fault of its own (MemoryError)\n")


@pytest.mark.parametrize("error", [KeyboardInterrupt(), EOFError()])
def test_an_interruption_is_130(compliance: Command, monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    _break(monkeypatch, error)
    assert compliance("audit", "work") == (130, "", "interrupted\n")


def test_ctrl_c_in_the_midst_of_the_work(here: Path, workspace: Path) -> None:
    command = [*PROGRAM, "-v", "audit", str(workspace)]
    with subprocess.Popen(
        command,
        cwd=here,
        env=environment({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stderr
        first = process.stderr.readline()
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert first.startswith("stage intake ")
    assert out == ""
    assert err.endswith("interrupted\n")
    assert "Traceback" not in err
    assert process.returncode == 130


def test_nobody_reading_on_ends_quietly(here: Path, workspace: Path) -> None:
    command = [*PROGRAM, "audit", str(workspace)]
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        command, check=False, cwd=here, env=environment({}), stdout=writer, stderr=subprocess.PIPE, text=True
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


def test_help_that_nobody_reads_ends_quietly(here: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*PROGRAM, "--help"], check=False, cwd=here, env=environment({}), stdout=writer, stderr=subprocess.PIPE
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_full_disk_behind_stdout_is_2_in_one_sentence(here: Path, workspace: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PROGRAM, "audit", str(workspace)],
            check=False,
            cwd=here,
            env=environment({}),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert (done.returncode, done.stderr) == (2, "the result can't be written: no space left on device\n")


@pytest.mark.parametrize(("folder", "status"), [("nowhere", 2), ("here", 1)])
def test_a_full_disk_behind_stderr_changes_no_exit_status(
    here: Path, workspace: Path, folder: str, status: int
) -> None:
    place = {"nowhere": here / "nowhere", "here": workspace}[folder]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PROGRAM, "audit", str(place), "-v"],
            check=False,
            cwd=here,
            env=environment({}),
            stdout=subprocess.PIPE,
            stderr=full,
            text=True,
        )
    assert done.returncode == status
    assert done.stdout.rpartition("\n\n")[2].startswith("findings: " if folder == "here" else "")


def test_a_mistake_that_nobody_reads_is_still_a_mistake(here: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*PROGRAM, "audit", "nowhere"],
        check=False,
        cwd=here,
        env=environment({}),
        stdout=subprocess.PIPE,
        stderr=writer,
    )
    os.close(writer)
    assert (done.returncode, done.stdout) == (2, b"")


def test_a_terminal_of_a_small_alphabet_is_no_crash(program: Command, workspace: Path) -> None:
    employees = workspace / "employees.csv"
    employees.write_text(employees.read_text(encoding="utf-8").replace("Jon Keel", "Юрий Киль"), encoding="utf-8")
    ran = program("audit", workspace, env={"PYTHONIOENCODING": "latin-1"})
    assert (ran.status, ran.err) == (1, "")
    assert r"\u042e\u0440\u0438\u0439" in ran.out


def test_the_environment_sets_options(program: Command, workspace: Path) -> None:
    ran = program("audit", workspace, env={"COMPLIANCE_AUDIT_FORMAT": "json", "COMPLIANCE_AUDIT_FAIL_ON": "serious"})
    assert ran.out.startswith('{"version": 1,')
    assert ran.status == 0


def test_the_shell_can_ask_for_completion(program: Command) -> None:
    ran = program(env={"_COMPLIANCE_COMPLETE": "bash_source"})
    assert ran.status == 0
    assert "complete -o nosort -F _compliance_completion compliance" in ran.out
    words = program(env={"_COMPLIANCE_COMPLETE": "bash_complete", "COMP_WORDS": "compliance ru", "COMP_CWORD": "1"})
    assert words.out == "plain,rules\n"


def _on_a_terminal(here: Path, *command: str, env: dict[str, str]) -> str:
    """What a command writes to a terminal."""
    ours, theirs = os.openpty()
    with subprocess.Popen(
        command, cwd=here, env=environment(env), stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        written = b""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                part = os.read(ours, 65536)
            except OSError:
                break
            written += part
        process.wait(timeout=10)
    os.close(ours)
    return written.decode()


@pytest.mark.parametrize(
    ("flags", "env", "coloured"),
    [
        ([], {}, True),
        (["--no-color"], {}, False),
        ([], {"NO_COLOR": "1"}, False),
        ([], {"NO_COLOR": ""}, True),
        ([], {"TERM": "dumb"}, False),
    ],
)
def test_colour_on_a_terminal(
    here: Path, workspace: Path, flags: list[str], env: dict[str, str], *, coloured: bool
) -> None:
    terminal = {"TERM": "xterm-256color"} | env
    written = _on_a_terminal(here, *PROGRAM, "-v", "audit", str(workspace), *flags, env=terminal)
    assert "Harbour & Daughters" in written
    assert ("\x1b[" in written) is coloured


WORK = """
from time import sleep
from compliance_cli.progress import Progress
from compliance_cli.talk import Talk
with Progress(Talk({talk})) as progress:
    progress.tell("intake", 0.1)
    sleep({seconds})
print("over")
"""


@pytest.mark.parametrize(
    ("talk", "seconds", "moving"),
    [("", 1.6, True), ("", 0.2, False), ("quiet=True", 1.6, False), ("verbose=True", 1.6, False)],
)
def test_the_moving_line_is_for_long_work_on_a_terminal(here: Path, talk: str, seconds: float, *, moving: bool) -> None:
    work = WORK.format(talk=talk, seconds=seconds)
    written = _on_a_terminal(here, sys.executable, "-c", work, env={"TERM": "xterm-256color"})
    assert ("duties 0:00:0" in re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", written)) is moving
    assert written.endswith("over\r\n")


def test_no_moving_line_where_nobody_watches(here: Path) -> None:
    command = [sys.executable, "-c", WORK.format(talk="", seconds=1.6)]
    done = subprocess.run(command, check=True, cwd=here, env=environment({}), capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("over\n", "")

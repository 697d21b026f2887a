import errno
import os
import threading
from pathlib import Path

import pytest
from tests.cli.conftest import Command

from compliance.model.problem import UserError
from compliance_cli import output


def _said(raised: pytest.ExceptionInfo[UserError]) -> str:
    return str(raised.value)


def test_a_new_file_is_like_any_other_that_the_user_makes(here: Path) -> None:
    before = os.umask(0o027)
    try:
        output.write("a\n", Path("report.txt"), exact=False)
    finally:
        os.umask(before)
    assert Path("report.txt").read_text(encoding="utf-8") == "a\n"
    assert Path("report.txt").stat().st_mode & 0o777 == 0o640
    assert [path.name for path in here.iterdir()] == ["report.txt"]


def test_an_earlier_file_keeps_its_permissions_and_a_link_stays_a_link(here: Path) -> None:
    Path("report.txt").write_text("old", encoding="utf-8")
    Path("report.txt").chmod(0o604)
    Path("link.txt").symlink_to("report.txt")
    output.write("new", Path("link.txt"), exact=True)
    assert Path("link.txt").is_symlink()
    assert Path("report.txt").read_text(encoding="utf-8") == "new"
    assert Path("report.txt").stat().st_mode & 0o777 == 0o604
    assert sorted(path.name for path in here.iterdir()) == ["link.txt", "report.txt"]


def test_a_disk_that_runs_full_leaves_the_earlier_file_untouched(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("report.txt").write_text("old", encoding="utf-8")

    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError) as raised:
        output.write("new", Path("report.txt"), exact=True)
    assert _said(raised) == "report.txt can't be written: no space left on device\n  help: name another file with -o"
    assert Path("report.txt").read_text(encoding="utf-8") == "old"
    assert [path.name for path in here.iterdir()] == ["report.txt"]


def test_a_device_is_written_to_directly(here: Path) -> None:
    os.mkfifo(here / "pipe")
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append((here / "pipe").read_text(encoding="utf-8")))
    reader.start()
    output.write("through", Path("pipe"), exact=True)
    reader.join(10)
    assert read == ["through"]


def test_what_no_encoding_can_carry_is_escaped(here: Path) -> None:
    output.write("half a pair: \ud800", Path("report.txt"), exact=True)
    assert (here / "report.txt").read_bytes() == rb"half a pair: \ud800"


def test_a_folder_is_refused_before_any_work(compliance: Command, workspace: Path) -> None:
    assert compliance("audit", workspace, "-o", "work") == (
        2,
        "",
        "work is a folder\n  help: name a file in it, such as report.html\n",
    )
    assert not (workspace / "register.sqlite").exists()


def test_a_folder_that_is_not_there_is_refused_before_any_work(compliance: Command, workspace: Path) -> None:
    assert compliance("audit", workspace, "-o", "out/report.html") == (
        2,
        "",
        "there is no folder out\n  help: make it first, or name a file elsewhere\n",
    )
    assert not (workspace / "register.sqlite").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_folder_that_may_not_be_written_to(compliance: Command, workspace: Path) -> None:
    Path("locked").mkdir(mode=0o555)
    ran = compliance("audit", workspace, "-o", "locked/report.html")
    assert ran == (
        2,
        "",
        "locked/report.html can't be written: permission denied\n  help: name another file with -o\n",
    )


def test_a_dash_is_stdout(compliance: Command, workspace: Path) -> None:
    ran = compliance("audit", workspace, "-o", "-")
    assert ran.out.startswith("Harbour & Daughters\n")
    assert not Path("-").exists()

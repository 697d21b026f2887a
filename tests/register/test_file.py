import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from tests.reports.sample import SINGLE, large_audit, sample_audit

from compliance.model.problem import UserError
from compliance.register import file
from compliance.register.recall import find
from compliance.register.shape import VERSION
from compliance.register.store import discovered, record
from compliance.register.verify import verify

KILLED = "store._keep_incidents = lambda *_: os.kill(os.getpid(), signal.SIGKILL)"
"""The end comes after the findings, which are more than SQLite keeps in memory, and before the incidents."""

UNPRIVILEGED = "if os.geteuid() == 0: os.setuid(65534)"
"""Root may write whatever it likes, nobody may not."""

LIMITED = "resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}))"
"""To the writer, a disk with no more room."""

CHILD = """
import os, resource, signal, sys
from pathlib import Path

import sqlite_utils
from compliance.model.problem import UserError
from compliance.register import recall, store
from tests.reports.sample import large_audit, sample_audit

path = Path(sys.argv[1])
{first}
try:
    {then}
except UserError as error:
    print(error)
"""


@pytest.fixture
def register(tmp_path: Path) -> Path:
    path = tmp_path / "register.sqlite"
    record(path, sample_audit())
    return path


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter, as pytest's own are not."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def audits(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
        return [key for (key,) in connection.execute("select id from audits order by number")]


def in_child(path: Path, first: str, then: str) -> subprocess.CompletedProcess[str]:
    """Run it where limits, rights and death concern nobody else; what the user is told comes back as its output."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", CHILD.format(first=first, then=then), str(path)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_a_run_killed_half_way_leaves_nothing(register: Path) -> None:
    killed = in_child(register, KILLED, "store.record(path, large_audit(20_000))")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert register.with_name(f"{register.name}-journal").exists(), "it was killed in the midst of writing"
    assert find(register, "f00000000001") is None
    assert audits(register) == [sample_audit().id]
    record(register, large_audit(100))
    assert audits(register) == [sample_audit().id, "large-100"]


def test_an_error_half_way_leaves_nothing(register: Path) -> None:
    twice = replace(sample_audit(), id="twice", findings=(SINGLE, SINGLE))
    with pytest.raises(sqlite3.IntegrityError):
        record(register, twice)
    assert audits(register) == [sample_audit().id]


@pytest.mark.parametrize("content", [b"id", b"audit,finding\n" * 1_000, b"SQLite format 3\0 but not further"])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.csv"
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"notes.csv: not a register, or damaged"):
        record(path, sample_audit())
    assert path.read_bytes() == content


@pytest.mark.parametrize(("text", "spoiled"), [(b"CREATE TABLE", b"CREATE\xa0TABLE"), (b"missing", b"miss\xa0ng")])
def test_a_register_with_a_text_that_is_none_is_told_as_damaged(tmp_path: Path, text: bytes, spoiled: bytes) -> None:
    path = tmp_path / "register.sqlite"
    record(path, sample_audit())
    path.write_bytes(path.read_bytes().replace(text, spoiled))
    with pytest.raises(UserError, match=r"register.sqlite: not a register, or damaged"):
        find(path, "1")
    assert verify(path).broken


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "northwind.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("create table orders (id)")
    before = path.read_bytes()
    for ask in (lambda: record(path, sample_audit()), lambda: find(path, "1"), lambda: discovered(path)):
        with pytest.raises(UserError, match="not a register, but some other database"):
            ask()
    assert path.read_bytes() == before


def test_of_an_empty_file_nothing_can_be_shown_and_it_stays_empty(tmp_path: Path) -> None:
    path = tmp_path / "register.sqlite"
    path.touch()
    with pytest.raises(UserError, match="the file is empty, so nothing can be shown of it"):
        verify(path)
    assert path.read_bytes() == b""


def test_an_empty_file_becomes_a_register(tmp_path: Path) -> None:
    path = tmp_path / "register.sqlite"
    path.touch()
    record(path, sample_audit())
    assert audits(path) == [sample_audit().id]


def test_what_a_failed_first_audit_leaves_is_read_as_a_register_without_audits(tmp_path: Path) -> None:
    path = tmp_path / "register.sqlite"
    with pytest.raises(sqlite3.IntegrityError):
        record(path, replace(sample_audit(), findings=(SINGLE, SINGLE)))
    assert discovered(path) == {}
    record(path, sample_audit())
    assert audits(path) == [sample_audit().id]


def test_a_register_of_a_newer_version_is_refused(register: Path) -> None:
    with closing(sqlite3.connect(register)) as connection:
        connection.execute(f"pragma user_version = {VERSION + 1}")
    for ask in (lambda: record(register, large_audit(1)), lambda: find(register, "1")):
        with pytest.raises(UserError, match=r"newer Dutybook \(shape 3, this one knows 2\)"):
            ask()


def test_a_locked_register_is_refused_with_a_sentence(register: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "PATIENCE", 0.01)
    with closing(sqlite3.connect(register, isolation_level=None)) as other:
        other.execute("begin exclusive")
        with pytest.raises(UserError, match="another program is writing to it"):
            record(register, large_audit(1))
    assert audits(register) == [sample_audit().id]


@pytest.mark.parametrize("folder_too", [False, True])
def test_a_read_only_register_is_refused_with_a_sentence(open_folder: Path, *, folder_too: bool) -> None:
    path = open_folder / "register.sqlite"
    record(path, sample_audit())
    path.chmod(0o444)
    if folder_too:
        open_folder.chmod(0o555)

    wrote = in_child(path, UNPRIVILEGED, "store.record(path, large_audit(1))")
    assert "register.sqlite: it may not be written to" in wrote.stdout, wrote.stderr
    read = in_child(path, UNPRIVILEGED, "print(recall.find(path, '3a7e').id)")
    assert read.stdout == "3a7e4e9047aa\n", read.stderr
    assert audits(path) == [sample_audit().id]


def test_a_folder_that_does_not_exist_or_stands_in_the_place_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "no" / "register.sqlite", tmp_path):
        with pytest.raises(UserError, match="it can't be opened"):
            record(path, sample_audit())


def test_no_register_to_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no such file"):
        find(tmp_path / "none.sqlite", "1")
    with pytest.raises(UserError, match="this is a folder"):
        find(tmp_path, "1")


def test_a_full_disk_is_told_and_nothing_is_lost(register: Path) -> None:
    full = register.stat().st_size + 100_000
    ran = in_child(register, LIMITED.format(full), "store.record(path, large_audit(20_000))")
    assert "there is no room left" in ran.stdout, ran.stderr
    assert audits(register) == [sample_audit().id]


def test_a_full_disk_at_the_first_audit_leaves_no_half_register(tmp_path: Path) -> None:
    path = tmp_path / "register.sqlite"
    ran = in_child(path, LIMITED.format(20_000), "store.record(path, sample_audit())")
    assert "there is no room left" in ran.stdout, ran.stderr
    record(path, sample_audit())
    assert audits(path) == [sample_audit().id]


def test_a_database_at_its_largest_is_told_and_nothing_is_lost(register: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = sqlite3.connect

    def bounded(*args: object, **options: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **options)  # type: ignore[call-overload]
        connection.execute("pragma max_page_count = 60")
        return connection

    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", bounded)
        with pytest.raises(UserError, match="there is no room left"):
            record(register, large_audit(20_000))
    assert audits(register) == [sample_audit().id]


def test_odd_characters_in_the_path_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "what? 100%#1 реестр.sqlite"
    record(path, sample_audit())
    assert audits(path) == [sample_audit().id]

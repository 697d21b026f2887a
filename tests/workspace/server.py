"""A PostgreSQL server for as long as tests ask it: in a temporary folder, on a free port of the loopback, as nobody."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

OWNER, PASSWORD = "owner", "the/owner's @ p%ss"


@dataclass(frozen=True)
class Server:
    """Where it listens, and how its owner speaks to it."""

    port: int
    programs: Path

    @property
    def place(self) -> str:
        """Host and port, as addresses write them."""
        return f"127.0.0.1:{self.port}"

    def run(self, statements: str, database: str = "postgres") -> None:
        """Run statements as the owner."""
        environment = {"PGPASSWORD": PASSWORD, "PGCLIENTENCODING": "UTF8", "PATH": os.environ["PATH"]}
        where = ["-h", "127.0.0.1", "-p", str(self.port), "-U", OWNER, "-d", database]
        psql = shutil.which("psql") or str(self.programs / "psql")
        options = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "-"]
        subprocess.run([psql, *where, *options], input=statements, text=True, env=environment, check=True)


def programs() -> Path:
    """The folder of the server's programs; the test is skipped where there is none, or fails where it must not be."""
    found = shutil.which("initdb")
    folders = [*([Path(found).resolve().parent] if found else []), *sorted(Path("/usr/lib/postgresql").glob("*/bin"))]
    for folder in reversed(folders):
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    if os.environ.get("DUTYBOOK_REQUIRE_POSTGRES") == "1":
        pytest.fail("PostgreSQL is not installed, and DUTYBOOK_REQUIRE_POSTGRES=1 asks for it")
    pytest.skip("PostgreSQL is not installed")


@contextmanager
def served() -> Iterator[Server]:
    """A server with an empty database `postgres`, gone afterwards."""
    tools = programs()
    folder = Path(tempfile.mkdtemp(prefix="dutybook-postgres-"))
    user = _unprivileged(folder)
    try:
        (folder / "password").write_text(PASSWORD, encoding="utf-8")
        (folder / "password").chmod(0o644)
        options = ["-U", OWNER, "-A", "scram-sha-256", "--pwfile", str(folder / "password"), "-E", "UTF8"]
        _as(user, tools / "initdb", "-D", folder / "data", "-N", "--locale", "C", *options)
        port = _free_port()
        settings = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories='' -c fsync=off"
        log = folder / "data" / "log"
        _as(user, tools / "pg_ctl", "start", "-w", "-t", "600", "-D", folder / "data", "-l", log, "-o", settings)
        try:
            yield Server(port, tools)
        finally:
            _as(user, tools / "pg_ctl", "stop", "-m", "immediate", "-D", folder / "data")
    finally:
        shutil.rmtree(folder)


def _unprivileged(folder: Path) -> str | None:
    """Who runs the server, since it refuses root; None where that is whoever runs the tests."""
    if os.getuid() != 0:
        return None
    shutil.chown(folder, "nobody")
    return "nobody"


def _as(user: str | None, *command: str | Path) -> None:
    done = subprocess.run(list(map(str, command)), user=user, cwd="/", stdout=subprocess.DEVNULL, check=False)
    assert done.returncode == 0, f"{command[0]} failed"


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])

"""A server that is killed in the middle of a deed leaves the register whole."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from tests.cli.conftest import environment

from compliance.model.history import Deed
from compliance.register.cases import one_case
from compliance.register.deeds import do
from compliance.register.verify import verify
from compliance.review.access import Person, Role
from compliance.review.accounts import add
from compliance_cli.main import ended
from compliance_cli.talk import Talk

GIFT = "ff083e26f9d31f2a"
KILLS, WARMING = 100, 3
"""How often a server is killed, and how many of these, at first, once it answered: they show how long that takes."""

AT = datetime(2026, 3, 17, 9)  # noqa: DTZ001 local
DECISION = (Deed.DECIDED, "remark", "the first time")


class Client:
    """A visitor without a browser, who keeps cookies."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies = port, dict[str, str]()

    def send(self, method: str, path: str, **given: str) -> HTTPConnection:
        connection = HTTPConnection("127.0.0.1", self.port)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection.request(method, path, urlencode(given) if given else None, {"Cookie": cookies})
        return connection

    def ask(self, method: str, path: str, **given: str) -> str:
        connection = self.send(method, path, **given)
        came = connection.getresponse()
        for name, value in came.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";", maxsplit=1)[0]
        text = came.read().decode()
        connection.close()
        return text


def token(text: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', text)
    assert found, text
    return found[1]


@pytest.fixture
def register(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    assert ended(["init", str(folder)], Talk()) == 0
    assert ended(["audit", str(folder)], Talk()) == 1
    return folder / "register.sqlite"


class Warm:
    """Servers of one register, started in no time: a process that has all loaded forks them."""

    def __init__(self, running: subprocess.Popen[str]) -> None:
        self._running = running
        port, cookie, self.token = self._line().split()
        self.client = Client(int(port))
        name, _, value = cookie.partition("=")
        self.client.cookies[name] = value

    def _line(self) -> str:
        assert self._running.stdout is not None
        return self._running.stdout.readline()

    def start(self) -> int:
        assert self._running.stdin is not None
        self._running.stdin.write("start\n")
        self._running.stdin.flush()
        return int(self._line())


@contextmanager
def warm(register: Path, login: str) -> Iterator[Warm]:
    command = [sys.executable, str(Path(__file__).with_name("warm.py")), str(register), login]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=environment({}), **pipes) as running:  # type: ignore[call-overload]
        try:
            yield Warm(running)
        finally:
            running.kill()


def test_a_server_killed_in_the_middle_of_a_decision_leaves_all_of_it_or_nothing(register: Path) -> None:
    add(register, "ann", Person("ann", Role.OFFICER))
    for deed, by in ((Deed.ASKED, "ann"), (Deed.ANSWERED, "jon")):
        do(register, GIFT, deed, by=by, at=AT, text="so", details={"due": "2026-03-17"} if by == "ann" else None)
    took, decided = 0.0, list[bool]()
    with warm(register, "ann") as servers:
        for number in range(KILLS):
            before = one_case(register, GIFT).events
            took = max(took, _killed(servers, took * number / KILLS, wait=number < WARMING or number == KILLS - 1))
            assert verify(register).broken is None
            events = one_case(register, GIFT).events
            assert events[: len(before)] == before
            assert [(each.deed, each.measure, each.because) for each in events[len(before) :]] in ([], [DECISION])
            decided.append(len(events) > len(before))
            if decided[-1]:
                do(register, GIFT, Deed.REOPENED, by="ann", at=AT, text="again")
    told = f"{KILLS} kills within {took * 1000:.0f} ms, {sum(decided)} decisions stood"
    print(told, "and the others never were")  # noqa: T201 how much was tried
    assert len(decided) == KILLS
    assert all(decided[:WARMING])
    assert decided[-1]
    assert not all(decided), "no kill came before the decision"


def _killed(servers: Warm, delay: float, *, wait: bool) -> float:
    """Kill a server so many seconds after it was told to decide, or once it answered; how long until then."""
    server = servers.start()
    servers.client.ask("GET", "/log-in")
    given = {"token": servers.token, "deed": "decided", "measure": "remark", "why": "the first time"}
    begin = time.perf_counter()
    sent = servers.client.send("POST", f"/incidents/{GIFT}", **given)
    if wait:
        assert sent.getresponse().status == 303
    else:
        time.sleep(delay)
    spent = time.perf_counter() - begin
    os.kill(server, signal.SIGKILL)
    sent.close()
    return spent if wait else 0.0

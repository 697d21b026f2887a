"""A server that is killed in the middle of a deed leaves the register whole."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from tests.cli.conftest import environment

from compliance.register.cases import one_case
from compliance.register.verify import verify
from compliance.review.access import Person, Role
from compliance.review.accounts import add
from compliance_cli.main import ended
from compliance_cli.talk import Talk

GIFT = "ff083e26f9d31f2a"
DELAYS = (0.0, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.2)
"""How many seconds after the form was sent the server is killed."""


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


def test_a_server_killed_in_the_middle_of_a_deed_leaves_all_of_it_or_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    assert ended(["init", str(folder)], Talk()) == 0
    assert ended(["audit", str(folder)], Talk()) == 1
    register = folder / "register.sqlite"
    password = add(register, "ann", Person("ann", Role.OFFICER))
    for delay in DELAYS:
        before = len(one_case(register, GIFT).events)
        _killed(folder, password, delay)
        assert verify(register).broken is None
        events = one_case(register, GIFT).events
        assert len(events) in {before, before + 1}
        assert all(event.because == "a comment" for event in events)
    assert one_case(register, GIFT).events, "the slowest kill came after the deed"


def _killed(folder: Path, password: str, delay: float) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "compliance_cli", "review", str(folder), "--port", str(port)]
    with subprocess.Popen(command, env=environment({}), stderr=subprocess.DEVNULL) as server:
        client = Client(port)
        _wait(server, client)
        given = {"login": "ann", "password": password, "token": token(client.ask("GET", "/log-in"))}
        client.ask("POST", "/log-in", **given)
        secret = token(client.ask("GET", "/"))
        sent = client.send("POST", f"/incidents/{GIFT}", token=secret, deed="commented", why="a comment")
        time.sleep(delay)
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
        sent.close()


def _wait(server: subprocess.Popen[bytes], client: Client) -> None:
    while server.poll() is None:
        try:
            client.ask("GET", "/log-in")
        except ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the server ended by itself")

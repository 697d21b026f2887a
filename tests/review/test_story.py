"""One story, played on the pages and on the command line: the registers say the same."""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from socket import create_server

import pytest
import uvicorn
from tests.review.test_killed import GIFT, Client, token

from compliance.model.history import Deed
from compliance.register.cases import one_case
from compliance.register.home import Home
from compliance.register.verify import verify
from compliance.review.above import Above, nobody_known
from compliance.review.access import Person, Role
from compliance.review.accounts import add
from compliance.review.app import app
from compliance.review.desk import Desk
from compliance.review.sessions import Sessions
from compliance.workspace.manifest import Calendar
from compliance_cli.main import ended
from compliance_cli.talk import Talk

VISITS = "8eb6f24724970003"
PEOPLE = {
    "ann": Person("ann", Role.OFFICER),
    "ines": Person("ines", Role.HEAD, "Sales"),
    "jon": Person("jon", Role.EMPLOYEE),
    "mara": Person("mara", Role.EMPLOYEE),
}
AUDIT = "second audit"
STORY: tuple[tuple[str, str, str, str, dict[str, str]], ...] = (
    ("2026-03-16 09:00", "ann", "assign", GIFT, {"to": "ines"}),
    ("2026-03-17 09:00", "ines", "ask", GIFT, {"due": "2026-03-19"}),
    ("2026-03-17 09:05", "ines", "ask", VISITS, {"due": "2026-03-19"}),
    ("2026-03-18 10:00", "mara", "answer", VISITS, {"why": "The client was ill all week."}),
    ("2026-03-18 11:00", "jon", "answer", GIFT, {"why": "I did not know."}),
    ("2026-03-19 09:00", "ines", "excuse", VISITS, {"why": "Seen: the client's letter."}),
    ("2026-03-20 09:00", "ines", "decide", GIFT, {"measure": "remark", "why": "The first time."}),
    ("2026-03-23 09:00", "jon", "appeal", GIFT, {"why": "The price was another."}),
    ("2026-03-24 00:00", AUDIT, "", "", {}),
    ("2026-03-25 09:00", "ann", "uphold", GIFT, {"why": "It was not."}),
    ("2026-04-20 09:00", "ann", "close", GIFT, {"why": "done"}),
    ("2026-04-20 09:01", "ann", "close", VISITS, {"why": "done"}),
)
SAID = {
    "assign": "assigned",
    "ask": "asked",
    "answer": "answered",
    "excuse": "excused",
    "decide": "decided",
    "appeal": "appealed",
    "uphold": "upheld",
    "close": "closed",
}


@pytest.fixture
def worlds(tmp_path: Path) -> tuple[Path, Path]:
    """Two equal workspaces after their first audit."""
    pages, command = tmp_path / "pages", tmp_path / "command"
    for folder in (pages, command):
        assert ended(["init", str(folder)], Talk()) == 0
        assert ended(["audit", str(folder)], Talk()) == 1
    return pages, command


def test_the_pages_and_the_command_line_leave_equal_registers(worlds: tuple[Path, Path]) -> None:
    pages, command = worlds
    _on_pages(pages)
    _on_the_command_line(command)
    assert _told(pages) == _told(command)
    assert [kind for kind, *_ in _told(pages)].count("audit") == 2
    assert len(_told(pages)) == len(STORY) + 1
    assert verify(pages / "register.sqlite").broken is None


def _second_audit(folder: Path) -> None:
    expenses = folder / "expenses.csv"
    expenses.write_text(expenses.read_text(encoding="utf-8").replace("180,00", "190,00"), encoding="utf-8")
    assert ended(["audit", str(folder), "--as-of", "2026-03-24"], Talk()) in {0, 1}


def _on_the_command_line(folder: Path) -> None:
    for at, who, deed, key, given in STORY:
        if who == AUDIT:
            _second_audit(folder)
            continue
        options = [part for name, value in given.items() for part in (f"--{name}", value)]
        where = ["--register", str(folder / "register.sqlite")]
        assert ended(["incidents", deed, key, "--by", who, "--at", at, *options, *where], Talk()) == 0


def _on_pages(folder: Path) -> None:
    register, clock = folder / "register.sqlite", [datetime(2026, 3, 16, 9)]  # noqa: DTZ001 local
    with serving(register, clock) as port:
        clients = {who: entered(port, register, who) for who in PEOPLE}
        for at, who, deed, key, given in STORY:
            clock[0] = datetime.fromisoformat(at)
            if who == AUDIT:
                _second_audit(folder)
                continue
            sent = {"day" if name == "due" else name: value for name, value in given.items()}
            told = fill_in(clients[who], key, deed=SAID[deed], **sent)
            assert not told, told  # an answer with a text is a refusal; a deed done leads back to the case


def test_of_two_who_decide_at_the_same_moment_one_does_and_the_other_is_told(worlds: tuple[Path, Path]) -> None:
    register, clock = worlds[0] / "register.sqlite", [datetime(2026, 3, 17, 9)]  # noqa: DTZ001 local
    with serving(register, clock) as port:
        clients = {who: entered(port, register, who) for who in PEOPLE}
        assert not fill_in(clients["ann"], GIFT, deed="asked", day="2026-03-19")
        assert not fill_in(clients["jon"], GIFT, deed="answered", why="I did not know.")
        secrets = {who: token(clients[who].ask("GET", f"/incidents/{GIFT}")) for who in ("ann", "ines")}

        def decide(who: str) -> str:
            given = {"token": secrets[who], "deed": "decided", "measure": "remark", "why": "so"}
            return clients[who].ask("POST", f"/incidents/{GIFT}", **given)

        for round_ in range(1, 6):
            with ThreadPoolExecutor(2) as both:
                told = [*both.map(decide, secrets)]
            refused = [each for each in told if each]
            assert len(refused) == 1
            assert "so it can&#39;t be decided" in refused[0]
            deeds = [event.deed for event in one_case(register, GIFT).events]
            assert deeds.count(Deed.DECIDED) == round_
            assert not fill_in(clients["ann"], GIFT, deed="reopened", why="again")
    assert verify(register).broken is None


def fill_in(client: Client, key: str, **given: str) -> str:
    """Fill in the form of a case's page; the answer is empty where the deed was done."""
    return client.ask("POST", f"/incidents/{key}", token=token(client.ask("GET", f"/incidents/{key}")), **given)


@contextmanager
def serving(register: Home, clock: list[datetime], above: Above = nobody_known) -> Iterator[int]:
    """A running server's port; `clock` holds its moment."""
    desk = Desk(register, "The house", Calendar(), Sessions(time.monotonic), lambda: clock[0], above)
    with create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app(desk), log_level="error", access_log=False, ws="none"))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def entered(port: int, register: Path, who: str) -> Client:
    client, password = Client(port), add(register, who, PEOPLE[who])
    client.ask("POST", "/log-in", token=token(client.ask("GET", "/log-in")), login=who, password=password)
    return client


def _told(folder: Path) -> list[tuple[object, ...]]:
    """Every event but its digests, and when it was written down, which the command line says besides."""
    query = """select kind, at, incident, by, json_remove(details, '$.text', '$.recorded_at'), body
               from events left join texts on texts.event = number order by number"""
    with closing(sqlite3.connect(folder / "register.sqlite")) as db:
        return [(*row[:4], json.loads(row[4]), row[5]) for row in db.execute(query)]

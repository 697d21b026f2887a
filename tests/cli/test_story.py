"""One story on the command line: audit, hearing, decisions, appeal, and an audit after the records were mended."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from tests.cli.conftest import Command, Ran
from tests.register.rows import rows
from tests.workspace.server import OWNER, PASSWORD, Server, served

from compliance.register.home import home
from compliance.register.signature import new_keys

GIFT, VISITS = "ff083e26f9d31f2a", "8eb6f24724970003"
WORDS = "ill all week"


def incidents(compliance: Command, *words: str) -> dict[str, object]:
    ran = compliance("incidents", *words, "--format", "json", "-q")  # the officer is not on the roster
    assert (ran.status, ran.err) == (0, ""), ran
    told: dict[str, object] = json.loads(ran.out)
    return told


def states(compliance: Command) -> dict[str, tuple[str, bool]]:
    listed = json.loads(compliance("incidents", "list", "--all", "--format", "json").out)["incidents"]
    return {each["id"]: (each["state"], each["gone"]) for each in listed}


def with_register(compliance: Command, register: str, *words: str) -> Ran:
    return compliance(*words, "--register", register)


@pytest.fixture
def fixed(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Sets the clock, and what is drawn by lot, to their beginning."""

    def begin() -> None:
        minutes, salts = count(), count(1)
        now = lambda _zone=None: datetime(2026, 4, 1) + timedelta(minutes=next(minutes))  # noqa: DTZ001, E731 local time
        monkeypatch.setattr("compliance_cli.deeds.local_now", now)
        monkeypatch.setattr("compliance_cli.register.local_now", now)
        monkeypatch.setattr("compliance.register.chain.token_bytes", lambda size: next(salts).to_bytes(size, "big"))

    return begin


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with served() as started:
        started.run("create database duty template template0 locale_provider icu icu_locale 'en' locale 'C'")
        monkeypatch.setenv("PGPASSFILE", "/dev/null")
        monkeypatch.setenv("DUTY_PASSWORD", PASSWORD)
        yield started


def test_the_whole_story(compliance: Command, here: Path) -> None:
    compliance("init", ".")
    play(compliance, here)
    assert WORDS.encode() not in (here / "register.sqlite").read_bytes()


@pytest.mark.postgres
def test_the_story_on_a_server_leaves_the_same_register_as_in_a_file(
    compliance: Command, here: Path, server: Server, fixed: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"postgresql://{OWNER}:${{DUTY_PASSWORD}}@{server.place}/duty"
    for name in ("register.sqlite", address):
        folder = here / name[:4] / "company"
        folder.mkdir(parents=True)
        monkeypatch.chdir(folder)
        compliance("init", ".")
        fixed()
        play(partial(with_register, compliance, name), folder)
    in_file, on_server = rows(here / "regi" / "company" / "register.sqlite"), rows(home(address))
    assert in_file == on_server
    kinds = [event[1] for event in on_server["events"]]
    assert (kinds.count("audit"), kinds.count("purged"), len(on_server["texts"])) == (2, 1, 6)
    assert WORDS not in str(on_server)
    shown = compliance("register", "verify", "--register", address)
    assert (shown.status, shown.out.splitlines()[0]) == (
        0,
        f"register postgresql://{server.place}/duty: {len(kinds)} events, 2 of them audits; every link holds",
    )


def play(compliance: Command, here: Path) -> None:
    # The head of the chain after the first audit is kept elsewhere.
    assert compliance("audit", ".").status == 1
    head = compliance("register", "verify").out.splitlines()[1].removeprefix("head: ")
    private, public = new_keys()
    (here / "key.pem").write_bytes(private)
    (here / "public.pem").write_bytes(public)
    assert compliance("register", "sign", "--key", "key.pem", "-o", "head.json").status == 0

    # Both are asked. Nobody is judged before they were heard.
    for key in (GIFT, VISITS):
        incidents(compliance, "ask", key[:4], "--by", "ann", "--at", "2026-03-17 09:00", "--due", "2026-03-19")
    too_early = compliance("incidents", "uphold", GIFT, "--by", "ann", "--why", "so", "--at", "2026-03-19 17:00")
    assert (too_early.status, "before its person was heard" in too_early.err) == (2, True)

    # Mara explains and is excused; Jon says nothing until the term is over, and is judged.
    answer = ("answer", VISITS, "--by", "mara", "--at", "2026-03-18", "--why", "The client was ill all week.")
    incidents(compliance, *answer)
    own = compliance("incidents", "excuse", VISITS, "--by", "mara", "--why", "I was right", "--at", "2026-03-18")
    assert "nobody deals with the own case" in own.err
    incidents(compliance, "excuse", VISITS, "--by", "ann", "--at", "2026-03-19", "--why", "Seen: the client's letter.")
    incidents(compliance, "uphold", GIFT, "--by", "ann", "--at", "2026-03-20", "--why", "The limit was known.")
    decide = ("decide", GIFT, "--by", "ann", "--at", "2026-03-20", "--measure", "remark", "--why", "The first time.")
    incidents(compliance, *decide)

    # What it rests on is taken out. Nothing is due; that all this was written down much later does not go unseen.
    taken = compliance("register", "export", GIFT, "-o", "evidence.zip")
    assert (taken.status, (here / "evidence.zip").exists()) == (0, True), taken
    assert compliance("incidents", "due", "--at", "2026-03-20").out == "0 due\n"
    looked = compliance("register", "check", "--at", "2026-03-20")
    assert (looked.status, looked.out.count("the question was written down on")) == (1, 2)
    assert "starter.no-large-gifts" in compliance("explain", GIFT).out

    # Jon appeals; what was decided stays in sight.
    appeal = ("appeal", GIFT, "--by", "jon", "--at", "2026-03-23", "--why", "The price was another.")
    appealed = incidents(compliance, *appeal)
    deeds = appealed["deeds"]
    assert isinstance(deeds, list)
    assert [(each["deed"], each["measure"]) for each in deeds] == [
        ("asked", None),
        ("upheld", None),
        ("decided", "remark"),
        ("appealed", None),
    ]

    # The price is mended in the records, and the second audit finds no gift beyond the limit any more.
    expenses = here / "expenses.csv"
    expenses.write_text(expenses.read_text(encoding="utf-8").replace("180,00", "18,00"), encoding="utf-8")
    second = compliance("audit", ".", "--as-of", "2026-03-24", "--format", "json")
    assert second.err == ""
    found = {each["id"]: each["state"] for each in json.loads(second.out)["incidents"]}
    assert found == {VISITS: "known"}

    # It says so on the case, and closes nothing.
    assert states(compliance) == {GIFT: ("appealed", True), VISITS: ("excused", False)}
    shown = compliance("incidents", "show", GIFT).out
    assert "as of 2026-03-24 00:00: not found any more" in shown
    incidents(compliance, "excuse", GIFT, "--by", "ann", "--at", "2026-03-25", "--why", "The price was mended.")
    for key in (GIFT, VISITS):
        incidents(compliance, "close", key, "--by", "ann", "--at", "2026-03-26", "--why", "done")
    assert compliance("incidents", "list").out == "0 incidents\n"

    # The first audit made again is the first audit, and the chain holds from the head that was kept.
    verified = compliance("register", "verify", "--head", head)
    assert (verified.status, "every link holds" in verified.out) == (0, True)
    events = int(verified.out.split(": ")[1].split(" events")[0])
    assert f"the head that was kept is in it, with {events - 1} events after it" in verified.out
    signed = compliance("register", "verify", "--signed", "head.json", "--public-key", "public.pem")
    assert (signed.status, "the head after 1 event was signed with the key" in signed.out) == (0, True)
    compliance("register", "purge", VISITS, "--by", "ann", "--why", "the time to keep it is over")
    assert compliance("register", "verify", "--head", head).status == 0

import json
import sqlite3
import stat
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from tests.cli.conftest import Command

MARCH = datetime(2026, 3, 20)  # noqa: DTZ001 local
KEYS = ("--key", "key.pem", "--public-key", "public.pem")
SIGNED = ("register", "verify", "--signed", "head.json", "--public-key", "public.pem")


@pytest.fixture(autouse=True)
def _audited(compliance: Command) -> None:
    compliance("init", ".")
    compliance("audit", ".")
    assert compliance("register", "keygen", *KEYS) == (0, "", "")
    assert compliance("register", "sign", "--key", "key.pem", "-o", "head.json") == (0, "", "")


def meddle(statement: str) -> None:
    with closing(sqlite3.connect("register.sqlite", isolation_level=None)) as connection:
        guards = connection.execute("select name, sql from sqlite_master where type = 'trigger'").fetchall()
        for name, _ in guards:
            connection.execute(f"drop trigger {name}")
        connection.execute(statement)
        for _, guard in guards:
            connection.execute(guard)


def test_a_signed_head_is_verified_however_much_was_added_since(compliance: Command) -> None:
    told = json.loads(Path("head.json").read_text(encoding="utf-8"))
    assert (told["signs"], told["events"]) == ("Dutybook register head", 1)
    compliance("audit", ".", "--as-of", "2026-03-24")
    ran = compliance(*SIGNED)
    assert ran.status == 0
    assert ran.out.splitlines()[:4] == [
        "register register.sqlite: 2 events, 2 of them audits; every link holds",
        f"the head after 1 event was signed with the key {told['key']} at {told['at']}",
        "the head that was kept is in it, with 1 event after it",
        f"head: {compliance('register', 'verify').out.splitlines()[1].removeprefix('head: ')}",
    ]


def test_the_private_key_is_for_its_owner_only_and_nothing_is_overwritten(compliance: Command) -> None:
    assert stat.S_IMODE(Path("key.pem").stat().st_mode) == 0o600
    again = compliance("register", "keygen", *KEYS)
    assert (again.status, "key.pem is there already" in again.err) == (2, True)
    alike = compliance("register", "keygen", "--key", "new.pem", "--public-key", "new.pem")
    assert (alike.status, Path("new.pem").exists()) == (2, False)


def test_without_a_file_the_head_goes_to_stdout(compliance: Command) -> None:
    told = json.loads(compliance("register", "sign", "--key", "key.pem").out)
    assert told["head"] == json.loads(Path("head.json").read_text(encoding="utf-8"))["head"]


@pytest.mark.parametrize("module", ["signing", "register", "explain", "incidents"])
def test_the_clock_is_that_of_the_workspace_that_the_register_lies_in(
    compliance: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, module: str
) -> None:
    zones: list[str | None] = []

    def now(zone: str | None = None) -> datetime:
        zones.append(zone)
        return MARCH

    monkeypatch.setattr(f"compliance_cli.{module}.local_now", now)
    kept = ("--register", Path("register.sqlite").absolute())
    key = Path("key.pem").absolute()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    compliance("register", "sign", "--key", key, "-o", "head.json", *kept)
    compliance("register", "export", "ff08", "-o", "gift.zip", *kept)
    compliance("explain", "ff08", "-o", "why.txt", *kept)
    compliance("incidents", "due", *kept)
    assert zones == ["Europe/Berlin"]


def test_a_register_that_was_made_anew_is_told(compliance: Command) -> None:
    Path("register.sqlite").unlink()
    compliance("audit", ".", "--as-of", "2026-03-24")
    ran = compliance(*SIGNED)
    assert (ran.status, "is not in the chain" in ran.out) == (1, True)


def test_a_head_that_was_changed_or_signed_by_another_is_told(compliance: Command) -> None:
    compliance("register", "keygen", "--key", "other.pem", "--public-key", "others.pem")
    ran = compliance("register", "verify", "--signed", "head.json", "--public-key", "others.pem")
    assert (ran.status, ran.out) == (
        1,
        "head.json: not signed with the key others.pem, or changed since; the register was not looked at\n",
    )


def test_a_broken_register_is_not_signed(compliance: Command) -> None:
    meddle("update findings set bearer = 'another'")
    ran = compliance("register", "sign", "--key", "key.pem", "-o", "second.json")
    assert (ran.status, "broken: event 1" in ran.out, Path("second.json").exists()) == (1, True, False)


def test_what_is_missing_or_given_twice_is_told(compliance: Command) -> None:
    for words in (
        ("--signed", "head.json"),
        ("--public-key", "public.pem"),
        ("--signed", "head.json", "--public-key", "public.pem", "--head", "ab"),
    ):
        ran = compliance("register", "verify", *words)
        assert (ran.status, "give --signed together with --public-key" in ran.err) == (2, True)
    nowhere = compliance("register", "sign", "--key", "nowhere.pem")
    assert (nowhere.status, "nowhere.pem can't be read" in nowhere.err) == (2, True)

"""The pages over a register on a PostgreSQL server."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from tests.review.test_killed import GIFT, Client, token
from tests.review.test_story import serving
from tests.workspace.server import OWNER, PASSWORD, served

from compliance.model.history import Deed
from compliance.register.cases import one_case
from compliance.register.home import Home, home
from compliance.register.verify import verify
from compliance.review.access import Person, Role
from compliance.review.accounts import add, disable
from compliance_cli.main import ended
from compliance_cli.talk import Talk

pytestmark = pytest.mark.postgres

PEOPLE = {
    "ann": Person("ann", Role.OFFICER),
    "ines": Person("ines", Role.HEAD, "Sales"),
    "jon": Person("jon", Role.EMPLOYEE),
}


@pytest.fixture
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """The register of the starter workspace after an audit, named in its manifest."""
    monkeypatch.setenv("PGPASSFILE", "/dev/null")
    monkeypatch.setenv("DUTY_PASSWORD", PASSWORD)
    with served() as server:
        server.run("create database duty template template0 encoding 'UTF8' locale 'C'")
        address = f"postgresql://{OWNER}:${{DUTY_PASSWORD}}@{server.place}/duty"
        assert ended(["init", str(tmp_path / "work")], Talk()) == 0
        manifest = tmp_path / "work" / "compliance.yaml"
        written = manifest.read_text(encoding="utf-8")
        manifest.write_text(written.replace("\nregister: register.sqlite", f"\nregister: {address}"), encoding="utf-8")
        assert ended(["audit", str(tmp_path / "work")], Talk()) == 1
        assert not (tmp_path / "work" / "register.sqlite").exists()
        yield home(address)


def test_a_case_is_heard_and_decided_once_on_pages_over_a_server(register: Home) -> None:
    with serving(register, [datetime(2026, 3, 17, 9)]) as port:  # noqa: DTZ001 local
        clients = {who: _entered(port, register, who) for who in PEOPLE}
        assert GIFT in clients["ann"].ask("GET", "/")
        assert not _fill_in(clients["ann"], deed="asked", day="2026-03-19")
        assert not _fill_in(clients["jon"], deed="answered", why="I did not know.")
        secrets = {who: token(clients[who].ask("GET", f"/incidents/{GIFT}")) for who in ("ann", "ines")}

        def decide(who: str) -> str:
            given = {"token": secrets[who], "deed": "decided", "measure": "remark", "why": "so"}
            return clients[who].ask("POST", f"/incidents/{GIFT}", **given)

        with ThreadPoolExecutor(2) as both:
            refused = [each for each in both.map(decide, secrets) if each]
        assert len(refused) == 1
        assert "so it can&#39;t be decided" in refused[0]
        assert "I did not know." in clients["ann"].ask("GET", f"/incidents/{GIFT}")
        for page, shows in (("/audits", "2026"), ("/rules/starter.no-large-gifts", GIFT), ("/people/jon", GIFT)):
            assert shows in clients["ann"].ask("GET", page)
        disable(register, "jon")
        assert GIFT not in clients["jon"].ask("GET", f"/incidents/{GIFT}")
    deeds = [event.deed for event in one_case(register, GIFT).events]
    assert deeds == [Deed.ASKED, Deed.ANSWERED, Deed.DECIDED]
    assert (verify(register).events, verify(register).broken) == (4, None)


def _fill_in(client: Client, **given: str) -> str:
    secret = token(client.ask("GET", f"/incidents/{GIFT}"))
    return client.ask("POST", f"/incidents/{GIFT}", token=secret, **given)


def _entered(port: int, register: Home, who: str) -> Client:
    client, password = Client(port), add(register, who, PEOPLE[who])
    client.ask("POST", "/log-in", token=token(client.ask("GET", "/log-in")), login=who, password=password)
    return client

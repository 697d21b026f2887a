"""What the guides show is run: their files are written as they stand, their commands must answer as they say."""

import re
import shlex
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.cli.conftest import ROOT, Command

from compliance.workspace.entry import TableEntry
from compliance.workspace.manifest import Manifest

DOCS = ROOT / "docs"


def _files(page: Path) -> dict[str, str]:
    """The code blocks of a page that name a file."""
    text = page.read_text(encoding="utf-8")
    return dict(re.findall(r"(?ms)^```\w+ (\S+)\n(.*?)^```", text))


def _sessions(page: Path) -> list[tuple[list[str], str]]:
    """The commands of a page and what they answer."""
    text = page.read_text(encoding="utf-8")
    found = re.findall(r"(?ms)^```console\n\$ compliance (.*?)\n(.*?)^```", text)
    return [(shlex.split(command), answer) for command, answer in found]


def _without_audit(answer: str) -> str:
    """The audit's id depends on every byte of the rules and records."""
    return re.sub(r"(?m)(^audit   |audit )[0-9a-f]{16}\b", r"\1ID", answer)


@pytest.fixture
def shop(here: Path) -> None:
    """The shop of start.md."""
    for name, body in _files(DOCS / "start.md").items():
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text(body, encoding="utf-8")
    with closing(sqlite3.connect(here / "shop" / "shop.sqlite")) as database:
        database.executescript((here / "shop.sql").read_text(encoding="utf-8"))


@pytest.mark.usefixtures("shop")
def test_the_first_audit_comes_out_as_the_guide_says(compliance: Command) -> None:
    sessions = _sessions(DOCS / "start.md")
    assert [command[0] for command, _ in sessions] == ["audit", "explain"]
    for command, answer in sessions:
        ran = compliance(*command)
        assert _without_audit(ran.out) == _without_audit(answer)
        assert ran.err == ""


def test_every_key_of_the_manifest_has_its_row() -> None:
    rows = re.findall(r"(?m)^\| (`.*?) \|", (DOCS / "start.md").read_text(encoding="utf-8"))
    told = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    keys = {field.alias or name for name, field in (Manifest.model_fields | TableEntry.model_fields).items()}
    assert keys - told == set()

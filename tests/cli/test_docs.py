"""What the guides show is run: their files are written as they stand, their commands must answer as they say."""

import re
import shlex
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, get_type_hints, is_typeddict

import pytest
import yaml
from tests.cli.conftest import ROOT, Command

from compliance import shipped
from compliance.check import version1 as check_version1
from compliance.dossier.waivers import Waiver, load_waivers
from compliance.judgement import load_judgement
from compliance.judgement.rules import Stage
from compliance.kinds import KINDS
from compliance.language.grammar import FUNCTIONS
from compliance.reports import version1
from compliance.rulebook.schema import PLACEHOLDERS, Rule
from compliance.ruletest import run_file
from compliance.ruletest import version1 as case_version1
from compliance.ruletest.coverage import version1 as coverage_version1
from compliance.workspace.entry import TableEntry
from compliance.workspace.manifest import Manifest
from compliance.workspace.source import Source, SourceKind
from compliance.yamldoc import parse

if TYPE_CHECKING:
    from compliance.model.base import Strict

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
    assert [command[0] for command, _ in sessions] == ["audit", "explain", "why", "why", "init", "check"]
    for command, answer in sessions:
        ran = compliance(*command)
        assert _without_audit(ran.out) == _without_audit(answer)
        assert ran.err == ""
    shown = re.findall(r"(?ms)^```yaml\n(  # .*?)^```", (DOCS / "start.md").read_text(encoding="utf-8"))
    assert shown
    assert Path("proposed/compliance.yaml").read_text(encoding="utf-8").endswith(shown[-1])


def _without_moments(answer: str) -> str:
    """Salt makes every head another, and a deed says when it was written down."""
    return re.sub(r"head: [0-9a-f]{64}", "head: DIGEST", re.sub(r"recorded at [0-9: -]+", "recorded at MOMENT", answer))


def test_the_register_answers_as_its_page_says(compliance: Command) -> None:
    compliance("init", "my-workspace")
    compliance("audit", "my-workspace")
    page = (DOCS / "register.md").read_text(encoding="utf-8")
    shown = "".join(re.findall(r"(?ms)^```console\n(.*?)^```", page))
    for each in shown.split("$ compliance ")[1:]:
        command, _, answer = each.partition("\n")
        assert _without_moments(compliance(*shlex.split(command)).out) == answer


def test_every_key_of_the_manifest_has_its_row() -> None:
    rows = re.findall(r"(?m)^\| (`.*?) \|", (DOCS / "start.md").read_text(encoding="utf-8"))
    told = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    keys = {field.alias or name for name, field in (Manifest.model_fields | TableEntry.model_fields).items()}
    assert keys - told == set()


def test_every_source_that_the_page_names_is_one() -> None:
    page = (DOCS / "sources.md").read_text(encoding="utf-8")
    rows = [re.findall(r"`(.*?)`", row) for row in re.findall(r"(?m)^\| (`.*?) \|", page)]
    assert {Source.parse(each).kind for row in rows for each in row} == {*SourceKind}
    for tables in re.findall(r"(?ms)^```yaml\n(.*?)```", page):
        parse(f"tables:\n{indent(tables, '  ')}", "sources.md", Manifest)


RULES = _files(DOCS / "rules.md")


@pytest.fixture
def house(here: Path) -> Path:
    """The pack of rules.md."""
    for name, body in RULES.items():
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text(body, encoding="utf-8")
    return here / "house"


@pytest.mark.parametrize("name", [name for name in RULES if name.endswith(".test.yaml")])
def test_every_worked_example_comes_out_as_the_page_says(house: Path, name: str) -> None:
    results = run_file(house.parent / name)
    assert [(result.case, result.differences) for result in results if not result.passed] == []


def test_the_worked_examples_are_sound(house: Path, compliance: Command) -> None:
    ran = compliance("rules", "lint", house)
    assert (ran.status, ran.out) == (0, "")


SHORT = [
    body
    for body in re.findall(r"(?ms)^```yaml\n(.*?)^```", (DOCS / "rules.md").read_text(encoding="utf-8"))
    if not body.startswith("id:") and any(re.search(rf"(?m)^{kind.name}:", body) for kind in KINDS)
]


@pytest.mark.parametrize("body", SHORT, ids=lambda body: " ".join(body.split())[:60])
def test_a_short_example_is_a_sound_rule(here: Path, compliance: Command, body: str) -> None:
    (here / "example.yaml").write_text(f"id: own.example\ntitle: An example\nseverity: minor\n{body}", encoding="utf-8")
    ran = compliance("rules", "lint", here / "example.yaml")
    assert ran.status == 0, ran.out


@pytest.mark.usefixtures("house")
def test_the_worked_examples_are_tested_as_the_page_shows(compliance: Command) -> None:
    sessions = _sessions(DOCS / "rules.md")
    assert [(compliance(*command).out, command) for command, _ in sessions] == [
        (answer, command) for command, answer in sessions
    ]
    assert sessions


def test_every_kind_has_its_worked_example() -> None:
    shown = {kind.name for kind in KINDS for body in RULES.values() if re.search(rf"(?m)^{kind.name}:$", body)}
    assert shown == {kind.name for kind in KINDS}


def test_every_placeholder_and_function_is_told() -> None:
    text = (DOCS / "rules.md").read_text(encoding="utf-8")
    assert [each for each in PLACEHOLDERS if f"`{{{each}}}`" not in text] == []
    assert [each for each in FUNCTIONS if f"`{each}" not in text] == []


def test_every_key_of_a_rule_is_told() -> None:
    text = (DOCS / "rules.md").read_text(encoding="utf-8")
    models: tuple[type[Strict], ...] = (Rule, *KINDS)
    keys = {field.alias or name for model in models for name, field in model.model_fields.items()}
    assert [key for key in sorted(keys) if f"`{key}`" not in text] == []


def test_every_field_of_the_json_is_told() -> None:
    text = (DOCS / "json.md").read_text(encoding="utf-8")
    modules = (version1, check_version1, case_version1, coverage_version1)
    shapes = [shape for module in modules for shape in vars(module).values() if is_typeddict(shape)]
    told = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", text))))
    assert {name for shape in shapes for name in get_type_hints(shape)} - told == set()


def test_every_factor_and_value_of_grading_is_told() -> None:
    text = (DOCS / "judgement.md").read_text(encoding="utf-8")
    judgement = load_judgement([shipped.rules() / "judgement"])
    factors = Counter(str(rule.factor) for rule in judgement.of(Stage.GRADE))
    table = text.partition("## The factors")[2].partition("## ")[0]
    assert Counter(re.findall(r"(?m)^\| (\w+) \|", table)) - Counter(["factor"]) == factors
    values = set(yaml.safe_load((shipped.rules() / "judgement" / "parameters.yaml").read_text(encoding="utf-8")))
    assert [name for name in sorted(values) if name not in text] == []


def test_the_waivers_of_the_guide_are_read_and_name_every_key(here: Path) -> None:
    [(name, body)] = _files(DOCS / "judgement.md").items()
    (here / name).write_text(body, encoding="utf-8")
    [waiver] = load_waivers(here / name, ["shop.calls-per-week"])
    assert waiver.model_fields_set == set(Waiver.model_fields)


def test_every_module_has_its_job() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    modules = {path.name for path in (ROOT / "src" / "compliance").iterdir() if not path.name.startswith(("_", "."))}
    told = set(re.findall(r"`([a-z_]+(?:\.py|/))", text))
    assert {name if name.endswith(".py") else f"{name}/" for name in modules - {"py.typed", "audit.py"}} - told == set()


def test_the_readme_s_commands_run(compliance: Command) -> None:
    commands = re.findall(r"(?m)^\$ compliance (.*)$", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert [compliance(*shlex.split(command)).status for command in commands] == [0, 1, 1, 0, 0]


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted(DOCS.glob("*.md"))], ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    headings = {
        re.sub(r"[^a-z0-9 _-]", "", line.lower()).replace(" ", "-") for line in re.findall(r"(?m)^#+ (.*)$", text)
    }
    links = re.findall(r"\]\(([^)]+)\)", text)
    gone = [link for link in links if link.startswith("#") and link[1:] not in headings]
    files = [link.partition("#")[0] for link in links if not link.startswith(("#", "http"))]
    missing = [name for name in files if not (page.parent / name).exists()]
    assert gone + missing == []

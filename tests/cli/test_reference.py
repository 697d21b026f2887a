import re

import pytest
from tests.cli.conftest import ROOT

from compliance.rulebook import load_rulebook
from compliance.shipped import packs
from compliance.workspace.standard import STANDARD
from compliance_cli.reference import pages


@pytest.mark.parametrize("name", ["tables.md", "cli.md", "packs.md"])
def test_the_page_is_what_the_code_says(name: str) -> None:
    kept = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert kept == pages()[name], f"docs/{name} is out of date: run `make docs` and commit it"


def test_every_table_is_there() -> None:
    assert [line[4:] for line in pages()["tables.md"].splitlines() if line.startswith("### ")] == list(STANDARD)


def test_a_column_tells_the_few_rules_that_read_it_or_how_many_of_each_pack() -> None:
    rows = pages()["tables.md"].partition("### employees")[2].partition("###")[0].splitlines()
    told = {row.split("|")[1].strip(" `"): row.split("|")[4].strip() for row in rows if row.startswith("| `")}
    assert (told["name"], told["city"]) == ("", "`levels.pay-in-band`")
    assert re.fullmatch(r"(`[a-z-]+` \d+(, )?)+", told["position"])


def test_every_shipped_rule_and_parameter_is_there() -> None:
    rulebook = load_rulebook(packs())
    named = set(re.findall(r"`([^`\s]+)`", pages()["packs.md"]))
    assert (rulebook.rules.keys() | rulebook.parameters.values.keys()) - named == set()


def test_every_row_of_a_pack_s_table_has_its_cells() -> None:
    tables = re.findall(r"(?m)(?:^\|.*\|\n)+", pages()["packs.md"])
    sizes = [{len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()} for table in tables]
    assert len(sizes) > len(packs())
    assert [size for size in sizes if len(size) > 1] == []

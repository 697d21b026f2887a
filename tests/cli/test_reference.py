import pytest
from tests.cli.conftest import ROOT

from compliance.workspace.standard import STANDARD
from compliance_cli.reference import pages


@pytest.mark.parametrize("name", ["tables.md", "cli.md", "packs.md"])
def test_the_page_is_what_the_code_says(name: str) -> None:
    kept = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert kept == pages()[name], f"docs/{name} is out of date: run `make docs` and commit it"


def test_every_table_is_there() -> None:
    assert [line[4:] for line in pages()["tables.md"].splitlines() if line.startswith("### ")] == list(STANDARD)

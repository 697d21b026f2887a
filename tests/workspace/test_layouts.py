"""Tables laid out alike are worked out once, and nothing but the layout is taken from one workspace to the next."""

from pathlib import Path
from tempfile import gettempdir
from textwrap import dedent
from typing import Any

from tests.workspace.taken import Taken

from compliance.engines.duckdb import DuckDB
from compliance.workspace.intake import intake, source_files
from compliance.workspace.layouts import Layouts
from compliance.workspace.manifest import Manifest
from compliance.yamldoc import parse

PEOPLE = "employee_id,name\na,A\nb,B\n"
VISITS = "visit_id,happened_at,employee_id,amount\n1,2026-03-02 10:00,a,1.5\n2,2026-03-02 11:00,b,2.5\n"
MANIFEST = """
    timezone: Europe/Berlin
    tables:
      employees: {source: employees.csv}
      visits: {source: visits.csv, key: visit_id, at: happened_at, bearer: employee_id}
"""


def taken(folder: Path, layouts: Layouts, manifest: str = MANIFEST, **files: str) -> Taken:
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    document = parse(dedent(manifest), "compliance.yaml", Manifest)
    engine = DuckDB(source_files(document, folder), spill=Path(gettempdir()))
    return Taken(intake(document, folder, engine, layouts), engine)


def told(found: Taken) -> dict[str, Any]:
    """All that came of the tables, but for the digest of their sources."""
    return {
        name: (table, found.account(name), found.rows(name), found.rejected(name))
        for name, table in found.books.tables.items()
    }


def test_a_workspace_comes_out_as_if_it_were_the_only_one(tmp_path: Path) -> None:
    """Whatever came before it: other rows, rejected rows, other notations, other types, no roster, offsets."""
    offsets = VISITS.replace("10:00,a", "10:00Z,a")
    faulty = VISITS.replace("1.5", "much").replace("2,2026", "1,2026").replace("11:00,b", "11:00,nobody")
    comma = MANIFEST.replace("bearer: employee_id}", 'bearer: employee_id, decimal: ",", delimiter: ";"}')
    alone = MANIFEST.replace("      employees: {source: employees.csv}\n", "")
    worlds: list[tuple[str, dict[str, str]]] = [
        (MANIFEST, {"employees": PEOPLE, "visits": VISITS}),
        (MANIFEST, {"employees": PEOPLE, "visits": VISITS.replace("2.5", "7.25")}),
        (MANIFEST, {"employees": PEOPLE, "visits": faulty}),
        (MANIFEST, {"employees": PEOPLE, "visits": offsets}),
        (MANIFEST, {"employees": PEOPLE, "visits": VISITS.replace("1.5", "yes").replace("2.5", "no")}),
        (MANIFEST, {"employees": PEOPLE.replace("b,B\n", ""), "visits": VISITS}),
        (comma, {"employees": PEOPLE, "visits": VISITS.replace(",", ";").replace("1.5", "1,5")}),
        (alone, {"visits": VISITS}),
        (MANIFEST.replace("Berlin", "Moscow"), {"employees": PEOPLE, "visits": VISITS}),
    ]
    layouts = Layouts()
    for number, (manifest, files) in enumerate([*worlds, *reversed(worlds)]):
        shared = taken(tmp_path / f"shared-{number}", layouts, manifest, **files)
        own = taken(tmp_path / f"own-{number}", Layouts(), manifest, **files)
        assert told(shared) == told(own)

"""A workspace may name its own tables as it likes: the engine's own relations go by other names."""

from pathlib import Path

import pytest
from tests.assess.workspaces import findings, written

WORKSPACE = """organisation: House
period: {{from: 2026-03-02, to: 2026-03-09}}
packs: [./rules]
tables:
  employees: employees.csv
  absences: absences.csv
  deputies: deputies.csv
  activities: activities.csv
  "{name}": {{source: own.csv, key: own_id, at: at, bearer: employee_id}}
"""
FILES = {
    "employees.csv": "employee_id,name,position,superior_id\na,Ann,seller,c\nb,Bob,seller,c\nc,Cid,,\n",
    "absences.csv": "absence_id,employee_id,starts_on,ends_on,excused\n1,b,2026-03-04,2026-03-05,yes\n",
    "deputies.csv": "substitution_id,absent_id,deputy_id,starts_on,ends_on\n1,b,a,2026-03-04,2026-03-04\n",
    "activities.csv": "activity_id,at,employee_id,kind\n1,2026-03-02 10:00,a,call\n1,2026-03-02 10:00,b,call\n",
    "own.csv": """own_id,at,employee_id,amount,period,recorded_at
1,2026-03-02 10:00,a,5,2026-W10,2026-03-20 10:00
2,2026-03-03 10:00,b,6,2026-W10,2026-03-03 10:00
3,2026-03-32 10:00,b,7,2026-W10,2026-03-03 10:00
""",
}
RULES = {
    "quota": "{of: T, at_least: {of: T, times: 2}, per: week}",
    "response": "{after: {of: T}, expect: {of: T, match: [employee_id]}, within: 2 working_days}",
    "limit": "{of: T, value: 'working_days(at, recorded_at)', at_most: 3}",
}
NAMES = (
    "calendar", "worked_days", "roster", "leave", "absent", "latest", "in_charge", "deputies_by_order", "labels",
    "held", "activities__rejected", "history employees", "select",
)  # fmt: skip


def told(folder: Path, name: str) -> list[str]:
    """Every finding of rules of several kinds over a table of this name, the name itself left out."""
    rules = {
        f"rules/{kind}.yaml": f"id: own.{kind}\ntitle: T\nseverity: minor\n{kind}: {keys.replace('T', repr(name))}\n"
        for kind, keys in RULES.items()
    }
    written(folder, {"compliance.yaml": WORKSPACE.format(name=name), **FILES, **rules})
    return [each.replace(name, "T") for each in findings(folder, keep_all=True)]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The findings over a table of a name that nothing else has."""
    return told(tmp_path_factory.mktemp("plain"), "permits")


def test_each_kind_finds_something(plain: list[str]) -> None:
    assert all(any(kind in each for each in plain) for kind in RULES)


@pytest.mark.parametrize("name", NAMES)
def test_a_table_of_any_name_is_judged_like_every_other(tmp_path: Path, name: str, plain: list[str]) -> None:
    assert told(tmp_path, name) == plain

from datetime import date
from pathlib import Path

from compliance.review.enrolled import Enrolled, enrolled, workspace_of

DAY = date(2026, 3, 2)
MANIFEST = "departments: {North: sales}\ntables: {employees: employees.csv, visits: visits.csv}\n"
EMPLOYEES = "employee_id,name,position,department\nann,Ann,officer,Staff\nJon,Jon,seller,North\n"


def house(folder: Path) -> Path:
    (folder / "compliance.yaml").write_text(MANIFEST, encoding="utf-8")
    (folder / "employees.csv").write_text(EMPLOYEES, encoding="utf-8")
    return folder


def known(folder: Path) -> Enrolled:
    found = enrolled(house(folder), DAY)
    assert found is not None
    return found


def test_only_the_tables_of_people_are_read_and_departments_are_as_reports_write_them(tmp_path: Path) -> None:
    assert known(tmp_path) == Enrolled(frozenset({"ann", "Jon"}), frozenset({"Staff", "sales"}))


def test_an_id_that_is_nobodys_is_told_once_with_the_nearest_one(tmp_path: Path) -> None:
    assert [*known(tmp_path).strange("ANN ", "jon", "anne", "anne", "counsel")] == [
        "nobody on the roster has the id anne; did you mean `ann`?",
        "nobody on the roster has the id counsel",
    ]


def test_a_department_is_asked_for_to_the_letter(tmp_path: Path) -> None:
    assert [*known(tmp_path).strange_department("sales")] == []
    assert [*known(tmp_path).strange_department("Sales")] == [
        "nobody on the roster is in a department Sales; did you mean `sales`?"
    ]


def test_without_a_roster_nobody_is_strange(tmp_path: Path) -> None:
    (tmp_path / "compliance.yaml").write_text("tables: {visits: visits.csv}\n", encoding="utf-8")
    assert enrolled(tmp_path, DAY) is None


def test_the_workspace_is_where_the_register_lies(tmp_path: Path) -> None:
    assert workspace_of(tmp_path / "register.sqlite") is None
    assert workspace_of(house(tmp_path) / "register.sqlite") == tmp_path

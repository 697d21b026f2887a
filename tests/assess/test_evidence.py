from pathlib import Path

from tests.assess.workspaces import FILES, audited, house, written

from compliance.audit import Options
from compliance.model.finding import RecordRef


def test_the_records_behind_incidents_come_with_their_columns_as_text(tmp_path: Path) -> None:
    calls = FILES["calls.csv"].replace("minutes", "note")
    found = audited(house(tmp_path, calls=calls), options=Options(judge="plain", records=True))
    assert found.records == {
        RecordRef("calls", "3"): {
            "call_id": "3",
            "at": "2026-03-02 12:00:00",
            "employee_id": "b",
            "kind": "call",
            "note": "7",
        },
        RecordRef("calls", "4"): {
            "call_id": "4",
            "at": "2026-03-03 10:00:00",
            "employee_id": "a",
            "kind": "gift",
            "note": "8",
        },
    }
    assert audited(tmp_path).records == {}


def test_a_department_by_its_other_name_has_the_records_of_its_people_as_evidence(tmp_path: Path) -> None:
    rule = """id: own.{kind}
title: The people of each department check
severity: minor
{kind}:
  {{for_each: {{of: departments, owner: head_id}}, of: checks, match: {{employee.department: department_id}}, {says}}}
"""
    files = {
        "compliance.yaml": """period: {from: 2026-03-01, to: 2026-04-01}
packs: [./rules]
departments: {Sales North: sales}
tables: {employees: employees.csv, departments: departments.csv, checks: checks.csv}
""",
        "employees.csv": "employee_id,name,department\na,Ada,sales\nh,Hal,\n",
        "departments.csv": "department_id,head_id\nSales North,h\n",
        "checks.csv": "check_id,employee_id,at\n1,a,2026-03-04 10:00\n",
        "rules/quota.yaml": rule.format(kind="quota", says="at_least: 2, per: month"),
        "rules/deadline.yaml": rule.format(kind="deadline", says="every: month, by: {day: 3, month: 1}"),
    }
    found = {each.rule: each for each in audited(written(tmp_path, files)).findings if each.verdict == "breached"}
    told = (RecordRef("departments", "Sales North"), RecordRef("checks", "1"))
    assert found["own.quota"].evidence == told
    assert found["own.deadline"].evidence == told

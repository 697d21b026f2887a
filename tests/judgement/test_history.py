"""What a history says of clients and departments counts as it was at the time of the breach."""

from datetime import date
from pathlib import Path

from tests.assess.workspaces import written

from compliance.audit import Options, audit
from compliance.model.audit import Audit

MANIFEST = """organisation: House
packs: [./rules]
tables:
  employees: employees.csv
  clients: {source: clients.csv, valid_from: known_from}
  departments: {source: departments.csv, valid_from: known_from}
  gifts: {source: gifts.csv, key: gift_id, at: at, bearer: employee_id}
"""
GIFTS = """id: house.gifts
title: No gifts
severity: minor
prohibition: {of: gifts}
"""
PEOPLE = "employee_id,name,department\n" + "".join(f"{who},{who},Sales\n" for who in "abcdh") + "old,Old,Sales\n"
CLIENTS = """client_id,tier,known_from
k,B,
k,A,2026-03-10
k,C,2026-03-20
"""
DEPARTMENTS = """department_id,name,head_id,known_from
s,Sales,old,
s,Sales,h,2026-03-15
"""


def house(folder: Path, gifts: str) -> Audit:
    files = {"compliance.yaml": MANIFEST, "rules/gifts.yaml": GIFTS, "employees.csv": PEOPLE, "clients.csv": CLIENTS}
    written(
        folder, {**files, "departments.csv": DEPARTMENTS, "gifts.csv": f"gift_id,employee_id,client_id,at\n{gifts}"}
    )
    return audit(folder, Options(start=date(2026, 3, 1), end=date(2026, 4, 1), judge="plain")).audit


def test_the_tier_of_a_client_is_that_of_the_act_from_the_day_on_from_which_it_held(tmp_path: Path) -> None:
    days = {"1": "2026-03-09 23:59", "2": "2026-03-10 00:00", "3": "2026-03-19 23:59", "4": "2026-03-20 00:00"}
    found = house(tmp_path / "house", "".join(f"{key},a,k,{at}\n" for key, at in days.items()))
    keys = {each.id: each.record.key for each in found.findings if each.record}
    raised = {keys[each.findings[0]] for each in found.incidents if "client" in {step.factor for step in each.steps}}
    assert raised == {"2", "3"}


def test_who_headed_the_department_at_the_time_answers_for_supervision(tmp_path: Path) -> None:
    before = "".join(f"{who}{n},{who},k,2026-03-14 10:00\n" for who in "abc" for n in range(4))
    since = "".join(f"{who}{n},{who},k,2026-03-15 10:00\n" for who in "abd" for n in range(4, 7))
    found = house(tmp_path / "house", before + since)
    assert [each.responsible for each in found.incidents if each.derived_from] == ["old"]
    assert {each.decides for each in found.incidents if each.responsible == "a"} == {"h"}

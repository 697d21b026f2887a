"""Where two shipped packs ask the same of the same record, it is told once."""

from pathlib import Path

import yaml
from tests.assess.workspaces import findings, written

from compliance import shipped

MANIFEST = """
organisation: House
period: {from: 2026-03-01, to: 2026-04-01}
packs: [%s]
positions: {clerk: clerk, director: director, buyer: client-service-manager, planner: operations-manager}
tables: {%s}
"""
PEOPLE = """employee_id,name,position,superior_id,hired_on,left_on
boss,Boss,director,,2020-01-01,
ann,Ann,clerk,boss,2020-01-01,
bob,Bob,buyer,boss,2020-01-01,
pat,Pat,planner,boss,2020-01-01,
"""
TABLES = {
    "employees": PEOPLE,
    "documents": (
        "document_id,kind,status,position,employee_id,approved_on,approved_by,approver_position,signature,developer_id\n"
        "1,job description,in force,director,,2025-01-01,boss,director,,boss\n"
        "2,employment contract,,,boss,,,,,\n"
        "3,employment contract,,,bob,,,,,\n"
        "4,employment contract,,,pat,,,,,\n"
    ),
    "document_sections": "section_id,document_id,number,name,text\n1,1,1,rights,May ask.\n",
    "advances": "advance_id,employee_id,issued_on,amount,purpose\n1,bob,2026-03-02,100,hospitality\n",
    "expenses": "expense_id,employee_id,advance_id,kind,amount,spent_on\n1,bob,1,hospitality,101,2026-03-03\n",
    "contracts": "contract_id,client_id,employee_id,signed_on,status\n1,x,bob,2026-02-02,signed\n",
    "obligations": (
        "obligation_id,contract_id,party,performer_id,quantity,due_on,fulfilled_at\n"
        "1,1,own,pat,10,2026-03-10,2026-03-09 10:00\n"
        "2,1,own,pat,10,2026-03-10,\n"
    ),
    "deliveries": "delivery_id,obligation_id,done_at,quantity,accepted\n1,other,2026-03-02 10:00,1,true\n",
}
PACKS = "employer-duties, personnel-documents, job-description, contracts-and-money, signing-and-spending, "
PACKS += "operations-manager, client-service"


def told(folder: Path, packs: str) -> list[str]:
    """Every finding of the packs on the one small house, without those that nothing could be said of."""
    files = {f"{name}.csv": rows for name, rows in TABLES.items()}
    tables = ", ".join(f"{name}: {name}.csv" for name in TABLES)
    house = written(folder, {"compliance.yaml": MANIFEST % (packs, tables), **files})
    return [each for each in findings(house) if "undetermined" not in each]


def breaches(found: list[str], record: str) -> list[str]:
    return sorted(each.split(" of ")[0] for each in found if f"for {record} breached" in each)


def test_what_lacks_is_told_by_one_of_two_packs_and_by_the_other_where_it_stands_alone(tmp_path: Path) -> None:
    together = told(tmp_path / "together", PACKS)
    assert breaches(together, "employees/ann") == [
        "personnel-documents.contract-on-file",
        "personnel-documents.description-for-everybody",
    ]
    assert breaches(together, "documents/1 / duties") == ["personnel-documents.sections-complete"]
    assert breaches(together, "advances/1") == ["signing-and-spending.spent-within-advance"]
    assert breaches(together, "obligations/1") == []
    assert "operations-manager.supply-performed" in breaches(together, "obligations/2")
    alone = told(tmp_path / "alone", "employer-duties, contracts-and-money")
    assert breaches(alone, "employees/ann") == [
        "employer-duties.contract-on-file",
        "employer-duties.everybody-has-a-description",
    ]
    assert breaches(alone, "documents/1 / duties") == ["employer-duties.description-has-its-sections"]
    assert breaches(alone, "advances/1") == ["contracts-and-money.hospitality-within-advance"]


def test_every_rule_that_one_yields_to_is_shipped() -> None:
    files = (file for pack in shipped.packs() for file in pack.glob("*.yaml") if ".test." not in file.name)
    rules = [
        each for each in (yaml.safe_load(file.read_text(encoding="utf-8")) for file in files) if "severity" in each
    ]
    ids = {rule["id"] for rule in rules}
    assert [(rule["id"], to) for rule in rules for to in rule.get("yields_to", ()) if to not in ids] == []

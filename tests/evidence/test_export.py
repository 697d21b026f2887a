import json
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from tests.assess.workspaces import house, written

from compliance.audit import Options, audit
from compliance.evidence import Evidence, export
from compliance.model.audit import Audit
from compliance.model.history import Deed
from compliance.model.problem import UserError
from compliance.register.canonical import digest
from compliance.register.deeds import do
from compliance.register.store import record

CLIENTS = """id: house.two-calls-to-each
title: Each client is called twice a week
severity: minor
quota: {for_each: {of: clients}, of: calls, match: [client_id], at_least: 2, per: week}
"""
HEARING = """id: house.asked
title: Whoever answers is asked
severity: moderate
bearer: {who: employee.superior_id}
response:
  after: {of: incidents, where: grade = 'serious'}
  expect: {of: decisions, where: kind = 'asked', match: [incident_id]}
  within: 3 days
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return house(tmp_path / "house")


def audited(folder: Path, start: date = date(2026, 3, 2), end: date = date(2026, 3, 9)) -> Audit:
    found = audit(folder, Options(start=start, end=end, judge="plain")).audit
    record(folder / "register.sqlite", found)
    return found


def incident(found: Audit, rule: str) -> str:
    return next(each.id for each in found.incidents if each.rules == (rule,))


def taken_out(folder: Path, rule: str = "house.gifts") -> Evidence:
    return export(folder, None, incident(audited(folder), rule))


def derived(evidence: Evidence, folder: Path) -> Audit:
    """The audit of the small workspace, wherever it lies."""
    for name, content in evidence.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return audit(folder / "workspace", Options(judge="plain")).audit


@pytest.mark.parametrize("rule", ["house.gifts", "house.calls"])
def test_the_small_workspace_gives_the_very_same_incident(folder: Path, tmp_path: Path, rule: str) -> None:
    evidence = taken_out(folder, rule)
    again = derived(evidence, tmp_path / "out")
    assert evidence.incident in {each.id for each in again.incidents}
    first = {each.id: each for each in audited(folder).findings}
    for each in again.findings:
        assert replace(each, message="") == replace(first[each.id], message="")


def test_only_records_of_the_people_concerned_are_in_it(folder: Path) -> None:
    evidence = taken_out(folder)
    assert not evidence.whole
    calls = evidence.files["workspace/calls.csv"].decode()
    assert [line.split(",")[0] for line in calls.splitlines()] == ["call_id", "1", "2", "4"], "those of a"
    people = evidence.files["workspace/employees.csv"].decode()
    assert [line.split(",")[0] for line in people.splitlines()[1:]] == ["a", "c"], "and the superior"


def test_only_the_rules_of_the_incident_are_in_it(folder: Path) -> None:
    names = [name for name in taken_out(folder).files if name.startswith("workspace/rules/")]
    assert names == ["workspace/rules/rules/gifts.yaml"]


def test_every_record_rule_and_file_has_its_digest(folder: Path) -> None:
    evidence = taken_out(folder)
    told = json.loads(evidence.files["evidence.json"])
    (row,) = told["records"]
    assert (row["table"], row["key"], row["columns"]["kind"]) == ("calls", "4", "gift")
    assert row["digest"] == digest({"table": "calls", "key": "4", **row["columns"]})
    (rule,) = told["rules"]
    assert rule["digest"] == sha256((folder / "rules/gifts.yaml").read_bytes()).hexdigest()
    others = {name: content for name, content in evidence.files.items() if name != "evidence.json"}
    assert told["files"] == {name: sha256(content).hexdigest() for name, content in sorted(others.items())}
    assert told["calendar"]["2026-03-07"] is False
    assert [each["employee_id"] for each in told["roster"]] == ["a"]


def test_records_of_others_come_in_where_the_verdict_needs_them(folder: Path, tmp_path: Path) -> None:
    calls = (folder / "calls.csv").read_text(encoding="utf-8").splitlines()
    more = [f"{calls[0]},client_id", *(f"{line},x" for line in calls[1:])]
    manifest = (folder / "compliance.yaml").read_text(encoding="utf-8")
    files = {
        "compliance.yaml": f"{manifest}  clients: clients.csv\n",
        "clients.csv": "client_id,owner_id,created_at\nx,a,2025-01-01\ny,a,2025-01-01\n",
        "calls.csv": "\n".join([*more[:1], "9,2026-03-03 10:00,b,call,5,y", *more[1:]]) + "\n",
        "rules/clients.yaml": CLIENTS,
    }
    evidence = taken_out(written(folder, files), "house.two-calls-to-each")
    assert evidence.whole
    assert ",b," in evidence.files["workspace/calls.csv"].decode()
    assert evidence.incident in {each.id for each in derived(evidence, tmp_path / "out").incidents}


def test_a_rule_over_the_register_takes_the_registers_rows_with_it(folder: Path, tmp_path: Path) -> None:
    first = audited(folder)
    key = incident(first, "house.gifts")
    other = incident(first, "house.calls")
    at = first.as_of
    do(folder / "register.sqlite", other, Deed.ANSWERED, by="b", at=at, text="I was ill.")
    written(folder, {"rules/asked.yaml": HEARING})
    second = audited(folder, date(2026, 3, 9), date(2026, 3, 16))
    evidence = export(folder, None, incident(second, "house.asked"))
    assert key in evidence.files["workspace/incidents.csv"].decode()
    assert evidence.incident in {each.id for each in derived(evidence, tmp_path / "out").incidents}


def test_evidence_of_supervision_holds_what_the_incidents_rest_on_that_it_follows_from(
    folder: Path, tmp_path: Path
) -> None:
    own = "parameters: {judgement.supervision_people: 2, judgement.supervision_findings: 2}\n"
    manifest = (folder / "compliance.yaml").read_text(encoding="utf-8")
    calls = "call_id,at,employee_id,kind\n1,2026-03-02 10:00,c,call\n"
    found = audited(written(folder, {"compliance.yaml": own + manifest, "calls.csv": calls}))
    [above] = [each for each in found.incidents if each.derived_from]
    evidence = export(folder, None, above.id)
    below = {each.id for each in found.findings if each.rule == "house.calls"}
    assert set(json.loads(evidence.files["evidence.json"])["findings"]) == below
    assert above.id in {each.id for each in derived(evidence, tmp_path / "out").incidents}


def test_waivers_come_along_for_the_rules_of_the_incident_only(folder: Path, tmp_path: Path) -> None:
    manifest = (folder / "compliance.yaml").read_text(encoding="utf-8")
    waivers = """
- {id: W-1, rule: [house.gifts, house.calls], bearer: b, reason: ill, owner: b, approver: c}
- {id: W-2, rule: house.calls, bearer: a, reason: none, owner: a, approver: c}
"""
    evidence = taken_out(
        written(folder, {"compliance.yaml": f"waivers: waivers.yaml\n{manifest}", "waivers.yaml": waivers})
    )
    kept = evidence.files["workspace/waivers.yaml"].decode()
    assert ("W-1" in kept, "W-2" in kept, "house.calls" in kept) == (True, False, False)
    assert evidence.incident in {each.id for each in derived(evidence, tmp_path / "out").incidents}


def test_records_that_were_changed_since_are_told_and_nothing_is_handed_over(folder: Path) -> None:
    key = incident(audited(folder), "house.gifts")
    calls = folder / "calls.csv"
    calls.write_text(calls.read_text(encoding="utf-8").replace("gift", "call"), encoding="utf-8")
    with pytest.raises(UserError, match="the workspace no longer gives the verdict of audit"):
        export(folder, None, key)


def test_a_rule_that_is_gone_since_is_told(folder: Path) -> None:
    key = incident(audited(folder), "house.gifts")
    (folder / "rules/gifts.yaml").unlink()
    with pytest.raises(UserError, match=r"the workspace's packs have no rule house.gifts"):
        export(folder, None, key)

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from tests.reports.sample import sample_audit
from tests.reports.snapshots import assert_snapshot

from compliance.register.recall import Stored, find
from compliance.register.store import record
from compliance.reports.explain import explain, explain_json


def stored(folder: Path, key: str) -> Stored:
    path = folder / "register.sqlite"
    record(path, sample_audit())
    found = find(path, key)
    assert found
    return found


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("3a7e4e9047aa", "another-answers"),
        ("5ec4e700aaaa", "forbidden"),
        ("1c0ffee1a2b3", "many-findings"),
        ("0bd200000003", "undetermined"),
        ("e0c500000001", "excused"),
        ("9e4d00000001", "pending"),
        ("0bd200000005", "whole-rule-undetermined"),
        ("0ddb00000001", "built-in"),
    ],
)
def test_why(tmp_path: Path, key: str, name: str) -> None:
    assert_snapshot(f"explain-{name}.txt", explain(stored(tmp_path, key)))


def test_as_json(tmp_path: Path) -> None:
    assert_snapshot("explain.json", explain_json(stored(tmp_path, "4d15c0947e11")))


def test_figures_are_exact_although_the_register_keeps_them_as_text(tmp_path: Path) -> None:
    written = json.loads(explain_json(stored(tmp_path, "77c1d30099ab")), parse_float=Decimal)
    assert (written["measured"], written["required"]) == (Decimal("15.5"), 10)


@pytest.mark.parametrize("kept", ["70,000.50", "70000.50"])
def test_what_a_measure_takes_is_a_number_however_the_register_keeps_it(tmp_path: Path, kept: str) -> None:
    found = stored(tmp_path, "3a7e4e9047aa")
    taken = {"measure": "recovery", "liability": "material", "basis": "a", "ceiling": "b", "capped": False}
    taken |= {"proposed": kept, "allowed": None}
    found = replace(found, body={**found.body, "measures": [taken]})
    assert json.loads(explain_json(found), parse_float=Decimal)["measures"][0]["proposed"] == Decimal("70000.5")
    assert "70,000.50 without a ceiling; ceiling: b" in explain(found)


def test_what_a_later_version_keeps_besides_does_no_harm(tmp_path: Path) -> None:
    found = stored(tmp_path, "3a7e4e9047aa")
    assert explain(replace(found, body={**found.body, "mood": "cheerful"})) == explain(found)


def test_an_incident_without_a_person_or_a_rule_on_record_is_told_all_the_same(tmp_path: Path) -> None:
    found = stored(tmp_path, "3a7e4e9047aa")
    bare = {"responsible": None, "rules": (), "limitation": {"discovered": None, "last_day": None}}
    told = explain(replace(found, body={**found.body, **bare}))
    assert "Who answers: nobody could be named" in told
    assert "The limits" not in told
    assert "a rule that is not on record" in told


def test_a_finding_that_another_answers_for_names_both(tmp_path: Path) -> None:
    told = explain(stored(tmp_path, "5e9001d4b2f0"))
    assert (
        "  Who owes: Мария Ивановна Кузнецова-Заболоцкая (e-21, client search manager)\n  Who answers: Henrik" in told
    )

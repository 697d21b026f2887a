"""The JSON Schemas of users' files take what the loader takes, and refuse a key that it would refuse."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from compliance.model.problem import UserError
from compliance.schemas import MODELS, schema_of
from compliance.yamldoc import parse

ROOT = Path(__file__).parents[1]
RULES = ROOT / "rules"
NAMED = {"document.yaml": "document", "parameters.yaml": "parameters", "compliance.yaml": "manifest"}
JUDGED = {"judgement", "law"}  # folders of other rules


class AsEditorsRead(yaml.SafeLoader):
    """YAML 1.2's core schema: `no` and dates are text."""


AsEditorsRead.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    starts = [letter if letter != "\0" else "" for letter in first]
    AsEditorsRead.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^({pattern})$"), starts)


def _read(text: str) -> Any:  # noqa: ANN401 what YAML holds
    return yaml.load(text, AsEditorsRead)  # noqa: S506 a safe loader


@cache
def _checker(name: str) -> jsonschema.Draft202012Validator:
    schema = schema_of(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker(["date"]))


def _faults(name: str, text: str) -> list[str]:
    return [f"{error.json_path}: {error.message[:300]}" for error in _checker(name).iter_errors(_read(text))]


def _shipped() -> Iterator[tuple[str, Path]]:
    for path in sorted(RULES.glob("*/*.yaml")):
        if path.parent.name not in JUDGED:
            case = "case" if path.name.endswith(".test.yaml") else "rule"
            yield NAMED.get(path.name, case), path
    yield "parameters", RULES / "judgement" / "parameters.yaml"
    for folder in (ROOT / "fixtures", ROOT / "cli" / "compliance_cli" / "starter", ROOT / "tests" / "realdata"):
        yield from (("manifest", path) for path in sorted(folder.rglob("compliance.yaml")))
        yield from (("waivers", path) for path in sorted(folder.rglob("waivers.yaml")))
    yield from (("case", path) for path in sorted((ROOT / "tests" / "conformance").rglob("*.yaml")))


def test_every_shipped_file_fits_its_schema() -> None:
    seen = [(name, path) for name, path in _shipped() if path.is_file()]
    assert {name for name, _ in seen} == set(MODELS)
    faults = {str(path): found for name, path in seen if (found := _faults(name, path.read_text("utf-8")))}
    assert faults == {}


RULE = """\
id: a.b
title: T
severity: minor
bearer: {position: manager}
quota:
  of: calls
  at_least: 3
  within: 2 working_days
"""
DEADLINE = "id: a.b\ntitle: T\nseverity: minor\ndeadline: {of: plans, every: month, by: {day: 25, time: 18:00}}\n"
TAKEN = [
    ("rule", RULE),
    ("rule", RULE.replace("at_least: 3", "at_least: headcount * 2")),
    ("rule", RULE.replace("at_least: 3", "at_least: {parameter: calls, times: 1.5}")),
    ("rule", RULE.replace("manager", "[manager, clerk]")),
    ("rule", RULE.replace("2 working_days", "{parameter: term}")),
    ("rule", RULE.replace("of: calls", "of: calls\n  for_each: {of: clients}")),
    ("rule", RULE.replace("of: calls", "of: calls\n  for_each: {store: [north, south]}")),
    ("rule", RULE.replace("of: calls", "of: calls\n  for_each: [chain, town]")),
    ("rule", RULE.replace("of: calls", "of: calls\n  for_each: [{of: clients}, [town], {store: {parameter: shops}}]")),
    ("rule", RULE.replace("of: calls", "of: calls\n  match: [client_id]")),
    ("rule", RULE.replace("of: calls", "of: calls\n  with: {of: clients, match: {id: client_id}, at_most: 1}")),
    ("rule", RULE.replace("title: T", "title: 2026\nin_force: {from: 2026-01-01}")),
    ("rule", DEADLINE),
    ("parameters", "limit: [{value: 50}, {from: 2026-01-01, value: [a, b]}, {from: 2027-01-01, value: 2027-02-01}]"),
    ("manifest", "period: {from: 2026-01-01, to: 2026-02-01 12:00}\ntables: {calls: data/calls.csv}"),
    ("manifest", "backdating_tolerance: 1 day\ntables: {calls: {source: calls.xlsx, header: 3, key: [a, b]}}"),
    ("waivers", "- {rule: a.b, reason: R, owner: e1, approver: e2, to: 2026-03-01}"),
    ("case", "- {case: it works, expect: [{window: 2026, record: calls/1, verdict: breached, measured: 1.5}]}"),
    ("case", "- {case: it works, given: {period: {from: 2026-01-01, to: 2026-02-01}}, expect: [{absent: true}]}"),
    ("document", "id: d\ntitle: D\nclauses: [{section: 2, number: 2.10, text: Calls clients.}]"),
]
REFUSED = [
    ("rule", RULE.replace("severity", "severty")),
    ("rule", RULE.replace("at_least", "at_lest")),
    ("rule", RULE.replace("within", "whithin")),
    ("rule", RULE.replace("position", "postion")),
    ("rule", RULE.replace("at_least: 3", "at_least: {paramter: calls}")),
    ("rule", RULE.replace("at_least: 3", "at_least: true")),
    ("rule", RULE.replace("2 working_days", "2 workdays")),
    ("rule", RULE.replace("2 working_days", "2")),
    ("rule", RULE.replace("a.b", "Calls")),
    ("rule", RULE.replace("minor", "grave")),
    ("rule", RULE.replace("of: calls", "of: calls\n  for_each: {off: clients}")),
    ("rule", DEADLINE.replace("18:00", "6 pm")),
    ("rule", DEADLINE.replace("time:", "tme:")),
    ("parameters", "limit: [{vaule: 50}]"),
    ("manifest", "perod: {from: 2026-01-01, to: 2026-02-01}"),
    ("manifest", "tables: {calls: {sorce: calls.csv}}"),
    ("manifest", "backdating_tolerance: soon"),
    ("waivers", "- {rules: a.b, reason: R, owner: e1, approver: e2}"),
    ("case", "- {case: it fails, expect: [{verdict: breached, mesured: 1}]}"),
    ("case", "- {case: it fails, given: {timezon: UTC}}"),
    ("document", "id: d\ntitle: D\nclauses: [{section: 2, number: 1, txt: Calls clients.}]"),
]


def _loads(name: str, text: str) -> bool:
    try:
        parse(text, "file.yaml", MODELS[name])
    except UserError:
        return False
    return True


@pytest.mark.parametrize(("name", "text"), TAKEN)
def test_what_the_loader_takes_fits(name: str, text: str) -> None:
    assert _loads(name, text)
    assert _faults(name, text) == []


@pytest.mark.parametrize(("name", "text"), REFUSED)
def test_what_the_loader_refuses_does_not(name: str, text: str) -> None:
    assert not _loads(name, text)
    assert _faults(name, text)


@pytest.mark.parametrize("name", MODELS)
def test_no_mapping_with_known_keys_takes_others(name: str) -> None:
    schema = schema_of(name)
    known = [each for each in _objects(schema) if "properties" in each]
    assert known
    assert all(each["additionalProperties"] is False for each in known)


def _objects(schema: object) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for part in schema.values():
            yield from _objects(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _objects(part)

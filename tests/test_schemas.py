"""The JSON Schemas of users' files take what the loader takes, and refuse a key that it would refuse."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

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
    return _keyed(yaml.load(text, AsEditorsRead))  # noqa: S506 a safe loader


def _keyed(value: Any) -> Any:  # noqa: ANN401 what YAML holds
    """To an editor keys are text, `true` and `false` too."""
    if isinstance(value, dict):
        return {str(key).lower() if isinstance(key, bool) else key: _keyed(each) for key, each in value.items()}
    return [_keyed(each) for each in value] if isinstance(value, list) else value


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
AGREED = {
    "manifest": """
        timezone: Europe/Berlin
        timezone: Europe/Berlim
        timezone: 2
        calendar: {country: RU}
        calendar: {country: NO, extra_days_off: [2026-12-24]}
        calendar: {country: RUS}
        calendar: {country: XX}
        calendar: {country: null}
        calendar: {country: 7}
        tables: {c: {source: c.csv, format: {delimiter: ";"}}}
        tables: {c: {source: c.csv, format: {delimiter: ";;"}}}
        tables: {c: {source: c.csv, delimiter: ";;"}}
        tables: {c: {source: c.csv, delimiter: 1}}
        tables: {c: {source: c.csv, format: {delimiter: "%d.%m.%Y"}}}
        tables: {c: {source: c.csv, delimiter: ",", format: {delimiter: ";"}}}
        tables: {c: {source: c.csv, delimiter: ",", format: {delimiter: "%d"}}}
        tables: {c: {source: c.csv, format: {decimal: ","}}}
        tables: {c: {source: c.csv, format: {decimal: x}}}
        tables: {c: {source: c.csv, format: {encoding: cp1251, "true": [yes, да], "false": [no]}}}
        tables: {c: {source: c.csv, format: {true: [yes, да], false: [no]}}}
        tables: {c: {source: c.csv, format: {true: yes}}}
        tables: {c: {source: c.csv, format: {header: false, names: [a, b]}}}
        tables: {c: {source: c.csv, format: {header: false}, names: [a, b]}}
        tables: {c: {source: c.csv, header: false, format: {names: [a, b]}}}
        tables: {c: {source: c.csv, header: false}}
        tables: {c: {source: c.csv, format: {header: false}}}
        tables: {c: {source: c.csv, format: {names: [a, b]}}}
        tables: {c: {source: c.csv, names: [a, b]}}
        tables: {c: {source: c.csv, names: [a, a], header: true}}
        tables: {c: {source: c.csv, names: [a, b], header: 3}}
        tables: {c: {source: c.csv, header: 0}}
        tables: {c: {source: c.csv, format: {header: 0}}}
        tables: {c: {source: c.csv, format: {at: "%d.%m.%Y", on: unix}}}
        tables: {c: {source: c.csv, format: {at: dmy}}}
        tables: {c: {source: c.csv, format: {at: true}}}
        tables: {c: {source: c.csv, format: {at: [x]}}}
        tables: {c: {source: c.csv, format: {seperator: ";"}}}
        tables: {c: {source: c.csv, format: [x]}}
        tables: {c: {source: c.csv, format: {}, heartbeat: {per: working_day, by: [kind]}}}
        tables: {c: {source: c.csv, heartbeat: week}}
        tables: {c: c.csv, d: D.TSV.gz, e: e.sqlite::T, f: f.xlsx, g: "g.xlsx::Sheet 1", h: "a::b.csv"}
        tables: {c: "d/2026-??.parquet", e: "postgresql://host/db::s.t", f: "${BASE}::t", g: log.jsonocel::order}
        tables: {c: c.sqlite}
        tables: {c: c.parquet::T}
        tables: {c: c.parquet.gz}
        tables: {c: c.xls}
        tables: {c: c}
        tables: {c: .csv}
        tables: {c: "https://host/c.csv"}
        tables: {c: "postgresql://host/db"}
        tables: {c: null}
        tables: {c: {columns: {a: b}}}
        tables: {c: {source: c.csv, key: []}}
        tables: {c: {source: c.csv, key: [a, b], at: null, ahead: true, valid_from: x}}
    """,
    "rule": """
        {id: a.b, title: T, severity: minor}
        {id: a.b, title: T, severity: minor, prohibition: {of: x}, quota: {of: x, at_least: 1, per: day}}
        {id: a.b, title: T, severity: minor, prohibition: {of: x}, quota: null}
        {id: a.b, title: T, severity: minor, response: {after: {of: x}, expect: {of: y, match: [z]}}}
        {id: a.b, title: T, severity: minor, response: {after: {of: x}, expect: {of: y}, by: d, within: 1 day}}
        {id: a.b, title: T, severity: minor, response: {after: {of: x}, expect: {of: y, match: [z]}, by: d}}
        {id: a.b, title: T, severity: minor, quota: {of: x, at_least: {plan: p, of: y}, per: day}}
        {id: a.b, title: T, severity: minor, quota: {of: x, at_least: {times: 2}, per: day}}
        {id: a.b, title: T, severity: minor, quota: {of: x, at_least: {of: y, times: 0.1, minimum: 10}, per: day}}
    """,
    "case": """
        [{case: c, expect: [{bearer: a}]}]
        [{case: c, expect: [{bearer: a, absent: false}]}]
        [{case: c, expect: [{bearer: a, absent: true}]}]
        [{case: c, expect: [{verdict: breached, how: false}]}]
        [{case: c, expect: [{verdict: breached, how: true}]}]
    """,
    "waivers": """
        [{rule: [a.b, a.c], reason: R, owner: e1, approver: e2}]
        [{rule: a.b, reason: R, owner: e1, approver: e2, at_most: 0}]
    """,
    "document": """
        {id: d, title: D, clauses: [{section: a, number: b, text: t, kind: right}]}
        {id: d, title: D, clauses: [{section: a, number: b, text: t, kind: wrong}]}
    """,
    "parameters": """
        {most: 3}
        {most: [{value: [1, 2], source: x}]}
        {most: [{from: soon, value: 1}]}
    """,
}
"""Files on a line, taken or not: schema and loader say the same of each."""
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


@pytest.mark.parametrize(
    ("name", "text"), [(name, line.strip()) for name, texts in AGREED.items() for line in texts.strip().splitlines()]
)
def test_schema_and_loader_agree(name: str, text: str) -> None:
    assert _loads(name, text) is (_faults(name, text) == [])


WRITTEN = st.fixed_dictionaries(
    {},
    optional={
        "delimiter": st.sampled_from([";", ";;", "%d", None]),
        "decimal": st.sampled_from([",", "x", "unix"]),
        "header": st.sampled_from([True, False, 0, 2, None]),
        "names": st.sampled_from([["a", "b"], ["a", "a"], [], "a", None]),
        "true": st.sampled_from([["yes"], "yes", None]),
        "other_on": st.sampled_from(["%Y", "ms", 1]),
    },
)


@given(WRITTEN, WRITTEN)
def test_how_a_file_is_written_may_stand_in_the_entry_or_under_format(
    own: dict[str, object], below: dict[str, object]
) -> None:
    own.pop("other_on", None)
    text = json.dumps({"tables": {"c": {"source": "c.csv", **own, "format": below}}})
    assert _loads("manifest", text) is (_faults("manifest", text) == [])


@pytest.mark.parametrize("name", MODELS)
def test_no_mapping_with_known_keys_takes_others(name: str) -> None:
    schema = schema_of(name)
    known = [each for each in _objects(schema) if "properties" in each]
    assert known
    # Under `format`, whatever is no way to write a file is a column.
    assert all(each["additionalProperties"] is False or "delimiter" in each["properties"] for each in known)


def _objects(schema: object) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for part in schema.values():
            yield from _objects(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _objects(part)

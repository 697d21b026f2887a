"""The quarter at the trading house: all that was hidden in it is found, and nothing else."""

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from tests.assess.workspaces import audited

from compliance.model.audit import Audit
from compliance.model.finding import Finding, Verdict
from compliance.shipped import demo_world

TOLD = frozenset({Verdict.BREACHED, Verdict.UNDETERMINED, Verdict.PENDING})
Key = tuple[str, str | None, str, str]


@cache
def quarter() -> Audit:
    return audited(demo_world(), keep_all=True)


def found() -> Mapping[Key, Finding]:
    return {_key(finding): finding for finding in quarter().findings}


@cache
def planted() -> list[dict[str, Any]]:
    text = (demo_world() / "planted.json").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = json.loads(text, parse_float=Decimal)
    return rows


def _key(finding: Finding) -> Key:
    window, record = finding.window, finding.record
    ends = f"{window.start.isoformat()} {window.end.isoformat()}" if window else ""
    return finding.rule, finding.bearer, ends, f"{record.table}/{record.key}" if record else ""


def _planted_key(row: Mapping[str, Any]) -> Key:
    window, record = row["window"], row["record"]
    named = f"{record['table']}/{record['key']}" if isinstance(record, Mapping) else record
    return row["rule"], row["bearer"], f"{window['from']} {window['to']}" if window else "", named or ""


def _said(row: Mapping[str, Any], finding: Finding | None) -> dict[str, object] | None:
    """What a finding says of the things that were planted; numbers are planted where they matter."""
    if finding is None:
        return None
    asked = [name for name in ("measured", "required") if row[name] is not None]
    said = {"verdict": finding.verdict.value, "how": finding.how.value if finding.how else None}
    return said | {name: getattr(finding, name) for name in asked}


def _wanted(row: Mapping[str, Any]) -> dict[str, object] | None:
    if row["verdict"] is None:
        return None
    asked = [name for name in ("measured", "required") if row[name] is not None]
    return {name: row[name] for name in ("verdict", "how", *asked)}


def test_every_finding_that_was_planted_is_found_as_it_was_planted() -> None:
    at_hand = found()
    different = [
        (row["why"], _planted_key(row), said, _wanted(row))
        for row in planted()
        if (said := _said(row, at_hand.get(_planted_key(row)))) != _wanted(row)
    ]
    assert different == []


def test_nothing_is_found_that_was_not_planted() -> None:
    known = {_planted_key(row) for row in planted() if row["verdict"] is not None}
    assert [key for key, finding in found().items() if finding.verdict in TOLD and key not in known] == []


def test_a_finding_stands_once() -> None:
    assert len(found()) == len(quarter().findings)
    assert len({finding.id for finding in quarter().findings}) == len(quarter().findings)


def test_verdicts_are_counted_as_they_are_found() -> None:
    for account in quarter().rules:
        own = [finding.verdict for finding in quarter().findings if finding.rule == account.rule]
        assert {verdict: own.count(verdict) for verdict in Verdict} == {
            verdict: getattr(account, verdict.value) for verdict in Verdict
        }


def test_every_row_was_accepted_or_rejected_and_every_rejected_one_has_its_place_and_reason() -> None:
    for table in quarter().tables:
        assert table.read == table.accepted + table.rejected
        assert table.rejected == sum(table.reasons.values()) == len(table.rejects)
        assert all(reject.count(": ") >= 1 for reject in table.rejects)

"""Workspaces over records that nobody on this project wrote, and what an audit of them says.

The records lie outside the checkout: in the folder that DUTYBOOK_DATA names, else in ../shared/data beside it.
"""

import csv
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from compliance.audit import Options, audit
from compliance.model.audit import Audit
from compliance.model.finding import Finding, How, Verdict

HERE = Path(__file__).parent
DATA = Path(os.environ.get("DUTYBOOK_DATA") or HERE.parents[2] / "shared" / "data").resolve()


def audited(parent: Path, workspace: str, files: list[Path]) -> Audit:
    """The audit of a copy of the workspace, beside whose manifest the files are linked."""
    if missing := [str(each) for each in files if not each.is_file()]:
        pytest.skip(f"the real records are not here (DUTYBOOK_DATA names their folder): {', '.join(missing)}")
    copy = Path(shutil.copytree(HERE / workspace, parent / workspace))
    for each in files:
        (copy / each.name).symlink_to(each)
    return audit(copy, Options(judge="plain")).audit


def answers(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a file with a header, such as an answer that was worked out without this project."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def breaches(found: Audit, rule: str) -> list[Finding]:
    """The rule's breaches, however they came about."""
    return [each for each in found.findings if each.rule == rule and each.verdict is Verdict.BREACHED]


def breached(found: Audit, rule: str, how: How) -> list[Finding]:
    """The rule's breaches, each of which came about in this way."""
    told = breaches(found, rule)
    assert {each.how for each in told} == {how}
    return told


def ways(found: Audit, rule: str) -> dict[How | None, int]:
    """How many of the rule's breaches came about in which way."""
    return Counter(each.how for each in breaches(found, rule))


def keys(told: list[Finding]) -> list[str]:
    """Key of the record that each of the findings is about."""
    return sorted(each.record.key for each in told if each.record)


def by_whom(told: list[Finding]) -> list[tuple[str | None, str | None]]:
    """Key of the record and who answers for it, one for each breach."""
    return sorted((each.record.key if each.record else None, each.responsible) for each in told)

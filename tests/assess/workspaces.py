"""Tiny workspaces on disk, and an audit of them in few words."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from compliance.audit import Options, audit
from compliance.model.audit import Audit
from compliance.model.problem import UserError
from compliance.ruletest.comparing import shown

MANIFEST = """organisation: House
period: {from: 2026-03-02, to: 2026-03-09}
packs: [./rules]
tables:
  employees: employees.csv
  calls: {source: calls.csv, key: call_id, at: at, bearer: employee_id}
"""
FILES: Mapping[str, str] = {
    "compliance.yaml": MANIFEST,
    "employees.csv": "employee_id,name,position,superior_id\na,Ann,seller,c\nb,Bob,seller,c\nc,Cid,,\n",
    "calls.csv": """call_id,at,employee_id,kind,minutes
1,2026-03-02 10:00,a,call,5
2,2026-03-02 11:00,a,call,6
3,2026-03-02 12:00,b,call,7
4,2026-03-03 10:00,a,gift,8
5,2026-03-04 10:00,c,call,9
""",
    "rules/calls.yaml": """id: house.calls
title: Two calls on Monday
severity: minor
in_force: {from: 2026-03-02, to: 2026-03-02}
bearer: {position: seller}
quota:
  of: calls
  where: kind = 'call'
  at_least: 2
  per: working_day
""",
    "rules/gifts.yaml": """id: house.gifts
title: No gifts
severity: serious
prohibition: {of: calls, where: kind = 'gift'}
""",
}


def written(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files below a folder; answers the folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def house(folder: Path, **changed: str) -> Path:
    """The tiny workspace with some of its files changed: `calls` for calls.csv, `rules_calls` for its rule."""
    names = {name.replace("/", "_").replace(".csv", "").replace(".yaml", ""): name for name in FILES}
    return written(folder, {**FILES, **{names[name]: text for name, text in changed.items()}})


def audited(folder: Path, *, keep_all: bool = False, options: Options | None = None) -> Audit:
    """The audit of a workspace by the plain judge."""
    return audit(folder, options or Options(judge="plain", keep_all=keep_all)).audit


def findings(folder: Path, *, keep_all: bool = False) -> list[str]:
    """Every finding in short."""
    return [shown(each) for each in audited(folder, keep_all=keep_all).findings]


def refused(folder: Path, options: Options | None = None) -> str:
    """Everything that the user is told instead of an audit, without the folder's own path."""
    with pytest.raises(UserError) as raised:
        audited(folder, options=options)
    return str(raised.value).replace(f"{folder}/", "")

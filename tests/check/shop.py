"""A small shop, sound or with all that a check looks for."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

MANIFEST = """\
organisation: The Corner Shop
period: {from: 2026-01-01, to: 2026-03-01}
packs: [./rules]
tables:
  employees: employees.csv
  calls:
    source: calls.csv
    key: call_id
    at: at
    bearer: Who
    types: {fee: money}
"""
EMPLOYEES = """\
employee_id,name,position
ada,Ada,sales
ben,Ben,sales
"""
CALLS_PER_WEEK = """\
id: shop.calls-per-week
title: Somebody is called every week
severity: minor
bearer: {position: sales}
quota: {of: calls, at_least: 1, per: week}
"""


def written(folder: Path, files: Mapping[str, str]) -> Path:
    """The files, in this folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def calls(*without: date) -> str:
    """A call by each of the two on every day from Monday to Friday of January and February 2026, but for some."""
    lines = (
        f"{day:%m%d}-{who},{datetime(day.year, day.month, day.day, 10)},{who},{nth % 7}.50"  # noqa: DTZ001 local
        for nth, day in enumerate(_weekdays())
        for who in ("ada", "ben")
        if day not in without
    )
    return "\n".join(["call_id,at,Who,fee", *lines]) + "\n"


def _weekdays() -> Iterator[date]:
    day = date(2026, 1, 1)
    while day < date(2026, 3, 1):
        if day.weekday() < 5:
            yield day
        day += timedelta(days=1)


def shop(folder: Path, more: Mapping[str, str] | None = None) -> Path:
    """The sound shop; `more` are files beside or instead of its own."""
    files = {"compliance.yaml": MANIFEST, "employees.csv": EMPLOYEES, "calls.csv": calls()}
    return written(folder, files | {"rules/calls-per-week.yaml": CALLS_PER_WEEK} | dict(more or {}))

"""The product on a reference world: its records as CSV files, its rules as YAML, and what was found in our terms."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml
from tests.reference.setting import PLACES, TITLES
from tests.reference.world import Finding, Rule, Table, Value, World

from compliance.audit import Options, audit


class _Dumper(yaml.SafeDumper):
    """Writes what stands twice twice: aliases are refused."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def findings(rules: Sequence[Rule], world: World, folder: Path) -> list[Finding]:
    """What the product finds by these rules in a world that is written to a folder."""
    write(rules, world, folder)
    outcome = audit(folder, Options(as_of=world.as_of if "as_of" in world.says else None, judge="plain", keep_all=True))
    return [
        Finding(
            rule=each.rule,
            verdict=str(each.verdict),
            bearer=each.bearer,
            window=(each.window.start, each.window.end) if each.window else None,
            record=each.record.key if each.record else None,
            how=str(each.how) if each.how else None,
            measured=None if each.measured is None else Fraction(each.measured),
            required=None if each.required is None else Fraction(each.required),
            due=each.due,
            because=each.cause or "",
            responsible=each.responsible,
        )
        for each in outcome.audit.findings
    ]


def write(rules: Sequence[Rule], world: World, folder: Path) -> None:
    """The workspace: manifest, tables, rules and parameters."""
    (folder / "rules").mkdir(parents=True)
    for rule in rules:
        (folder / "rules" / f"{rule['id'].partition('.')[2]}.yaml").write_text(_yaml(rule), "utf-8")
    if world.parameters:
        (folder / "rules" / "parameters.yaml").write_text(_yaml(_parameters(world)), "utf-8")
    for table in world.tables.values():
        _write_table(table, world, folder / f"{table.name}.csv")
    (folder / "compliance.yaml").write_text(_yaml(_manifest(world)), "utf-8")


def _yaml(document: Mapping[str, Any]) -> str:
    return yaml.dump(dict(document), Dumper=_Dumper, sort_keys=False, allow_unicode=True)


def _parameters(world: World) -> dict[str, Any]:
    return {
        name: [{"from": since, "value": value, "source": "made up"} for since, value in dated]
        for name, dated in world.parameters.items()
    }


def _manifest(world: World) -> dict[str, Any]:
    days = world.days
    calendar = {"extra_days_off": sorted(days.off), "extra_working_days": sorted(days.worked)}
    period = {"period": {"from": world.start, "to": world.end}} if "period" in world.says else {}
    return {
        "organisation": "Reference",
        "timezone": str(world.zone),
        **period,
        "calendar": calendar | ({"country": days.country} if days.country else {}),
        "packs": ["./rules"],
        "positions": {name: own for name, own in world.aliases.items() if name in TITLES},
        "departments": {name: own for name, own in world.aliases.items() if name in PLACES},
        "set_aside": dict.fromkeys(sorted(world.set_aside), "looked at"),
        "tables": {table.name: _entry(table) for table in world.tables.values()},
    }


def _entry(table: Table) -> dict[str, Any]:
    heartbeat: Any = "working_day" if table.heartbeat else "none"
    if table.by:
        heartbeat = {"per": "working_day", "by": list(table.by)}
    types = {name: kind for name, kind in table.types.items() if kind != "id"}
    entry = {"source": f"{table.name}.csv", "heartbeat": heartbeat, "types": types}
    if table.valid_from:
        entry["valid_from"] = table.valid_from
    if table.refs:
        entry["refs"] = dict(table.refs)
    if table.book:
        entry["key"] = [table.key, table.book]
    if not table.own:
        return entry
    return {"key": table.key} | entry | {"at": table.at} | ({"bearer": table.bearer} if table.bearer else {})


def _write_table(table: Table, world: World, path: Path) -> None:
    rows = [{name: _text(row.get(name), world) for name in table.types} for row in table.accepted]
    _write_csv(path, list(table.types), [*rows, *table.damaged])


def _write_csv(path: Path, header: list[str], rows: Iterable[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header)
        writer.writeheader()
        writer.writerows(rows)


def _text(value: Value, world: World) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat() if not value.fold else value.replace(tzinfo=world.zone).isoformat()
        case date():
            return value.isoformat()
        case Fraction():
            return str(value.numerator) if value.denominator == 1 else f"{float(value):.4f}"
    return value

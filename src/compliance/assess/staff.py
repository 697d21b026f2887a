"""The roster of an audit, from the tables that the workspace keeps of its people."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from compliance.calendar import WorkCalendar
from compliance.engines.base import Engine
from compliance.kinds.ground import ROSTER_COLUMNS
from compliance.roster import (
    HELD,
    Roster,
    appointments,
    covered,
    excused,
    in_charge,
    overlaps,
    possible,
    returning,
    stand_ins,
    unread,
    untold,
)
from compliance.workspace.fetching import rows
from compliance.workspace.manifest import Settings
from compliance.workspace.tables import Table

_DEPUTIES = ("absent_id", "deputy_id", "starts_on", "ends_on", "appointed_on", "personnel_order_id")
_ABSENCE = ("starts_on", "ends_on", "excused")
_TERM = (*ROSTER_COLUMNS, "starts_on", "ends_on")
_WORDS = frozenset({"name", *HELD}) - {"level"}
Row = dict[str, Any]
Tables = Mapping[str, Table]


def staff(manifest: Settings, tables: Tables, engine: Engine, calendar: WorkCalendar) -> Roster:
    """Everybody with position, absence and deputies; where `employees` are not kept, absences and deputies alone."""
    employees = tables.get("employees")
    people: list[Row] = []
    terms: list[Row] = []
    if employees is not None:
        people = _titled(manifest, _rows(engine, employees, (*ROSTER_COLUMNS, "left_on")))
        terms = _titled(manifest, _dated(engine, tables, "appointments", _TERM))
    held = appointments(people, terms)
    deputies = _dated(engine, tables, "deputies", _DEPUTIES)
    by_order, without = stand_ins(deputies, _signed(tables, engine))
    absences = _dated(engine, tables, "absences", _ABSENCE)
    stretches = excused(absences)
    charge = in_charge(stretches, by_order, held)
    away = returning(stretches, calendar, covered(charge))
    untimed = (row for row in absences if row.get("starts_on") is None)
    in_doubt = unread((*_in_doubt(manifest, tables, engine, "absences", _ABSENCE), *untimed))
    perhaps = possible(
        (*_in_doubt(manifest, tables, engine, "deputies", _DEPUTIES), *filter(_tells_too_little, deputies))
    )
    posts = untold(_titled(manifest, _in_doubt(manifest, tables, engine, "appointments", _TERM)), terms, held)
    return Roster(held, away, _given(tables), by_order, without, charge, overlaps(terms), in_doubt, perhaps, posts)


def _rows(engine: Engine, table: Table, columns: Iterable[str], *, rejected: bool = False) -> list[Row]:
    """The rows in days and words, even if the manifest takes an hour of hiring or a number of a department for more."""
    found = rows(engine, table, columns, rejected=rejected)
    for row in found:
        for name, value in row.items():
            if not name.startswith("_") and isinstance(value, datetime):
                row[name] = value.date()
            elif value is not None and (name in _WORDS or name.endswith("_id")):
                row[name] = str(value)
    return found


def _given(tables: Tables) -> frozenset[str]:
    """What the records say of people, of what a roster may say; nothing where no roster is kept."""
    if "employees" not in tables:
        return frozenset()
    terms = {*tables["appointments"].columns} & {*HELD} if "appointments" in tables else set()
    return frozenset({*tables["employees"].columns, "employee_id", *terms})


def _titled(manifest: Settings, found: list[Row]) -> list[Row]:
    """The rows with positions and departments under their canonical names."""
    for row in found:
        for name, aliases in (("position", manifest.positions), ("department", manifest.departments)):
            if name in row:
                row[name] = aliases.get(row[name] or "", row[name])
    return found


def _dated(engine: Engine, tables: Tables, name: str, columns: Iterable[str]) -> list[Row]:
    """The rows of a table that tells from when on something is; none where it is not kept, or does not tell."""
    table = tables.get(name)
    return _rows(engine, table, columns) if table is not None and "starts_on" in table.columns else []


def _in_doubt(manifest: Settings, tables: Tables, engine: Engine, name: str, columns: Iterable[str]) -> list[Row]:
    """The rows of a table that could not be read, unless somebody has set them aside."""
    table = tables.get(name)
    if table is None or not table.rejected or table.name in manifest.set_aside:
        return []
    return _rows(engine, table, columns, rejected=True)


def _tells_too_little(deputy: Row) -> bool:
    return any(deputy.get(name) is None for name in ("absent_id", "deputy_id", "starts_on"))


def _signed(tables: Tables, engine: Engine) -> dict[str, date | None]:
    """When each personnel order was signed, where that is kept."""
    orders = tables.get("personnel_orders")
    if orders is None or "signed_on" not in orders.columns:
        return {}
    return {row["_key"]: row["signed_on"] for row in _rows(engine, orders, ("signed_on",))}

"""`dutybook.unmapped-title`: somebody whose title no rule's position and no alias knows."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from compliance.assess.builtin.told import finding, told_by
from compliance.calendar import midnight
from compliance.engines.base import Engine
from compliance.kinds.ground import Ground
from compliance.language.blocks import ParameterRef
from compliance.language.scope import UnknownName
from compliance.model.finding import Finding, RecordRef
from compliance.model.names import Namer
from compliance.roster import FIRST_DAY, after
from compliance.rulebook.schema import Rule
from compliance.workspace.fetching import rows
from compliance.workspace.manifest import UNMAPPED_TITLE

INFO = told_by(
    UNMAPPED_TITLE,
    "Every title is known as a position",
    "Say under `positions` in the manifest which position the title means.",
)
Row = dict[str, Any]
Stretch = tuple[datetime, datetime]
COLUMNS = ("position", "starts_on", "ends_on", "hired_on", "left_on")


def unmapped_title(rules: Iterable[Rule], ground: Ground, engine: Engine, namer: Namer) -> tuple[Finding, ...] | None:
    """People of the audited period with such a title; None where no rule asks for a position."""
    asking = [rule for rule in rules if rule.bearer is not None and rule.bearer.position is not None]
    if not asking or not ground.rostered:
        return None
    known = {*ground.positions, *(name for rule in asking for name in _named(rule, ground))}
    strange = [(table, row) for table, row in _held(ground, engine) if row.get("position") not in {None, *known}]
    return tuple(_finding(table, row, ground, namer) for table, row in strange)


def _named(rule: Rule, ground: Ground) -> Iterator[str]:
    """The positions that a rule names, by name or as a parameter."""
    position = rule.bearer.position if rule.bearer is not None else None
    if not isinstance(position, ParameterRef):
        yield from position or ()
        return
    prefix, day = rule.id.split(".", 1)[0], ground.period.start.date()
    try:
        value = ground.parameters.on(ground.parameters.full_name(position.parameter, prefix), day)
    except UnknownName:
        return
    yield from (str(each) for each in (value if isinstance(value, tuple) else (value,)) if each is not None)


def _held(ground: Ground, engine: Engine) -> Iterator[tuple[str, Row]]:
    """The rows that tell a title of the audited period: a person's appointments, else the one of `employees`."""
    terms = _rows("appointments", ground, engine)
    people = _rows("employees", ground, engine)
    period = (ground.period.start, ground.period.end)
    employed = {row["_key"]: _days(row, "hired_on", "left_on") for row in people}
    yield from (
        ("appointments", row)
        for row in terms
        if row["_bearer"] in employed and _meet(period, employed[row["_bearer"]], _days(row, "starts_on", "ends_on"))
    )
    told = {row["_bearer"] for row in terms}
    yield from (
        ("employees", row) for row in people if row["_key"] not in told and _meet(period, employed[row["_key"]])
    )


def _rows(name: str, ground: Ground, engine: Engine) -> list[Row]:
    table = ground.tables.get(name)
    return rows(engine, table, COLUMNS) if table is not None and "position" in table.columns else []


def _days(row: Row, first: str, last: str) -> Stretch:
    """The days of a row, from the first to the end of the last."""
    return midnight(row.get(first) or FIRST_DAY), midnight(after(row.get(last)))


def _meet(*stretches: Stretch) -> bool:
    """Whether stretches share a day: a title of days on which its holder was not employed was not held."""
    return max(since for since, _ in stretches) < min(until for _, until in stretches)


def _finding(table: str, row: Row, ground: Ground, namer: Namer) -> Finding:
    bearer = row["_bearer"] if table == "appointments" else row["_key"]
    told = f"{namer.person(bearer)}: no rule and no alias knows the title {row['position']}"
    return finding(UNMAPPED_TITLE, bearer, RecordRef(table, str(row["_key"])), told, ground, at=ground.as_of)

"""Cures of a deadline: the record in time, moved there or added."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from compliance.calendar import midnight
from compliance.kinds.deadline import Deadline
from compliance.kinds.dues import By
from compliance.language.blocks import ParameterRef
from compliance.model.finding import How
from compliance.model.types import ColumnType
from compliance.reports.decided import last_day
from compliance.why.changes import Proposal, added, moved
from compliance.why.cures.case import MINUTE, Case, told
from compliance.why.cures.quota import of_entity
from compliance.why.read import counted
from compliance.windows import Per, span_of


def propose(case: Case) -> Iterator[Proposal]:
    """What was late moved to the last moment in time, else a record added there."""
    deadline, found = case.kind, case.finding
    assert isinstance(deadline, Deadline)  # noqa: S101 the registry pairs them
    table = case.table(deadline.of)
    if table is None or found.due is None:
        return
    at, when = last_moment(found.due), _when(case, deadline, found.due)
    if found.how is How.LATE:
        column = deadline.at if deadline.at in table.columns else None
        keys = [key for name, key in counted(case.world, case.judged, found) if name == deadline.of]
        for row in case.world.records(deadline.of, keys[:1]):
            says = f"{deadline.of} {row['_key']} by {last_day(found.due)} instead of {_day(case)}"
            yield Proposal(says, (moved(table, row, at, case.zone, column),), "move")
    tied = of_entity(case, deadline.for_each, deadline.match, table) if deadline.for_each else case.bearers(table)
    if tied is None:
        return
    tied |= _period(case, deadline)
    for row, said in case.made(deadline, table, at, tied):
        says = f"a record of {deadline.of}{told(said)}{case.by_bearer}, {when}"
        yield Proposal(says, (added(table, [row], said),), "add")


def _when(case: Case, deadline: Deadline, due: datetime) -> str:
    """By when; where a record counts for the last period that had ended, it does so from the period's end on only."""
    window, by = case.finding.window, f"by {last_day(due)}"
    inside = isinstance(deadline.by, By) and (isinstance(deadline.by.month, ParameterRef) or deadline.by.month < 1)
    if window is None or deadline.period is not None or inside or Per(deadline.every).daily or window.end >= due:
        return by
    return f"{by}, not before {window.end.date()}"


def _day(case: Case) -> str:
    done = case.row.get("done")
    return str(done.date()) if isinstance(done, datetime) else "later"


def _period(case: Case, deadline: Deadline) -> dict[str, Any]:
    """The column that says for which period, as a register writes it."""
    table, window = case.table(deadline.of), case.finding.window
    if deadline.period is None or window is None or table is None or deadline.period not in table.columns:
        return {}
    span = span_of(window.start.date(), Per(deadline.every))
    if table.columns[deadline.period] is ColumnType.DATE:
        return {deadline.period: span.start}
    return {deadline.period: span.label(Per(deadline.every))}


def last_moment(due: datetime) -> datetime:
    """The last moment in time: of a day's end the minute before, an exact instant itself."""
    return due - MINUTE if due == midnight(due.date()) else due

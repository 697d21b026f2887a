"""Cures of what must follow a trigger or come before an act: the answer in time, moved there or added."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from compliance.kinds.fulfilment import Fulfilment
from compliance.kinds.precedence import Precedence
from compliance.kinds.response import Response
from compliance.language.blocks import Block
from compliance.model.finding import How
from compliance.reports.decided import last_day, moment
from compliance.why.changes import Proposal, Row, added, at_time, changed, moved
from compliance.why.cures.case import Case, told
from compliance.why.cures.deadline import last_moment
from compliance.why.read import counted


def response(case: Case) -> Iterator[Proposal]:
    """The answer by the due instant."""
    kind, due = case.kind, case.finding.due
    assert isinstance(kind, Response)  # noqa: S101 the registry pairs them
    if due is None:
        return
    by = f"by {last_day(due)}"
    if kind.expect.of == kind.after.of and kind.expect.at is not None:
        yield from _own_column(case, kind.expect, last_moment(due), by)
    yield from _moved(case, kind.expect, last_moment(due), by, late=case.finding.how is How.LATE)
    yield from _added(case, kind.expect, last_moment(due), by)


def precedence(case: Case) -> Iterator[Proposal]:
    """What is to come first, before the act."""
    kind, at = case.kind, case.finding.at
    assert isinstance(kind, Precedence)  # noqa: S101 the registry pairs them
    if at is None:
        return
    yield from _moved(case, kind.expect, at, f"by {moment(at)}", late=case.finding.how is How.RATIFIED_LATE)
    yield from _added(case, kind.expect, at, f"by {moment(at)}")


def fulfilment(case: Case) -> Iterator[Proposal]:
    """The last delivery by the due day, or what lacks delivered by then."""
    kind, found = case.kind, case.finding
    assert isinstance(kind, Fulfilment)  # noqa: S101 the registry pairs them
    if found.due is None:
        return
    at, by = last_moment(found.due), f"by {last_day(found.due)}"
    yield from _moved(case, kind.delivered, at, by, late=found.how is How.LATE, last=True)
    table = case.table(kind.delivered.of)
    written = kind.delivered.quantity or ("quantity" if table and "quantity" in table.columns else None)
    lacks: Row = {}
    if found.required is not None and found.measured is not None and written and table and written in table.columns:
        lacks = {written: found.required - found.measured}
    yield from _added(case, kind.delivered, at, by, lacks)


def _own_column(case: Case, expect: Block, at: datetime, by: str) -> Iterator[Proposal]:
    """Where the trigger's own row tells when it was answered."""
    table, row = case.table(expect.of), case.own_record()
    if table is not None and row is not None and expect.at is not None and expect.at in table.columns:
        values = at_time(table, at, case.zone, expect.at)
        was = f" instead of {moment(row[expect.at])}" if isinstance(row.get(expect.at), datetime) else ""
        yield Proposal(
            f"{expect.of} {row['_key']} with {expect.at} {by}{was}", (changed(table, row, values),), "change"
        )


def _moved(case: Case, block: Block, at: datetime, by: str, *, late: bool, last: bool = False) -> Iterator[Proposal]:
    table = case.table(block.of)
    if not late or table is None:
        return
    keys = [key for name, key in counted(case.world, case.judged, case.finding) if name == block.of]
    column = block.at if block.at in table.columns else None
    for row in case.world.records(block.of, keys[-1:] if last else keys[:1]):
        was = row.get(column or "_at")
        instead = f" instead of {moment(was)}" if isinstance(was, datetime) else ""
        yield Proposal(f"{block.of} {row['_key']} {by}{instead}", (moved(table, row, at, case.zone, column),), "move")


def _added(case: Case, block: Block, at: datetime, by: str, more: Row | None = None) -> Iterator[Proposal]:
    table, first = case.table(block.of), case.own_record()
    if table is None or first is None:
        return
    tied: Row = {own: _followed(case, first, other) for own, other in block.match.items() if own in table.columns}
    tied |= more or {}
    if table.bearer is not None and table.bearer not in tied:
        tied |= case.bearers(table)
    for row, said in case.made(block, table, at, tied):
        shown = {name: value for name, value in said.items() if name != table.bearer}
        yield Proposal(f"a record of {block.of}{told(shown)} {by}", (added(table, [row], said),), "add")


def _followed(case: Case, first: Row, written: str) -> Any:  # noqa: ANN401 a value of a record
    """A column of the first record, or one reference followed from it."""
    path = written.removeprefix("this.").split(".")
    if len(path) == 1 or case.finding.record is None:
        return first.get(path[0])
    table = case.table(case.finding.record.table)
    reference = case.judged.ground.reference(table, path[0]) if table else None
    if reference is None or reference[1] not in case.world.tables or not first.get(reference[0]):
        return None
    rows = case.world.records(reference[1], [first[reference[0]]])
    return rows[0].get(path[1]) if rows else None

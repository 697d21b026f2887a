"""Cures of what runs on: gaps closed, stages put in order, a level kept, a declaration made true."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

from compliance.calendar import midnight
from compliance.kinds.interval import Interval
from compliance.kinds.level import Level
from compliance.kinds.reconciliation import Reconciliation
from compliance.kinds.sequence import Sequence
from compliance.model.finding import How
from compliance.model.types import ColumnType
from compliance.reports.decided import last_day, moment
from compliance.reports.words import figure
from compliance.why.census import desk_of
from compliance.why.changes import Proposal, Row, added, changed, moved, removed
from compliance.why.cures.case import Case, told
from compliance.why.cures.deadline import last_moment
from compliance.why.cures.quota import of_entity


def interval(case: Case) -> Iterator[Proposal]:
    """One more record in time; where records hold for a time, one that holds over the gap."""
    kind, found = case.kind, case.finding
    assert isinstance(kind, Interval)  # noqa: S101 the registry pairs them
    table = case.table(kind.of)
    if table is None or found.due is None:
        return
    tied: Row | None = case.bearers(table) if found.bearer else {}
    if kind.for_each:
        tied = of_entity(case, kind.for_each, kind.match, table)
    first = case.own_record()
    if kind.over is not None and first is not None:
        tied = {own: first.get(other) for own, other in kind.match.items() if own in table.columns}
    for at in dict.fromkeys((last_moment(found.due), midnight(last_moment(found.due).date()))):
        for row, said in case.made(kind, table, at, tied or {}):
            more: Row = {}
            if kind.until is not None and kind.until in table.columns:
                end = _end(case, kind, first)
                more = {kind.until: end.date() if table.columns[kind.until] is ColumnType.DATE else end}
            says = f"a record of {kind.of}{told({**said, **more})} by {last_day(found.due)}"
            yield Proposal(says, (added(table, [{**row, **more}], {**said, **more}),), "add")


def _end(case: Case, kind: Interval, first: Row | None) -> datetime:
    """Until when it has to hold: the end of the stretch, else as long as is known."""
    end = first.get(kind.over.to) if kind.over is not None and first is not None else None
    if isinstance(end, datetime):
        return end
    return midnight(end) if isinstance(end, date) else case.world.as_of


def sequence(case: Case) -> Iterator[Proposal]:
    """The stage that came too early moved behind the one that lacks; a stage that is not there added before it."""
    kind, found = case.kind, case.finding
    assert isinstance(kind, Sequence)  # noqa: S101 the registry pairs them
    table = case.table(kind.of)
    if table is None or found.record is None or not {kind.case, kind.stage} <= set(table.columns):
        return
    orders = kind.orders(desk_of(case.world, case.judged))
    day = (found.at or case.world.as_of).date()
    stages = next(each.stages for each in orders if each.on(day))
    order = [stage.removesuffix("?") for stage in stages]
    needed = [stage for stage in stages if not stage.endswith("?")]
    firsts: dict[str, Row] = {}
    rows = (row for row in case.world.records(table.name, most=100_000) if str(row[kind.case]) == found.record.key)
    for row in sorted((row for row in rows if row["_at"]), key=lambda row: row["_at"]):
        firsts.setdefault(str(row[kind.stage]), row)
    known = [stage for stage in order if stage in firsts]
    for early, late in pairwise(known):
        if firsts[early]["_at"] > firsts[late]["_at"]:
            at = firsts[late]["_at"]
            says = f"{table.name} {firsts[early]['_key']} ({early}) by {moment(at)}, when {late} came"
            yield Proposal(says, (moved(table, firsts[early], at, case.zone),), "move")
    lacking = [stage for stage in needed if stage not in firsts and _before_any(order, stage, firsts)]
    yield from _lacking(case, kind, lacking, firsts)


def _lacking(case: Case, kind: Sequence, missing: list[str], firsts: dict[str, Row]) -> Iterator[Proposal]:
    table, found = case.table(kind.of), case.finding
    if table is None or not missing or not firsts or found.record is None:
        return
    like = min(firsts.values(), key=lambda row: row["_at"])
    rows = [{**like, kind.stage: stage} for stage in missing]
    says = f"the stage {' and '.join(missing)} of {found.record.key} by {moment(like['_at'])}"
    yield Proposal(says, (added(table, rows, {kind.case: found.record.key}),), "add")


def _before_any(order: list[str], stage: str, firsts: dict[str, Row]) -> bool:
    return any(each in order and order.index(each) > order.index(stage) for each in firsts)


def level(case: Case) -> Iterator[Proposal]:
    """The step that left the bounds, made as small as they allow; or not done."""
    kind, found, row = case.kind, case.finding, case.own_record()
    assert isinstance(kind, Level)  # noqa: S101 the registry pairs them
    table = case.table(kind.of)
    if table is None or row is None or found.measured is None or found.required is None:
        return
    name = kind.measure.strip().removeprefix("sum(").removesuffix(")").strip()
    if name in table.columns and row.get(name) is not None:
        least = Decimal(1) if (kind.more_than if found.how is How.SHORT else kind.less_than) else Decimal(0)
        gap = Decimal(found.required) - Decimal(found.measured) + (least if found.how is How.SHORT else -least)
        value = Decimal(row[name]) + gap
        says = f"{kind.of} {row['_key']} with {name} {figure(value)} instead of {figure(row[name])}"
        yield Proposal(says, (changed(table, row, {name: value}),), "change")
    yield Proposal(
        f"{kind.of} {row['_key']} not done: the level stays within its bounds then",
        (removed(table, [row["_key"]]),),
        "move",
    )


def reconciliation(case: Case) -> Iterator[Proposal]:
    """What the records show, declared."""
    kind, found, row = case.kind, case.finding, case.own_record()
    assert isinstance(kind, Reconciliation)  # noqa: S101 the registry pairs them
    table = case.table(kind.of)
    if table is not None and row is not None and found.measured is not None and kind.declared in table.columns:
        was = row[kind.declared]
        says = f"{kind.of} {row['_key']} with {kind.declared} {figure(found.measured)} instead of {figure(was)}"
        yield Proposal(says, (changed(table, row, {kind.declared: found.measured}),), "change")

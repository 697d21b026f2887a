"""Cures of a quota: as many more records as are short, or the last ones taken away; a sum has one value changed."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Any

from compliance.kinds.quota import Quota
from compliance.language.blocks import Each
from compliance.model.finding import How
from compliance.reports.decided import moment
from compliance.reports.words import figure, plural
from compliance.why.changes import Proposal, Row, added, changed, removed
from compliance.why.cures.case import MINUTE, Case, told
from compliance.why.read import counted, measured, own
from compliance.workspace.tables import Table

DAY = timedelta(days=1)
_FIRST = re.compile(r"\bnth\s*\(\s*([a-z_][a-z0-9_]*)\s*[,)]")
_MEASURE = re.compile(r"(count|sum|min|max)\s*(?:\(\s*(distinct\s+)?([a-z_][a-z0-9_]*)\s*\))?", re.IGNORECASE)


def propose(case: Case) -> Iterator[Proposal]:
    """The proposals, those that add records first."""
    quota, found = case.kind, case.finding
    assert isinstance(quota, Quota)  # noqa: S101 the registry pairs them
    table, told_ = case.table(quota.of), _MEASURE.fullmatch(quota.measure.strip())
    if table is None or told_ is None or found.measured is None or found.required is None:
        return
    name, distinct, over = told_[1].lower(), bool(told_[2]), told_[3]
    gap = Decimal(found.required) - Decimal(found.measured)
    if found.how is How.SHORT:
        step = gap + (_least(table, over) if quota.more_than else 0)
        yield from _more(case, quota, table, name, over if distinct or name != "count" else _first(quota), step)
    elif found.how is How.OVER:
        step = -gap + (_least(table, over) if quota.less_than else 0)
        yield from _fewer(case, table, name, over, step)


def _first(quota: Quota) -> str | None:
    """The column of which the condition asks which record it is (`nth(client_id) = 1`): a new one is of none before."""
    found = _FIRST.search(quota.where or "")
    return found[1] if found else None


def _least(table: Table, over: str | None) -> Decimal:
    """The smallest step of a measure: 1 of a count, a cent of money."""
    return Decimal(1) if over is None or str(table.columns.get(over)) != "money" else Decimal("0.01")


def _more(  # noqa: PLR0917 a measure, and by how much it is short
    case: Case, quota: Quota, table: Table, name: str, over: str | None, gap: Decimal
) -> Iterator[Proposal]:
    at = case.a_day() or case.world.as_of - MINUTE
    tied = _tied(case, quota, table)
    if tied is None:
        return
    if name == "count":
        number = int(gap.to_integral_value(ROUND_CEILING))
        for row, said in case.made(quota, table, at, tied):
            rows = _different(case, table, row, over, number)
            what = f"different in {over}" if over else ""
            yield _adding(case, table, rows, said, at, what)
        return
    value = gap if name == "sum" else Decimal(case.finding.required or 0)
    for row, said in case.made(quota, table, at, tied | {over or "": value}):
        yield _adding(case, table, [row], said, at, "")


def _adding(case: Case, table: Table, rows: list[Row], said: Row, at: datetime, what: str) -> Proposal:  # noqa: PLR0917
    span = case.finding.window
    window = f" on {moment(at)}" if span is None else f" {'on' if span.end - span.start == DAY else 'in'} {span}"
    each = f", each {what}" if what and len(rows) > 1 else ""
    says = f"{plural(len(rows), 'more record')} of {table.name}{told(said)}{case.by_bearer}{window}{each}"
    return Proposal(says, (added(table, rows, said),), "add")


def _different(case: Case, table: Table, row: Row, over: str | None, number: int) -> list[Row]:
    """As many copies, each one a record; with values of a column that no record has, where it counts those."""
    rows = [dict(row) for _ in range(number)]
    if over is None or over not in table.columns:
        return rows
    known = {key for name, key in counted(case.world, case.judged, case.finding) if name == table.name}
    others = case.world.records(table.name)
    used = {each.get(over) for each in (*case.world.records(table.name, known), *others)}
    reference = case.judged.ground.reference(table, over.removesuffix("_id"))
    listed: list[Any] = []
    if reference is not None and reference[1] in case.world.tables:
        listed = [each["_key"] for each in case.world.records(reference[1]) if each["_key"] not in used]
    listed += [f"another {place}" for place in range(1, number + 1)]
    for each, value in zip(rows, listed, strict=False):
        each[over] = value
    return rows


def _tied(case: Case, quota: Quota, table: Table) -> Row | None:
    """What makes a record count for the duty: the bearer's own, or the entity's; None where that can't be said."""
    if not quota.for_each:
        return case.bearers(table)
    return of_entity(case, quota.for_each, quota.match, table)


def of_entity(case: Case, for_each: tuple[Each, ...], match: Any, table: Table) -> Row | None:  # noqa: ANN401 as a rule writes it
    """The columns by which a record belongs to the finding's entity."""
    record = case.finding.record
    if len(for_each) != 1 or record is None:
        return None
    part = for_each[0]
    who = case.bearers(table) if case.finding.bearer else {}
    if part.columns:
        return {**who, part.columns[0]: record.key} if len(part.columns) == 1 else None
    entity = case.world.record(record)
    if entity is None or part.of is None:
        return who
    if match:
        return {**who, **{own: entity.get(other) for own, other in match.items() if own in table.columns}}
    keys = case.world.tables[part.of].key_columns
    return {**who, **{name: entity.get(name) for name in keys if name in table.columns}}


def _fewer(case: Case, table: Table, name: str, over: str | None, gap: Decimal) -> Iterator[Proposal]:
    keys = measured(case.world, case.judged, case.finding, own(case.world, case.judged, case.finding))
    if not keys:
        return
    if name == "count":
        last = keys[-int(gap.to_integral_value(ROUND_CEILING)) :]
        yield Proposal(
            f"without {plural(len(last), 'record')} of {table.name}: {', '.join(last)}", (removed(table, last),), "move"
        )
        return
    if over is None or over not in table.columns:
        return
    rows = sorted(case.world.records(table.name, keys), key=lambda row: row.get(over) or 0, reverse=True)
    value = Decimal(rows[0][over]) - gap if name == "sum" else Decimal(case.finding.required or 0)
    if value >= 0:
        says = f"{table.name} {rows[0]['_key']} with {over} {figure(value)} instead of {figure(rows[0][over])}"
        yield Proposal(says, (changed(table, rows[0], {over: value}),), "change")

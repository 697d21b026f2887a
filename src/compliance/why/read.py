"""What was read for a verdict: the records that counted, and those that did not with the reason."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pyarrow as pa

from compliance.calendar import ONE_DAY
from compliance.kinds.base import Kind
from compliance.language.blocks import NOBODY, Bounds
from compliance.model.finding import Finding, RecordRef, Verdict
from compliance.reports.answer import Apart, Read, Row
from compliance.sql import col
from compliance.why.census import Rows, Seen, block_of, own_rows, second_of, tied_rows
from compliance.why.world import Judged, World

MOST = 20
FEW = 5
OUTSIDE = "outside what was declared"
REJECTED = "since they were rejected as unreadable"


def read(world: World, judged: Judged, finding: Finding, own: Rows | None) -> Iterator[Read]:
    """Table by table; `own` are the bearer's rows of the rule's block."""
    kind = world.rule.rule.kind
    if kind.name == "level":
        yield from _step(world, judged, finding)
    elif kind.name == "interval":
        yield from _gap(world, judged, finding)
    elif finding.record and finding.record.table in world.tables and not _told_with_others(kind):
        yield _itself(world, finding.record)
    if getattr(kind, "split", None):
        yield _per_period(world, judged, finding, None)
    if kind.name in {"quota", "deadline"}:
        yield _per_period(world, judged, finding, own)
    elif second_of(kind) is not None and finding.record is not None:
        tied = tied_rows(world, judged, finding.record.key)
        if tied is not None:
            yield _tied(world, judged, finding, tied)
    elif getattr(kind, "unless", None):
        yield from _approvals(world, judged, finding)
    elif kind.name == "sequence":
        yield _per_period(world, judged, finding, None)


def _told_with_others(kind: Kind) -> bool:
    """Whether what a finding is about is a period or a case, or one of several records that count."""
    return kind.name in {"quota", "deadline", "sequence"} or getattr(kind, "split", None) is not None


def _gap(world: World, judged: Judged, finding: Finding) -> Iterator[Read]:
    """The sides of a gap, and what it is known by where that is neither of them."""
    sides, ref = _per_period(world, judged, finding, None), finding.record
    if ref is not None and ref.table in world.tables:
        told = ref.table == sides.table and any(row.key == ref.key for row in sides.rows)
        if not told:
            yield _itself(world, ref)
    yield sides


def _step(world: World, judged: Judged, finding: Finding) -> Iterator[Read]:
    """The step that left the bounds, or whose level was kept: those before it, all that are held, are not listed."""
    table, ref = world.rule.rule.kind.reads, finding.record
    apart = tuple(_elsewhere(world, judged, finding, table, None))
    if ref is not None and ref.table in world.tables:
        itself = _itself(world, ref)
        yield replace(itself, apart=apart) if ref.table == table else itself
    if apart and (ref is None or ref.table != table):
        yield Read(table, 0, (), apart)


def _itself(world: World, ref: RecordRef) -> Read:
    row = world.record(ref)
    shown = Row(ref.key, row["_at"] if row else None)
    return Read(ref.table, 1 if row else 0, (shown,) if row else (Row(ref.key),))


def counted(world: World, judged: Judged, finding: Finding) -> list[tuple[str, str]]:
    """Table and key of every record that the plan counts for a finding, in the order in which they happened."""
    plan = judged.planned.plan
    if plan is None or plan.evidence is None or finding.id not in judged.rows:
        return []
    row = judged.rows[finding.id]
    shape = {
        "number": pa.array([0], pa.int64()),
        "bearer": pa.array([row["bearer"]], pa.string()),
        "start": pa.array([row["start"]], pa.timestamp("us")),
        "stop": pa.array([row["stop"]], pa.timestamp("us")),
        "record_key": pa.array([row["record_key"]], pa.string()),
    }
    world.engine.hand_over("breaches", pa.table(shape))
    found = world.engine.fetch(plan.evidence.order_by(col("happened"), col("record_key"))).to_pylist()
    return list(dict.fromkeys((each["record_table"], each["record_key"]) for each in found))


def _per_period(world: World, judged: Judged, finding: Finding, own: Rows | None) -> Read:
    """The rows of a window or period that counted, and what else the bearer's rows are."""
    table = world.rule.rule.kind.reads
    keys = measured(world, judged, finding, own)
    if not keys and own is not None and finding.window is not None and world.rule.rule.kind.name == "quota":
        keys = [each.key for each in own if _sure(each) and _inside(each, finding)]
    times = {row["_key"]: row["_at"] for row in world.records(table, keys[:MOST])} if table in world.tables else {}
    rows = tuple(Row(key, times.get(key)) for key in keys[:MOST])
    apart = tuple(_apart(finding, own, frozenset(keys))) if own is not None else ()
    return Read(table, len(keys), rows, (*apart, *_elsewhere(world, judged, finding, table, own)))


def measured(world: World, judged: Judged, finding: Finding, own: Rows | None) -> list[str]:
    """Keys of the records that were measured: without those of the same table that only the bound was taken from."""
    kind: object = world.rule.rule.kind
    table = world.rule.rule.kind.reads
    keys = [key for name, key in counted(world, judged, finding) if name == table]
    if own is None or not isinstance(kind, Bounds) or all(bound.of != table for _, bound in kind.bounds()):
        return keys
    sure = {each.key for each in own if _sure(each)}
    return [key for key in keys if key in sure]


def _inside(each: Seen, finding: Finding) -> bool:
    return bool(each.at and finding.window and finding.window.start <= each.at < finding.window.end)


def _sure(each: Seen) -> bool:
    return bool(each.counts) and not each.rejected


def _apart(finding: Finding, own: Rows, keys: frozenset[str]) -> Iterator[Apart]:
    rest = [each for each in own if each.key not in keys]
    window = finding.window
    inside = [each for each in rest if window is None or _inside(each, finding) or (each.rejected and each.at is None)]
    yield from _why(inside, own.where)
    outside = [each for each in rest if window is not None and each.at and not _inside(each, finding) and _sure(each)]
    if outside:
        yield Apart(len(outside), f"outside {window}")


def _why(rows: Sequence[Seen], where: str) -> Iterator[Apart]:
    """Why rows in time did not count."""
    false = [each.key for each in rows if each.counts is False]
    null = [each.key for each in rows if each.counts is None and not each.rejected]
    lost = [each for each in rows if each.rejected and each.counts is not False]
    if false:
        yield Apart(len(false), f"since this is not so of them: {where}", tuple(false[:FEW]))
    if null:
        yield Apart(len(null), f"since it can't be told whether {where}", tuple(null[:FEW]))
    if lost:
        yield Apart(len(lost), REJECTED)


def _elsewhere(world: World, judged: Judged, finding: Finding, table: str, own: Rows | None) -> Iterator[Apart]:
    """Rejected rows of the table, and the days on which it was silent."""
    if table not in world.tables:
        return
    known = world.tables[table]
    if known.rejected and (own is None or not any(each.rejected for each in own)):
        why = "since they were set aside" if table in judged.ground.set_aside else REJECTED
        yield Apart(known.rejected, f"{why}, whosever they are")
    if finding.verdict is Verdict.UNDETERMINED and finding.window is not None:
        days = silent_days(world, judged, finding)
        if days:
            yield Apart(len(days), "days without any record of the table", tuple(days[:FEW]))


def silent_days(world: World, judged: Judged, finding: Finding) -> list[str]:
    """The silent days of the table that was read, in a finding's time."""
    table = world.rule.rule.kind.reads
    if table not in world.tables or finding.window is None:
        return []
    first, last = finding.window.start.date(), (finding.window.end - ONE_DAY).date()
    told = judged.ground.silent_days(world.tables[table], {})
    return sorted({day.isoformat() for day, who in told if first <= day <= last and who in {None, finding.department}})


def _tied(world: World, judged: Judged, finding: Finding, tied: Rows) -> Read:
    keys = [key for name, key in counted(world, judged, finding) if name == tied.table]
    measured = world.rule.rule.kind.name == "reconciliation"
    sure = keys or [each.key for each in tied if _sure(each) and not measured]
    times = {each.key: each.at for each in tied}
    rows = tuple(Row(key, times.get(key)) for key in sure[:MOST])
    rest = [each for each in tied if each.key not in sure and not _sure(each)]
    other = len([each for each in tied if _sure(each) and each.key not in sure])
    apart = (
        *_why(rest, tied.where),
        *([Apart(other, OUTSIDE if measured else "since another one decides")] if other else ()),
    )
    return Read(tied.table, len(sure), rows, (*apart, *_elsewhere(world, judged, finding, tied.table, tied)))


def _approvals(world: World, judged: Judged, finding: Finding) -> Iterator[Read]:
    """The decisions on the act."""
    if "approvals" not in world.tables or finding.record is None:
        return
    keys = [key for name, key in counted(world, judged, finding) if name == "approvals"]
    times = {row["_key"]: row["_at"] for row in world.records("approvals", keys)}
    apart = tuple(_elsewhere(world, judged, finding, "approvals", None))
    yield Read("approvals", len(keys), tuple(Row(key, times.get(key)) for key in keys[:MOST]), apart)


def own(world: World, judged: Judged, finding: Finding) -> Rows | None:
    """The bearer's rows, where the bearer alone tells them apart."""
    kind = world.rule.rule.kind
    if kind.name not in {"quota", "deadline"} or getattr(kind, "for_each", None):
        return None
    who = world.rule.rule.bearer.who if world.rule.rule.bearer else None
    return (
        None if who == NOBODY or block_of(kind)[0].of not in world.tables else own_rows(world, judged, finding.bearer)
    )

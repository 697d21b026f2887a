"""The records behind breaches, in the order in which they happened.

Each rule with breaches reads its table a second time. Where several rest on their bearers' records of single days, and
those days are few, one reading fetches all records of these people and days, and each rule asks only them.
"""

from collections.abc import Iterable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from compliance.calendar import ONE_DAY
from compliance.engines.base import Engine
from compliance.kinds.readings import BASE, Reading
from compliance.model.finding import RecordRef, Verdict
from compliance.rulebook.planning import Planned
from compliance.sql import asked_of, col, expression, relation

SPARSE = 100
"""How many rows of a table there must be for each person and day, so that a reading of these days leaves most out."""


def behind(planned: Planned, rows: pa.Table, engine: Engine) -> pa.Table | None:
    """The records that each breach rests on, by the row's place.

    Of a breach that nothing was done against there are none to show.
    """
    if planned.plan is None or planned.plan.evidence is None:
        return None
    return _asked(planned.plan.evidence, _proven(rows), engine)


def references(found: pa.Table | None) -> dict[int, tuple[RecordRef, ...]]:
    """The evidence of each row."""
    if found is None:
        return {}
    refs: dict[int, list[RecordRef]] = {}
    columns = (found.column(name).to_pylist() for name in ("number", "record_table", "record_key"))
    for number, table, key in zip(*columns, strict=True):
        refs.setdefault(number, []).append(RecordRef(table, key))
    return {number: tuple(found) for number, found in refs.items()}


@dataclass(frozen=True)
class Together:
    """The evidence of rules that rest on their bearers' records of single days: `waiting` are their rows, by number."""

    engine: Engine
    waiting: dict[int, tuple[Planned, pa.Table]] = field(default_factory=dict)
    near: set[int] = field(default_factory=set)

    def gather(self) -> None:
        """Read each table once for the rules that share it."""
        shared: dict[str, list[tuple[Planned, Reading, pa.Table]]] = {}
        for _, (planned, rows) in sorted(self.waiting.items()):
            if planned.plan is not None and (reading := planned.plan.close) is not None:
                shared.setdefault(reading.table.name, []).append((planned, reading, _proven(rows)))
        for each in shared.values():
            self._read([(planned, reading, proven) for planned, reading, proven in each if proven.num_rows])

    def _read(self, rules: list[tuple[Planned, Reading, pa.Table]]) -> None:
        if len(rules) < 2 or not all(_of_one_day(proven) for _, _, proven in rules):  # noqa: PLR2004 alone it saves little
            return
        table, days = rules[0][1].table, _days(proven for _, _, proven in rules)
        if days.num_rows * SPARSE > table.accepted:
            return
        used = sorted({name for _, reading, _ in rules for name in reading.used()})
        self.engine.hand_over("close days", days)
        self.engine.create(f"close {table.name}", _close(table.relation, used), kept=True)
        for planned, reading, _ in rules:
            self.engine.create(reading.close_name, reading.query_of(f"close {table.name}"), kept=False)
            self.near.add(planned.number)

    def evidence(
        self, planned: Planned, gathered: Future[None], hand: AbstractContextManager[Engine]
    ) -> pa.Table | None:
        """The records that each breach of a rule rests on, by the row's place, once all is gathered."""
        gathered.result()
        if planned.number not in self.waiting or planned.plan is None or planned.plan.evidence is None:
            return None
        query, (_, rows) = planned.plan.evidence, self.waiting[planned.number]
        if planned.number in self.near and planned.plan.close is not None:
            query = asked_of(query, planned.plan.close.name, planned.plan.close.close_name)
        with hand as engine:
            return _asked(query, _proven(rows), engine)


def _proven(rows: pa.Table) -> pa.Table:
    """The breaches that something was done against, each with its place."""
    numbered = rows.append_column("number", pa.array(range(rows.num_rows), pa.int64()))
    something = pc.fill_null(pc.not_equal(rows["measured"], pa.scalar(0, rows["measured"].type)), fill_value=True)
    proven = numbered.filter(pc.and_(pc.equal(rows["verdict"], Verdict.BREACHED.value), something))
    return proven.select(["number", "bearer", "start", "stop", "record_key"])


def _asked(query: exp.Query, proven: pa.Table, engine: Engine) -> pa.Table | None:
    if not proven.num_rows:
        return None
    engine.hand_over("breaches", proven)
    return engine.fetch(query.order_by(col("number"), col("happened"), col("record_key"), copy=False))


def _of_one_day(proven: pa.Table) -> bool:
    """Whether each breach lies within the day on which it starts."""
    starts = pc.floor_temporal(proven["start"], unit="day")
    return bool(pc.all(pc.less_equal(pc.subtract(proven["stop"], starts), pa.scalar(ONE_DAY))).as_py())


def _days(proven: Iterable[pa.Table]) -> pa.Table:
    """Every person and day of these breaches, once."""
    pairs = [pa.table({"bearer": each["bearer"], "day": each["start"].cast(pa.date32())}) for each in proven]
    return pa.concat_tables(pairs).group_by(["bearer", "day"]).aggregate([])


def _close(table: str, used: Iterable[str]) -> exp.Select:
    """The rows of these people and days, with the columns that are asked for."""
    then = expression("d.bearer = cast(r._bearer as varchar) and d.day = cast(r._at as date)")
    query = exp.select(*(col(name, BASE) for name in used)).from_(relation(table, BASE))
    return query.join(relation("close days", "d"), on=then)

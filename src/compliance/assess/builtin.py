"""Built-in findings: what Dutybook notices of the records themselves, whatever the rules say."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

import pyarrow as pa
from sqlglot import exp

from compliance.assess.finding import Namer, fingerprint
from compliance.calendar import ONE_DAY, midnight
from compliance.engines.base import Engine
from compliance.kinds.ground import Ground
from compliance.language.durations import Duration
from compliance.language.values import literal
from compliance.model.audit import RuleAccount, RuleInfo
from compliance.model.finding import Finding, How, RecordRef, Verdict, day_of
from compliance.model.incident import Grade
from compliance.roster import Roster
from compliance.sql import sql
from compliance.workspace.tables import Table

BACKDATED = "dutybook.backdated"
INFO = RuleInfo(
    id=BACKDATED,
    title="Entries are written down soon after what they record",
    pack="dutybook",
    kind="built-in",
    severity=Grade.OBSERVATION,
    incident_per="month",
    remedy="Write entries down on the day; say in the entry why it is late.",
)
# The first comparison is cheap and leaves few rows for the calendar's.
LATE = """
    select r._key, r._bearer, r._at, r.recorded_at
    from records as r join latest as l on l.day = cast(r._at as date)
    where r._at >= :start and r._at < :stop and r.recorded_at <= :as_of
        and r.recorded_at > r._at + :least and r.recorded_at >= l.until
    order by r._key
"""
LATE_EXACT = """
    select r._key, r._bearer, r._at, r.recorded_at from records as r
    where r._at >= :start and r._at < :stop and r.recorded_at <= :as_of and r.recorded_at > r._at + :least
    order by r._key
"""


@dataclass(frozen=True)
class BuiltIn:
    """Built-in findings with the account and description of their rule."""

    accounts: tuple[RuleAccount, ...] = ()
    findings: tuple[Finding, ...] = ()
    rulebook: Mapping[str, RuleInfo] = field(default_factory=dict)


def backdated(ground: Ground, engine: Engine, tolerance: Duration, namer: Namer) -> BuiltIn:
    """Entries of the audited period recorded later than the tolerance after they happened; they count all the same."""
    tables = [
        each for each in ground.tables.values() if "recorded_at" in each.columns and each.has_at and not each.ahead
    ]
    if not tables:
        return BuiltIn()
    if not tolerance.exact:
        engine.hand_over("latest", _latest(ground, tolerance))
    found = [
        _finding(table, row, ground.roster, namer)
        for table in tables
        for row in _rows(table, ground, engine, tolerance)
    ]
    return BuiltIn((RuleAccount(BACKDATED, breached=len(found)),), tuple(found), {BACKDATED: INFO})


def _rows(table: Table, ground: Ground, engine: Engine, tolerance: Duration) -> Iterable[dict[str, Any]]:
    span = tolerance.normal()
    unit = "MINUTE" if tolerance.exact else "DAY"
    count = span.count if tolerance.exact or span.unit.value != "months" else 28 * span.count
    holes = {
        "start": literal(ground.period.start).sql,
        "stop": literal(ground.period.end).sql,
        "as_of": literal(ground.as_of).sql,
        "least": exp.Interval(this=exp.Literal.string(str(count)), unit=exp.Var(this=unit)),
    }
    template = LATE_EXACT if tolerance.exact else LATE
    rows = engine.fetch(sql(template, {"records": table.name}, **holes)).to_pylist()
    return cast("list[dict[str, Any]]", rows)


def _latest(ground: Ground, tolerance: Duration) -> pa.Table:
    """For every day, the first moment that is too late to write down what happened on it."""
    days = list(_days(ground))
    until = [midnight(ground.calendar.after(day, tolerance) + ONE_DAY) for day in days]
    return pa.table({"day": pa.array(days, pa.date32()), "until": pa.array(until, pa.timestamp("us"))})


def _days(ground: Ground) -> Iterator[date]:
    day = ground.period.start.date()
    while day <= ground.period.end.date():
        yield day
        day += ONE_DAY


def _finding(table: Table, row: dict[str, Any], roster: Roster, namer: Namer) -> Finding:
    bearer, record = row["_bearer"], RecordRef(table.name, str(row["_key"]))
    post = roster.on(bearer, day_of(row["_at"]))
    told = f"{namer.person(bearer)}: {table.name} {record.key} of {row['_at']} was written down on {row['recorded_at']}"
    return Finding(
        id=fingerprint(BACKDATED, bearer, None, f"{record.table}/{record.key}"),
        rule=BACKDATED,
        verdict=Verdict.BREACHED,
        how=How.LATE,
        bearer=bearer,
        responsible=bearer,
        department=post.department if post else None,
        record=record,
        message=told,
        at=row["_at"],
        evidence=(record,),
    )

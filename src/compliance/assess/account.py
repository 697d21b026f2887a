"""What an audit tells of itself: tables, people, and what was overridden, left out or not kept."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from sqlglot import exp

from compliance.calendar import ONE_DAY
from compliance.engines.base import Engine
from compliance.kinds.ground import Ground
from compliance.model.audit import Person, RuleAccount, TableAccount
from compliance.model.finding import Finding, Window
from compliance.rulebook.loading import Rulebook
from compliance.rulebook.selection import RUNNING
from compliance.sql import expression, relation
from compliance.workspace.manifest import Settings

WELL = 5  # working days
NOT_KEPT: Mapping[str, str] = {
    "employees": "employees are not kept: who owes is taken from the records, and who stands in none is not judged",
    "absences": "absences are not kept: nobody's duties are pro-rated or excused by leave",
    "deputies": "deputies are not kept: who stood in for whom is not looked at",
    "acknowledgements": "acknowledgements are not kept: whether people signed their job descriptions is not looked at",
    "circumstances": "circumstances are not kept: harm, intent and excuses are not looked at",
}


def audit_id(period: Window, as_of: datetime, rulebook: str, data: str) -> str:
    """The same for the same records, rules, period and `as_of`."""
    moments = (period.start, period.end, as_of)
    written = "\x1f".join([*(moment.isoformat() for moment in moments), rulebook, data])
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def people(ground: Ground) -> dict[str, Person]:
    """Everybody on the roster, by id, as known at `as_of`."""
    return {
        each.bearer: Person(each.bearer, each.name or each.bearer, each.position, each.department)
        for each in ground.roster.everybody(ground.as_of.date())
    }


def accounted(accounts: Iterable[TableAccount], ground: Ground) -> tuple[TableAccount, ...]:
    """The tables' accounts with their silent days inside the audited period."""
    return tuple(replace(each, silent_days=_silent_days(each.table, ground)) for each in accounts)


def recounted(
    accounts: Iterable[RuleAccount], before: Iterable[Finding], after: Iterable[Finding]
) -> tuple[RuleAccount, ...]:
    """The rules' accounts, a breach that judging excused counted as excused."""
    excused: Counter[str] = Counter(
        new.rule for old, new in zip(before, after, strict=True) if old.verdict is not new.verdict
    )
    return tuple(
        replace(each, breached=each.breached - excused[each.rule], excused=each.excused + excused[each.rule])
        for each in accounts
    )


def _silent_days(name: str, ground: Ground) -> int:
    first, last = ground.period.start.date(), ground.watched.stop
    silent = ground.silent_days(ground.tables[name], {})
    return len({day for day, department in silent if department is None and first <= day < last})


def notes(
    manifest: Settings, rulebook: Rulebook, ground: Ground, engine: Engine, counted: Iterable[str]
) -> tuple[str, ...]:
    """Sentences on what the reader must know to weigh the findings; `counted` are the tables that duties count in."""
    return (*_notes(manifest, rulebook, ground), *_ends(ground, frozenset(counted)), *_timeless(ground, engine))


def _notes(manifest: Settings, rulebook: Rulebook, ground: Ground) -> Iterator[str]:
    if not rulebook.rules:
        yield "no rule is named, so nothing was checked: `packs` in the manifest, or --pack, says by which"
    for name, value in manifest.parameters.items():
        yield f"parameter {name} is {value}, set by the organisation"
    for rule, reason in manifest.without.items():
        yield f"rule {rule} is left out: {reason}"
    for each in rulebook.rules.values():
        if each.rule.status not in RUNNING:
            yield f"rule {each.rule.id} is {each.rule.status} and was not run"
        elif each.rule.status == "announced":
            yield f"rule {each.rule.id} is announced: its breaches are told, but raise no incident"
    for name, sentence in NOT_KEPT.items():
        if name not in ground.tables:
            yield sentence
    for table, reason in manifest.set_aside.items():
        yield f"rejected rows of {table} are set aside: {reason}"


def _ends(ground: Ground, counted: frozenset[str]) -> Iterator[str]:
    """Tables that quotas count in, without a heartbeat to tell, that leave much of the period's start or end empty."""
    start, stop = ground.period.start.date(), min(ground.period.end, ground.as_of).date()
    for each in ground.tables.values():
        if each.name not in counted or each.name in ground.beats or each.first_at is None or each.last_at is None:
            continue
        first, last = each.first_at.date(), each.last_at.date()
        if start < first and ground.calendar.working_days(start, first) > WELL:
            yield f"the records of {each.name} begin on {first}, while the period begins on {start}"
        if last < stop and ground.calendar.working_days(last + ONE_DAY, stop) > WELL:
            then = f"before the period begins on {start}" if last < start else "while the period goes on"
            yield f"the records of {each.name} end on {last}, {then}"


def _timeless(ground: Ground, engine: Engine) -> Iterator[str]:
    """Rows that are in no window because what their time follows is not there."""
    for each in ground.tables.values():
        if each.at is not None and "." in each.at:
            counted = (
                exp.select(exp.Count(this=exp.Star())).from_(relation(each.relation)).where(expression("_at is null"))
            )
            number = engine.fetch(counted).column(0)[0].as_py()
            if number:
                yield f"{number} rows of {each.name} are judged by no rule: {each.at} leads to no record or to no time"

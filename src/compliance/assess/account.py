"""What an audit tells of itself: tables, people, and what was overridden, left out or not kept."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from compliance.kinds.ground import Ground
from compliance.model.audit import Person, TableAccount
from compliance.model.finding import Window
from compliance.rulebook.loading import Rulebook
from compliance.rulebook.selection import RUNNING
from compliance.workspace.manifest import Settings

NOT_KEPT: Mapping[str, str] = {
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
    """Everybody on the roster, by id."""
    return {
        each.bearer: Person(each.bearer, each.name or each.bearer, each.position, each.department)
        for each in ground.roster.appointments
    }


def accounted(accounts: Iterable[TableAccount], ground: Ground) -> tuple[TableAccount, ...]:
    """The tables' accounts with their silent days inside the audited period."""
    return tuple(replace(each, silent_days=_silent_days(each.table, ground)) for each in accounts)


def _silent_days(name: str, ground: Ground) -> int:
    first, last = ground.period.start.date(), ground.watched.stop
    silent = ground.silent_days(ground.tables[name], {})
    return len({day for day, department in silent if department is None and first <= day < last})


def notes(manifest: Settings, rulebook: Rulebook, ground: Ground) -> tuple[str, ...]:
    """Sentences on what the reader must know to weigh the findings."""
    return tuple(_notes(manifest, rulebook, ground))


def _notes(manifest: Settings, rulebook: Rulebook, ground: Ground) -> Iterator[str]:
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

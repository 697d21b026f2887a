"""Deadlines that fell due well before the first record of their table: perhaps nothing was kept by then."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from compliance.assess.account import WELL
from compliance.assess.judging import Assessment
from compliance.kinds.ground import Ground
from compliance.model.finding import How, day_of
from compliance.rulebook.planning import Planned

_MICROSECOND = timedelta(microseconds=1)


def begun_later(planned: Iterable[Planned], assessed: Assessment, ground: Ground) -> Iterator[str]:
    """A sentence for each such deadline; a table with a heartbeat tells its silent days itself."""
    earliest = _earliest(assessed)
    for rule in (each.rule.rule for each in planned):
        table = ground.tables.get(rule.deadline.of) if rule.deadline else None
        due = earliest.get(rule.id)
        if table is None or due is None or table.first_at is None or table.name in ground.beats:
            continue
        first = table.first_at.date()
        if due < first and ground.calendar.working_days(due, first) > WELL:
            yield (
                f"the records of {table.name} begin on {first}, while {rule.id} misses what was due on {due}: "
                "nothing tells whether it was not done, or not kept yet"
            )


def _earliest(assessed: Assessment) -> dict[str, date]:
    """The first day on which something fell due that is missing, by rule."""
    found: dict[str, date] = {}
    for each in assessed.findings:
        if each.how is How.MISSING and each.due is not None:
            day = day_of(each.due - _MICROSECOND)
            found[each.rule] = min(found.get(each.rule, day), day)
    return found

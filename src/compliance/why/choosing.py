"""Which findings a day belongs to: by its window, by when its record happened, or by when it was due."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from compliance.calendar import ONE_DAY, midnight
from compliance.model.finding import Finding, RecordRef, Verdict
from compliance.why.world import Judged, World, about_nobody

_MICROSECOND = timedelta(microseconds=1)


def chosen(world: World, judged: Judged, who: str | None, day: date) -> tuple[Finding, ...]:
    """The findings of a person, as who owes or who answers, that a day belongs to; else the rule's one about nobody.

    Of nobody (None) those that name no bearer.
    """
    theirs = (each for each in judged.findings if who in {each.bearer, each.responsible})
    own = [each for each in theirs if who is not None or each.bearer is None]
    times = _times(world, {each.record for each in own if each.record})
    found = tuple(each for each in own if _holds(world, each, day, times))
    return found or tuple(each for each in judged.findings if about_nobody(each))


def _closed(world: World, finding: Finding, times: dict[RecordRef, datetime]) -> date | None:
    """The last day of a gap that became too long: that of the next record that a gap is known by, or of `as_of`."""
    if finding.verdict is not Verdict.BREACHED or finding.due is None:
        return None
    later = (moment for moment in times.values() if moment >= finding.due)
    return min(later, default=world.as_of - _MICROSECOND).date()


def _times(world: World, refs: Iterable[RecordRef]) -> dict[RecordRef, datetime]:
    keys: dict[str, list[str]] = {}
    for ref in refs:
        if ref.table in world.tables and world.tables[ref.table].has_at:
            keys.setdefault(ref.table, []).append(ref.key)
    return {
        RecordRef(table, row["_key"]): row["_at"]
        for table, named in keys.items()
        for row in world.records(table, named, most=len(named))
        if row["_at"]
    }


def _holds(world: World, finding: Finding, day: date, times: dict[RecordRef, datetime]) -> bool:
    first, after = midnight(day), midnight(day + ONE_DAY)
    if finding.window and finding.window.start < after and finding.window.end > first:
        return True
    last = (finding.due - _MICROSECOND).date() if finding.due else None
    happened = times.get(finding.record) if finding.record else None
    if last == day or (happened and happened.date() == day):
        return True
    if world.rule.rule.kind.name == "interval" and last is not None:
        return (happened.date() if happened else date.min) <= day <= max(last, _closed(world, finding, times) or last)
    if finding.window is not None or finding.due is not None:
        return False
    return finding.at is None or finding.at == world.as_of or finding.at.date() == day

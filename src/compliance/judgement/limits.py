"""Limitation: until when something may be done, counted from discovery and from the act, the earlier of both.

Days of leave and illness on which the term from discovery runs are added to it, one by one, and the days added may
lie in leave again. The last day is not moved where it falls on a day off, which is the reading that favours the person.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from compliance.calendar import add_months
from compliance.dossier import Leave
from compliance.dossier.circumstances import HEARING, Circumstance, Sort
from compliance.judgement import surroundings
from compliance.judgement.cases import Case, when
from compliance.judgement.law import Term
from compliance.language.durations import Duration, Unit
from compliance.model.finding import Finding
from compliance.model.incident import Limitation

ONE_DAY = timedelta(days=1)


class Known(NamedTuple):
    """When a breach became known, and how that is known."""

    day: date
    by: str


def limitation(case: Case, term: Term | None) -> Limitation:
    """The limitation of a case under a term of the law; without a term only when it became known."""
    known = discovery(case)
    if term is None:
        return Limitation(known.day, discovered_by=known.by)
    last, arithmetic = last_day(case, term, known.day)
    expired = last is not None and last < case.dossier.as_of.date()
    return Limitation(known.day, last, known.by, arithmetic, expired)


def discovery(case: Case) -> Known:
    """The earliest of an entry among the circumstances, a deed or the first audit on record, and this audit."""
    entries = surroundings.entries(case, Sort.DISCOVERED)
    days = [Known(each.at.date(), f"recorded in {each.record.table} {each.key}") for each in entries]
    days += [
        Known(each.at.date(), f"dealt with on that day, by {each.record.table} {each.key}") for each in _heard(case)
    ]
    first = case.dossier.past.discovered
    recorded = [first[finding.id].date() for finding in case.findings if finding.id in first]
    days += [Known(min(recorded), "first recorded by an earlier audit")] if recorded else []
    days += [Known(day, "dealt with on that day, by the register") for day in _dealt_with(case)]
    days.append(Known(case.dossier.as_of.date(), "first recorded by this audit"))
    return min(days, key=lambda known: known.day)


def _heard(case: Case) -> Iterator[Circumstance]:
    """The entries of the hearing that name the rule and come after the act; others may be about something else."""
    act, found = breached_on(case.lead), surroundings.answering(case, *HEARING)
    return (each for each in found if each.rule is not None and (act is None or each.at.date() >= act))


def _dealt_with(case: Case) -> Iterator[date]:
    """The days of deeds about it: nobody asks about what is not known. One of before the act is a slip of the pen."""
    act, as_of, past = breached_on(case.lead), case.dossier.as_of, case.dossier.past
    about = (each for each in past.events.get(case.id, ()) if case.of_head or past.about(each, case.lead.id))
    deeds = (each.at for each in about if each.at <= as_of)
    yield from (at.date() for at in deeds if act is None or at.date() >= act)


def last_day(case: Case, term: Term, discovered: date) -> tuple[date | None, str | None]:
    """The last day to act and how it was reached."""
    ends: list[tuple[date, str]] = []
    if term.from_discovery is not None:
        ends.append(_from_discovery(case, term, discovered))
    act = breached_on(case.lead)
    if term.from_act is not None and act is not None:
        day = _after(act, term.from_act)
        ends.append((day, f"{term.from_act} from the act on {act}: {day}"))
    if not ends:
        return None, None
    return min(end for end, _ in ends), "; ".join(told for _, told in ends)


def breached_on(finding: Finding) -> date | None:
    """The day on which a duty was breached: the act, or the last day on which it could have been kept."""
    if finding.due is not None:
        return (finding.due - timedelta(microseconds=1)).date()
    if finding.window is not None:
        return (finding.window.end - timedelta(microseconds=1)).date()
    start = when(finding)
    return start.date() if start else None


def _from_discovery(case: Case, term: Term, discovered: date) -> tuple[date, str]:
    length = term.from_discovery or Duration(0, Unit.DAYS)
    plain = _after(discovered, length)
    away = [each for each in case.dossier.leaves.get(case.lead.responsible or "", ()) if term.suspends(each.reason)]
    end = _extended(discovered, plain, away)
    told = f"{length} from discovery on {discovered}: {plain}"
    added = (end - plain).days
    if not added:
        return end, told
    spans = ", ".join(
        f"{max(each.since, discovered + ONE_DAY)} to {_last(each, end)}" for each in _within(away, discovered, end)
    )
    return end, f"{told}, and {added} days of leave or illness ({spans}): {end}"


def _extended(start: date, end: date, away: list[Leave]) -> date:
    """The end of a term that stands still on days of absence after its start."""
    left, day = (end - start).days, start
    while left:
        day += ONE_DAY
        left -= not any(each.since <= day < each.until for each in away)
        if (day - end).days > _LONGEST:
            break
    return day


_LONGEST = 3660


def _within(away: list[Leave], start: date, end: date) -> list[Leave]:
    return [each for each in away if each.since <= end and each.until > start + ONE_DAY]


def _last(each: Leave, end: date) -> date:
    return min(each.until - ONE_DAY, end)


def _after(day: date, length: Duration) -> date:
    span = length.normal()
    return add_months(day, span.count) if span.unit is Unit.MONTHS else day + timedelta(days=span.count)

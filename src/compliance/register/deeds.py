"""A deed put on record: refused in a sentence, or added to the chain."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime

from compliance.calendar import ONE_DAY, work_calendar
from compliance.language.durations import Duration, Unit
from compliance.model.history import Deed
from compliance.model.problem import UserError
from compliance.register.case import Case
from compliance.register.cases import named
from compliance.register.chain import Link, add
from compliance.register.file import reading, writing
from compliance.register.home import Home
from compliance.register.moves import NEEDS_HEARING, refusal
from compliance.workspace.manifest import Calendar

TERM = Duration(2, Unit.WORKING_DAYS)
"""How long an explanation may take where nobody says otherwise."""

WORDS_BEFORE = "delete from texts where event in (select number from events where incident = ? and number < ?)"

AHEAD = 100 * ONE_DAY
"""How far a term may reach across days off."""


def do(
    home: Home,
    key: str,
    deed: Deed,
    *,
    by: str,
    at: datetime,
    text: str | None = None,
    details: Mapping[str, object] | None = None,
    heed: Callable[[Case], None] = lambda _case: None,
) -> Case:
    """Put the deed on the incident's record; raises UserError where it is not allowed. Answers the case after it.

    `heed` sees the case as it stands when nobody else can write any more; what it raises refuses the deed.
    """
    with reading(home):
        pass  # so that a register that is not there is told, and not made
    with writing(home) as db:
        case = named(db, key, home)
        heed(case)
        check(case, deed, by=by, at=at, text=text)
        if deed is Deed.DECIDED:
            check_measure(case, (details or {}).get("measure"), at.date())
        add(db.conn, Link(deed, at, case.id, by, dict(details or {}) | _version(case, deed), text))
        return named(db, case.id, home)


def purge(home: Home, key: str, *, by: str, at: datetime, text: str | None = None, written_down: datetime) -> Case:
    """Remove what people wrote in their own words about the incident; raises UserError where there is nothing of it.

    That it was done is a link of the chain for each id that the incident had; the words' digests stay in theirs.
    """
    with reading(home):
        pass  # so that a register that is not there is told, and not made
    with writing(home) as db:
        case = named(db, key, home)
        check(case, Deed.PURGED, by=by, at=at, text=text)
        spoken = sorted({event.incident for event in case.events if event.because is not None})
        if not spoken:
            raise UserError(f"incident {case.id}: nobody's own words are kept of it", help="nothing has to be removed")
        details = {"recorded_at": written_down.isoformat()} if written_down != at else {}
        for incident in spoken:
            number = add(db.conn, Link(Deed.PURGED, at, incident, by, details, text))
            db.execute(WORDS_BEFORE, [incident, number])
        return named(db, case.id, home)


def check(case: Case, deed: Deed, *, by: str, at: datetime, text: str | None) -> None:
    """Raise UserError with one sentence where the deed is not allowed."""
    if told := refusal(deed, case.events, case.responsible, by=by, at=at, grown=case.grown):
        raise UserError(f"incident {case.id}: {told[0]}", help=told[1])
    if any("\ud800" <= letter <= "\udfff" for letter in by + (text or "")):
        raise UserError("what was given is no readable text", help="write it in UTF-8")
    if not by.strip():
        raise UserError("nobody is named who does this", help="give an employee's id with --by")


def check_measure(case: Case, measure: object, day: date) -> None:
    """Raise UserError where the law that the audit applied does not allow a measure, or no longer; None is no measure.

    Where no jurisdiction was set (there is no last day), nothing is known of the law, and nothing is refused.
    """
    if measure is None or case.found.last_day is None:
        return
    proposed = {str(each["measure"]).casefold(): each for each in json.loads(case.found.measures)}
    known = proposed.get(str(measure).strip().casefold())
    if known is None:
        told = ", ".join(sorted(each["measure"] for each in proposed.values())) or "none: no sanction is possible"
        raise UserError(
            f"incident {case.id}: the law allows no `{measure}` for it", help=f"what may be decided: {told}"
        )
    last = known.get("last_day")
    if last is not None and date.fromisoformat(last) < day:
        says = f"incident {case.id}: `{known['measure']}` could be decided until {last}, and that has passed"
        raise UserError(says, help="uphold it, without a measure: the breach stays on record")


def _version(case: Case, deed: Deed) -> dict[str, object]:
    """What the last audit had found when the word was spoken: the version that an appeal is against."""
    if deed not in NEEDS_HEARING | {Deed.EXCUSED}:
        return {}
    found = case.found
    return {"audit": found.audit, **({"grade": found.grade.value} if found.grade else {})}


def check_assignee(case: Case, to: str) -> None:
    """Raise UserError where the case would be given to somebody who answers for it."""
    if to.strip().casefold() in {each.strip().casefold() for each in case.responsible}:
        says = f"incident {case.id}: {to} answers for it, and nobody deals with the own case"
        raise UserError(says, help="name somebody else with --to")


def term_of(at: datetime, due: date | None, given: Calendar) -> date:
    """The last day of an explanation; raises UserError where it lies before the question."""
    if due is not None and due < at.date():
        raise UserError(f"the term would end on {due}, before it begins on {at.date()}", help="give a later --due")
    return due or default_due(at, given)


def default_due(at: datetime, given: Calendar, term: Duration = TERM) -> date:
    """The last day of an explanation that is asked for then."""
    day = at.date()
    calendar = work_calendar(
        day,
        day + AHEAD,
        country=given.country,
        subdivision=given.subdivision,
        days_off=given.extra_days_off,
        working_days=given.extra_working_days,
    )
    return calendar.after(day, term)

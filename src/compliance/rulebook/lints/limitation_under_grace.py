"""A grace that lasts longer than the law lets anybody act."""

from collections.abc import Iterator
from datetime import date, timedelta

from compliance.calendar import OutOfCalendar, WorkCalendar, work_calendar
from compliance.language.durations import Duration, duration
from compliance.language.parameters import Parameters
from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at
from compliance.rulebook.lints.valued import full_name
from compliance.rulebook.loading import LoadedRule

_FIRST, _LAST = date(2024, 1, 1), date(2027, 12, 31)
_FARTHEST = 2_000  # days: what is longer than five years is longer than any term


def _find(desk: Desk) -> Iterator[Problem]:
    graced = [rule for rule in desk.rules if rule.rule.fulfilment and rule.rule.fulfilment.grace]
    terms = desk.terms() if graced and desk.terms else {}
    if not terms:
        return
    calendar = _calendar(desk)
    for rule in graced:
        for grace in _graces(rule, desk.rulebook.parameters):
            if all(_longer(grace, term, calendar) for term in terms.values()):
                told = ", ".join(f"{term} after discovery ({name})" for name, term in terms.items())
                says = f"a grace of {grace} can last longer than anybody may act: {told}"
                yield at(rule, ("fulfilment", "grace"), says, "shorten the grace, or say which law applies")


def _calendar(desk: Desk) -> WorkCalendar:
    """The workspace's calendar; without one, Monday to Friday are worked."""
    return desk.ground.calendar if desk.ground else work_calendar(_FIRST, _LAST + timedelta(days=4 * _FARTHEST))


def _graces(rule: LoadedRule, parameters: Parameters) -> Iterator[Duration]:
    """The grace of a rule, or each value of its parameter; what is no duration is told where the rule is planned."""
    grace = rule.rule.fulfilment.grace if rule.rule.fulfilment else None
    if grace is None:
        return
    full = None if isinstance(grace, str) else full_name(rule, grace.parameter, parameters)
    values = [grace] if isinstance(grace, str) else [step[2] for step in parameters.stretches(full)] if full else []
    for value in values:
        try:
            yield duration(str(value))
        except ValueError:
            continue


def _longer(grace: Duration, term: Duration, calendar: WorkCalendar) -> bool:
    """Whether on some day the grace ends after the term; hours are days as far as they are whole ones."""
    span = grace.normal()
    if span.exact:
        span = duration(f"{span.count // (24 * 60)} days")
    if span.count > _FARTHEST:
        return True
    first, last = max(_FIRST, calendar.first), min(_LAST, calendar.last)
    days = (first + timedelta(days=number) for number in range((last - first).days))
    return any(_ends_later(day, span, term, calendar) for day in days)


def _ends_later(day: date, span: Duration, term: Duration, calendar: WorkCalendar) -> bool:
    """Whether on a day the one ends after the other; what ends after the calendar does is not told."""
    try:
        return calendar.after(day, span) > calendar.after(day, term)
    except OutOfCalendar:
        return False


LINT = Lint(
    id="limitation-under-grace",
    level=Level.WARNING,
    what="A grace can last longer than the term from discovery of the law that the workspace names. Without "
    "--workspace no law is known, so it is told only of a grace that is longer than the term of each shipped law: "
    "what one of them allows is no fault of the rule. Working days are those of the workspace's calendar, or Monday to "
    "Friday.",
    why="Whoever waits until the grace has passed, as is fair, finds that nothing can be decided any more.",
    avoid="grace: 2 months    # under a law that gives 1 month from discovery",
    prefer="grace: 2 weeks",
    find=_find,
)

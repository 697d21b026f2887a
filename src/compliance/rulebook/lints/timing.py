"""Whether moments can lie as a rule needs them to: told from what it says of them, by every value of its parameters."""

from sqlglot import exp

from compliance.calendar import WorkCalendar
from compliance.language.answers import answers, implied
from compliance.language.blocks import DurationValue
from compliance.language.durations import Duration, Unit, duration
from compliance.language.grammar import parameters as named
from compliance.language.grammar import parse
from compliance.language.parameters import Parameters
from compliance.rulebook.lints.base import Desk
from compliance.rulebook.lints.bound_values import changes
from compliance.rulebook.lints.valued import full_name, on_day, valued
from compliance.rulebook.loading import LoadedRule

_MINUTES, _FEASTS = 24 * 60, 21
_LONGEST = {Unit.DAYS: 1, Unit.MONTHS: 31}
_NOTHING = [(exp.false(), True)]


def never(rule: LoadedRule, desk: Desk, where: str | None, *needed: str) -> bool:
    """Whether no record that a filter takes is as it is needed; a filter that takes none is told elsewhere."""
    trees = [parse(f"({text}\n)") for text in ("true" if where is None else where, *needed)]
    known = desk.rulebook.parameters
    names = {name for tree in trees for name in named(tree)}
    for day in changes((rule,), names, known):
        told = [valued(tree, on_day(rule, known, day)) for tree in trees]
        if True not in answers(told[0]) or not implied([(tree, True) for tree in told], _NOTHING):
            return False
    return True


def days_of(rule: LoadedRule, desk: Desk, term: DurationValue | None) -> int | None:
    """How many days after a moment's own day what is in time lies at most; None where that is not known.

    Hours are real time, which a change of clocks moves by less than a day. Working days are those of the workspace.
    """
    calendar = desk.ground.calendar if desk.ground else None
    spans = _spans(rule, desk.rulebook.parameters, term)
    return max((_days(span, calendar) for span in spans), default=None)


def _spans(rule: LoadedRule, known: Parameters, term: DurationValue | None) -> list[Duration]:
    """A term, or each value of its parameter; none where that is no duration, which is told where it is planned."""
    try:
        if term is None or isinstance(term, str):
            return [duration(term)] if term else []
        full = full_name(rule, term.parameter, known)
        return [duration(str(value)) for _, _, value in known.stretches(full)] if full else []
    except ValueError:
        return []


def _days(span: Duration, calendar: WorkCalendar | None) -> int:
    told = span.normal()
    if told.unit is Unit.WORKING_DAYS:
        return _reach(told.count, calendar)
    return told.count // _MINUTES + 2 if told.exact else told.count * _LONGEST[told.unit]


def _reach(count: int, calendar: WorkCalendar | None) -> int:
    """The most days that so many working days take; without a calendar more than any country's feasts make of them."""
    worked = [number for number, works in enumerate(calendar.working) if works] if calendar else []
    taken = [later - first for first, later in zip(worked, worked[count:], strict=False)]
    return max(taken, default=2 * count + _FEASTS)

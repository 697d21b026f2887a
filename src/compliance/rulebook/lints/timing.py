"""Whether moments can lie as a rule needs them to: told from what it says of them, by every value of its parameters."""

from sqlglot import exp

from compliance.language.answers import answers, implied
from compliance.language.blocks import DurationValue
from compliance.language.durations import Duration, Unit, duration
from compliance.language.grammar import parameters as named
from compliance.language.grammar import parse
from compliance.language.parameters import Parameters
from compliance.rulebook.lints.bound_values import changes
from compliance.rulebook.lints.valued import full_name, on_day, valued
from compliance.rulebook.loading import LoadedRule

_MINUTES, _LONGEST_MONTH = 24 * 60, 31
_NOTHING = [(exp.false(), True)]


def never(rule: LoadedRule, known: Parameters, where: str | None, *needed: str) -> bool:
    """Whether no record that a filter takes is as it is needed; a filter that takes none is told elsewhere."""
    trees = [parse(f"({text}\n)") for text in ("true" if where is None else where, *needed)]
    names = {name for tree in trees for name in named(tree)}
    for day in changes((rule,), names, known):
        told = [valued(tree, on_day(rule, known, day)) for tree in trees]
        if True not in answers(told[0]) or not implied([(tree, True) for tree in told], _NOTHING):
            return False
    return True


def days_of(rule: LoadedRule, known: Parameters, term: DurationValue | None) -> int | None:
    """How many days after a moment's own day what is in time lies at most; None where that is not known.

    Hours are real time, which a change of clocks moves by less than a day.
    """
    spans = _spans(rule, known, term)
    days = [_days(span) for span in spans]
    return max((each for each in days if each is not None), default=None) if None not in days else None


def _spans(rule: LoadedRule, known: Parameters, term: DurationValue | None) -> list[Duration]:
    """A term, or each value of its parameter."""
    if term is None or isinstance(term, str):
        return [duration(term)] if term else []
    full = full_name(rule, term.parameter, known)
    try:
        return [duration(str(value)).normal() for _, _, value in known.stretches(full)] if full else []
    except ValueError:
        return []  # it is told where the rule is planned


def _days(span: Duration) -> int | None:
    told = span.normal()
    factors = {Unit.DAYS: told.count, Unit.MONTHS: told.count * _LONGEST_MONTH}
    return told.count // _MINUTES + 2 if told.exact else factors.get(told.unit)

"""Changes as text: a line each, and below a changed one its keys."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

from compliance.changes.effects import Effect, Effects, Turn
from compliance.changes.model import Change, Leaf, Sort, Way
from compliance.model.printable import printable
from compliance.reports.ink import ink
from compliance.reports.words import digits, plural, span

ABSENT = "(none)"


def render(changes: Sequence[Change], *, colour: bool = False) -> str:
    """Every change with old and new values; the last line counts."""
    return (
        "".join(f"{line}\n" for change in changes for line in _lines(change, colour=colour)) + summary(changes) + "\n"
    )


def render_effects(found: Effects, *, colour: bool = False) -> str:
    """Every effect below its person and rule; the last line counts."""
    lines: list[str] = []
    for who, theirs in groupby(found.effects, lambda each: each.who):
        lines.append(ink(printable(who), "strong", on=colour))
        for rule, each in groupby(theirs, lambda effect: effect.finding.rule):
            lines += [f"  {rule}", *(f"    {_effect(effect)}" for effect in each)]
    return "".join(f"{line}\n" for line in (*lines, effects_summary(found)))


def effects_summary(found: Effects) -> str:
    """One line: on whose records, of when, how many breaches came, went and are graded anew."""
    counts = [f"{found.count(turn)} {turn.value}" for turn in Turn if found.count(turn)]
    told = ", ".join(counts) or "no breach differs"
    others = f"; {plural(found.others, 'verdict')} beside breaches differ" if found.others else ""
    return f"on the records of {printable(found.organisation)}, {span(found.period)}: {told}{others}"


def place(each: Effect) -> str:
    """The record, else the window, of a finding."""
    record, window = each.finding.record, each.finding.window
    return f"{record.table}/{record.key}" if record else span(window) if window else ""


def _effect(each: Effect) -> str:
    return printable(f"{each.turn.value:8} {place(each)}: {each.old} -> {each.new}; {each.finding.message}")


def summary(changes: Sequence[Change]) -> str:
    """One line: how many rules, parameters and documents changed, and how."""
    counts = [
        f"{plural(count, sort.value)} {way.value}"
        for sort in Sort
        for way in Way
        if (count := sum((each.sort, each.way) == (sort, way) for each in changes))
    ]
    return ", ".join(counts) or "no differences"


def shown(value: Leaf) -> str:
    """A value as a file would have it; text in quotes, since a number in quotes is not a number."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int() | Decimal():
            return digits(value)
        case date():
            return value.isoformat()
        case tuple():
            return f"[{', '.join(map(shown, value))}]"
        case _:
            return f"`{printable(value)}`"


def sides(change: Change) -> Iterator[tuple[str, str, str]]:
    """Every key that differs, with both values."""
    for each in change.keys:
        yield each.key, shown(each.old) if each.was else ABSENT, shown(each.new) if each.remains else ABSENT


def told(change: Change) -> tuple[tuple[str, str, str], ...]:
    """The keys that a reader is shown: of a rule or document that came or went, its title alone."""
    whole = change.way is not Way.CHANGED and change.sort is not Sort.PARAMETER
    return tuple(side for side in sides(change) if not whole or side[0] == "title")


def _lines(change: Change, *, colour: bool) -> Iterator[str]:
    yield f"{change.way.value:8} {change.sort.value} {ink(printable(change.name), 'strong', on=colour)}"
    for key, old, new in told(change):
        values = {Way.ADDED: new, Way.REMOVED: old, Way.CHANGED: f"{old} -> {new}"}[change.way]
        yield f"  {printable(key)}: {values}"

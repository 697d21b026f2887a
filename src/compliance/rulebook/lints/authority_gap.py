"""People without authority for a time, or at all, where others have it."""

from collections.abc import Iterator
from datetime import date, timedelta

from compliance.kinds.authority import Grant, steps
from compliance.model.problem import Level, Problem
from compliance.roster import FIRST_DAY, Appointment, after
from compliance.rulebook.lints.base import Desk, Lint, at
from compliance.rulebook.lints.granted import asked, holder
from compliance.rulebook.loading import LoadedRule


def _find(desk: Desk) -> Iterator[Problem]:
    for rule, loc, act, rows in asked(desk):
        for position in _named(rule):
            if not any(row.position in {None, position} for row in rows):
                says = f"{position} has no row of authority for `{act}`, so whoever holds it may decide nothing"
                yield at(rule, loc, says, "add a row, or leave the position out of the rule")
        for whose, level in sorted({(row.position, row.level) for row in rows}, key=str):
            for since, until in (*_holes(rows, whose, level), *_edges(rule, desk, rows, whose, level)):
                last = until - timedelta(days=1)
                says = f"{holder(whose, level)} has no authority for `{act}` from {since} to {last}"
                yield at(rule, loc, says, "let the rows follow one another without a day between")


def _named(rule: LoadedRule) -> tuple[str, ...]:
    position = rule.rule.bearer.position if rule.rule.bearer else None
    return position if isinstance(position, tuple) else ()


def _holes(rows: tuple[Grant, ...], position: str | None, level: int | str | None) -> Iterator[tuple[date, date]]:
    """The stretches without a row that lie between two with one."""
    known = steps(rows, position, level)
    held = [index for index, step in enumerate(known) if step[2] is not None]
    for since, until, grant in known[held[0] : held[-1]] if held else ():
        if grant is None:
            yield since, until


def _edges(
    rule: LoadedRule, desk: Desk, rows: tuple[Grant, ...], position: str | None, level: int | str | None
) -> Iterator[tuple[date, date]]:
    """The days of the rule before the first row and after the last, where somebody of them had no other row either."""
    known, (begins, ends) = steps(rows, position, level), _days(rule, desk)
    held = [step for step in known if step[2] is not None]
    people = [each for each in _roster(desk) if each.held and _speaks_of(position, level, each) and _asked(rule, each)]
    for since, until in ((begins, min(held[0][0], ends)), (max(held[-1][1], begins), ends)) if held else ():
        if since < until and any(_without(rows, each, since, until) for each in people):
            yield since, until


def _days(rule: LoadedRule, desk: Desk) -> tuple[date, date]:
    """The days on which a rule judges: those written in one of one's own; of a shipped one those that are audited."""
    period, written = desk.ground.period if desk.ground else None, rule.rule.in_force
    since, to = written.since or FIRST_DAY, after(written.to)
    if period is None:
        return since, to
    begins, ends = period.start.date(), period.end.date()
    if rule.shipped:
        return max(since, begins), min(to, ends)
    return (since if written.since else begins), (to if written.to else ends)


def _roster(desk: Desk) -> tuple[Appointment, ...]:
    return desk.ground.roster.appointments if desk.ground else ()


def _speaks_of(position: str | None, level: int | str | None, each: Appointment) -> bool:
    return position in {None, each.position} and (level is None or str(level) == str(each.level))


def _asked(rule: LoadedRule, each: Appointment) -> bool:
    named = _named(rule)
    return not named or each.position in named


def _without(rows: tuple[Grant, ...], each: Appointment, since: date, until: date) -> bool:
    """Whether somebody in office has no row on some of these days."""
    first, last = max(since, each.since), min(until, each.until)
    return any(
        grant is None and max(first, begins) < min(last, ends)
        for begins, ends, grant in steps(rows, each.position, each.level)
    )


LINT = Lint(
    id="authority-gap",
    level=Level.WARNING,
    what="With --workspace: a position that a rule names has no row of `authority` for the act, or none for some days: "
    "between two rows, or while somebody holds it before the first or after the last, from the day to the day that an "
    "own rule is in force. Where that has no end, and of shipped rules, the days count that are audited.",
    why="Without a row there is no authority: everything that these people decide is a breach.",
    avoid="seller,discount,10,2025-01-01,2025-12-30    # and: seller,discount,15,2026-01-01,",
    prefer="seller,discount,10,2025-01-01,2025-12-31    # and: seller,discount,15,2026-01-01,",
    find=_find,
)

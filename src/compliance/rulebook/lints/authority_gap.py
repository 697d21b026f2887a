"""People without authority for a time, or at all, where others have it."""

from collections.abc import Iterator
from datetime import date, timedelta

from compliance.kinds.authority import Grant, steps
from compliance.model.problem import Level, Problem
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
            for since, until in _holes(rows, whose, level):
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


LINT = Lint(
    id="authority-gap",
    level=Level.WARNING,
    what="With --workspace: a position that a rule names has no row of `authority` for the act, or none for some days.",
    why="Without a row there is no authority: everything that these people decide is a breach.",
    avoid="seller,discount,10,2025-01-01,2025-12-30    # and: seller,discount,15,2026-01-01,",
    prefer="seller,discount,10,2025-01-01,2025-12-31    # and: seller,discount,15,2026-01-01,",
    find=_find,
)

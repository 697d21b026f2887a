"""Two rows that give the same people authority for one act on one day."""

from collections.abc import Iterator
from itertools import combinations

from compliance.kinds.authority import Grant
from compliance.model.problem import Level, Problem
from compliance.roster import FIRST_DAY
from compliance.rulebook.lints.base import Desk, Lint, at
from compliance.rulebook.lints.granted import asked, holder


def _find(desk: Desk) -> Iterator[Problem]:
    for rule, loc, act, rows in asked(desk):
        for one, other in combinations(sorted(rows, key=_order), 2):
            if (one.position, one.level) == (other.position, other.level) and _both(one, other):
                day = max(one.since, other.since)
                since = "on every day" if day == FIRST_DAY else f"on {day}"
                whose = holder(one.position, one.level)
                says = f"{whose} has two rows of authority for `{act}` {since}: {_most(one, other)}"
                yield at(rule, loc, says, "the higher one counts; end the older row on the day before the other begins")


def _order(row: Grant) -> tuple[object, ...]:
    return (row.position or "", str(row.level or ""), row.since, row.until)


def _both(one: Grant, other: Grant) -> bool:
    return max(one.since, other.since) < min(one.until, other.until)


def _most(*rows: Grant) -> str:
    return " and ".join("without end" if row.at_most is None else f"up to {row.at_most.normalize():f}" for row in rows)


LINT = Lint(
    id="authority-overlap",
    level=Level.WARNING,
    what="With --workspace: two rows of the table `authority` speak of one act, position and level on one day.",
    why="The higher one counts, also where it was meant to have ended. An act beyond the lower one is no breach then.",
    avoid="seller,discount,10,2025-01-01,    # and: seller,discount,15,2026-01-01,",
    prefer="seller,discount,10,2025-01-01,2025-12-31    # and: seller,discount,15,2026-01-01,",
    find=_find,
)

"""One incident or finding on one line, cut to the width of a terminal where there is one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from compliance.model.audit import Audit
from compliance.model.finding import Finding
from compliance.model.printable import printable
from compliance.reports import words
from compliance.reports.ink import ink
from compliance.reports.view import View

TITLE = 30
"""How wide a title may be."""

LEAST = 8
"""How much of a title is left, however narrow the terminal."""

KEY = 24
"""How much of a key is left, however narrow: a line that breaks is better than a key that tells nothing."""

PERSON = 22
WIDEST = 40
"""Up to which width keys are lined up; a longer one pushes the rest of its own line."""


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a line: a grade or verdict, the id, who, the rule's title, the record or window, the rest."""

    mark: str
    key: str
    who: str
    title: str
    where: str
    rest: str


def lines(rows: Sequence[Row], view: View) -> list[str]:
    """The rows in columns. On a terminal titles give way to keys; elsewhere no key is cut at all."""
    longest = max((len(row.where) for row in rows), default=0)
    title = min(TITLE, max((len(printable(row.title)) for row in rows), default=0))
    if view.width is None:
        return [_line(row, title, min(longest, WIDEST), view) for row in rows]
    spare = view.width - _fixed(rows)
    title = min(title, max(LEAST, spare - longest))
    return [_line(row, title, min(longest, max(KEY, spare - title)), view) for row in rows]


def person(audit: Audit, who: str | None) -> str:
    """Name and id; where they are too long, the name is cut and the id stays."""
    whole = printable(words.person(audit, who))
    known = audit.people.get(who) if who else None
    if len(whole) <= PERSON or not known:
        return whole
    tail = f" ({printable(known.id)})"
    return clip(known.name, max(8, PERSON - len(tail))) + tail


def where(finding: Finding) -> str:
    """The finding's record, else its window: what tells it from its neighbours."""
    if finding.record:
        return printable(f"{finding.record.table} {finding.record.key}")
    return str(finding.window) if finding.window else ""


def clip(text: str, most: int) -> str:
    """The text on one line, its end cut off where it is longer."""
    seen = printable(text)
    return seen if len(seen) <= most else seen[: most - 1] + "…"


def _fixed(rows: Iterable[Row]) -> int:
    """The width of everything but titles and keys."""
    return max((2 + 11 + 2 + 8 + 2 + max(PERSON, len(row.who)) + 6 + len(row.rest) for row in rows), default=0)


def _line(row: Row, title: int, place: int, view: View) -> str:
    shown = row.where if view.width is None else clip(row.where, place)
    mark = f"{row.mark:<11}"
    cells = (
        ink(mark, row.mark, on=view.colour),
        f"{row.key[:8]:<8}",
        f"{row.who:<{PERSON}}",
        *([f"{clip(row.title, title):<{title}}"] if title else []),
        f"{shown:<{place}}",
        row.rest,
    )
    return "  " + "  ".join(cells).rstrip()

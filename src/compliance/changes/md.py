"""Changes as Markdown, short enough for a comment on a pull request."""

from collections.abc import Iterator, Sequence

from compliance.changes.effects import Effects
from compliance.changes.model import Change
from compliance.changes.text import effects_summary, place, summary, told
from compliance.reports.marked import escaped, table
from compliance.reports.words import plural

MOST = 100
"""How many keys are shown."""

CELL = 250
"""How much of a text is shown."""


def render(changes: Sequence[Change]) -> str:
    """The counts, then a table of keys with old and new values; what is beyond it is counted."""
    heading = f"## Rules: {summary(changes)}"
    rows = [row for change in changes for row in _rows(change)]
    if not rows:
        return f"{heading}\n"
    parts = [heading, table(("what", "name", "", "key", "old", "new"), rows[:MOST])]
    if left_out := len(rows[MOST:]):
        parts.append(f"{plural(left_out, 'more line')} not shown.")
    return "\n\n".join(parts) + "\n"


def render_effects(found: Effects) -> str:
    """What changes on records, a row a breach; what is beyond the table is counted."""
    parts = [f"### {escaped(effects_summary(found))}"]
    cells = (
        (each.who, each.finding.rule, each.turn.value, place(each), str(each.old), str(each.new), each.finding.message)
        for each in found.effects
    )
    rows = [tuple(map(_cell, row)) for row in cells]
    if rows:
        parts.append(table(("who", "rule", "", "where", "old", "new", "finding"), rows[:MOST]))
    if left_out := len(rows[MOST:]):
        parts.append(f"{plural(left_out, 'more line')} not shown.")
    return "\n" + "\n\n".join(parts) + "\n"


def _cell(text: str) -> str:
    return escaped(text if len(text) <= CELL else f"{text[:CELL]} …")


def _rows(change: Change) -> Iterator[tuple[str, ...]]:
    for key, old, new in told(change) or (("", "", ""),):
        cells = (change.sort.value, change.name, change.way.value, key, old, new)
        yield tuple(map(_cell, cells))

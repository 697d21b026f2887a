"""The audit as Markdown, short enough for a comment on a pull request."""

from collections.abc import Iterable, Iterator, Sequence

from compliance.model.audit import Audit
from compliance.model.finding import Finding
from compliance.model.incident import Incident
from compliance.reports import counts, words
from compliance.reports.marked import escaped, table
from compliance.reports.shown import by_id, select
from compliance.reports.summary import sentences
from compliance.reports.view import View

LENGTH = 60_000
"""How many characters a report may have; GitHub takes 65,536 for a comment."""

CAUSES = 20
"""How many causes of what could not be determined are named."""

HEADS = ("grade", "who answers", "what", "breach", "last day", "incident")


def render(audit: Audit, view: View) -> str:
    """Summary, incidents with the gravest first, what could not be determined; cut at a length, with a count."""
    before = [f"## {escaped(audit.organisation)}: {audit.period}", *_summary(audit, view)]
    after = [*_unclear(audit), f"As of {audit.as_of.isoformat(sep=' ', timespec='minutes')}, audit `{audit.id}`."]
    used = sum(len(part) + 2 for part in (*before, *after))
    return "\n\n".join((*before, *_incidents(audit, view, LENGTH - used), *after)) + "\n"


def _summary(audit: Audit, view: View) -> Iterator[str]:
    yield " ".join(map(escaped, sentences(audit)))
    if audit.baseline:
        yield audit.baseline.sentence()
    if view.filters:
        yield escaped(view.sentence())


def _incidents(audit: Audit, view: View, room: int) -> Iterator[str]:
    """As many incidents as there is room for; the rest is counted."""
    shown, findings = select(audit, view), by_id(audit)
    if not shown.matching:
        return
    rows = _fitting((_row(audit, incident, findings) for incident in shown.incidents), room - 500)
    if rows:
        yield table(HEADS, rows)
    if left_out := shown.matching - len(rows):
        yield f"{words.plural(left_out, 'more incident')} not shown{', none graver than these' if rows else ''}."


def _fitting(rows: Iterable[Sequence[str]], room: int) -> list[Sequence[str]]:
    fitting: list[Sequence[str]] = []
    for row in rows:
        room -= sum(len(cell) + 3 for cell in row) + 2
        if room < 0:
            break
        fitting.append(row)
    return fitting


def _row(audit: Audit, incident: Incident, findings: dict[str, Finding]) -> tuple[str, ...]:
    mine = [findings[key] for key in incident.findings if key in findings]
    more = f" (+{len(mine) - 1:,})" if len(mine) > 1 else ""
    last = incident.limitation.last_day
    known = audit.baseline is not None and audit.baseline.knows(incident.id)
    return (
        f"{incident.grade.value}{' (known)' if known else ''}",
        escaped(words.person(audit, incident.responsible)),
        escaped(words.of_incident(audit, incident)),
        f"{escaped(mine[0].message)}{more}" if mine else "",
        last.isoformat() if last else "",
        f"`{incident.id[:8]}`",
    )


def _unclear(audit: Audit) -> Iterator[str]:
    every = [(rule.rule, count, cause) for rule in counts.unclear(audit) for cause, count in rule.causes]
    if not every:
        return
    yield "### Could not be determined"
    yield "Nobody is blamed for these."
    yield table(
        ("findings", "rule", "cause"),
        ((f"{count:,}", escaped(rule), escaped(cause[:300])) for rule, count, cause in every[:CAUSES]),
    )
    if left_out := every[CAUSES:]:
        yield f"{words.plural(len(left_out), 'more cause')}, {sum(count for _, count, _ in left_out):,} findings."

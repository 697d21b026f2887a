"""The audit as pages for print: the same content as the HTML page, incident by incident."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from compliance.model.audit import Audit, TableAccount
from compliance.model.finding import Finding, Verdict
from compliance.reports import counts, ledger, summary, words
from compliance.reports.card import MOST, Card, card, line
from compliance.reports.paper import grid, items, part, printed, say
from compliance.reports.sentenced import grade
from compliance.reports.shown import by_id, select
from compliance.reports.view import View

if TYPE_CHECKING:
    from reportlab.platypus import Flowable

CAUSES = 40
"""How many causes of what could not be determined are named."""

REJECTS = 5
"""How many rejected rows of a table are named."""


def render(audit: Audit, view: View) -> bytes:
    """Summary, what could not be determined, incidents by department, all else, the account of rules and tables."""
    parts = (_head(audit, view), _unclear(audit), _incidents(audit, view), _others(audit, view), _account(audit))
    title = f"{audit.organisation}: {audit.period}"
    pieces = [piece for each in parts for piece in each]
    return printed(pieces, title=title, foot=f"{title}, audit {audit.id}")


def _head(audit: Audit, view: View) -> "Iterator[Flowable]":
    yield say(audit.organisation, "title")
    yield say(f"Compliance audit of {words.span(audit.period)}, as known on {words.instant(audit.as_of)}.")
    yield say(" ".join(summary.sentences(audit)))
    if audit.baseline:
        yield say(audit.baseline.sentence())
    if view.filters:
        yield say(view.sentence())
    found = counts.verdicts(audit)
    yield grid([each.value.replace("_", " ") for each in found], [[f"{each:,}" for each in found.values()]], [1] * 6)
    if departments := counts.by_department(audit):
        rows = ((name, words.graded(gravest)) for name, gravest in departments.items())
        yield grid(("department", "incidents"), rows, (1, 2))


def _unclear(audit: Audit) -> "Iterator[Flowable]":
    every = [(rule.rule, count, cause) for rule in counts.unclear(audit) for cause, count in rule.causes]
    if not every:
        return
    yield say("Could not be determined", "heading")
    yield say("Records are missing or unreadable. Nobody is blamed for these.")
    rows = ((f"{count:,}", words.title(audit, rule), cause) for rule, count, cause in every[:CAUSES])
    yield grid(("findings", "rule", "cause"), rows, (1, 3, 5))
    if left_out := every[CAUSES:]:
        yield say(f"And {words.plural(len(left_out), 'more cause')}.", "small")


def _incidents(audit: Audit, view: View) -> "Iterator[Flowable]":
    shown, findings = select(audit, view), by_id(audit)
    for department, incidents in shown.by_department().items():
        yield say(f"Incidents: {department}", "heading")
        for incident in incidents:
            yield from _card(card(audit, incident, findings))
    if shown.left_out:
        yield say(f"{words.plural(shown.left_out, 'more incident')} not shown, none graver than these.")


def _card(told: Card) -> "Iterator[Flowable]":
    incident = told.incident
    who = told.who
    named = "Nobody named" if who is None else who.name if who.name == who.id else f"{who.name} ({who.id})"
    yield say(f"{incident.grade.capitalize()}: {told.title}. {named}.", "part")
    yield say(f"Incident {incident.id}; {told.lead}.", "small")
    for rule in told.rules:
        clause = " ".join(part for part in (rule.document, rule.clause) if part)
        yield say(f"{clause or rule.id}: {rule.clause_text or rule.title}")
    if told.lines:
        rows = ((each.where, each.message or each.brief, each.arithmetic or each.brief) for each in told.lines)
        yield grid(("when or what", "what was found", "the arithmetic"), rows, (2, 4, 3))
    if told.more_lines:
        yield say(f"And {words.plural(told.more_lines, 'more finding')}.", "small")
    yield from part("Records", _records(told))
    yield from part("Who answers", told.chain)
    yield from part("The grade", grade(incident.severity, incident.steps, incident.grade))
    yield from part("Excuses looked at", (f"{each}." for each in told.excuses))
    yield from part("What may be proposed", (f"{each}." for each in told.measures))
    yield from part("The limits", (f"{each}." for each in told.limits))
    yield from part("The right to be heard", (f"{each}." for each in told.hearing))
    if told.decides:
        yield from part("Who decides", [f"{told.decides}, who has no part in it."])


def _records(told: Card) -> Iterator[str]:
    for each in told.records:
        for key, *cells in each.rows:
            columns = (f"{name} {cell}" for name, cell in zip(each.columns, cells, strict=True) if cell)
            yield f"{each.table} {key}: {', '.join(columns)}"
        if each.keys:
            yield f"{each.table}: {', '.join(each.keys)}"
    if told.more_records:
        yield f"and {words.plural(told.more_records, 'more record')}"


def _others(audit: Audit, view: View) -> "Iterator[Flowable]":
    excused, pending = (
        [each for each in audit.findings if each.verdict is verdict] for verdict in (Verdict.EXCUSED, Verdict.PENDING)
    )
    yield from _group(audit, view, "Told: breached, of a kind that raises no incident", counts.told(audit))
    yield from _group(audit, view, "Excused", excused)
    yield from _group(audit, view, "Still running", pending)


def _group(audit: Audit, view: View, name: str, findings: Sequence[Finding]) -> "Iterator[Flowable]":
    admitted = [finding for finding in findings if view.admits(finding)]
    if not admitted:
        return
    yield say(f"{name}: {len(findings):,}", "heading")
    rows = ((words.person(audit, each.bearer), line(each).where, _what(audit, each)) for each in admitted[:MOST])
    yield grid(("who", "when or what", "what"), rows, (2, 2, 5))
    if len(admitted) > MOST:
        yield say(f"And {len(admitted) - MOST:,} more.", "small")


def _what(audit: Audit, finding: Finding) -> str:
    said = finding.message or f"{words.title(audit, finding.rule)}: {words.brief(finding)}"
    return f"{said}. {finding.cause}." if finding.cause else said


def _account(audit: Audit) -> "Iterator[Flowable]":
    yield say("Rules", "heading")
    rows = ((each.rule, *each.cells, each.remark) for each in ledger.entries(audit))
    yield grid(("rule", *ledger.HEADS, ""), rows, (7, 1.9, 2.9, 2.8, 2.8, 4, 2.2, 3.6))
    if audit.tables:
        yield say("Tables", "heading")
        yield grid(("table", "read", "accepted", "rejected", "why"), map(_table, audit.tables), (3, 1.5, 1.7, 1.7, 5))
        for table in audit.tables:
            yield from items(table.rejects[:REJECTS])
    if notes := ledger.notes(audit):
        yield say("Notes", "heading")
        yield from items(notes)
    yield say(f"Rules {audit.rulebook_digest}; records {audit.data_digest}; engine {audit.engine}.", "small")


def _table(told: TableAccount) -> tuple[str, ...]:
    why = "; ".join(f"{reason}: {count:,}" for reason, count in counts.most_first(told.reasons))
    return (told.table, *(f"{count:,}" for count in (told.read, told.accepted, told.rejected)), why)

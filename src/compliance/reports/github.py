"""The audit as workflow commands, which GitHub shows on the page of a run."""

from collections.abc import Iterator

from compliance.model.audit import Audit
from compliance.model.incident import Grade, Incident
from compliance.model.printable import printable
from compliance.reports import counts, words
from compliance.reports.commands import command
from compliance.reports.shown import by_id, select
from compliance.reports.text import summary
from compliance.reports.view import View

LEVELS = {
    Grade.OBSERVATION: "notice",
    Grade.MINOR: "warning",
    Grade.MODERATE: "error",
    Grade.SERIOUS: "error",
    Grade.CRITICAL: "error",
}


def render(audit: Audit, view: View) -> str:
    """A command for each incident, the gravest first, one for each rule that was not determined; then the summary."""
    shown = select(audit, view)
    left_out = [f"{words.plural(shown.left_out, 'more incident')} not shown\n"] if shown.left_out else []
    lines = (*_incidents(audit, shown.incidents), *left_out, *_unclear(audit, view), f"{summary(audit)}\n")
    return "".join(lines)


def _incidents(audit: Audit, incidents: tuple[Incident, ...]) -> Iterator[str]:
    findings = by_id(audit)
    for incident in incidents:
        first = next((findings[key].message for key in incident.findings if key in findings), "")
        more = f" (+{len(incident.findings) - 1:,})" if len(incident.findings) > 1 else ""
        known = audit.baseline is not None and audit.baseline.knows(incident.id)
        said = (
            f"{incident.grade.value}: {_about(words.person(audit, incident.responsible), first)}{more}"
            f" [{incident.id[:8]}]{', in the baseline' if known else ''}{', closed' if incident.closed else ''}"
        )
        title = printable(words.of_incident(audit, incident))
        yield command(
            "notice" if known or incident.closed else LEVELS[incident.grade], printable(said), {"title": title}
        )


def _about(person: str, message: str) -> str:
    """Who answers and what was found, the name once: most messages begin with it, those of supervision are empty."""
    return message if message.startswith(person) else f"{person}: {message}".removesuffix(": ")


def _unclear(audit: Audit, view: View) -> Iterator[str]:
    for rule in counts.unclear(audit):
        if view.rule in (None, rule.rule):
            said = f"{words.plural(rule.count, 'finding')} could not be determined: {rule.causes[0][0]}"
            yield command("notice", printable(said), {"title": printable(words.title(audit, rule.rule))})

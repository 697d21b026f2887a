"""Cases for people to read: a list, one whole story, and what is due."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from compliance.model.history import CaseEvent
from compliance.model.printable import printable
from compliance.register.case import Case, changes
from compliance.register.doubts import Doubt
from compliance.register.due import Due


def listed(cases: Sequence[Case]) -> str:
    """A line for each case, and their number."""
    rows = [("INCIDENT", "GRADE", "STATE", "RESPONSIBLE", "RULE"), *map(_row, cases)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return _joined([*(lines if cases else ()), f"{len(cases)} incident{'' if len(cases) == 1 else 's'}"])


def _row(case: Case) -> tuple[str, ...]:
    found, gone = case.found, ", not found any more" if case.gone else ", more since" if case.unsettled else ""
    who = printable(found.responsible or "nobody")
    return (case.id, str(found.grade), f"{case.state}{gone}", who, ", ".join(found.rules))


def shown(case: Case) -> str:
    """The whole story of a case."""
    return _joined(
        [*_head(case), *_section("What later audits said", changes(case)), *_section("What was done", _deeds(case))]
    )


def _head(case: Case) -> Iterator[str]:
    found = case.found
    yield f"Incident {case.id}, {found.grade}: {case.state}"
    yield f"  Rules: {', '.join(found.rules)}"
    yield f"  Who answers: {found.responsible or 'nobody could be named'}"
    if found.department:
        yield f"  Department: {found.department}"
    yield f"  On record since: {_moment(case.known_at)}; last found as of {_moment(found.as_of)}"
    if case.earlier:
        yield f"  Known before as: {', '.join(case.earlier)}"
    if case.assignee:
        yield f"  Assigned to: {case.assignee}"
    if case.term:
        yield f"  The explanation may be given until the end of {case.term}"
    if found.last_day:
        yield f"  Last day to act: {found.last_day}"
    if case.unsettled:
        yield "  A further breach came into it since, on which nobody was heard and no word spoken"
    if case.judged and case.judged.grade is not None and case.judged.grade is not found.grade:
        yield f"  It was {case.judged.deed} as {case.judged.grade}; the last audit finds it {found.grade}"


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    told = [*lines]
    if told:
        yield title
        yield from (f"  {line}" for line in told)


def _deeds(case: Case) -> Iterator[str]:
    for event in case.events:
        yield f"{_moment(event.at)}  {event.deed} by {event.by}{''.join(_particulars(event))}"
        yield from (f"    {line}" for line in _words(event))


def _particulars(event: CaseEvent) -> Iterator[str]:
    if event.to:
        yield f" to {event.to}"
    if event.due:
        yield f", due by the end of {event.due}"
    if event.until:
        yield f" until {event.until}"
    if event.grade:
        yield f", as {event.grade}"
    if event.measure:
        yield f", measure: {event.measure}"
    if event.recorded_at:
        yield f" (recorded at {_moment(event.recorded_at)})"


def _words(event: CaseEvent) -> Sequence[str]:
    return ("(removed)",) if event.purged else (event.because or "").splitlines()


def due(found: Sequence[Due]) -> str:
    """A line for each thing that is due."""
    return _joined([*(f"{each.day}  {each.incident}  {each.what}" for each in found), f"{len(found)} due"])


def doubts(found: Sequence[Doubt]) -> str:
    """A line for each doubt."""
    lines = (f"{each.incident or each.of}: {each.kind}: {each.says}" for each in found)
    return _joined([*lines, f"{len(found)} to look at"])


def _moment(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="minutes")


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{printable(line)}\n" for line in lines)

"""The terms of the incidents as a calendar file (RFC 5545): last days to act, explanations that are due."""

from collections.abc import Iterator
from datetime import date, timedelta

from compliance.clock import to_instant
from compliance.model.audit import Audit
from compliance.model.incident import Heard, Incident
from compliance.model.printable import printable
from compliance.reports import words
from compliance.reports.shown import select
from compliance.reports.view import View

OCTETS = 75
"""How long a line may be, its end not counted."""


def render(audit: Audit, view: View) -> str:
    """A whole-day event for each term; the same term has the same id in every audit, so that importing it moves it."""
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Dutybook//Terms//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH")
    events = (line for incident in select(audit, view, limit=None).incidents for line in _events(audit, incident))
    lines = (*head, _text("X-WR-CALNAME", f"Terms: {audit.organisation}"), *events, "END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def _events(audit: Audit, incident: Incident) -> Iterator[str]:
    heard = incident.hearing
    if heard.state is Heard.ASKED and heard.due:
        yield from _event(audit, incident, heard.due, "explanation", "last day of the explanation")
    last = incident.limitation.last_day
    if last:
        yield from _event(audit, incident, last, "limitation", "last day to act")
    for measure in incident.measures:
        if measure.last_day and measure.last_day != last:
            yield from _event(audit, incident, measure.last_day, measure.measure, f"last day for: {measure.measure}")


def _event(audit: Audit, incident: Incident, day: date, term: str, what: str) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield _text("UID", f"{incident.id}-{'-'.join(term.split())}@dutybook")
    yield f"DTSTAMP:{to_instant(audit.as_of, audit.zone):%Y%m%dT%H%M%S}Z"
    yield f"DTSTART;VALUE=DATE:{_day(day)}"
    if day < date.max:
        yield f"DTEND;VALUE=DATE:{_day(day + timedelta(days=1))}"
    yield _text("SUMMARY", f"{what}: {words.of_incident(audit, incident)}, {words.person(audit, incident.responsible)}")
    told = [f"{incident.grade}, incident {incident.id}", *filter(None, [incident.limitation.arithmetic])]
    yield _text("DESCRIPTION", *told)
    yield _text("CATEGORIES", incident.grade.value)
    yield "TRANSP:TRANSPARENT"
    yield "CLASS:CONFIDENTIAL"
    yield "END:VEVENT"


def _day(day: date) -> str:
    return f"{day.year:04}{day:%m%d}"


def _text(name: str, *lines: str) -> str:
    """A property of text, with what has a meaning in the format escaped; nothing else can begin a line of its own."""
    plain = (printable(line).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,") for line in lines)
    return f"{name}:" + "\\n".join(plain)


def folded(line: str) -> str:
    """The line in pieces of at most 75 octets, none of which cuts a character."""
    pieces, piece, size = list[str](), "", 0
    for character in line:
        octets = len(character.encode("utf-8", "replace"))
        if size + octets > OCTETS:
            pieces.append(piece)
            piece, size = "", 1  # the space that a further piece begins with counts
        piece, size = piece + character, size + octets
    return "\r\n ".join([*pieces, piece])

"""An incident as a letter to the person concerned: what is said, on what grounds, and what may be answered."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from compliance.model import incident as model
from compliance.model.history import CaseEvent, Deed
from compliance.reports import kept, words
from compliance.reports.answer_tree import headed, where
from compliance.reports.decided import moment
from compliance.reports.explain import as_answer, limited, proposed
from compliance.reports.paper import facts, grid, items, part, printed, say
from compliance.reports.sentenced import grade, link, nothing_proposed

if TYPE_CHECKING:
    from reportlab.platypus import Flowable

FINDINGS = 40
"""How many findings are told; of more, the rest is counted."""

RECORDS = 40
"""How many records are told."""

NO_DECISION = """The records of the organisation were compared with what its documents ask. This letter says what came
of it, on what grounds, and what you may answer. It is no decision."""

MAY = (
    "You may explain what happened, in your own words, or refuse to; a refusal is no admission.",
    "You may name what excuses it: an order, a danger, a request of yours that nobody answered, an absence.",
    "You may name records that are missing or wrong here, and ask for the evidence that this rests on.",
)


def render(stored: kept.Stored, events: Sequence[CaseEvent] = ()) -> bytes:
    """The letter, as PDF; `events` are the deeds on the case up to now."""
    incident = kept.Incident.model_validate(stored.body)
    pieces = [
        *_head(stored, incident),
        *_said(incident),
        *_judged(incident),
        *_answer(incident, events),
        *_foot(stored),
    ]
    foot = ", ".join(each for each in (stored.organisation, f"incident {stored.id}") if each)
    return printed(pieces, title=f"Incident {stored.id}", foot=foot)


def _head(stored: kept.Stored, incident: kept.Incident) -> "Iterator[Flowable]":
    who = incident.responsible
    if stored.organisation:
        yield say(stored.organisation)
    yield say("Incident report", "title")
    rows = [
        ("To", str(who) if who else "nobody could be named"),
        ("Department", incident.department or "none"),
        ("About", "; ".join(rule.title for rule in incident.rules)),
        ("Incident", stored.id),
        ("As known on", words.instant(stored.as_of)),
    ]
    yield facts(rows)
    yield say(NO_DECISION)


def _said(incident: kept.Incident) -> "Iterator[Flowable]":
    yield say("What is said to have happened", "heading")
    if incident.derived_from:
        told = words.plural(len(incident.derived_from), "incident")
        yield say(f"It follows from {told} of people whom you head: {', '.join(incident.derived_from[:FINDINGS])}.")
    answers = [as_answer(found) for found in incident.findings[:FINDINGS]]
    yield from items(map(headed, answers))
    if len(incident.findings) > FINDINGS:
        yield say(f"And {words.plural(len(incident.findings) - FINDINGS, 'more finding')}.", "small")
    yield say("The clause", "heading")
    for rule in incident.rules:
        source = " ".join(each for each in (rule.document, rule.clause) if each) or f"rule {rule.id}"
        yield say(f"{source}: {rule.clause_text or rule.title}")
        if rule.asks:
            yield say(f"As the rule reads the records: {rule.asks}", "small")
    yield from part("Values that are only assumed", (each for rule in incident.rules for each in rule.assumed))
    yield say("The arithmetic", "heading")
    yield grid(("when or what", "found", "asked for", "how it was worked out"), _arithmetic(incident), (3, 1, 1, 5))
    yield from _evidence(incident)


def _arithmetic(incident: kept.Incident) -> Iterator[tuple[str, ...]]:
    for found in incident.findings[:FINDINGS]:
        answer = as_answer(found)
        numbers = ("" if each is None else words.figure(each) for each in (found.measured, found.required))
        due = f"due {moment(found.due)}" if found.due else None
        parts = (found.arithmetic, answer.margin, due, None if found.arithmetic else answer.decided)
        yield where(answer), *numbers, "; ".join(dict.fromkeys(each for each in parts if each))


def _evidence(incident: kept.Incident) -> "Iterator[Flowable]":
    yield say("The records that it rests on", "heading")
    records = {(each.table, each.key): each for found in incident.findings for each in found.evidence}
    if not records:
        yield say("None: what was owed is not there.")
        return
    told = [*records.values()][:RECORDS]
    yield grid(("table", "key", "what it holds"), ((each.table, each.key, _columns(each)) for each in told), (2, 2, 6))
    if len(records) > RECORDS:
        yield say(f"And {words.plural(len(records) - RECORDS, 'more record')}.", "small")


def _columns(record: kept.Record) -> str:
    return ", ".join(f"{name} {value}" for name, value in record.columns.items() if value) or "see the evidence"


def _judged(incident: kept.Incident) -> "Iterator[Flowable]":
    yield say("Who answers, and why", "heading")
    links = [link(_link(each), str(each.person) if each.person else None) for each in incident.chain]
    yield from items(f"{each}." for each in links or [f"{incident.responsible or 'nobody could be named'}"])
    yield from part("Excuses looked at", (f"{each}." for each in incident.excuses))
    yield say("The grade, step by step", "heading")
    yield from items(grade(incident.severity, incident.steps, incident.grade))
    if incident.hearing.missing:
        yield say("It is not final before you were heard.")
    yield say("What may follow", "heading")
    measures = proposed(incident) or [nothing_proposed(expired=incident.limitation.expired)]
    yield from items(f"{each}." for each in (*measures, *limited(incident)))


def _link(each: kept.Link) -> model.Link:
    return model.Link(model.Role(each.role), None, each.because)


def _answer(incident: kept.Incident, events: Sequence[CaseEvent]) -> "Iterator[Flowable]":
    yield say("What you may answer, and until when", "heading")
    yield from items([*MAY, _term(incident, events)])
    yield say("Who decides", "heading")
    who = incident.decides
    yield say(f"{who}, who has no part in it." if who else "Nobody without a part in it could be named yet.")
    if deeds := [each for each in events if each.deed not in {Deed.COMMENTED, Deed.SNOOZED}]:
        yield say("What was done so far", "heading")
        yield grid(("when", "what", "by", "until"), map(_deed, deeds), (2, 2, 2, 2))


def _term(incident: kept.Incident, events: Sequence[CaseEvent]) -> str:
    """Until when, by the last question; by what the audit knew where there are no deeds."""
    asked = next((each for each in reversed(events) if each.deed is Deed.ASKED), None)
    due = asked.due if asked else incident.hearing.due
    since = events[events.index(asked) :] if asked else events
    if incident.hearing.answered or any(each.deed in {Deed.ANSWERED, Deed.REFUSED} for each in since):
        return "Your answer is on record; you may add to it until the case is decided."
    if due:
        return f"Your explanation is awaited until the end of {words.day(due)}."
    return "You have not been asked yet; when you are, you are told until when. You may answer before."


def _deed(event: CaseEvent) -> tuple[str, ...]:
    return moment(event.at), event.deed.value, event.by, event.due.isoformat() if event.due else ""


def _foot(stored: kept.Stored) -> "Iterator[Flowable]":
    yield say(f"On record: audit {stored.audit}, as of {moment(stored.as_of)}.", "small")
    yield facts([("Received on", ""), ("Signature", "")])

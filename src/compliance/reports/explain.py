"""Why: one incident or finding as a tree of plain sentences, from the clause to the grade."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from compliance.model import finding as model
from compliance.model import incident as model_incident
from compliance.model.finding import How
from compliance.model.history import CaseEvent, CaseState
from compliance.reports import kept, words
from compliance.reports.answer import Answer, Duty, Read, Row
from compliance.reports.answer_tree import duties, facts, headed
from compliance.reports.decided import Facts, decided, margin
from compliance.reports.exact import compact, document
from compliance.reports.sentenced import grade, hearing, limits, link, measure, nothing_proposed
from compliance.reports.tree import Node, drawn

MOST = 20
"""How many findings of an incident, or records of one finding, are told."""

FEW = 5
"""How many records of each finding are told where an incident has several."""


def explain(stored: kept.Stored, events: Sequence[CaseEvent] = (), state: CaseState | None = None) -> str:
    """The tree, two spaces a level, wrapped at 100 columns; `events` are the deeds that have left the case as it is."""
    return "\n".join(drawn(tree(stored, events, state))) + "\n"


def explain_json(stored: kept.Stored) -> str:
    """The same as one JSON document, figures exact."""
    shape = kept.Incident if stored.kind == "incident" else kept.Finding
    body = shape.model_validate(stored.body)
    head = {
        "version": 1,
        "kind": stored.kind,
        "audit": stored.audit,
        "as_of": stored.as_of.isoformat(),
        "state": stored.state,
        "discovered": stored.discovered and stored.discovered.isoformat(),
    }
    return document(
        {name: compact(value) for name, value in (head | body.model_dump(by_alias=True, exclude_unset=True)).items()}
    )


def tree(
    stored: kept.Stored,
    events: Sequence[CaseEvent] = (),
    state: CaseState | None = None,
    *,
    deeds_beside: bool = False,
) -> Node:
    """The incident's or finding's tree; with `deeds_beside` the reader shows the deeds elsewhere."""
    if stored.kind == "incident":
        since = () if deeds_beside else tuple(_since(events, state))
        left_at = stored.as_of if events else None
        return _incident(stored, kept.Incident.model_validate(stored.body), left_at, since)
    found = kept.Finding.model_validate(stored.body)
    says = f"Finding {stored.id}, {_spoken(found.verdict)}: {_title(found.rules)}"
    return Node(says, (*_duty(found.rules), _finding(found, MOST), *_bearer(found), _recorded(stored)))


def _incident(stored: kept.Stored, incident: kept.Incident, left_at: datetime | None, since: tuple[Node, ...]) -> Node:
    below = (
        *_duty(incident.rules),
        _found(incident.findings),
        _answers(incident),
        *_chain(incident),
        *_excuses(incident),
        _grade(incident),
        *_measures(incident),
        *_limits(incident),
        *_hearing(incident, left_at),
        *since,
        *(Node(f"What puts it right: {rule.remedy}") for rule in incident.rules if rule.remedy),
        _recorded(stored),
    )
    what = f"supervision: {_title(incident.rules)}" if incident.derived_from else _title(incident.rules)
    return Node(f"Incident {incident.id}, {incident.grade}: {what}", below)


def _title(rules: tuple[kept.Rule, ...]) -> str:
    return rules[0].title if rules else "a rule that is not on record"


def _duty(rules: tuple[kept.Rule, ...]) -> Iterator[Node]:
    yield from duties(
        tuple(
            Duty(rule.id, rule.title, None, rule.clause, rule.clause_text, rule.document, rule.asks, rule.assumed)
            for rule in rules
        )
    )


def _found(findings: tuple[kept.Finding, ...]) -> Node:
    if not findings:
        return Node("What was found: nothing of its own; see what it follows from")
    records = MOST if len(findings) == 1 else FEW
    told = (_finding(found, records) for found in findings[:MOST])
    return Node("What was found", (*told, *_more(len(findings), MOST, "finding")))


def _finding(found: kept.Finding, records: int) -> Node:
    answer = as_answer(found)
    return Node(headed(answer), tuple(facts(answer, records)))


def as_answer(found: kept.Finding) -> Answer:
    """The finding as `why` tells it, as far as the register knows it: not what was owed, nor what did not count."""
    bound = {How.SHORT: "at_least", How.OVER: "at_most"}.get(found.how) if found.how else None
    given = Facts(found.verdict, found.how, found.measured, found.required, bound, found.due)
    late = f"{words.plural(found.days_late, 'day')} late" if found.days_late else None
    return Answer(
        finding=found.id,
        verdict=found.verdict,
        how=found.how,
        message=found.message or words.ways(found.how, found.verdict),
        duties=(),
        window=model.Window(found.window.start, found.window.end) if found.window else None,
        record=model.RecordRef(found.record.table, found.record.key) if found.record else None,
        measured=found.measured,
        required=found.required,
        arithmetic=found.arithmetic,
        due=found.due,
        read=tuple(_reads(found.evidence)),
        cause=found.cause,
        decided=decided(given, cause=found.cause),
        margin=margin(given) or late,
    )


def _reads(records: tuple[kept.Record, ...]) -> Iterator[Read]:
    """The evidence, table by table."""
    tables: dict[str, list[Row]] = {}
    for record in records:
        tables.setdefault(record.table, []).append(Row(record.key, None, record.columns))
    for table, rows in tables.items():
        yield Read(table, len(rows), tuple(rows))


def _bearer(found: kept.Finding) -> Iterator[Node]:
    if found.bearer:
        yield Node(f"Who owes: {found.bearer}")
    if found.responsible and found.responsible != found.bearer and found.verdict is model.Verdict.BREACHED:
        yield Node(f"Who answers: {found.responsible}", (Node(f"{found.because}."),) if found.because else ())


def _answers(incident: kept.Incident) -> Node:
    answers = incident.responsible
    if not answers:
        return Node("Who answers: nobody could be named")
    if incident.derived_from:
        return Node("Who answers", (Node(f"{answers} heads the department and answers for its supervision."),))
    bearers = dict.fromkeys(str(found.bearer) for found in incident.findings if found.bearer)
    others = [Node(f"{bearer} owed this.") for bearer in bearers if bearer != str(answers)]
    if not others:
        return Node("Who answers", (Node(f"{answers} owed this and answers for it."),))
    reasons = (Node(f"{because}.") for because in dict.fromkeys(f.because for f in incident.findings if f.because))
    return Node("Who answers", (*others, *reasons, Node(f"{answers} answers for it.")))


def _grade(incident: kept.Incident) -> Node:
    told = grade(incident.severity, incident.steps, incident.grade)
    return Node("The grade", tuple(map(Node, told)))


def _chain(incident: kept.Incident) -> Iterator[Node]:
    """Step by step, where the chain has more than the bearer."""
    if len(incident.chain) > 1 or incident.derived_from:
        links = (link(_link(each), str(each.person) if each.person else None) for each in incident.chain)
        yield Node("The chain of responsibility", tuple(Node(f"{told}.") for told in links))
    if incident.derived_from:
        yield Node(f"It follows from {words.plural(len(incident.derived_from), 'incident')}", _ids(incident))


def _ids(incident: kept.Incident) -> tuple[Node, ...]:
    ids = incident.derived_from
    return (*(Node(each) for each in ids[:MOST]), *_more(len(ids), MOST, "incident"))


def _link(each: kept.Link) -> model_incident.Link:
    record = model.RecordRef(each.record.table, each.record.key) if each.record else None
    return model_incident.Link(model_incident.Role(each.role), None, each.because, record)


def _excuses(incident: kept.Incident) -> Iterator[Node]:
    if incident.excuses:
        yield Node("Excuses looked at", tuple(Node(f"{each}.") for each in incident.excuses))


def _measures(incident: kept.Incident) -> Iterator[Node]:
    if nodes := tuple(Node(f"{each}.") for each in proposed(incident)):
        yield Node("What may be proposed", nodes)
    elif incident.limitation.last_day:
        yield Node(f"What may be proposed: {nothing_proposed(expired=incident.limitation.expired)}")


def proposed(incident: kept.Incident) -> list[str]:
    """What may be proposed, a sentence each."""
    return [measure(model_incident.Measure(**each.model_dump())) for each in incident.measures]


def _limits(incident: kept.Incident) -> Iterator[Node]:
    if nodes := tuple(Node(f"{each}.") for each in limited(incident)):
        yield Node("The limits", nodes)


def limited(incident: kept.Incident) -> list[str]:
    """When it became known, and until when something may be done, a sentence each."""
    return [*limits(model_incident.Limitation(**incident.limitation.model_dump()))]


def _hearing(incident: kept.Incident, left_at: datetime | None) -> Iterator[Node]:
    """As the audit left it; where people have dealt with it, that is said."""
    state = model_incident.Heard(incident.hearing.state)
    heard = model_incident.Hearing(**incident.hearing.model_dump() | {"state": state})
    left = f", as the audit as of {_moment(left_at)} left it" if left_at else ""
    yield Node(f"The right to be heard{left}", tuple(Node(f"{each}.") for each in hearing(heard)))
    if incident.decides:
        yield Node(f"Who decides: {incident.decides}, who has no part in it")


def _since(events: Sequence[CaseEvent], state: CaseState | None) -> Iterator[Node]:
    """How the case stands now."""
    if events:
        standing = f": {_spoken(state)}" if state else ""
        yield Node(f"How the case stands now{standing}", tuple(Node(f"{_deed(each)}.") for each in events))


def _deed(event: CaseEvent) -> str:
    told = (
        f" to {event.to}" if event.to else "",
        f", due by the end of {event.due}" if event.due else "",
        f" until {event.until}" if event.until else "",
        f", as {event.grade}" if event.grade else "",
        f", measure: {event.measure}" if event.measure else "",
    )
    return f"{_moment(event.at)}: {event.deed} by {event.by}{''.join(told)}"


def _recorded(stored: kept.Stored) -> Node:
    first = f"; first recorded as a breach as of {_moment(stored.discovered)}" if stored.discovered else ""
    state = f", {stored.state}" if stored.kind == "incident" else ""
    return Node(f"On record{state}: audit {stored.audit}, as of {_moment(stored.as_of)}{first}")


def _moment(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="minutes")


def _more(count: int, most: int, noun: str) -> Iterator[Node]:
    if count > most:
        yield Node(f"and {words.plural(count - most, f'more {noun}')}")


def _spoken(word: str) -> str:
    return word.replace("_", " ")

"""An answer as a tree of sentences, the same for `why` and for `explain`."""

from collections.abc import Iterator

from compliance.model.finding import Verdict
from compliance.reports.answer import Answer, Apart, Duty, Read, Row, Value
from compliance.reports.decided import last_day, moment
from compliance.reports.tree import Node
from compliance.reports.words import plural

MOST = 20
"""How many records of a table are told."""


def node(answer: Answer) -> Node:
    """The whole tree of one verdict."""
    says = headed(answer)
    head = f"Finding {answer.finding}, {answer.verdict.replace('_', ' ')}: {_title(answer)}"
    return Node(head, (*duties(answer.duties), Node(says, tuple(facts(answer, MOST))), *whose(answer)))


def headed(answer: Answer) -> str:
    """What is said of the verdict, behind the record or window that it is on, unless that is named already."""
    place, says = where(answer), answer.message or answer.verdict.replace("_", " ")
    return says if place in says else f"{place}: {says}"


def where(answer: Answer) -> str:
    """The record or window that the verdict is on."""
    if answer.record:
        window = f" in {answer.window}" if answer.window else ""
        return f"{answer.record.table} {answer.record.key}{window}"
    return str(answer.window) if answer.window else "As of the audit"


def _title(answer: Answer) -> str:
    return answer.duties[0].title if answer.duties else "a rule that is not on record"


def duties(given: tuple[Duty, ...]) -> Iterator[Node]:
    """The clause, and the rule in its own words."""
    for duty in given:
        source = ", ".join(part for part in (duty.document, duty.clause and f"clause {duty.clause}") if part)
        if duty.clause_text:
            yield Node(f"The clause: “{duty.clause_text}”" + (f" ({source})" if source else ""))
        elif source:
            yield Node(f"The source: {source}")
        yield Node(f"The duty: {duty.title} (rule {duty.id})", tuple(_terms(duty)))


def _terms(duty: Duty) -> Iterator[Node]:
    if duty.asks:
        yield Node(f"In the rule's own words: {duty.asks}")
    if duty.force:
        yield Node(f"Its force: {duty.force}")
    if duty.assumed:
        yield Node(f"Assumed, since the document gives no value: {', '.join(duty.assumed)}")


def facts(answer: Answer, most: int) -> Iterator[Node]:
    """What was owed and why, what was read, what decided, by how much, and what would have put it right."""
    told = [*(Node(each) for each in answer.owed), *(Node(_value(each)) for each in answer.values)]
    if told:
        yield Node("What was owed, and why", tuple(told))
    if answer.arithmetic:
        yield Node(f"The arithmetic: {answer.arithmetic}")
    yield from (_read(each, most) for each in answer.read)
    if answer.cause:
        yield Node(f"The cause: {answer.cause}")
    if answer.due:
        yield Node(f"Due: {last_day(answer.due)}")
    if answer.decided:
        yield Node(f"What decided: {answer.decided}")
    if answer.margin:
        yield Node(f"The margin: {answer.margin}")
    if answer.would_decide:
        yield Node("What would decide it", tuple(Node(each) for each in answer.would_decide))
    if answer.cures:
        told = [Node(each.says) for each in answer.cures]
        yield Node("What would have met it (judged again with the change)", tuple(told))


def _value(value: Value) -> str:
    return f"{value.parameter} was {value.value} ({value.source})"


def _read(read: Read, most: int) -> Node:
    head = f"The records of {read.table} that count: {read.counted:,}"
    told = read.rows[:most]
    if any(row.at or row.columns for row in told):
        below = [Node(_row(read.table, row)) for row in told]
    else:
        below = [Node(f"{read.table} {', '.join(row.key for row in told)}")] if told else []
    shown = min(len(read.rows), most)
    if shown < read.counted and read.rows:
        below.append(Node(f"and {plural(read.counted - shown, 'more record')}"))
    return Node(head, (*below, *(Node(_apart(each)) for each in read.apart)))


def _row(table: str, row: Row) -> str:
    at = f" ({moment(row.at)})" if row.at else ""
    columns = ", ".join(f"{name} {value}" for name, value in row.columns.items())
    return f"{table} {row.key}{at}" + (f": {columns}" if columns else "")


def _apart(apart: Apart) -> str:
    keys = f" ({', '.join(apart.keys)})" if apart.keys else ""
    return f"Not counted, {apart.because}: {apart.count:,}{keys}"


def whose(answer: Answer) -> Iterator[Node]:
    """Who owes, and who answers where that is somebody else."""
    if answer.bearer:
        yield Node(f"Who owes: {answer.bearer}")
    if answer.responsible and answer.responsible != answer.bearer and answer.verdict is Verdict.BREACHED:
        yield Node(f"Who answers: {answer.responsible}")

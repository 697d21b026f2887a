"""An incident in plain sentences: its grade, and what may follow: measures, limits, the hearing, and who decides."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from compliance.model.incident import Grade, Heard, Hearing, Limitation, Link, Measure
from compliance.reports.words import day


class AStep(Protocol):
    """A step of grading, as an audit has it or as the register keeps it."""

    @property
    def factor(self) -> str:
        """What moved or held the grade."""

    @property
    def start(self) -> Grade:
        """The grade before."""

    @property
    def end(self) -> Grade:
        """The grade after."""

    @property
    def because(self) -> str:
        """Why."""


def grade(first: Grade, steps: Iterable[AStep], last: Grade) -> Iterator[str]:
    """The grade from the rule's severity to what it is, a sentence for each step."""
    yield f"The rule sets {first}."
    for each in steps:
        move = f"stays {each.end}" if each.start == each.end else f"{each.start} to {each.end}"
        yield f"{each.factor}: {move}, because {each.because}."
    yield f"So it is {last}."


def measure(each: Measure) -> str:
    """A measure with its basis, what it takes with and without its ceiling, and until when it may be applied."""
    told = [f"{each.measure} ({each.liability}), {each.basis}"]
    if each.proposed is not None and each.allowed is not None:
        told.append(f"{each.proposed:,.2f} without a ceiling, {each.allowed:,.2f} at most allowed")
    elif each.proposed is not None:
        told.append(f"{each.proposed:,.2f} without a ceiling")
    told.append(f"ceiling: {each.ceiling}{', reached and so capped' if each.capped else ''}")
    told += [f"decided by {each.decided_by}"] if each.decided_by else []
    told += [f"until {day(each.last_day)}"] if each.last_day else []
    told += [f"spent after {each.lapses}"] if each.lapses else []
    return "; ".join(told) + ("" if each.verified else "; not verified by counsel")


def nothing_proposed(*, expired: bool) -> str:
    """Why nothing may be proposed."""
    if expired:
        return "recorded, no sanction possible: the last day to act has passed"
    return "nothing is proposed"


def limits(limitation: Limitation) -> Iterator[str]:
    """When it became known and until when something may be done, with the arithmetic."""
    if limitation.discovered:
        how = f" ({limitation.discovered_by})" if limitation.discovered_by else ""
        yield f"it became known on {day(limitation.discovered)}{how}"
    if limitation.last_day:
        passed = ", which has passed: recorded, no sanction possible" if limitation.expired else ""
        yield f"the last day to act is {day(limitation.last_day)}{passed}"
    if limitation.arithmetic:
        yield limitation.arithmetic


def hearing(heard: Hearing) -> Iterator[str]:
    """How the right to be heard stands, and what the person may still do."""
    if heard.state in {Heard.GIVEN, Heard.REFUSED}:
        yield f"the explanation was {heard.state} on {day(heard.answered)}" if heard.answered else heard.state
    elif heard.state is Heard.TERM_RAN_OUT:
        yield f"the term for the explanation ran out on {day(heard.due)}" if heard.due else heard.state
    if heard.missing:
        yield f"no grade is final yet: {heard.missing}"
        yield "the person may give an explanation, bring an excuse, and name records that are missing here"
    else:
        yield "the person may contest this by whatever way the law gives"


def link(each: Link, name: str | None) -> str:
    """A step of the chain: in which role who, why, and the record that it rests on."""
    record = f" ({each.record.table} {each.record.key})" if each.record else ""
    who = f"{each.role}: {name or 'nobody is known'}"
    return f"{who}; {each.because}{record}"

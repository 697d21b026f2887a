"""What is due, or has to have come, before it can: then nothing that anybody does is in time."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from compliance.kinds.deadline import Deadline
from compliance.kinds.dues import By
from compliance.kinds.quota import Quota
from compliance.kinds.response import Response
from compliance.language.answers import implied
from compliance.language.blocks import Block
from compliance.language.durations import Unit, duration
from compliance.language.grammar import ExpressionError, parse
from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at
from compliance.rulebook.lints.countable_days import LAST_YEAR, CountableDays, time_column, windows
from compliance.rulebook.loading import LoadedRule
from compliance.windows import Per
from compliance.yamldoc.nodes import Loc

_MORE_THAN_NONE = re.compile(r"[0.]*[1-9]")
_LATER = "mend the moment, or write `early: true` where it may come before"


@dataclass(frozen=True)
class _Late:
    """Where a rule asks for what can't be in time, why, and what to do."""

    loc: Loc
    says: str
    advice: str


def _find(desk: Desk) -> Iterator[Problem]:
    for rule in desk.rules:
        try:
            found = [late for key, ask in _KINDS.items() if getattr(rule.rule, key) for late in ask(rule)]
        except ExpressionError:
            continue  # it is told where the moment is bound
        yield from (at(rule, late.loc, late.says, late.advice) for late in found)


def _response(rule: LoadedRule) -> Iterator[_Late]:
    """An answer that is due before its trigger, or asked for among what came before it."""
    response = rule.rule.response
    if response is None or response.early:
        return
    time = time_column(response.after.of, response.after.at)
    if response.by is not None and (passed := _passed(response, response.by, time, rule.rule.in_force.since)):
        says = f"`{response.by}` lies before {passed}, so no answer can be in time"
        yield _Late(("response", "by"), says, _LATER)
    if time and _before(response.expect, f"this.{time}"):
        says = f"all that counts lies before the trigger (`this.{time}`), so no answer can be in time"
        yield _Late(("response", "expect", "where"), says, "mend the comparison, or write `early: true`")


def _passed(response: Response, by: str, time: str | None, since: date | None) -> str | None:
    """What lies after the moment, wherever there is a trigger at all."""
    if begins := _begins(by, since):
        return begins
    if time is None:
        return None
    return f"its trigger (`{time}`)" if _reckoned_back(by, time) or _filtered(response.after, by, time) else None


def _precedence(rule: LoadedRule) -> Iterator[_Late]:
    """What has to come first, asked for among what comes after."""
    precedence = rule.rule.precedence
    time = time_column(precedence.before.of, precedence.before.at) if precedence else None
    if precedence and time and _after(precedence.expect, f"this.{time}"):
        says = f"all that counts lies after the act (`this.{time}`), so nothing can come first"
        yield _Late(("precedence", "expect", "where"), says, "mend the comparison, or ask for a response instead")


def _fulfilment(rule: LoadedRule) -> Iterator[_Late]:
    """An obligation due before its rule, or whose deliveries are asked for after it; prepayment is no fault."""
    fulfilment = rule.rule.fulfilment
    if fulfilment is None:
        return
    if passed := _begins(fulfilment.due, rule.rule.in_force.since):
        says = f"`{fulfilment.due}` lies before {passed}, so nothing can be delivered in time"
        yield _Late(("fulfilment", "due"), says, "mend the moment, or the day from which the rule is in force")
    names = {each.sql() for each in parse(fulfilment.due).walk() if isinstance(each, exp.Column)}
    own = f"this.{fulfilment.due}" if names == {fulfilment.due} else None
    if own and _after(fulfilment.delivered, own):
        says = f"all that counts is delivered after the due day (`{own}`), so nothing can be in time"
        yield _Late(("fulfilment", "delivered", "where"), says, "mend the comparison")


def _interval(rule: LoadedRule) -> Iterator[_Late]:
    """A record that holds until a moment before it begins to."""
    interval = rule.rule.interval
    time = time_column(interval.of, interval.at) if interval else None
    if interval is None or interval.until is None or time is None:
        return
    if _reckoned_back(interval.until, time) or _filtered(interval, interval.until, time):
        says = f"`{interval.until}` lies before the record begins to hold (`{time}`), so none ever holds"
        yield _Late(("interval", "until"), says, "mend the moment until which a record holds")


def _deadline(rule: LoadedRule) -> Iterator[_Late]:
    """A period for which nothing that counts can be done by its due day."""
    deadline = rule.rule.deadline
    late = (rule.rule.in_force.since or date.min).year > LAST_YEAR
    reach = _days_after(deadline) if deadline and not late else 0
    if deadline is None or not reach:
        return
    per = Per(deadline.every)
    countable = CountableDays.of(Quota(of=deadline.of, at=deadline.at, where=deadline.where, per=deadline.every))
    listed = list(windows(rule, per)) if countable and countable.asked else []
    if countable and listed and not any(countable.counts_among(span.stop, reach) for span in listed):
        says = f"nothing that counts can be done from the end of the {per.value} to its due day"
        yield _Late(("deadline", "by"), says, "let it fall due later, or let `where` take the days before")


def _days_after(deadline: Deadline) -> int:
    """How many days after a period count for it, up to the due day; 0 where others count as well, or none is known."""
    by = deadline.by
    if deadline.period is not None or Per(deadline.every).daily:
        return 0
    if isinstance(by, By):
        later = by.month != 1 or by.roll == "next_working_day"
        return by.day if isinstance(by.day, int) and not later else 0
    try:
        span = duration(str(by)).normal()
    except ValueError:
        return 0  # a parameter, or no duration, which is told where the rule is planned
    return min(span.count, 366) if span.unit is Unit.DAYS else 0


# --- moments --------------------------------------------------------------------------------


def _begins(by: str, since: date | None) -> str | None:
    """The day from which a rule is in force, where the moment is a day before it that is written out."""
    day = _day(parse(by))
    return f"{since}, from which day on the rule is in force" if since and day and day < since else None


def _day(by: exp.Expr) -> date | None:
    """The day that is written out, if it is one."""
    try:
        return date.fromisoformat(by.name) if isinstance(by, exp.Literal) else None
    except ValueError:
        return None


def _reckoned_back(by: str, time: str) -> bool:
    """Whether it is the record's own time less something."""
    tree = parse(by)
    while isinstance(tree, exp.Paren):
        tree = tree.this
    if not isinstance(tree, exp.Sub) or tree.this.sql() != parse(time).sql():
        return False
    less = tree.expression
    number = less.this if isinstance(less, exp.Interval) else less
    return isinstance(number, exp.Literal) and bool(_MORE_THAN_NONE.match(number.name))


def _filtered(block: Block, by: str, time: str) -> bool:
    """Whether the records are those whose moment has passed."""
    return _claims(block, by, time) or _claims(block, f"({by})", time)


def _before(block: Block, moment: str) -> bool:
    """Whether a block takes only what lies before a moment."""
    time = time_column(block.of, block.at)
    return time is not None and _claims(block, time, moment)


def _after(block: Block, moment: str) -> bool:
    """Whether a block takes only what lies after a moment."""
    time = time_column(block.of, block.at)
    return time is not None and _claims(block, moment, time)


def _claims(block: Block, earlier: str, later: str) -> bool:
    """Whether a block's filter says that one moment lies before the other."""
    if block.where is None:
        return False
    given = [(parse(block.where), True)]
    return any(implied(given, [(parse(form), True)]) for form in (f"{earlier} < {later}", f"{later} > {earlier}"))


_KINDS: dict[str, Callable[[LoadedRule], Iterator[_Late]]] = {
    "response": _response,
    "precedence": _precedence,
    "fulfilment": _fulfilment,
    "interval": _interval,
    "deadline": _deadline,
}
LINT = Lint(
    id="deadline-before-trigger",
    level=Level.ERROR,
    what="What a rule waits for can't come in time: it is due before its trigger, has to come first and lies after the "
    "act, is delivered after the due day, holds until before it begins, or counts on no day up to the deadline.",
    why="Whoever does all that is asked is late even so.",
    avoid="response: {after: {of: meetings}, expect: {of: reports, match: [meeting_id]}, by: at - 2}",
    prefer="response: {after: {of: meetings}, expect: {of: reports, match: [meeting_id]}, by: at + 2}",
    find=_find,
)

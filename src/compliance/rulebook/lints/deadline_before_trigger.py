"""What is due, or has to have come, before it can: then nothing that anybody does is in time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from compliance.kinds.dues import By
from compliance.kinds.quota import Quota
from compliance.kinds.response import Response
from compliance.language.blocks import Block
from compliance.language.constants import constant, day_of, moment, span
from compliance.language.grammar import ExpressionError, parse, path_of
from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at
from compliance.rulebook.lints.countable_days import LAST_YEAR, CountableDays, time_column, windows
from compliance.rulebook.lints.timing import days_of, never
from compliance.rulebook.loading import LoadedRule
from compliance.windows import Per
from compliance.yamldoc.nodes import Loc

_LEAP_YEAR = 366
_OTHERS = {"this", "each", "bearer"}
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
            found = [late for key, ask in _KINDS.items() if getattr(rule.rule, key) for late in ask(rule, desk)]
        except ExpressionError:
            continue  # it is told where the moment is bound
        yield from (at(rule, late.loc, late.says, late.advice) for late in found)


def _response(rule: LoadedRule, desk: Desk) -> Iterator[_Late]:
    """An answer that is due before its trigger, or asked for among what comes before it, or after the due moment."""
    response = rule.rule.response
    if response is None:
        return
    time = time_column(response.after.of, response.after.at)
    if not response.early and response.by is not None and (passed := _passed(rule, response, time, desk)):
        says = f"`{response.by}` lies before {passed}, so no answer can be in time"
        yield _Late(("response", "by"), says, _LATER)
        return
    answered = time_column(response.expect.of, response.expect.at)
    if time is None or answered is None:
        return
    begun = () if response.early else (f"{answered} >= this.{time}",)
    ends = _in_time(rule, desk, response, f"this.{time}", answered)
    if begun and never(rule, desk, response.expect.where, *begun):
        says = f"all that counts lies before the trigger (`this.{time}`), so no answer can be in time"
        yield _Late(("response", "expect", "where"), says, "mend the comparison, or write `early: true`")
    elif ends and never(rule, desk, response.expect.where, *begun, *ends):
        says = "all that counts lies after the answer is due, so none can be in time"
        yield _Late(("response", "expect", "where"), says, "mend the comparison, or let the answer be due later")


def _in_time(rule: LoadedRule, desk: Desk, response: Response, begun: str, answered: str) -> tuple[str, ...]:
    """What an answer in time is like at least: on the last day, or by the moment that the trigger names."""
    days = days_of(rule, desk, response.within)
    if days is not None:
        return (f"{answered} < {begun} + {days + 1}",)
    return (f"{answered} <= ({_seen_later(response.by)}\n)",) if response.by is not None else ()


def _passed(rule: LoadedRule, response: Response, time: str | None, desk: Desk) -> str | None:
    """What lies after the moment, wherever there is a trigger at all."""
    by = response.by or ""
    if begins := _begins(by, rule.rule.in_force.since):
        return begins
    return f"its trigger (`{time}`)" if time and _reckoned_back(rule, response.after, by, time, desk) else None


def _precedence(rule: LoadedRule, desk: Desk) -> Iterator[_Late]:
    """What has to come first, asked for among what comes after, or before the look-back begins."""
    precedence = rule.rule.precedence
    time = time_column(precedence.before.of, precedence.before.at) if precedence else None
    done = time_column(precedence.expect.of, precedence.expect.at) if precedence else None
    if precedence is None or time is None or done is None:
        return
    first, days = f"{done} <= this.{time}", days_of(rule, desk, precedence.within)
    if never(rule, desk, precedence.expect.where, first):
        says = f"all that counts lies after the act (`this.{time}`), so nothing can come first"
        yield _Late(("precedence", "expect", "where"), says, "mend the comparison, or ask for a response instead")
    elif days is not None and never(rule, desk, precedence.expect.where, first, f"{done} > this.{time} - {days + 1}"):
        says = "all that counts lies before the look-back begins, so nothing can be in time"
        yield _Late(("precedence", "expect", "where"), says, "mend the comparison, or look back further")


def _fulfilment(rule: LoadedRule, desk: Desk) -> Iterator[_Late]:
    """An obligation due before its rule, or whose deliveries are asked for after it; prepayment is no fault."""
    fulfilment = rule.rule.fulfilment
    if fulfilment is None:
        return
    if passed := _begins(fulfilment.due, rule.rule.in_force.since):
        says = f"`{fulfilment.due}` lies before {passed}, so nothing can be delivered in time"
        yield _Late(("fulfilment", "due"), says, "mend the moment, or the day from which the rule is in force")
    names = {each.sql() for each in parse(fulfilment.due).walk() if isinstance(each, exp.Column)}
    own = f"this.{fulfilment.due}" if names == {fulfilment.due} else None
    time = time_column(fulfilment.delivered.of, fulfilment.delivered.at)
    if own and time and never(rule, desk, fulfilment.delivered.where, f"{time} <= {own}"):
        says = f"all that counts is delivered after the due day (`{own}`), so nothing can be in time"
        yield _Late(("fulfilment", "delivered", "where"), says, "mend the comparison")


def _interval(rule: LoadedRule, desk: Desk) -> Iterator[_Late]:
    """A record that holds until a moment before it begins to."""
    interval = rule.rule.interval
    time = time_column(interval.of, interval.at) if interval else None
    if interval is None or interval.until is None or time is None:
        return
    if _reckoned_back(rule, interval, interval.until, time, desk):
        says = f"`{interval.until}` lies before the record begins to hold (`{time}`), so none ever holds"
        yield _Late(("interval", "until"), says, "mend the moment until which a record holds")


def _deadline(rule: LoadedRule, desk: Desk) -> Iterator[_Late]:
    """A period for which nothing that counts can be done by its due day."""
    deadline = rule.rule.deadline
    late = (rule.rule.in_force.since or date.min).year > LAST_YEAR
    reach = _days_after(rule, desk) if not late else 0
    if deadline is None or not reach:
        return
    per = Per(deadline.every)
    countable = CountableDays.of(Quota(of=deadline.of, at=deadline.at, where=deadline.where, per=deadline.every))
    listed = list(windows(rule, per)) if countable and countable.asked else []
    if countable and listed and not any(countable.counts_among(span.stop, reach) for span in listed):
        says = f"nothing that counts can be done from the end of the {per.value} to its due day"
        yield _Late(("deadline", "by"), says, "let it fall due later, or let `where` take the days before")


def _days_after(rule: LoadedRule, desk: Desk) -> int:
    """How many days after a period count for it at most, up to the due day; 0 where others count, or none is told."""
    deadline = rule.rule.deadline
    if deadline is None or deadline.period is not None or Per(deadline.every).daily:
        return 0
    by = deadline.by
    if isinstance(by, By):
        later = by.month != 1 or by.roll == "next_working_day"
        return by.day if isinstance(by.day, int) and not later else 0
    return min(days_of(rule, desk, by) or 0, _LEAP_YEAR)


# --- moments --------------------------------------------------------------------------------


def _own(moment_: str) -> str:
    """A moment of a record by the names of its own columns, which `this.` may stand before."""
    return _renamed(moment_, lambda path: path[1:] if path[0] == "this" else path)


def _seen_later(moment_: str) -> str:
    """A moment of a record as a second block names it."""
    return _renamed(moment_, lambda path: path if path[0] in _OTHERS else ("this", *path))


def _renamed(text: str, by: Callable[[tuple[str, ...]], tuple[str, ...]]) -> str:
    tree = exp.Paren(this=parse(text))
    for node in list(tree.find_all(exp.Column, exp.Dot)):
        if isinstance(node, exp.Column | exp.Dot) and not isinstance(node.parent, exp.Dot):
            node.replace(parse(".".join(by(path_of(node)))))
    return str(tree.this.sql())


def _begins(by: str, since: date | None) -> str | None:
    """The day from which a rule is in force, where the moment is a day before it that is written out."""
    day = _day(parse(by))
    return f"{since}, from which day on the rule is in force" if since and day and day < since else None


def _day(by: exp.Expr) -> date | None:
    """The day that is written out, if it is one."""
    written = constant(by)
    told = moment(written) if isinstance(written, str) else None
    return day_of(told) if told else None


def _reckoned_back(rule: LoadedRule, block: Block, by: str, time: str, desk: Desk) -> bool:
    """Whether a moment lies before the record's own time: it is this less something, or is said to by the filter."""
    tree = parse(_own(by))
    while isinstance(tree, exp.Paren):
        tree = tree.this
    if isinstance(tree, exp.Sub) and isinstance(tree.expression, exp.Interval) and tree.this.sql() == parse(time).sql():
        less = span(tree.expression)
        return less is not None and less.count > 0
    return never(rule, desk, block.where, f"({_own(by)}\n) >= {time}")


_KINDS: dict[str, Callable[[LoadedRule, Desk], Iterator[_Late]]] = {
    "response": _response,
    "precedence": _precedence,
    "fulfilment": _fulfilment,
    "interval": _interval,
    "deadline": _deadline,
}
LINT = Lint(
    id="deadline-before-trigger",
    level=Level.ERROR,
    what="What a rule waits for can't come in time: it is due before its trigger, counts only after it is due, has to "
    "come first and lies after the act or before the look-back, is delivered after the due day, holds until before it "
    "begins, or counts on no day up to the deadline. Parameters count by every value that they have, working "
    "days by the workspace's calendar; without --workspace they may take as long as any country's feasts make them.",
    why="Whoever does all that is asked is late even so.",
    avoid="response: {after: {of: meetings}, expect: {of: reports, match: [meeting_id]}, by: at - 2}",
    prefer="response: {after: {of: meetings}, expect: {of: reports, match: [meeting_id]}, by: at + 2}",
    find=_find,
)

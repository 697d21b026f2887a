"""An answer that is due before there is anything to answer."""

import re
from collections.abc import Iterator
from datetime import date

from sqlglot import exp

from compliance.kinds.response import Response
from compliance.language.answers import implied
from compliance.language.grammar import ExpressionError, parse
from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at
from compliance.rulebook.lints.countable_days import time_column

_MORE_THAN_NONE = re.compile(r"[0.]*[1-9]")


def _find(desk: Desk) -> Iterator[Problem]:
    for rule in desk.rules:
        response = rule.rule.response
        if response is None or response.by is None or response.early:
            continue
        try:
            late = _passed(response, rule.rule.in_force.since)
        except ExpressionError:
            continue  # it is told where the moment is bound
        if late:
            says = f"`{response.by}` lies before {late}, so no answer can be in time"
            yield at(rule, ("response", "by"), says, "mend the moment, or write `early: true` where it may come before")


def _passed(response: Response, since: date | None) -> str | None:
    """What lies after the moment, wherever there is a trigger at all."""
    by, time = parse(response.by or ""), time_column(response.after.of, response.after.at)
    day = _day(by)
    if since and day and day < since:
        return f"{since}, from which day on the rule is in force"
    if time is None:
        return None
    return f"its trigger (`{time}`)" if _reckoned_back(by, time) or _filtered(response, time) else None


def _day(by: exp.Expr) -> date | None:
    """The day that is written out, if it is one."""
    try:
        return date.fromisoformat(by.name) if isinstance(by, exp.Literal) else None
    except ValueError:
        return None


def _reckoned_back(by: exp.Expr, time: str) -> bool:
    """Whether it is the trigger's own time less something."""
    while isinstance(by, exp.Paren):
        by = by.this
    if not isinstance(by, exp.Sub) or by.this.sql() != parse(time).sql():
        return False
    less = by.expression
    number = less.this if isinstance(less, exp.Interval) else less
    return isinstance(number, exp.Literal) and bool(_MORE_THAN_NONE.match(number.name))


def _filtered(response: Response, time: str) -> bool:
    """Whether the triggers are those whose moment has passed."""
    if response.after.where is None:
        return False
    given = [(parse(response.after.where), True)]
    forms = (f"({response.by}) < {time}", f"{time} > ({response.by})", f"{response.by} < {time}")
    return any(implied(given, [(parse(form), True)]) for form in (*forms, f"{time} > {response.by}"))


LINT = Lint(
    id="deadline-before-trigger",
    level=Level.ERROR,
    what="The moment by which a response is due lies before its trigger.",
    why="Whoever does all that is asked is late even so.",
    avoid="response: {after: {of: meetings}, expect: {of: reports, match: [meeting_id]}, by: at - 2}",
    prefer="response: {after: {of: meetings}, expect: {of: reports, match: [meeting_id]}, by: at + 2}",
    find=_find,
)

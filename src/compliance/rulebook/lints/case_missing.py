"""A rule without cases, or whose cases show one side only."""

import os
from collections.abc import Iterator

from compliance.model.finding import Verdict
from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at


def _find(desk: Desk) -> Iterator[Problem]:
    for rule in desk.rules:
        if not os.path.lexists(rule.cases):
            says = f"rule `{rule.rule.id}` has no cases"
            yield at(rule, ("id",), says, f"write {rule.cases.name} beside it, with a breach and with none")
            continue
        cases = desk.cases(rule.cases, rule).verdicts if desk.cases else None
        if cases is None:  # that they can't be read is told by itself
            continue
        breach = any(Verdict.BREACHED in verdicts for verdicts in cases)
        other = any(verdicts != {Verdict.BREACHED} for verdicts in cases)
        for what, shown in (("a breach", breach), ("anything but a breach", other)):
            if not shown:
                says = f"no case in {rule.cases.name} expects {what}"
                yield at(rule, ("id",), says, "add one, as near to the boundary as records can be")


LINT = Lint(
    id="case-missing",
    level=Level.WARNING,
    what="A rule has no cases beside it, or they expect no breach at all, or nothing but breaches.",
    why="Nobody knows what an untested rule does. Cases of one side pass as well for one that accuses everybody, or "
    "nobody.",
    avoid="- {case: late, expect: [{bearer: a, verdict: breached}]}    # and no other case",
    prefer="- {case: late, expect: [{bearer: a, verdict: breached}]}\n- {case: in time}",
    find=_find,
)

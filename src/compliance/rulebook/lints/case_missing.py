"""A rule without cases, or whose cases show one side only."""

import os
from collections.abc import Iterator, Mapping

from compliance.model.problem import Level, Problem, UserError
from compliance.rulebook.lints.base import Desk, Lint, at
from compliance.rulebook.loading import LoadedRule
from compliance.yamldoc import Document, load

BREACHED = "breached"


def _find(desk: Desk) -> Iterator[Problem]:
    for rule in desk.rules:
        if not os.path.lexists(rule.cases):
            says = f"rule `{rule.rule.id}` has no cases"
            yield at(rule, ("id",), says, f"write {rule.cases.name} beside it, with a breach and with none")
            continue
        cases = [_verdicts(case) for case in _cases(rule)]
        breach = any(BREACHED in verdicts for verdicts in cases)
        other = any(verdicts != {BREACHED} for verdicts in cases)
        for what, shown in (("a breach", breach), ("anything but a breach", other)):
            if not shown:
                says = f"no case in {rule.cases.name} expects {what}"
                yield at(rule, ("id",), says, "add one, as near to the boundary as records can be")


def _cases(rule: LoadedRule) -> list[Mapping[str, object]]:
    """The cases beside the rule, as they are written; what is wrong with them is told when they run."""
    try:
        read: Document[object] = load(rule.cases, object, within=rule.path.parent)
    except UserError:
        return []
    return [case for case in read.value if isinstance(case, Mapping)] if isinstance(read.value, list) else []


def _verdicts(case: Mapping[str, object]) -> set[object]:
    """The verdicts that a case lists; none where all must stay silent."""
    expected = case.get("expect")
    listed = expected if isinstance(expected, list) else []
    return {each.get("verdict") for each in listed if isinstance(each, Mapping)}


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

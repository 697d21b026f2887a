"""A rule that rests on a right of its bearer."""

from collections.abc import Iterator

from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at


def _find(desk: Desk) -> Iterator[Problem]:
    for pack in desk.rulebook.packs:
        document = pack.document
        clauses = document.clauses if document else ()
        rights = {
            f"{document.id}/{each.section}/{each.number}" for each in clauses if document and each.kind == "right"
        }
        for rule in pack.rules:
            other_side = rule.rule.bearer is not None and rule.rule.bearer.who is not None
            if rule.rule.clause in rights and not other_side:
                says = f"`{rule.rule.clause}` is a right of the bearer, who can't breach it"
                yield at(rule, ("clause",), says, "rest on a duty, or say with `bearer: {who: ...}` who must grant it")


LINT = Lint(
    id="right-as-duty",
    level=Level.ERROR,
    what="A rule rests on a clause that gives its bearer a right.",
    why="Nobody breaches the own right by leaving it unused. Such a rule accuses people of nothing.",
    avoid="clause: form/rights/1    # kind: right",
    prefer="clause: form/duties/1    # kind: duty",
    find=_find,
)

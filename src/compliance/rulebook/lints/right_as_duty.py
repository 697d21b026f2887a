"""A rule that rests on a right of its bearer."""

from collections.abc import Iterator

from compliance.language.blocks import Bearer
from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at
from compliance.rulebook.schema import Rule


def _find(desk: Desk) -> Iterator[Problem]:
    for document in (pack.document for pack in desk.rulebook.packs if pack.document):
        clauses = (clause for clause in document.clauses if clause.kind == "right")
        rights = {f"{document.id}/{clause.section}/{clause.number}" for clause in clauses}
        for rule in desk.rules:
            if rule.rule.clause in rights and _owed_by_holder(rule.rule, document.position):
                says = f"`{rule.rule.clause}` is a right of the bearer, who can't breach it"
                yield at(rule, ("clause",), says, "rest on a duty, or say with `bearer: {who: ...}` who must grant it")


def _owed_by_holder(rule: Rule, holder: str | None) -> bool:
    """Whether the holder of a right owes it: not where `who`, the `owner` of an entity or another position does."""
    bearer = rule.bearer or Bearer()
    if bearer.who is not None or any(each.owner for each in getattr(rule.kind, "for_each", ())):
        return False
    named = bearer.position if isinstance(bearer.position, tuple) else ()
    return not named or holder is None or holder in named


LINT = Lint(
    id="right-as-duty",
    level=Level.ERROR,
    what="A rule rests on a clause that gives its bearer a right.",
    why="Nobody breaches the own right by leaving it unused. Such a rule accuses people of nothing.",
    avoid="clause: form/rights/1    # kind: right",
    prefer="clause: form/duties/1    # kind: duty",
    find=_find,
)

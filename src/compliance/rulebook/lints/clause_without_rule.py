"""A duty of a document that nothing keeps."""

from collections.abc import Iterator

from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint
from compliance.rulebook.loading import DOCUMENT, Pack


def _find(desk: Desk) -> Iterator[Problem]:
    claimed = {norm for pack in desk.rulebook.packs for rule in pack.rules for norm in rule.rule.norms}
    for pack in desk.rulebook.packs:
        yield from _in(pack, claimed)


def _in(pack: Pack, claimed: set[str]) -> Iterator[Problem]:
    document = pack.document
    if document is None:
        return
    elsewhere = {each.norm for each in document.elsewhere}
    kept = claimed | elsewhere | {each.norm for each in document.not_checkable}
    rules = pack.rules_by_clause()
    for index, clause in enumerate(document.clauses):
        name = f"{document.id}/{clause.section}/{clause.number}"
        left = sorted(set(clause.norms) - kept)
        if clause.kind != "duty" or (clause.norms and not left) or (not clause.norms and name in kept | rules.keys()):
            continue
        says = f"no rule keeps the duty `{name}`" + (f" ({', '.join(left)})" if left else "")
        yield pack.places[DOCUMENT].problem(
            ("clauses", index, "number"), says, "write a rule, or list the norm under `elsewhere` or `not_checkable`"
        )


LINT = Lint(
    id="clause-without-rule",
    level=Level.WARNING,
    what="A duty stands in a document, and no rule read, no `elsewhere` and no `not_checkable` takes care of it.",
    why="What nobody looks at is overlooked. Also that a duty can't be checked should be said, with the reason.",
    avoid="clauses: [{section: a, number: 1, text: Reports monthly, norms: [N-1]}]    # no rule names N-1",
    prefer="norms: [N-1]    # in a rule of the pack",
    find=_find,
)

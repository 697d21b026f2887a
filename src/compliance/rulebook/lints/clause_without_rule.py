"""A duty of a document that nothing keeps."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint
from compliance.rulebook.loading import DOCUMENT, Pack


def _find(desk: Desk) -> Iterator[Problem]:
    kept = {norm for pack in desk.rulebook.packs for norm in _kept(pack)}
    for pack in desk.rulebook.packs:
        yield from _in(pack, kept)


def _kept(pack: Pack) -> Iterator[str]:
    """The norms that a pack takes care of; they may stand in another pack's document."""
    yield from (norm for rule in pack.rules for norm in rule.rule.norms)
    if pack.document is not None:
        yield from (each.norm for each in pack.document.elsewhere)
        yield from (each.norm for each in pack.document.not_checkable)


def _in(pack: Pack, kept: AbstractSet[str]) -> Iterator[Problem]:
    document = pack.document
    if document is None:
        return
    rules = pack.rules_by_clause()
    for index, clause in enumerate(document.clauses):
        name = f"{document.id}/{clause.section}/{clause.number}"
        left = sorted(set(clause.norms) - kept)
        named = not clause.norms and (name in kept or name in rules)
        if clause.kind != "duty" or named or (clause.norms and not left):
            continue
        says = f"no rule keeps the duty `{name}`" + (f" ({', '.join(left)})" if left else "")
        yield pack.places[DOCUMENT].problem(
            ("clauses", index, "number"), says, "write a rule, or list the norm under `elsewhere` or `not_checkable`"
        )


LINT = Lint(
    id="clause-without-rule",
    level=Level.WARNING,
    what="A duty stands in a document, and no rule, `elsewhere` or `not_checkable` of the packs read takes care of it.",
    why="What nobody looks at is overlooked. Also that a duty can't be checked should be said, with the reason.",
    avoid="clauses: [{section: a, number: 1, text: Reports monthly, norms: [N-1]}]    # no rule names N-1",
    prefer="norms: [N-1]    # in a rule of the pack",
    find=_find,
)

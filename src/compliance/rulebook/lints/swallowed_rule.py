"""A rule that another one says already, and more."""

from collections.abc import Iterator

from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at
from compliance.rulebook.lints.overlap import during
from compliance.rulebook.lints.successors import successors
from compliance.rulebook.loading import LoadedRule


def _find(desk: Desk) -> Iterator[Problem]:
    pairs = {(narrow.rule.id, wide.rule.id): (narrow, wide) for narrow, wide in desk.swallowed}
    told, following = set[str](), {frozenset(map(_id, pair)) for pair in successors(desk.rules)}
    for (one, other), (narrow, wide) in sorted(pairs.items()):
        elsewhere = (other, one) in pairs or frozenset((one, other)) in following
        if one in told or elsewhere or narrow.rule.force != wide.rule.force or _reason_for_both(narrow, wide):
            continue
        told.add(one)
        says = f"whatever breaches it breaches `{other}`, too ({wide.document.place(('id',))})"
        yield at(narrow, ("id",), says, "remove it, give it a graver severity, or let the wider rule yield to it")


def _id(rule: LoadedRule) -> str:
    return rule.rule.id


def _reason_for_both(narrow: LoadedRule, wide: LoadedRule) -> bool:
    """Whether the narrower rule weighs more, goes before, or gives way and is in force on other days as well."""
    first, gives_way = narrow.rule.id in wide.rule.yields_to, wide.rule.id in narrow.rule.yields_to
    return narrow.rule.severity.rank > wide.rule.severity.rank or first or (gives_way and not during(narrow, wide))


LINT = Lint(
    id="swallowed-rule",
    level=Level.WARNING,
    what="Whatever breaches a rule breaches a wider one of the same bearer and force, both in force on some day.",
    why="One act stands as two accusations, and the narrower rule tells nothing that the wider one does not.",
    avoid="prohibition: {of: orders, where: amount > 200}    # and elsewhere: {of: orders, where: amount > 100}",
    prefer="severity: serious    # in the narrower rule, or in the wider one: yields_to: [own.narrower]",
    find=_find,
)

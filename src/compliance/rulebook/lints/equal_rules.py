"""Two rules that ask the same of the same people at the same time."""

from collections.abc import Iterator
from itertools import combinations

from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at
from compliance.rulebook.lints.overlap import together
from compliance.rulebook.loading import LoadedRule


def _find(desk: Desk) -> Iterator[Problem]:
    by_kind: dict[str, list[tuple[LoadedRule, tuple[object, ...]]]] = {}
    for rule in desk.rules:
        by_kind.setdefault(rule.rule.kind.name, []).append((rule, _asked(rule)))
    either = {(one.rule.id, other.rule.id) for one, other in desk.swallowed}
    for (first, one), (second, other) in (pair for alike in by_kind.values() for pair in combinations(alike, 2)):
        ids = first.rule.id, second.rule.id
        if (one == other and together(first, second)) or (ids in either and ids[::-1] in either):
            says = f"it asks the same as `{first.rule.id}` ({first.document.place(('id',))})"
            yield at(second, ("id",), says, "keep one, with the norms of both")


def _asked(rule: LoadedRule) -> tuple[object, ...]:
    """What the rule asks and of whom; parameters are known by name within their prefix."""
    each = rule.rule
    named = each.id.split(".", 1)[0] if "parameter" in rule.document.text or ":" in repr(each.kind) else ""
    return (each.kind.name, each.kind, each.bearer, each.when, named)


LINT = Lint(
    id="equal-rules",
    level=Level.ERROR,
    what="Two rules ask the same of the same bearers, also in other words, both in force on some day.",
    why="One act would be counted twice, and stand as two accusations.",
    avoid="a.yaml and b.yaml both with: prohibition: {of: orders, where: amount > 100}",
    prefer="one rule that lists the norms of both",
    find=_find,
)

"""A norm that two rules cover on one day, over the same records."""

from collections.abc import Iterator

from compliance.kinds.base import Kind
from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at
from compliance.rulebook.lints.overlap import together
from compliance.rulebook.loading import LoadedRule


def _find(desk: Desk) -> Iterator[Problem]:
    for number, rule in enumerate(desk.rules):
        for index, norm in enumerate(rule.rule.norms):
            others = (each for each in desk.rules[:number] if norm in each.rule.norms and _collide(each, rule))
            if first := next((each for each in others if not _give_way(each, rule)), None):
                says = f"`{norm}` is covered by `{first.rule.id}` too"
                yield at(rule, ("norms", index), says, "leave it to one rule, or let one yield to the other")


def _collide(first: LoadedRule, second: LoadedRule) -> bool:
    """Whether one record may breach both: they are of one kind, over one table, and in force on one day."""
    one, other = first.rule.kind, second.rule.kind
    return (one.name, _table(one)) == (other.name, _table(other)) and together(first, second)


def _table(kind: Kind) -> str:
    """The table of the acts or records that a rule judges."""
    return str(getattr(kind, "of", ""))


def _give_way(first: LoadedRule, second: LoadedRule) -> bool:
    return second.rule.id in first.rule.yields_to or first.rule.id in second.rule.yields_to


LINT = Lint(
    id="norm-claimed-twice",
    level=Level.WARNING,
    what="Two rules of one kind cover the same norm over the same table on one day, and neither yields to the other.",
    why="One act may stand as two accusations. Where a norm has two sides, the silencing's reason says so.",
    avoid="norms: [N-1]    # in a.yaml and in b.yaml",
    prefer="norms: [N-1]    # in a.yaml, and in b.yaml: yields_to: [own.a]",
    find=_find,
)

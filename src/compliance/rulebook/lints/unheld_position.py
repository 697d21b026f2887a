"""A position that nobody on a workspace's roster holds."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from compliance.language.grammar import ExpressionError, extent, parse, path_of
from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint
from compliance.rulebook.lints.conditions import texts
from compliance.rulebook.loading import DOCUMENT, LoadedRule
from compliance.yamldoc import did_you_mean
from compliance.yamldoc.nodes import Loc


@dataclass(frozen=True)
class _Named:
    """Where a rule names a position, in a text of its own or inside a condition."""

    position: str
    rule: LoadedRule
    loc: Loc
    offset: int | None = None
    width: int | None = None


def _find(desk: Desk) -> Iterator[Problem]:
    roster = desk.ground.roster.appointments if desk.ground else ()
    held = {each.position for each in roster if each.position is not None}
    if not held:
        return
    asked: dict[str, list[_Named]] = {}
    for rule in desk.rules:
        for each in (*_named(rule), *_compared(rule)):
            asked.setdefault(each.position, []).append(each)
    for position in sorted(asked.keys() - held):
        first = asked[position][0]
        more = len({each.rule.rule.id for each in asked[position]}) - 1
        others = f"; {more} more {'rule asks' if more == 1 else 'rules ask'} for it" if more else ""
        says, advice = f"nobody on the roster is {position}{others}", _advice(position, held)
        yield first.rule.document.problem(first.loc, says, advice, offset=first.offset, width=first.width)
    for pack in desk.rulebook.packs:
        obliged = pack.document.position if pack.document else None
        if obliged is not None and obliged not in held | asked.keys():
            says = f"nobody on the roster is {obliged}, whom the document obliges"
            yield pack.places[DOCUMENT].problem(("position",), says, _advice(obliged, held))


def _named(rule: LoadedRule) -> Iterator[_Named]:
    """The positions that a rule names itself; those of a parameter may be others another day."""
    position = rule.rule.bearer.position if rule.rule.bearer else None
    names = position if isinstance(position, tuple) else ()
    for place, name in enumerate(names):
        yield _Named(name, rule, ("bearer", "position", *((place,) if len(names) > 1 else ())))


def _compared(rule: LoadedRule) -> Iterator[_Named]:
    """The positions that a condition asks for; one that it leaves out may well be held by nobody."""
    for loc, text in texts(rule):
        try:
            tree = parse(text)
        except ExpressionError:
            continue  # it is told where the condition is bound
        for node in tree.find_all(exp.EQ, exp.In):
            for each in _positions(node) if not _left_out(node) else ():
                yield _Named(each.name, rule, loc, *extent(each))


def _positions(node: exp.Expr) -> list[exp.Expr]:
    """What the bearer's position is compared with."""
    sides = [node.this, *(node.expressions if isinstance(node, exp.In) else [node.expression])]
    asks = any(isinstance(each, exp.Column) and path_of(each) == ("bearer", "position") for each in sides)
    return [each for each in sides if asks and isinstance(each, exp.Literal) and each.is_string]


def _left_out(node: exp.Expr) -> bool:
    """Whether a comparison stands under a `not` that no other turns back."""
    count, above = 0, node.parent
    while above is not None:
        count, above = count + isinstance(above, exp.Not), above.parent
    return count % 2 == 1


def _advice(position: str, held: set[str]) -> str:
    return did_you_mean(position, sorted(held)) or "say under `positions` in the manifest which title means it"


LINT = Lint(
    id="unheld-position",
    level=Level.WARNING,
    what="With --workspace: a rule or document names a position that nobody on the roster holds, by title or by alias. "
    "A condition names one where it asks for it, not where it leaves it out.",
    why="The rule looks at nothing, and a report that blames nobody looks as if all were well. Titles the other way "
    "round, which no rule names, are told by `compliance check` and by `dutybook.unmapped-title`.",
    avoid="bearer: {position: seler}    # the roster has seller",
    prefer="bearer: {position: seller}",
    find=_find,
)

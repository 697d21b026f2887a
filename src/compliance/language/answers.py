"""Which answers a condition can give at all, over every value that its columns could hold, and what follows from it.

The constants that a value is compared with cut its range into points and the gaps between them, and within one of
these every comparison has one answer. So one stand-in for each, and null, are all values, not a sample. What is not a
comparison with constants may answer anything, so an answer is never missed; one may be told that can't occur.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product
from math import prod

from sqlglot import exp

Answer = bool | None
Constant = Decimal | str
Claim = tuple[exp.Expr, Answer]
ANY: frozenset[Answer] = frozenset({True, False, None})
_Choice = tuple[object, ...]
_Reading = Callable[[_Choice], Answer]
_MOST = 4_096
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_BEGINS_AS_DAY = re.compile(r"\d{4}-\d")
_ORDERED = (exp.GT, exp.GTE, exp.LT, exp.LTE)
_COMPARED = (exp.EQ, exp.NEQ, *_ORDERED)
_TURNED = {exp.GT: exp.LT, exp.GTE: exp.LTE, exp.LT: exp.GT, exp.LTE: exp.GTE}


@dataclass
class _Range:
    """What one value is compared with; `odd` where the comparisons have no order that is known here."""

    constants: set[Constant] = field(default_factory=set)
    ordered: bool = False
    odd: bool = False

    def steps(self) -> dict[Constant, int]:
        """Where each constant lies: odd numbers, the even ones between are the gaps."""
        return {each: 2 * place + 1 for place, each in enumerate(sorted(self.constants))}

    def readable(self) -> bool:
        """Whether all constants are numbers, all whole days, or all text that is only asked for equality."""
        texts = [each for each in self.constants if isinstance(each, str)]
        if self.odd or len(texts) not in {0, len(self.constants)}:
            return False
        if all(_DAY.fullmatch(each) for each in texts):
            return True
        return not self.ordered and not any(_BEGINS_AS_DAY.match(each) for each in texts)


def answers(tree: exp.Expr) -> frozenset[Answer]:
    """The answers that a condition can give; all three where it has too many parts to tell."""
    worlds = _worlds((tree,))
    if worlds is None:
        return ANY
    found: set[Answer] = set()
    for (answer,) in worlds:
        found.add(answer)
        if found == ANY:
            break
    return frozenset(found)


def implied(given: Iterable[Claim], claimed: Iterable[Claim]) -> bool:
    """Whether of one and the same record all that is claimed holds wherever all that is given does.

    False too where there are too many parts to tell.
    """
    premises, conclusions = tuple(given), tuple(claimed)
    worlds = _worlds([condition for condition, _ in (*premises, *conclusions)])
    if worlds is None:
        return False
    wanted, then = tuple(answer for _, answer in premises), tuple(answer for _, answer in conclusions)
    return all(world[len(wanted) :] == then for world in worlds if world[: len(wanted)] == wanted)


def _worlds(trees: Sequence[exp.Expr]) -> Iterator[tuple[Answer, ...]] | None:
    """The answers that conditions give together, one tuple for each choice of values; None for too many choices."""
    ranges: dict[str, _Range] = {}
    for node in (node for tree in trees for node in tree.walk()):
        _note(node, ranges)
    steps = {name: found.steps() for name, found in ranges.items() if found.readable()}
    opaque = {leaf.sql(): leaf for tree in trees for leaf in _leaves(tree) if not _told(leaf, steps)}
    values: list[tuple[object, ...]] = [(None, *range(2 * len(each) + 1)) for each in steps.values()]
    values += [(True, False) if isinstance(leaf, exp.Is) else (True, False, None) for leaf in opaque.values()]
    if prod(map(len, values)) > _MOST:
        return None
    reader = _Reader(steps, {name: place for place, name in enumerate((*steps, *opaque))})
    readings = [reader.reading(tree) for tree in trees]
    return (tuple(reading(choice) for reading in readings) for choice in product(*values))


def _note(node: exp.Expr, ranges: dict[str, _Range]) -> None:
    """Note what a value is compared with in one comparison."""
    comparison = _comparison(node)
    if comparison is None:
        return
    found = ranges.setdefault(comparison[0], _Range())
    for kind, constant in comparison[1]:
        found.ordered |= kind in _ORDERED
        found.odd |= constant is None
        found.constants |= set() if constant is None else {constant}


def _comparison(node: exp.Expr) -> tuple[str, list[tuple[type[exp.Expr], Constant | None]]] | None:
    """The value that is compared and with what, None for what is no constant; None where it is no such comparison."""
    if isinstance(node, exp.Between):
        return node.this.sql(), [(exp.GTE, _constant(node.args["low"])), (exp.LTE, _constant(node.args["high"]))]
    if isinstance(node, exp.In):
        return (node.this.sql(), [(exp.EQ, _constant(each)) for each in node.expressions]) if node.expressions else None
    if not isinstance(node, _COMPARED):
        return None
    left, right = _constant(node.this), _constant(node.expression)
    if left is not None and right is None:
        return node.expression.sql(), [(_TURNED.get(type(node), type(node)), left)]
    return (node.this.sql(), [(type(node), right)]) if right is not None else None


def _constant(node: exp.Expr) -> Constant | None:
    """The number or text that is written out."""
    if isinstance(node, exp.Paren):
        return _constant(node.this)
    if isinstance(node, exp.Neg):
        inner = _constant(node.this)
        return -inner if isinstance(inner, Decimal) else None
    if isinstance(node, exp.Cast):
        return _constant(node.this)
    if not isinstance(node, exp.Literal):
        return None
    return str(node.this) if node.is_string else Decimal(node.this)


def _leaves(node: exp.Expr) -> Iterator[exp.Expr]:
    """The parts that `and`, `or`, `not` and brackets join."""
    if isinstance(node, exp.And | exp.Or):
        yield from (leaf for side in (node.this, node.expression) for leaf in _leaves(side))
    elif isinstance(node, exp.Not | exp.Paren):
        yield from _leaves(node.this)
    elif not isinstance(node, exp.Boolean | exp.Null):
        yield node


def _told(leaf: exp.Expr, steps: Mapping[str, object]) -> bool:
    """Whether the stand-ins answer a leaf."""
    if isinstance(leaf, exp.Is):
        return isinstance(leaf.expression, exp.Null) and leaf.this.sql() in steps
    comparison = _comparison(leaf)
    return comparison is not None and comparison[0] in steps


@dataclass(frozen=True)
class _Reader:
    """Reads a condition once, to answer it for many choices; `places` is where each value stands in a choice."""

    steps: Mapping[str, Mapping[Constant, int]]
    places: Mapping[str, int]

    def reading(self, node: exp.Expr) -> _Reading:
        """The answer to a choice, by three-valued logic."""
        if isinstance(node, exp.Paren):
            return self.reading(node.this)
        if isinstance(node, exp.Boolean):
            said = bool(node.this)
            return lambda _: said
        if isinstance(node, exp.Null):
            return lambda _: None
        if isinstance(node, exp.Not):
            return _turned(self.reading(node.this))
        if isinstance(node, exp.And | exp.Or):
            return _joined(self.reading(node.this), self.reading(node.expression), wins=isinstance(node, exp.Or))
        return self._leaf(node)

    def _leaf(self, node: exp.Expr) -> _Reading:
        if not _told(node, self.steps):
            place = self.places[node.sql()]
            return lambda choice: None if choice[place] is None else bool(choice[place])
        if isinstance(node, exp.Is):
            place = self.places[node.this.sql()]
            return lambda choice: choice[place] is None
        comparison = _comparison(node)
        assert comparison is not None  # noqa: S101 `_told` asked
        name, asked = comparison
        some = any if isinstance(node, exp.In) else all
        tests = [(kind, self.steps[name][each]) for kind, each in asked if each is not None]
        reached = range(2 * len(self.steps[name]) + 1)
        held = {step: some(_holds(kind, step, constant) for kind, constant in tests) for step in reached}
        place = self.places[name]
        return lambda choice: held.get(choice[place])  # type: ignore[call-overload]  # null is in none


def _turned(inner: _Reading) -> _Reading:
    def reading(choice: _Choice) -> Answer:
        said = inner(choice)
        return None if said is None else not said

    return reading


def _joined(one: _Reading, other: _Reading, *, wins: bool) -> _Reading:
    """`or` where true wins, `and` where false does; else what is not known leaves the whole unknown."""

    def reading(choice: _Choice) -> Answer:
        first = one(choice)
        if first is wins:
            return wins
        second = other(choice)
        if second is wins:
            return wins
        return None if first is None or second is None else not wins

    return reading


def _holds(kind: type[exp.Expr], held: int, step: int) -> bool:
    held_by: dict[type[exp.Expr], bool] = {
        exp.EQ: held == step,
        exp.NEQ: held != step,
        exp.GT: held > step,
        exp.GTE: held >= step,
        exp.LT: held < step,
        exp.LTE: held <= step,
    }
    return held_by[kind]

"""Which answers a condition can give at all, over every value that its columns could hold, and what follows from it.

Values are taken by the steps of their scales, so none is left out. What is no comparison with constants, and no
comparison of two values, may answer anything: an answer is never missed; one may be told that can't occur.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from itertools import product
from math import prod

from sqlglot import exp

from compliance.language.distances import circles, possible
from compliance.language.formulas import (
    Answer,
    Chosen,
    Compared,
    Formula,
    Is,
    Joined,
    Like,
    Missing,
    Open,
    Said,
    Turned,
    Unless,
)
from compliance.language.logic import formula
from compliance.language.scales import Scale
from compliance.language.terms import Term

Claim = tuple[exp.Expr, Answer]
ANY: frozenset[Answer] = frozenset({True, False, None})
_Choice = tuple[object, ...]
_Reading = Callable[[_Choice], Answer]
_Leaf = Compared | Unless | Missing | Like | Open
_MOST = 4_096
_LEAP = date(2024, 1, 1)


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
    said = [formula(tree) for tree in trees]
    leaves = list(dict.fromkeys(leaf for each in said for leaf in _leaves(each)))
    compared = [leaf for leaf in leaves if isinstance(leaf, Compared)]
    terms = dict.fromkeys(leaf.term for leaf in leaves if not isinstance(leaf, Open))
    scales = {term.key: Scale.of(term, compared) for term in terms}
    opened = {leaf: _answers(leaf) for leaf in leaves if _is_open(leaf, scales)}
    values = [*(scale.steps for scale in scales.values()), *opened.values()]
    if prod(map(len, values)) > _MOST:
        return None
    reader = _Reader(scales, {each: place for place, each in enumerate((*scales, *opened))})
    readings = [reader.reading(each) for each in said]
    links = _links(scales)
    choices = (choice for choice in product(*values) if all(link(choice) for link in links))
    return (tuple(reading(choice) for reading in readings) for choice in choices)


def _leaves(said: Formula) -> Iterator[_Leaf]:
    """The parts that are joined, whose answers are not told by others."""
    match said:
        case Joined(one, other):
            yield from (*_leaves(one), *_leaves(other))
        case Turned(inner) | Is(inner):
            yield from _leaves(inner)
        case Chosen(when, then, otherwise):
            yield from (*_leaves(when), *_leaves(then), *_leaves(otherwise))
        case Said():
            return
        case _:
            yield said


def _is_open(leaf: _Leaf, scales: Mapping[str, Scale]) -> bool:
    """Whether the steps leave an answer open."""
    unread = isinstance(leaf, Compared) and not scales[leaf.term.key].reads(leaf)
    return unread or isinstance(leaf, Open | Like)


def _answers(leaf: _Leaf) -> tuple[Answer, ...]:
    """What an open leaf may answer; whether it is null is told by its value where it has one."""
    return (True, False) if not isinstance(leaf, Open) else (True, False, None)


# --- what of several values holds together --------------------------------------------------


def _links(scales: Mapping[str, Scale]) -> list[Callable[[_Choice], bool]]:
    """What a choice must keep to: calls follow their values, and what is null makes null what is made of it."""
    places = {key: place for place, key in enumerate(scales)}
    links = [
        _null_link(places[scale.term.key], [places[each] for each in scale.term.of if each in places], scale.term)
        for scale in scales.values()
    ]
    calls = [scale for scale in scales.values() if scale.term.call]
    for each in calls:
        links += [
            _call_link(places[of], scales[of], places[each.term.key], each) for of in each.term.of if of in places
        ]
    for month, day in product(calls, repeat=2):
        if (month.term.call, day.term.call) == ("month", "day") and month.term.of == day.term.of:
            links.append(_calendar_link(places[month.term.key], month, places[day.term.key], day))
    links += [_distance_link([places[scale.term.key] for scale in each], each) for each in circles(scales.values())]
    return links


def _distance_link(at: Sequence[int], scales: Sequence[Scale]) -> Callable[[_Choice], bool]:
    """Values lie where their distances from one another, and from constants, let them."""
    told = cache(lambda steps: possible(scales, steps))
    return lambda choice: told(tuple(choice[place] for place in at))


def _calendar_link(month: int, months: Scale, day: int, days: Scale) -> Callable[[_Choice], bool]:
    """No month has more days than in a leap year."""
    year = (_LEAP + timedelta(days=number) for number in range(366))
    known = {(months.step_of(Decimal(each.month)), days.step_of(Decimal(each.day))) for each in year}
    return lambda choice: None in {choice[month], choice[day]} or (choice[month], choice[day]) in known


def _null_link(place: int, of: Sequence[int], term: Term) -> Callable[[_Choice], bool]:
    whole = len(of) == len(term.of) > 0

    def link(choice: _Choice) -> bool:
        missing = any(choice[each] is None for each in of)
        return (choice[place] is None) == missing if whole else not missing or choice[place] is None

    return link


def _call_link(argument: int, of: Scale, place: int, call: Scale) -> Callable[[_Choice], bool]:
    allowed = {step: call.follows(of, step) for step in of.steps}

    def link(choice: _Choice) -> bool:
        steps = allowed[choice[argument]]  # type: ignore[index]  # the steps of this scale
        return steps is None or choice[place] is None or choice[place] in steps

    return link


# --- the answer to one choice ---------------------------------------------------------------


@dataclass(frozen=True)
class _Reader:
    """Reads a condition once, to answer it for many choices; `places` is where each value stands in a choice."""

    scales: Mapping[str, Scale]
    places: Mapping[object, int]

    def reading(self, said: Formula) -> _Reading:  # noqa: PLR0911 a case a sort of formula
        """The answer to a choice, by three-valued logic."""
        match said:
            case Said(answer):
                return lambda _: answer
            case Turned(inner):
                return _turned(self.reading(inner))
            case Joined(one, other, wins):
                return _joined(self.reading(one), self.reading(other), wins=wins)
            case Chosen(when, then, otherwise):
                return _chosen(self.reading(when), self.reading(then), self.reading(otherwise))
            case Is(inner, answer):
                read = self.reading(inner)
                return lambda choice: read(choice) is answer
            case Open():
                place = self.places[said]
                return lambda choice: choice[place]  # type: ignore[return-value]  # an answer
            case _:
                return self._of_value(said)

    def _of_value(self, leaf: Compared | Unless | Missing | Like) -> _Reading:
        place, scale = self.places[leaf.term.key], self.scales[leaf.term.key]
        if isinstance(leaf, Missing):
            return lambda choice: choice[place] is None
        told = {step: self._told(leaf, scale, step) for step in scale.steps if step is not None}
        left = self.places.get(leaf)

        def reading(choice: _Choice) -> Answer:
            if choice[place] is None:
                return None
            answer = told[choice[place]]  # type: ignore[index]  # a step of this scale
            return choice[left] if answer is None and left is not None else answer  # type: ignore[return-value]  # an answer

        return reading

    @staticmethod
    def _told(leaf: Compared | Unless | Like, scale: Scale, step: int) -> bool | None:
        """What a step answers, where it does."""
        if isinstance(leaf, Unless):
            return leaf.answer
        if isinstance(leaf, Like):
            return scale.like(leaf, step)
        return scale.answer(leaf, step) if scale.reads(leaf) else None


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


def _chosen(when: _Reading, then: _Reading, otherwise: _Reading) -> _Reading:
    return lambda choice: then(choice) if when(choice) is True else otherwise(choice)

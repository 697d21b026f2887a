"""Whether values can lie as far from one another, and from constants, as comparisons of them say together.

`a < b`, `b < c` and `c < a` are each possible and together are not: the distances around a circle add up to nothing.
A step of a scale bounds one distance from below and above; shortest paths tell whether all of them can be kept.

Where a side of a comparison is a date, both are compared as days. Which values are dates is not told by a condition, so
nothing is called impossible that would be possible if some of them were.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from itertools import combinations, product
from math import ceil, floor
from typing import TypeAlias

from compliance.language.scales import Held, Scale, Step

Node: TypeAlias = tuple[str, bool]
"""A value by its key, or the day that it lies in."""
Reach: TypeAlias = tuple[Fraction, int]
"""The most that one value lies above another; -1 beside it where it lies below that."""

_ORIGIN: Node = ("", True)
_NONE: Reach = (Fraction(0), 0)
_SHIFT = Fraction(1, 8)  # of a day: further no clock is put back or forward
_MOST_VALUES, _MOST_MOMENTS = 8, 4
_FIRST = datetime(1, 1, 1)  # noqa: DTZ001 local


def circles(scales: Iterable[Scale]) -> Iterator[tuple[Scale, ...]]:
    """The scales that bound one another around a circle: others can take any step whatever the rest do."""
    every = list(scales)
    apart = [scale for scale in every if scale.term.apart and scale.held]
    named = {key for scale in apart for key in scale.term.apart or ()}
    single = [scale for scale in every if scale.term.key in named and scale.held and not isinstance(scale.held[0], str)]
    while apart:
        group, keys = [apart.pop()], set[str]()
        while more := [each for each in (*apart, *single) if each not in group and _touches(each, group)]:
            group += more
        keys |= {key for scale in group for key in _between(scale)}
        apart = [each for each in apart if each not in group]
        if len(group) >= len(keys) and len(keys - {""}) <= _MOST_VALUES:
            yield tuple(group)


def _touches(scale: Scale, group: Sequence[Scale]) -> bool:
    return bool(set(_between(scale)) & {key for each in group for key in _between(each)} - {""})


def _between(scale: Scale) -> tuple[str, str]:
    """The two values whose distance a scale tells; of a value against constants, that from the first moment, or 0."""
    return scale.term.apart or (scale.term.key, "")


def possible(scales: Sequence[Scale], steps: Sequence[Step]) -> bool:
    """Whether values can lie in all these steps at once; what is null lies nowhere and bounds nothing."""
    chosen = [(scale, step) for scale, step in zip(scales, steps, strict=True) if step is not None]
    keys = sorted({key for scale, _ in chosen for key in _between(scale)} - {""})
    held = [value for scale, _ in chosen if not scale.term.apart for value in scale.held]
    if any(isinstance(value, Fraction) for value in held) or any(scale.term.whole for scale, _ in chosen):
        return _kept(_Distances(chosen, None).all())
    if len(keys) > _MOST_MOMENTS:
        return True
    dated = (frozenset(each) for count in range(len(keys) + 1) for each in combinations(keys, count))
    return any(_kept(_Distances(chosen, each).all()) for each in dated)


@dataclass(frozen=True)
class _Distances:
    """What steps say of distances, where these values are dates and others datetimes; None where all are numbers."""

    chosen: Sequence[tuple[Scale, int]]
    dates: frozenset[str] | None

    def all(self) -> Mapping[tuple[Node, Node], Reach]:
        """The most that each value lies above each other one that it is bounded by."""
        found: dict[tuple[Node, Node], Reach] = {}
        for one, other, reach in (*self._days(), *self._bounds()):
            found[one, other] = min(reach, found.get((one, other), reach))
        return found

    def _days(self) -> Iterator[tuple[Node, Node, Reach]]:
        """A date is its day, a datetime lies in its day."""
        for key in (
            {key for scale, _ in self.chosen for key in _between(scale)} - {""} if self.dates is not None else ()
        ):
            yield (key, True), (key, False), _NONE
            yield (key, False), (key, True), _NONE if key in (self.dates or ()) else (Fraction(1), -1)

    def _bounds(self) -> Iterator[tuple[Node, Node, Reach]]:
        for scale, step in self.chosen:
            below, above = scale.ends(step)
            one, other = _between(scale)
            for end, sign in ((above, 1), (below, -1)):
                if end is not None and (bound := self._bound(scale, end, sign, on=bool(step % 2))):
                    by_day, reach = bound
                    pair = (one, by_day), (other, by_day) if other else _ORIGIN
                    yield (*(pair if sign > 0 else pair[::-1]), reach)

    def _bound(self, scale: Scale, end: Held, sign: int, *, on: bool) -> tuple[bool, Reach] | None:
        """How far a distance goes up (1), or down (-1), to an end, and whether days are meant by it."""
        one, other = _between(scale)
        if self.dates is None:
            return (False, (sign * end, on - 1)) if isinstance(end, Fraction) else None
        if not scale.term.apart:
            return self._from_constant(one, end, sign, on=on)
        if not isinstance(end, Fraction):
            return None
        days = len(self.dates & {one, other})
        if scale.term.reckoned and (days == 1 or end):
            loose = Fraction(1) if days else _SHIFT
            return bool(days), (sign * end + loose, 0)
        if not days:
            return False, (sign * end, on - 1)
        return (True, _whole(sign * end, on=on)) if end == int(end) else None

    def _from_constant(self, key: str, end: Held, sign: int, *, on: bool) -> tuple[bool, Reach] | None:
        if not isinstance(end, date):
            return None
        exact = isinstance(end, datetime) and key not in (self.dates or ())
        if exact:
            return False, (sign * _moment(end), on - 1)
        return True, _whole(sign * Fraction(end.toordinal()), on=on)


def _whole(most: Fraction, *, on: bool) -> Reach:
    """The same among whole numbers of days."""
    return (Fraction(floor(most) if on else ceil(most) - 1), 0)


def _moment(told: date) -> Fraction:
    """A datetime in days, by the number of its day."""
    assert isinstance(told, datetime)  # noqa: S101 days are told by their number alone
    passed = told - _FIRST
    return 1 + passed.days + Fraction(passed.seconds * 1_000_000 + passed.microseconds, 86_400_000_000)


def _kept(bounds: Mapping[tuple[Node, Node], Reach]) -> bool:
    """Whether no circle of bounds asks a value to lie above itself."""
    nodes = {node for pair in bounds for node in pair}
    most = dict(bounds)
    for middle, one, other in product(nodes, repeat=3):
        if (one, middle) in most and (middle, other) in most:
            (first, strict), (second, stricter) = most[one, middle], most[middle, other]
            reach = first + second, min(strict, stricter)
            most[one, other] = min(reach, most.get((one, other), reach))
    return all(most.get((node, node), _NONE) >= _NONE for node in nodes)

"""The steps that a value can take: each constant that it is compared with, and each gap between two of them.

Within a step every comparison of the value has one answer. So one stand-in for each step, and null, are all values,
not a sample. Constants stand on odd steps, gaps on even ones.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from math import ceil, floor
from typing import TypeAlias

from compliance.language.constants import day_of, moment, quotient, value_of
from compliance.language.formulas import TURNED, Compared, Like, holds, likes
from compliance.language.terms import Term

Held: TypeAlias = Fraction | str | date
Step: TypeAlias = int | None
_BEGINS_AS_DAY = re.compile(r"\d{4}-\d")
_CAPITAL = re.compile(r"[A-Z\xc0-\xd6\xd8-\xde\u0400-\u042f]")
_DAY = timedelta(days=1)
_MOST_DAYS = 400  # a year, in which every month, day and weekday comes


@dataclass(frozen=True)
class Scale:
    """One value's steps: `held` the constants that it can be told from, in order; `places` where each is as written."""

    term: Term
    held: tuple[Held, ...] = ()
    places: Mapping[Fraction | str, int] | None = None

    @classmethod
    def of(cls, term: Term, leaves: Iterable[Compared]) -> "Scale":
        """The scale of a value from all its comparisons; what has no order that is known here is left out."""
        asked = [leaf for leaf in leaves if leaf.term == term]
        written = {leaf.constant for leaf in asked}
        read = _read(written, ordered=any(leaf.sign in TURNED for leaf in asked))
        held = sorted(set(read.values()), key=_order)
        places = {value: place for place, value in enumerate(held)}
        return cls(term, tuple(held), {each: places[value] for each, value in read.items()})

    @property
    def steps(self) -> tuple[Step, ...]:
        """Null, and every step that some value can lie in."""
        return (None, *(step for step in range(2 * len(self.held) + 1) if self._reached(step)))

    def reads(self, leaf: Compared) -> bool:
        """Whether the steps answer a comparison."""
        return leaf.constant in (self.places or ())

    def answer(self, leaf: Compared, step: int) -> bool:
        """The answer of a comparison that is read, in one step."""
        return holds(leaf.sign, step, 2 * (self.places or {})[leaf.constant] + 1)

    def like(self, leaf: Like, step: int) -> bool | None:
        """The answer of a pattern; None where texts of the step meet it and others do not."""
        told = self.held[step // 2] if step % 2 else None
        if isinstance(told, str):
            return likes(told, leaf.pattern)
        return False if self._never(leaf.pattern) else None

    def follows(self, of: "Scale", step: Step) -> frozenset[int] | None:
        """The steps that a call's value can take while what it is a call of lies in a step; None for any."""
        if step is None or self.term.call is None:
            return None
        values = [value_of(self.term.call, each) for each in of.values(step)]
        steps = {self.step_of(value) for value in values if isinstance(value, Decimal | str)}
        return (
            frozenset(each for each in steps if each is not None) if values and None not in {*steps, *values} else None
        )

    def values(self, step: int) -> list[Decimal | str]:
        """Every value of a step, of moments their days; none where there are too many, or it is no decimal number."""
        if step % 2:
            told = self.held[step // 2]
            if isinstance(told, Fraction):
                number = quotient(Decimal(told.numerator), Decimal(told.denominator))
                return [] if number is None else [number]
            return [day_of(told).isoformat() if isinstance(told, date) else told]
        first, last = self._days(step)
        count = (last - first).days + 1 if first and last else _MOST_DAYS + 1
        return [(first + number * _DAY).isoformat() for number in range(count)] if first and count <= _MOST_DAYS else []

    def step_of(self, told: Decimal | str) -> int | None:
        """The step that a value lies in; None where that is of another sort than the constants."""
        value = Fraction(told) if isinstance(told, Decimal) else told
        if value in self.held:
            return 2 * self.held.index(value) + 1
        if not self.held or (isinstance(value, str) and isinstance(self.held[0], str)):
            return 0
        return 2 * bisect_left(self.held, value) if isinstance(value, type(self.held[0])) else None

    # --- which steps hold values at all -------------------------------------------------------------------------

    def _reached(self, step: int) -> bool:
        sort = self.held[0] if self.held else None
        if isinstance(sort, str):
            return not step or (bool(step % 2) and not self._never(str(self.held[step // 2])))
        if isinstance(sort, date):
            first, last = self._days(step)
            return step % 2 == 1 or first is None or last is None or first <= last
        return sort is None or self._number_in(step)

    def _never(self, text: str) -> bool:
        """Whether the value is never this text: a small letter is never a capital one."""
        return self.term.call == "lower" and bool(_CAPITAL.search(text))

    def _number_in(self, step: int) -> bool:
        """Whether a number of the value's own range lies in a step; whole ones leave gaps without any."""
        term, (below, above) = self.term, self.ends(step)
        if step % 2:
            assert isinstance(below, Fraction)  # noqa: S101 a constant is its own end
            inside = (term.least is None or term.least <= below) and (term.most is None or below <= term.most)
            return inside and (not term.whole or below == int(below))
        lows = [below, term.least]
        highs = [above, term.most]
        if term.whole:
            lows[0] = floor(below) + 1 if isinstance(below, Fraction) else None
            highs[0] = ceil(above) - 1 if isinstance(above, Fraction) else None
        low, high = max(_known(lows), default=None), min(_known(highs), default=None)
        return low is None or high is None or low < high or (term.whole and low == high)

    def ends(self, step: int) -> tuple[Held | None, Held | None]:
        """The constants that a step lies between, None where it has no end; a constant is its own."""
        place = step // 2
        if step % 2:
            return self.held[place], self.held[place]
        return self.held[place - 1] if place else None, self.held[place] if place < len(self.held) else None

    def _days(self, step: int) -> tuple[date | None, date | None]:
        """The first and last day of a gap, as far as it has ends that are days; of a moment's day a part is left."""
        below, above = self.ends(step)
        first = _next(below, _DAY, date.max) if isinstance(below, date) else None
        last = _next(above, -_DAY, date.min) if isinstance(above, date) else None
        return first, last


def _known(numbers: Iterable[Held | int | None]) -> list[Fraction]:
    return [Fraction(each) for each in numbers if isinstance(each, Fraction | int)]


def _next(told: date, step: timedelta, last: date) -> date:
    """The day beside a day, the day itself of a moment; there is none beyond the calendar's last."""
    return day_of(told) if isinstance(told, datetime) or told == last else told + step


def _read(written: set[Fraction | str], *, ordered: bool) -> Mapping[Fraction | str, Held]:
    """What constants of one value stand for, those left out that have no order among the others."""
    texts = {each: moment(each) for each in written if isinstance(each, str)}
    if len(texts) not in {0, len(written)}:
        return {}
    if not texts:
        return {each: each for each in written}
    if None not in texts.values():
        return _moments({each: told for each, told in texts.items() if told is not None})
    unclear = ordered or any(_BEGINS_AS_DAY.match(each) for each in texts)
    return {} if unclear else {each: each for each in texts}


def _moments(told: Mapping[str, date]) -> Mapping[Fraction | str, Held]:
    """A day and a moment in it are compared as days, two moments of a day too where the value is one: a day wins."""
    read: dict[Fraction | str, Held] = {}
    for _, each in groupby(sorted(told.items(), key=lambda item: _order(item[1])), key=lambda item: day_of(item[1])):
        items = list(each)
        days = [item for item in items if not isinstance(item[1], datetime)]
        read |= dict(days or (items if len({moment_ for _, moment_ in items}) == 1 else []))
    return read


def _order(value: Held) -> tuple[object, ...]:
    """Days by their number, moments beside them; numbers and texts as they are."""
    return (day_of(value), isinstance(value, datetime)) if isinstance(value, date) else (value,)

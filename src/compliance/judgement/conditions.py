"""A condition of a judgement rule as a small frozen tree: comparisons of one field with one value, and, or, not.

As in SQL, a comparison with an unknown value is neither true nor false, and what is not true does not apply.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

from compliance.judgement.fields import Plain

MOST_WAYS = 49


@dataclass(frozen=True, slots=True)
class Compare:
    """One field beside one value; `op` is one of `= <> < <= > >=`."""

    field: str
    op: str
    value: Plain


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds; without parts it always does."""

    parts: tuple["Condition", ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds; without parts it never does."""

    parts: tuple["Condition", ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Condition"


Condition: TypeAlias = Compare | AllOf | AnyOf | Not
ALWAYS, NEVER = AllOf(), AnyOf()


def comparisons(condition: Condition) -> Iterator[Compare]:
    """Every comparison of a condition, in its order."""
    match condition:
        case Compare():
            yield condition
        case Not():
            yield from comparisons(condition.part)
        case AllOf() | AnyOf():
            for part in condition.parts:
                yield from comparisons(part)


def ways(condition: Condition, *, hold: bool = True) -> int:
    """In how many ways a condition may come to hold (or not to): `a and (b or c)` has two."""
    match condition:
        case Compare():
            return 1
        case Not():
            return ways(condition.part, hold=not hold)
    counts = [ways(part, hold=hold) for part in condition.parts]
    return prod(counts) if isinstance(condition, AllOf) is hold else max(1, sum(counts))

"""Bounds: what they ask, whether a measure keeps them, and whether unreadable rows could change that."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Any

from tests.reference.expressions import Measure, compared, evaluate
from tests.reference.world import Rule, Value, World

if TYPE_CHECKING:
    from tests.reference.records import Record

SIGNS = {"at_least": ">=", "more_than": ">", "at_most": "<=", "less_than": "<"}
LOWER = ("at_least", "more_than")
PRORATED = ("count", "distinct", "sum")


@dataclass(frozen=True)
class Bound:
    """One bound of a rule: `at_least`, `more_than`, `at_most` or `less_than`, and what stands beside it."""

    sign: str
    given: Any

    @property
    def lower(self) -> bool:
        """Whether too little breaks it."""
        return self.sign in LOWER

    @property
    def how(self) -> str:
        """How it is breached."""
        return "short" if self.lower else "over"

    @property
    def block(self) -> Rule | None:
        """The second measure, where it is one."""
        return self.given if isinstance(self.given, Mapping) and "of" in self.given else None

    @property
    def plain(self) -> bool:
        """Whether it is a number, a parameter or an expression: only these are pro-rated."""
        return not isinstance(self.given, Mapping) or "parameter" in self.given

    def kept(self, measured: Fraction, limit: Fraction, world: World) -> bool:
        """Whether a measure keeps it."""
        return compared(SIGNS[self.sign], measured, limit, world)

    def times(self, limit: Fraction) -> Fraction:
        """The limit with its factor."""
        factor = self.given.get("times", 1) if isinstance(self.given, Mapping) else 1
        return limit * number(factor)

    def asked(self, duty: "Record", on: date) -> Fraction | None:
        """What a plain bound asks of a duty; None where an expression is null."""
        given = duty.world.setting(self.given, on)
        found: Value = evaluate(given, duty) if isinstance(given, str) else number(given)
        return self.times(found) if isinstance(found, Fraction) else None


def number(given: object) -> Fraction:
    """A number of a rule, exactly as it is written."""
    return given if isinstance(given, Fraction) else Fraction(str(given))


def read(body: Rule) -> list[Bound]:
    """The bounds of a rule, lower ones first."""
    return [Bound(sign, body[sign]) for sign in SIGNS if sign in body]


def share_owed(bound: Bound, limit: Fraction, present: int, working: int) -> Fraction:
    """A lower bound pro rata: rounded down, but not below 1 (`more_than`: 0) for whoever was there half the time."""
    if not working or present == working:
        return limit
    owed = Fraction(floor(limit * present / working))
    least = 1 if bound.sign == "at_least" else 0
    if limit >= 1 and 2 * present >= working:
        return max(owed, Fraction(least))
    return owed


def nothing_left(bound: Bound, limit: Fraction, present: int, working: int) -> bool:
    """Whether pro-rating left nothing to owe."""
    if not working or present == working:
        return False
    if bound.sign == "more_than" and limit >= 1 and 2 * present >= working:
        return False
    return share_owed(bound, limit, present, working) <= 0


def curable(bound: Bound, measure: Measure, measured: Fraction, limit: Fraction, *, rows: int, world: World) -> bool:
    """Whether so many rows, whatever they hold, could make a breach of the bound good."""
    if not rows:
        return False
    if measure.name in {"count", "distinct"}:
        return bound.lower and bound.kept(measured + rows, limit, world)
    if measure.name == "max":
        return bound.lower
    if measure.name == "min":
        return not bound.lower
    return True

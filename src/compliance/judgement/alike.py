"""Which cases are alike: they differ in nothing that any judgement rule asks, so one judgement serves them all.

A number's place among the constants of the rules (below, at or between which it lies) settles every comparison with
it, a text or a boolean is settled by which constant it equals. This asks less than either judge does, on purpose: a
mistake in how a judge compares can't hide here.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from typing import TypeAlias

from compliance.judgement.cases import Case
from compliance.judgement.conditions import comparisons
from compliance.judgement.facts import READERS
from compliance.judgement.fields import FIELDS, Plain
from compliance.judgement.rules import Rule

Cell: TypeAlias = tuple[int, int] | str | bool | None


class Likeness:
    """What a set of rules asks about: each field, with the constants that it is compared with."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        asked = _asked(rules)
        self.fields = tuple(asked)
        self._cells: list[tuple[Callable[[Case], Plain], _Cells]] = [
            (READERS[name], _Cells(constants)) for name, constants in asked.items()
        ]

    def signature(self, case: Case) -> tuple[Cell, ...]:
        """What settles every comparison for a case; alike cases have equal signatures."""
        return tuple([cells[read(case)] for read, cells in self._cells])


class _Cells(dict[Plain, Cell]):
    """The cells of one field's values, each worked out once."""

    def __init__(self, constants: Iterable[Plain]) -> None:
        self._texts = {constant for constant in constants if isinstance(constant, str)}
        self._numbers = sorted(constant for constant in constants if isinstance(constant, int))

    def __missing__(self, value: Plain) -> Cell:
        self[value] = cell = self._cell(value)
        return cell

    def _cell(self, value: Plain) -> Cell:
        if isinstance(value, bool):
            return value
        if isinstance(value, str):
            return value if value in self._texts else None
        return bisect_left(self._numbers, value), bisect_right(self._numbers, value)


def _asked(rules: Iterable[Rule]) -> dict[str, set[Plain]]:
    """The fields with their constants; a field that may be unknown brings along whether it is known."""
    asked: dict[str, set[Plain]] = {}
    for rule in rules:
        for compare in comparisons(rule.when):
            asked.setdefault(compare.field, set()).add(compare.value)
            if known := FIELDS[compare.field].known:
                asked.setdefault(known, set())
    return {name: asked[name] for name in sorted(asked)}

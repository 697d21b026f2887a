"""A rule changed in one place, and how many of such changes its cases noticed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Tree = Mapping[str, Any]
Path = tuple[str | int, ...]
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Change:
    """One thing done to one place of a rule: what to call it, what the place becomes, and which case would notice.

    `place` is where in the rule; `value` is what stands there afterwards, GONE where nothing does.
    """

    place: Path
    value: object
    says: str
    kill: str
    key: str | None = None


GONE = object()


@dataclass(frozen=True)
class Mutant:
    """A changed rule. `name` is short and stays the same until the rule is written otherwise.

    What a case says of the fields `unread` is not compared for it.
    """

    name: str
    kill: str
    tree: Tree
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant that no case noticed; `because` is why that is accepted, where the file of cases says so."""

    mutant: str
    kill: str
    because: str | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """How many mutants of a rule were made, and which are alive; `failing` cases fail on the rule as it is."""

    rule: str
    pack: str
    file: str
    made: int
    survivors: tuple[Survivor, ...]
    failing: tuple[str, ...] = ()

    @property
    def killed(self) -> int:
        """How many were noticed."""
        return self.made - len(self.survivors)


def percent(scores: Iterable[Score]) -> int:
    """The share of mutants killed, in whole percent rounded down; all of none is 100."""
    listed = tuple(scores)
    made = sum(each.made for each in listed)
    return HUNDRED * sum(each.killed for each in listed) // made if made else HUNDRED

"""What a lint is: a question asked of a whole rulebook, and the words that explain it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from compliance.kinds.ground import Ground
from compliance.language.durations import Duration
from compliance.model.finding import Verdict
from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.swallowing import swallowed
from compliance.rulebook.loading import LoadedRule, Rulebook
from compliance.yamldoc.nodes import Loc

Terms = Callable[[], Mapping[str, Duration]]
"""How long from discovery an employer may act, by law; read only where a lint asks."""


@dataclass(frozen=True)
class ReadCases:
    """A file of cases: the verdicts that each of them lists, None where they can't be read; and what is wrong."""

    verdicts: tuple[AbstractSet[Verdict | None], ...] | None
    problems: tuple[Problem, ...] = ()


Cases = Callable[[Path, LoadedRule | None], ReadCases]
"""Reads a file of cases; the rule is the one that stands beside it, None where there is none that could be read."""


@dataclass(frozen=True)
class Desk:
    """What a lint looks at: the rulebook, and what else is known: the day, a workspace, the law, the cases."""

    rulebook: Rulebook
    today: date | None = None
    ground: Ground | None = None
    terms: Terms | None = None
    cases: Cases | None = None

    @property
    def rules(self) -> tuple[LoadedRule, ...]:
        """Every rule that is not retired, ordered by id."""
        return tuple(each for each in self.rulebook.rules.values() if each.rule.status != "retired")

    @cached_property
    def swallowed(self) -> tuple[tuple[LoadedRule, LoadedRule], ...]:
        """Each rule with another that is breached wherever it is; more than one lint asks."""
        return tuple(swallowed(self.rules, self.rulebook.parameters))


@dataclass(frozen=True)
class Lint:
    """One lint: `what` it finds and `why` that matters, a rule to `avoid` and the one to `prefer`.

    What is found elsewhere, while rules are read or planned, has a page, too, and no `find`: it can't be silenced.
    """

    id: str
    level: Level
    what: str
    why: str
    avoid: str
    prefer: str
    find: Callable[[Desk], Iterable[Problem]] | None = None

    def found(self, desk: Desk) -> Iterator[Problem]:
        """What it finds, under its own id and level."""
        found = self.find(desk) if self.find else ()
        return (replace(problem, level=self.level, lint=self.id) for problem in found)


def at(rule: LoadedRule, loc: Loc, says: str, advice: str) -> Problem:
    """A problem at a value of a rule's file."""
    return rule.document.problem(loc, says, advice)

"""What accounts for a norm, a clause and a document."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from compliance.rulebook.schema import Clause, NotCheckable
from compliance.ruletest.coverage.catalogue import Norm


class Way(StrEnum):
    """How a norm is accounted for; where several hold, the first counts."""

    RULE = "rule"
    ELSEWHERE = "elsewhere"
    NOT_CHECKABLE = "not_checkable"
    MISSING = "missing"


@dataclass(frozen=True, order=True)
class Covering:
    """A rule that runs, with the number of its cases."""

    rule: str
    cases: int


@dataclass(frozen=True)
class Accounted:
    """One norm with all that accounts for it; `idle` are rules that name it and do not run, with their status.

    A clause without norms stands for itself, under its full number.
    """

    norm: Norm
    rules: tuple[Covering, ...] = ()
    elsewhere: tuple[str, ...] = ()
    not_checkable: tuple[NotCheckable, ...] = ()
    idle: tuple[tuple[str, str], ...] = ()

    @property
    def ways(self) -> Iterator[Way]:
        """Every way that holds."""
        held = ((Way.RULE, self.rules), (Way.ELSEWHERE, self.elsewhere), (Way.NOT_CHECKABLE, self.not_checkable))
        found = [way for way, by in held if by]
        yield from found or [Way.MISSING]

    @property
    def way(self) -> Way:
        """The way that counts."""
        return next(self.ways)


@dataclass(frozen=True)
class ClauseCoverage:
    """A clause with the rules that rest on it or cover a norm of it, and each of its norms."""

    id: str
    clause: Clause
    rules: tuple[Covering, ...]
    norms: tuple[Accounted, ...]

    @property
    def way(self) -> Way:
        """The way that counts: a clause of which one norm is missing is not accounted for."""
        ways = {each.way for each in self.norms}
        return Way.MISSING if Way.MISSING in ways else next(way for way in Way if way in ways)


@dataclass(frozen=True)
class DocumentCoverage:
    """A document with its clauses; `apart` are norms that it or its pack's rules name, and no clause does."""

    id: str
    title: str
    pack: str
    clauses: tuple[ClauseCoverage, ...]
    apart: tuple[Accounted, ...]


@dataclass(frozen=True)
class Foreign:
    """A norm that a catalogue lacks, and who names it."""

    norm: str
    named_by: tuple[str, ...]


@dataclass(frozen=True)
class Coverage:
    """Every document, the rules that rest on no clause of one, and every norm: of the catalogue where there is one.

    `foreign` are norms that the catalogue lacks, None where there is no catalogue.
    """

    documents: tuple[DocumentCoverage, ...]
    unbound: tuple[Covering, ...]
    norms: tuple[Accounted, ...]
    foreign: tuple[Foreign, ...] | None = None

    @property
    def counts(self) -> Mapping[Way, int]:
        """How many norms are accounted for in which way, each norm once."""
        return counted(self.norms)

    @property
    def complete(self) -> bool:
        """Whether no norm is missing."""
        return not self.counts[Way.MISSING]


def counted(norms: Iterable[Accounted]) -> Mapping[Way, int]:
    """How many of the norms are accounted for in which way."""
    found = Counter(each.way for each in norms)
    return {way: found[way] for way in Way}

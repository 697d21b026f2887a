"""A long list, one page of it at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from compliance.register.case import Case

LENGTH = 50
"""How many cases a page lists."""


@dataclass(frozen=True, slots=True)
class Paged:
    """A page's place in a list of `count` cases, the addresses of the page before and after it, and its cases."""

    count: int
    number: int
    last: int
    before: str | None
    after: str | None
    cases: Sequence[Case] = ()

    @property
    def first(self) -> int:
        """How many cases stand before this page."""
        return (self.number - 1) * LENGTH

    def with_cases(self, cases: Sequence[Case]) -> "Paged":
        """The page with what it shows."""
        return replace(self, cases=cases)

    def __iter__(self) -> Iterator[Case]:
        return iter(self.cases)


def paged(count: int, asked: str, path: str, kept: Mapping[str, str]) -> Paged:
    """The page of that number, or the nearest; `kept` goes on into the addresses of the others."""
    last = max(1, -(-count // LENGTH))
    number = min(max(int(asked), 1), last) if asked.isascii() and asked.isdecimal() and len(asked) < LENGTH else 1
    given = {name: value for name, value in kept.items() if value}

    def address(other: int) -> str | None:
        return f"{path}?{urlencode(given | {'page': str(other)})}" if 1 <= other <= last else None

    return Paged(count, number, last, address(number - 1), address(number + 1))

"""A mention: a place in a text that tells of a person, a client, a secret or anything of a known pattern."""

from dataclasses import dataclass
from decimal import Decimal

SECRET, CLIENT, EMPLOYEE = "secret", "client_name", "employee_name"
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Mention:
    """Characters `[start, end)` of a text, of which kind they are, and how sure that is (0 to 1).

    `asset`, `client` and `person` are the keys of what is told of, where it is on one of the workspace's lists and no
    other there goes by the same words.
    """

    start: int
    end: int
    kind: str
    confidence: Decimal
    asset: str | None = None
    client: str | None = None
    person: str | None = None

    @property
    def place(self) -> str:
        """From the first character to the last, counted from 1."""
        return f"{self.start + 1}-{self.end}"


def masked(piece: str) -> str:
    """The piece with its first letter or digit, its blanks and its signs; stars stand for all that could be read."""
    first = next((place for place, sign in enumerate(piece) if sign.isalnum()), -1)
    shown = "".join(
        sign if place == first or not sign.isalnum() else "*" for place, sign in enumerate(piece[:_LONGEST])
    )
    return " ".join(shown.split())


def apart(found: list[Mention]) -> list[Mention]:
    """Of mentions that overlap the surest, then the longest, then the first."""
    kept: list[Mention] = []
    for each in sorted(found, key=lambda it: (-it.confidence, it.start - it.end, it.start, it.kind)):
        if all(each.end <= other.start or other.end <= each.start for other in kept):
            kept.append(each)
    return kept

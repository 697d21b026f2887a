"""Colour for a terminal, by what a word means."""

from collections.abc import Mapping
from types import MappingProxyType

from compliance.model.incident import Grade

CODES: Mapping[str, str] = MappingProxyType(
    {
        Grade.CRITICAL: "1;31",
        Grade.SERIOUS: "31",
        Grade.MODERATE: "33",
        Grade.MINOR: "36",
        Grade.OBSERVATION: "2",
        "strong": "1",
        "failed": "31",
        "met": "2",
        "not owed": "2",
    },
)


def ink(text: str, meaning: str, *, on: bool) -> str:
    """The text in the colour of its meaning, or as it is where colour is off."""
    return f"\x1b[{CODES[meaning]}m{text}\x1b[0m" if on else text

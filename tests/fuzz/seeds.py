"""What fuzzing begins with: shipped rules, their conditions, and cases of the conformance files."""

import re
from collections.abc import Iterator
from pathlib import Path

from compliance.shipped import CHECKOUT, packs
from compliance.shipped import rules as shipped_rules

_CONFORMANCE = CHECKOUT / "tests" / "conformance"
_CONDITION = re.compile(r"""(?m)\b(?:where|must|value|when|by): ("[^"\n]+"|'[^'\n]+'|[^\n{},]+)""")
_DURATION = re.compile(r"\b[0-9]+ (?:minute|hour|day|working_day|week|month|year)s?\b")


def texts() -> list[str]:
    """Every shipped rule, document and parameter file."""
    return [path.read_text("utf-8") for folder in packs() for path in _plain(folder)]


def judgement() -> list[str]:
    """Every shipped rule of grading."""
    return [path.read_text("utf-8") for path in sorted((shipped_rules() / "judgement").glob("*.yaml"))]


def expressions() -> list[str]:
    """The conditions of shipped rules and conformance files."""
    found = (each.strip("'\" ") for text in (*texts(), *_conformance()) for each in _CONDITION.findall(text))
    return sorted(set(found))


def durations() -> list[str]:
    """The durations that stand in shipped rules."""
    return sorted({each for text in texts() for each in _DURATION.findall(text)})


def cases() -> list[str]:
    """Conformance files, cut down to their rules and one case."""
    return [_first(text) for text in _conformance()]


def _plain(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.glob("*.yaml")) if not path.name.endswith(".test.yaml"))


def _conformance() -> list[str]:
    return [path.read_text("utf-8") for path in sorted(_CONFORMANCE.rglob("*.yaml"))]


def _first(text: str) -> str:
    head, *listed = re.split(r"(?m)^(?=  - case:)", text)
    return head + listed[0] if listed else head

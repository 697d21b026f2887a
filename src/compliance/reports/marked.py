"""Markdown put together from texts that must not act as Markdown, HTML, mentions or links."""

import re
from collections.abc import Iterable, Sequence

from compliance.model.printable import printable

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "@<!-- -->"}


def escaped(text: str) -> str:
    """The text on one line, as it is read: marks are escaped, nobody is notified, nothing becomes a link."""
    shielded = re.sub(r"([\\`*_{}\[\]#|~!$])", r"\\\1", printable(text))
    entities = re.sub(r"[&<>@]", lambda found: _ENTITIES[found[0]], shielded)
    return entities.replace("://", "&#58;//").replace("www.", "www&#46;")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the cells are Markdown already."""
    lines = (heads, ["---"] * len(heads), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)

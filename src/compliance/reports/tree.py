"""A tree of sentences, drawn by indentation."""

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap

from compliance.model.printable import printable

WIDTH = 100


@dataclass(frozen=True, slots=True)
class Node:
    """A sentence, and what stands below it."""

    says: str
    below: tuple["Node", ...] = ()


def drawn(node: Node, depth: int = 0) -> Iterator[str]:
    """The lines of the tree, two spaces a level, wrapped at 100 columns."""
    indent = "  " * depth
    text = printable(node.says)
    yield from wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False)
    for child in node.below:
        yield from drawn(child, depth + 1)

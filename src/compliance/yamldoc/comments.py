"""The comments of a YAML file, which no value holds."""

from collections.abc import Iterator

from compliance.yamldoc.document import Source
from compliance.yamldoc.nodes import Mapping, Node, Scalar, Sequence, Spot

_BLOCK = frozenset("|>")
_BLANK = frozenset(" \t")


def comments(source: Source) -> Iterator[tuple[Spot, str]]:
    """Each comment from its sign to the end of its line, with its place."""
    spans = sorted(_span(scalar) for scalar in _scalars(source.root))
    for number, line in enumerate(source.lines):
        if "#" not in line:
            continue
        inside = [(start, end) for start, end in spans if start.line <= number <= end.line]
        for column, character in enumerate(line):
            begins = character == "#" and (not column or line[column - 1] in _BLANK)
            if begins and not any(start <= (number, column) < end for start, end in inside):
                yield Spot(number, column), line[column:]
                break


def _span(scalar: Scalar) -> tuple[Spot, Spot]:
    """From where to where a scalar's text is; what stands behind the sign of a block is none of it."""
    start = Spot(scalar.start.line + 1, 0) if scalar.style in _BLOCK else scalar.start
    return start, max(start, scalar.end)


def _scalars(node: Node) -> Iterator[Scalar]:
    match node:
        case Scalar():
            yield node
        case Sequence():
            for each in node.items:
                yield from _scalars(each)
        case Mapping():
            yield from node.keys.values()
            for each in node.values.values():
                yield from _scalars(each)

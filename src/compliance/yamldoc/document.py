"""A YAML file that was read: its value, and the place of everything in it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, TypeVar

from compliance.model.problem import Place, Problem
from compliance.yamldoc.nodes import Loc, Mapping, Node, Scalar, Spot, child, lines_of, spots

M = TypeVar("M")
_LONGEST_EXCERPT, _LONGEST_WORDS = 400, 2_000
# The password in an address, by its place between user and host or by its name; a variable's name is no secret.
_PASSWORD = re.compile(r"(?<=/)([^\s:@/]*:)(?!\$\{\w+\}@)(\S+)(?=@)|((?:ssl)?password=)(?!\$\{\w+\})([^\s&'\"]+)")


def masked(text: str) -> str:
    """The text with a dot for each character of a password in an address."""
    return _PASSWORD.sub(lambda found: (found[1] or found[3]) + "•" * len(found[2] or found[4]), text)


def _short(text: str) -> str:
    """The text without its middle, where it quotes what is too long to be read."""
    half = _LONGEST_WORDS // 2
    return text if len(text) <= _LONGEST_WORDS else f"{text[:half]} … {text[-half:]}"


@dataclass(frozen=True)
class Source:
    """A file's name, text and nodes: what is needed to point into it."""

    file: str
    text: str = field(repr=False)
    root: Node = field(repr=False)

    @cached_property
    def lines(self) -> list[str]:
        """The file's lines, without their ends."""
        return lines_of(self.text)

    def excerpt(self, line: int) -> str:
        """The source line (counted from 1) for a caret below it; empty where it would be too long to show."""
        shown = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        if len(shown) > _LONGEST_EXCERPT:
            return ""
        return masked("".join(character if character.isprintable() else " " for character in shown))

    def place(self, loc: Loc, *, key: bool = False, offset: int | None = None) -> Place:
        """The place of the value at `loc` (its nearest known ancestor where it is not there), or of its key.

        With `offset`, the place of that character of the scalar's text, whatever its quotes, escapes or folding.
        """
        return self._place(self._spot(self._pointed(loc, key=key), offset))

    def written(self, loc: Loc) -> str | None:
        """The scalar at `loc` as text, as it was written; None where there is none."""
        node = self.node(loc)
        return node.text if isinstance(node, Scalar) else None

    def node(self, loc: Loc) -> Node | None:
        """The node at `loc`."""
        node: Node | None = self.root
        for part in loc:
            node = child(node, part) if node else None
        return node

    def problem(
        self,
        loc: Loc,
        says: str,
        help: str = "",  # noqa: A002 the word users see
        *,
        offset: int | None = None,
        width: int | None = None,
        key: bool = False,
    ) -> Problem:
        """A problem at the value (or the key) at `loc`; `offset` points to one character of its text."""
        node = self._pointed(loc, key=key)
        width = width or (self._width(node) if offset is None else 1)
        return self.problem_at(self._spot(node, offset), says, help, width)

    def problem_at(self, spot: Spot, says: str, help: str = "", width: int = 1) -> Problem:  # noqa: A002 the word users see
        """A problem at a place of the text."""
        place = self._place(spot)
        return Problem(place, masked(_short(says)), masked(_short(help)), self.excerpt(place.line), width)

    def _place(self, spot: Spot) -> Place:
        return Place(self.file, spot.line + 1, spot.column + 1)

    def _spot(self, node: Node, offset: int | None) -> Spot:
        if offset is None or not isinstance(node, Scalar):
            return node.start
        found = spots(node, self.lines)
        return found[max(0, min(offset, len(found) - 1))]

    def _width(self, node: Node) -> int:
        """How wide a scalar is on its first line; 1 for a list or a mapping."""
        if not isinstance(node, Scalar):
            return 1
        line = self.lines[node.start.line] if node.start.line < len(self.lines) else ""
        end = node.end.column if node.end.line == node.start.line else len(line.rstrip())
        return max(1, end - node.start.column)

    def _pointed(self, loc: Loc, *, key: bool) -> Node:
        """The node at `loc`, or its key (also where the value is empty); the nearest ancestor where there is none."""
        node = above = self.root
        for part in loc:
            below = child(node, part)
            if below is None:
                return node
            node, above = below, node
        empty = isinstance(node, Scalar) and node.start == node.end
        if loc and isinstance(above, Mapping) and (key or empty):
            return above.keys[str(loc[-1])]
        return node


@dataclass(frozen=True)
class Document(Source, Generic[M]):
    """A YAML file's value, with the places of all that it was read from."""

    value: M = field(kw_only=True)


def by_place(problems: Iterable[Problem]) -> list[Problem]:
    """The problems in the order of their places."""
    return sorted(problems, key=lambda problem: (problem.where or Place(""), problem.says))

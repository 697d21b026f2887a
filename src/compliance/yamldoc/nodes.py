"""The parts of a YAML file with their places: scalars, lists and mappings."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from compliance.yamldoc.scalars import Value, typed

Loc: TypeAlias = tuple[str | int, ...]


class Spot(NamedTuple):
    """A line and a column, both counted from 0 as the YAML parser does."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as written; `style` is empty for plain, else the quote or the block sign."""

    start: Spot
    end: Spot
    text: str
    style: str = ""

    @property
    def value(self) -> Value:
        """The value by its written form; what is quoted or a block is text."""
        return self.text if self.style else typed(self.text)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    start: Spot
    end: Spot
    items: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and their values, in the file's order; a key stands once."""

    start: Spot
    end: Spot
    keys: dict[str, Scalar] = field(default_factory=dict)
    values: dict[str, "Node"] = field(default_factory=dict)


Node: TypeAlias = Scalar | Sequence | Mapping


def child(node: Node, part: str | int) -> Node | None:
    """The value under a key or at an index, None where there is none."""
    if isinstance(node, Mapping):
        return node.values.get(str(part))
    if isinstance(node, Sequence) and isinstance(part, int) and 0 <= part < len(node.items):
        return node.items[part]
    return None


def plain(node: Node, as_written: Collection[Loc] = (), loc: Loc = ()) -> Any:  # noqa: ANN401 what YAML holds
    """The node as Python data; the scalars at `as_written` are given as text."""
    match node:
        case Scalar():
            return node.text if loc in as_written else node.value
        case Sequence():
            return [plain(item, as_written, (*loc, index)) for index, item in enumerate(node.items)]
        case Mapping():
            return {key: plain(value, as_written, (*loc, key)) for key, value in node.values.items()}


_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")  # what YAML takes for the end of a line
_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
_BLANK = frozenset(" \t\n\r\x85\u2028\u2029")  # what folding may change
_ESCAPED_BLANKS = {" ": " ", "t": "\t", "\t": "\t", "n": "\n", "r": "\r", "N": "\x85", "L": "\u2028", "P": "\u2029"}
_BLOCK = frozenset("|>")
_QUOTES = frozenset("'\"")


def lines_of(text: str) -> list[str]:
    """The lines of a file, as the YAML parser counts them."""
    return _BREAK.split(text)


def spots(scalar: Scalar, lines: list[str]) -> list[Spot]:
    """Where each character of the scalar's text stands in the source, and after them where the text ends.

    Text and source are walked side by side: folding changes blanks only, so every other character is met again.
    """
    source = [*_source(scalar, lines)]
    found: list[Spot] = []
    at = 0
    for character in scalar.text:
        blank = at
        while source[blank][1] != character and source[blank][1] in _BLANK:
            blank += 1
        met = source[blank][1] == character or character not in _BLANK
        at = blank if met else at
        found.append(source[at][0])
        at = min(at + met, len(source) - 1)
    return [*found, source[at][0]]


def _source(scalar: Scalar, lines: list[str]) -> Iterator[tuple[Spot, str]]:
    """Each character that the source gives the scalar, with its place; escapes are taken for what they stand for."""
    first, last = scalar.start.line, min(scalar.end.line, len(lines) - 1)
    quoted = scalar.style in _QUOTES
    for number in range(first + (scalar.style in _BLOCK), last + 1):
        begin = scalar.start.column + quoted if number == first else 0
        end = scalar.end.column - quoted if number == scalar.end.line else len(lines[number])
        for column, character in _characters(lines[number][begin:end], scalar.style):
            yield Spot(number, begin + column), character
        yield Spot(number, end), "\n" if number < last else ""


def _characters(raw: str, style: str) -> Iterator[tuple[int, str]]:
    """The characters of a piece of source by their column, with the escapes of the quoted styles taken together."""
    at = 0
    while at < len(raw):
        escape = _ESCAPE.match(raw, at) if style == '"' else None
        if escape:
            yield at, _unescaped(escape[1])
        elif style != '"' or raw[at] != "\\":  # a backslash at a line's end joins the lines and stands for nothing
            yield at, raw[at]
        doubled = style == "'" and raw.startswith("''", at)
        at += len(escape[0]) if escape else 1 + doubled


def _unescaped(code: str) -> str:
    """The blank that an escape stands for; of any other escape only that it is none."""
    character = chr(int(code[1:], 16)) if len(code) > 1 else _ESCAPED_BLANKS.get(code, "\\")
    return character if character in _BLANK else "\\"

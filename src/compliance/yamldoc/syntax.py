"""What the YAML parser can't read, in sentences of our own."""

from dataclasses import dataclass
from typing import Protocol

import yaml
from yaml.reader import ReaderError

from compliance.yamldoc.nodes import Spot, lines_of


class Mark(Protocol):
    """Where the parser stood; libyaml's marks and PyYAML's own have only this in common."""

    line: int
    column: int


MAX_DEPTH = 32


@dataclass(frozen=True, slots=True)
class Flaw:
    """A mistake in the file's form: its place, a sentence, what to do, and how wide it is."""

    at: Spot
    says: str
    help: str = ""
    width: int = 1


# The parser's words (libyaml's and PyYAML's differ), whether its context's mark is the better place, and our words.
_SENTENCES: tuple[tuple[str, bool, str, str], ...] = (
    ("violates indentation", False, "a tab can't indent: YAML wants spaces", "replace the tab by spaces"),
    ("indentation space is expected", False, "a tab can't indent: YAML wants spaces", "replace the tab by spaces"),
    (
        "mapping values are not allowed",
        False,
        "a colon stands here where no key can be",
        "put text that holds a colon and a space in quotes, or check the indentation",
    ),
    ("sequence entries are not allowed", False, "a list can't begin here", "begin it on a line of its own"),
    ("unexpected end of stream", True, "a quote is opened here and never closed", "close it"),
    ("document separator", True, "a quote is opened here and never closed", "close it"),
    ("',' or ']'", True, "a list is opened here and not closed", "add the missing comma or `]`"),
    (
        "',' or '}'",
        True,
        "a brace is opened here and not closed",
        "add the missing comma or `}`, or put a value with a comma into double quotes",
    ),
    (
        "escape",
        False,
        "there is no such escape in double quotes",
        "write `\\\\` for a backslash, or use single quotes",
    ),
    ("could not find expected ':'", False, "a key without its colon", "write `key: value`"),
    ("maximum nesting", False, f"nested deeper than {MAX_DEPTH} levels", "write it flatter"),
    ("block scalar", False, "nothing can follow `|` or `>` on its line", "begin the text on the next line"),
    (
        "'-' indicator",
        False,
        "this line is no entry of the list above it",
        "begin it with `- `, or check the indentation",
    ),
    ("expected key", False, "this does not fit what stands before it", "check indentation, quotes and colons"),
    ("<block end>", False, "this does not fit what stands before it", "check indentation, quotes and colons"),
    ("node content", False, "a value is missing here", "put text that begins with a sign such as `}` in quotes"),
    ("document start", False, "this does not fit what stands before it", "check indentation, quotes and colons"),
    ("alphabetic or numeric", False, "text can't begin with `&` or `*` unless quoted", "put it in quotes"),
)


def flaw_of(error: yaml.YAMLError, text: str) -> Flaw:
    """The parser's complaint as a flaw at the best place known."""
    if isinstance(error, ReaderError):
        return _unprintable(error, text)
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return Flaw(Spot(0, 0), "this is not readable as YAML")
    here = spot_of(error.problem_mark)
    if "cannot start any token" in (error.problem or ""):
        return _no_start(here, text)
    words = f"{error.problem} {error.context if 'block scalar' in (error.context or '') else ''}"
    for part, at_context, says, advice in _SENTENCES:
        if part in words:
            return Flaw(spot_of(error.context_mark) if at_context and error.context_mark else here, says, advice)
    return Flaw(here, "this is not readable as YAML", "check indentation, quotes and colons")


def spot_of(mark: Mark | None) -> Spot:
    """The parser's mark as a spot."""
    return Spot(mark.line, mark.column) if mark else Spot(0, 0)


def _no_start(here: Spot, text: str) -> Flaw:
    """A character that nothing can begin with: a tab, or a sign that YAML keeps for itself."""
    line = lines_of(text)[here.line]
    sign = line[here.column : here.column + 1]
    if sign == "\t":
        return Flaw(here, "a tab can't indent: YAML wants spaces", "replace the tab by spaces")
    return Flaw(here, f"text can't begin with `{sign}` unless quoted", "put it in quotes")


def _unprintable(error: ReaderError, text: str) -> Flaw:
    """The first character that YAML does not allow; the parsers count it differently, so it is looked up."""
    code = error.character if isinstance(error.character, int) else ord(str(error.character)[:1] or "\0")
    before = text[: max(text.find(chr(code)), 0)]
    spot = Spot(len(lines_of(before)) - 1, len(lines_of(before)[-1]))
    return Flaw(spot, f"a character that YAML does not allow (code {code:#06x})", "remove it")

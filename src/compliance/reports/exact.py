"""JSON with decimals as they are: 0.1 is written 0.1, whatever a float would make of it.

The library's own encoder writes everything, in one go; a decimal passes it as a text that begins with a token of this
one document, which no text of a record can know, and is set free afterwards.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from json.encoder import encode_basestring as quoted
from secrets import token_hex

from compliance.model.finding import Number
from compliance.model.jsonparts import NULL, sound
from compliance.model.printable import in_json
from compliance.reports.words import digits


def compact(value: object) -> str:
    """One line of JSON."""
    token = token_hex(16)
    return in_json(_freed(_encoded(value, token), token))


def lines(items: Iterable[object]) -> str:
    """A list with each item on a line of its own, so that a diff can be read."""
    token = token_hex(16)
    listed = [part for item in items for part in (token, item)]
    if not listed:
        return "[]"
    between = _encoded(listed, token).replace(f', "{token}", ', ",\n  ")
    return "[\n  " + in_json(_freed(between.removeprefix(f'["{token}", '), token))


def figure(number: Number | None) -> str:
    """A figure as it is, or null."""
    if number is None:
        return NULL
    return digits(number) if isinstance(number, Decimal) else str(number)


def document(members: Mapping[str, str | Sequence[str]]) -> str:
    """A document of members that are JSON already, each beginning a line; one of many parts has each on a line.

    Half a surrogate pair, which UTF-8 can't carry, becomes JSON's own escape of it, as do characters that are not seen.
    """
    # Joined once: a copy of all of a large report takes as long as writing a tenth of it.
    return sound("".join(map(in_json, _pieces(members))))


def _pieces(members: Mapping[str, str | Sequence[str]]) -> Iterator[str]:
    before = "{"
    for name, member in members.items():
        yield f"{before}{quoted(name)}: "
        yield from (member,) if isinstance(member, str) else _in_lines(member)
        before = ",\n "
    yield "}\n" if members else "{}\n"


def _in_lines(parts: Sequence[str]) -> Iterator[str]:
    before = "[\n  "
    for part in parts:
        yield before
        yield part
        before = ",\n  "
    yield "]" if parts else "[]"


def _encoded(value: object, token: str) -> str:
    def other(part: object) -> str:
        if isinstance(part, Decimal):
            return token + digits(part)
        if isinstance(part, date):
            return part.isoformat()
        raise TypeError(f"{type(part).__name__} has no JSON form here")

    return json.JSONEncoder(ensure_ascii=False, default=other).encode(value)


def _freed(text: str, token: str) -> str:
    """The text with its decimals out of their quotes."""
    return re.sub(f'"{token}([^"]+)"', r"\1", text)

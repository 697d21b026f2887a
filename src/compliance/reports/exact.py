"""JSON with decimals as they are: 0.1 is written 0.1, whatever a float would make of it.

The library's own encoder writes everything, in one go; a decimal passes it as a text that begins with a token of this
one document, which no text of a record can know, and is set free afterwards.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from json.encoder import encode_basestring as quoted
from secrets import token_hex

from compliance.reports.words import digits


def compact(value: object) -> str:
    """One line of JSON."""
    token = token_hex(16)
    return _freed(_encoded(value, token), token)


def lines(items: Iterable[object]) -> str:
    """A list with each item on a line of its own, so that a diff can be read."""
    token = token_hex(16)
    listed = [part for item in items for part in (token, item)]
    if not listed:
        return "[]"
    between = _encoded(listed, token).replace(f', "{token}", ', ",\n  ")
    return "[\n  " + _freed(between.removeprefix(f'["{token}", '), token)


def document(members: Mapping[str, str]) -> str:
    """A document of members that are JSON already, each beginning a line.

    Half a surrogate pair, which UTF-8 can't carry, becomes JSON's own escape of it.
    """
    text = ",\n ".join(f"{quoted(name)}: {member}" for name, member in members.items())
    return f"{{{text}}}\n".encode("utf-8", "backslashreplace").decode("utf-8")


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

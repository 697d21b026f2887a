"""JSON with decimals as they are: 0.1 is written 0.1, whatever a float would make of it."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from json.encoder import encode_basestring as quoted

from compliance.reports.words import digits


def _dated(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form here")


_ENCODER = json.JSONEncoder(ensure_ascii=False, default=_dated)


def compact(value: object) -> str:
    """One line of JSON; the library's own encoder writes all that holds no decimal."""
    try:
        return _ENCODER.encode(value)
    except TypeError:
        return _written(value)


def lines(items: Iterable[object]) -> str:
    """A list with each item on a line of its own, so that a diff can be read."""
    return "[" + ",".join(f"\n  {compact(item)}" for item in items) + "]"


def document(members: Mapping[str, str]) -> str:
    """A document of members that are JSON already, each beginning a line.

    Half a surrogate pair, which UTF-8 can't carry, becomes JSON's own escape of it.
    """
    text = ",\n ".join(f"{quoted(name)}: {member}" for name, member in members.items())
    return f"{{{text}}}\n".encode("utf-8", "backslashreplace").decode("utf-8")


def _written(value: object) -> str:
    """As `compact`, by hand: setting the library's encoder up for each word would cost more than the word."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Decimal):
        return digits(value)
    if isinstance(value, dict):
        return "{" + ", ".join([f"{quoted(name)}: {_written(item)}" for name, item in value.items()]) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join([_written(item) for item in value]) + "]"
    return _ENCODER.encode(value)

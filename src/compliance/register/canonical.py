"""JSON in the one form that RFC 8785 gives it, so that a digest over it is the same for whoever computes it."""

import json
from collections.abc import Mapping
from hashlib import sha256

LARGEST = 2**53 - 1
"""JSON's readers keep whole numbers exact up to here."""


def canonical(value: object) -> bytes:
    """The value's canonical JSON in UTF-8; raises TypeError for what the register never writes, such as fractions."""
    return _written(value).encode()


def digest(value: object) -> str:
    """The SHA-256, in hex, of the value's canonical JSON."""
    return sha256(canonical(value)).hexdigest()


def _written(value: object) -> str:
    if value is None or isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int) and abs(value) <= LARGEST:
        return str(value)
    if isinstance(value, Mapping):
        members = (f"{_written(name)}:{_written(value[name])}" for name in sorted(value, key=_order))
        return f"{{{','.join(members)}}}"
    if isinstance(value, list | tuple):
        return f"[{','.join(map(_written, value))}]"
    raise TypeError(f"{type(value).__name__} has no canonical form here")


def _order(name: object) -> bytes:
    """Members stand in the order of the UTF-16 code units of their names."""
    if not isinstance(name, str):
        raise TypeError(f"a member's name is text, not {type(name).__name__}")
    return name.encode("utf-16-be")

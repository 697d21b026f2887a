"""JSON put together from parts that are JSON already, byte for byte what the library's encoder writes.

An audit tells of tens of thousands of findings and incidents in few words and fewer people. Each of those is written
once, and an object is a template that takes its parts by name.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from json.encoder import encode_basestring as quoted
from typing import Final, Generic, TypeVar

Value = TypeVar("Value")
NULL: Final = "null"


class Layout:
    """The members of an object in their order, with what stands between them and after a name."""

    def __init__(self, names: Iterable[str], between: str = ", ", after: str = ": ") -> None:
        members = (f"{quoted(name)}{after}%({name})s" for name in names)
        self._template = f"{{{between.join(members)}}}"

    def of(self, parts: Mapping[str, str]) -> str:
        """The object with these parts, which are JSON, as the values of its members."""
        return self._template % parts


class Once(dict[Value, str], Generic[Value]):
    """The JSON of values, each written when it is first asked for."""

    def __init__(self, write: Callable[[Value], str]) -> None:
        super().__init__()
        self._write = write

    def __missing__(self, value: Value) -> str:
        self[value] = part = self._write(value)
        return part


def text(value: str | None) -> str:
    """A text, or null."""
    return NULL if value is None else quoted(value)


def truth(value: bool) -> str:  # noqa: FBT001 it is the value to be written
    """A boolean."""
    return "true" if value else "false"


def moment(value: date | None) -> str:
    """An instant or a day in ISO 8601, or null."""
    return NULL if value is None else f'"{value.isoformat()}"'


def texts(values: Iterable[str], between: str = ", ") -> str:
    """A list of texts."""
    return f"[{between.join(map(quoted, values))}]"


def listed(parts: Iterable[str], between: str = ", ") -> str:
    """A list of parts."""
    return f"[{between.join(parts)}]"


def sound(written: str) -> str:
    """The JSON with JSON's own escape for half a surrogate pair, which UTF-8 can't carry."""
    if written.isascii():
        return written
    try:
        written.encode()
    except UnicodeEncodeError:
        return written.encode("utf-8", "backslashreplace").decode("utf-8")
    return written

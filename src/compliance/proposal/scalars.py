"""Text as YAML on one line, plain where that is safe."""

import json
import re

_PLAIN = re.compile(r"[^\W\d_][\w./*-]*( [\w./*-]+)*(::[\w./-]+( [\w./-]+)*)?")
_NO_TEXT = frozenset(["true", "false", "null", "yes", "no", "on", "off", "y", "n"])


def scalar(text: str) -> str:
    """The text in quotes where it could be taken for anything but itself."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _NO_TEXT:
        return text
    if '"' in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(each if each.isprintable() else f"\\U{ord(each):08x}" for each in quoted)


def told(text: str) -> str:
    """The text as part of a comment: on one line, whatever it holds."""
    return "".join(each if each.isprintable() else " " for each in text)

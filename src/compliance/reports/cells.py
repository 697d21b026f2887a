"""Cells of a table that a spreadsheet program will open."""

from unicodedata import normalize

_STARTS = ("=", "+", "-", "@")
_BLANKS = ("\t", "\r", "\n")


def active(text: str) -> bool:
    """Whether a spreadsheet might take a text for a formula; some pass over blanks, or read wide signs as narrow."""
    return text.startswith(_BLANKS) or normalize("NFKC", text.lstrip()[:1]).startswith(_STARTS)


def neutral(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would run it."""
    return f"'{text}" if active(text) else text

"""Cells of a table that a spreadsheet program will open."""

ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a text that a spreadsheet might take for a formula begins with."""


def neutral(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would run it."""
    return f"'{text}" if text.startswith(ACTIVE) else text

"""Workflow commands, by which a program tells GitHub what to show beside a change."""


def command(level: str, says: str, properties: dict[str, object]) -> str:
    """One line: `::error file=...,line=...,title=...::sentence`; properties without a value are left out."""
    given = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items() if value)
    return f"::{level} {given}::{_data(says)}\n"


def _data(text: str) -> str:
    """A message on one line; the percent sign comes first, since the others are written with it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """A value among others: colon and comma would end it."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")

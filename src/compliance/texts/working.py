"""Telling how far long work is."""

from collections.abc import Callable
from typing import TypeAlias

Working: TypeAlias = Callable[[str], None]


def silent(_says: str) -> None:
    """Told to nobody."""

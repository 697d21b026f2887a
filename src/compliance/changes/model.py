"""Changes of rules, of dated parameters and of documents."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

Leaf: TypeAlias = bool | int | Decimal | date | str | tuple["Leaf", ...] | None


class Sort(StrEnum):
    """What a change is about."""

    RULE = "rule"
    PARAMETER = "parameter"
    DOCUMENT = "document"


class Way(StrEnum):
    """How it changed."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """A key with its old and new value, each None where it is null, and where it was not, or is not, there."""

    key: str
    old: Leaf
    new: Leaf
    was: bool = True
    remains: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """One rule, parameter or document, and its keys that differ: all, where it came or went."""

    sort: Sort
    name: str
    way: Way
    keys: tuple[Difference, ...]

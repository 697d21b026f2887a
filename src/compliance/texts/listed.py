"""What the workspace's own lists name: secrets, clients and employees."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Listed:
    """The terms of each asset (divided by `;`), the name of each client and of each employee, by key."""

    terms: Mapping[str, str]
    clients: Mapping[str, str]
    employees: Mapping[str, str]

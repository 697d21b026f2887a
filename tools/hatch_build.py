"""Put the example rules and the trading house into the wheel, and into the wheel only.

A `force-include` table in pyproject.toml would also copy them into every editable install, where they
would go stale beside the checkout that the code reads.
"""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SHIPPED = {
    "rules": "compliance/_shipped/rules",
    "fixtures/trading-house": "compliance/_shipped/trading-house",
}


class ShippedFiles(BuildHookInterface):  # type: ignore[type-arg]
    """The hook that hatchling finds by looking for a subclass here."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the folders to ship, unless the build is an editable one."""
        if version != "editable":
            build_data["force_include"].update(SHIPPED)

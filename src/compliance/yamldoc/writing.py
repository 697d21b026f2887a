"""Plain values written as YAML."""

import json
from collections.abc import Mapping
from decimal import Decimal


def flow(value: object) -> str:
    """A value as YAML on one line."""
    match value:
        case str() | bool() | None:
            return json.dumps(value, ensure_ascii=False)
        case Decimal():
            return f"{value:f}"
        case Mapping():
            return "{" + ", ".join(f"{flow(key)}: {flow(part)}" for key, part in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(flow, value)) + "]"
        case _:
            return str(value)

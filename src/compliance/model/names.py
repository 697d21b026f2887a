"""Who is who, for sentences."""

from collections.abc import Mapping
from dataclasses import dataclass

from compliance.model.audit import Person


@dataclass(frozen=True)
class Namer:
    """Who is who, for messages."""

    people: Mapping[str, Person]

    def person(self, key: str | None) -> str:
        """A person by name and id."""
        if key is None:
            return "nobody"
        known = self.people.get(key)
        return f"{known.name} ({key})" if known and known.name != key else key

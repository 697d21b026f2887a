"""What a rule reads and nobody keeps: a table that is not there."""

from collections.abc import Iterator, Mapping

from tests.reference.world import Rule, World


def absent(rule: Rule, world: World) -> str | None:
    """The first table that the rule names and the workspace lacks."""
    return next((name for name in _tables(rule) if name not in world.tables), None)


def _tables(part: object) -> Iterator[str]:
    """Every table under `of`, wherever it stands."""
    if isinstance(part, Mapping):
        if isinstance(part.get("of"), str):
            yield part["of"]
        for each in part.values():
            yield from _tables(each)
    elif isinstance(part, list | tuple):
        for each in part:
            yield from _tables(each)

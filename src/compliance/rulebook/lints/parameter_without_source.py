"""A value of a parameter that does not say where it comes from."""

from collections.abc import Iterator

from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint
from compliance.rulebook.loading import PARAMETERS, Pack
from compliance.yamldoc.nodes import Sequence


def _find(desk: Desk) -> Iterator[Problem]:
    for pack in desk.rulebook.packs:
        for name in sorted({full.split(".", 1)[1] for full in pack.parameters}):
            yield from _values(pack, name)


def _values(pack: Pack, name: str) -> Iterator[Problem]:
    """The file keeps the order that was written; the values read are in the order of their days."""
    source = pack.places[PARAMETERS]
    steps = source.node((name,))
    count = len(steps.items) if isinstance(steps, Sequence) else 0
    for index in range(count):
        if not (source.written((name, index, "source")) or "").strip():
            says = f"a value of `{name}` has no source"
            yield source.problem((name, index), says, "name the clause or order, or write `source: assumed`")


LINT = Lint(
    id="parameter-without-source",
    level=Level.WARNING,
    what="A value of a parameter has no `source`, or an empty one.",
    why="People are judged by the number. A guess is allowed, and has to be called one: `source: assumed`.",
    avoid="calls: [{value: 30}]",
    prefer="calls: [{value: 30, source: clause 3}]",
    find=_find,
)

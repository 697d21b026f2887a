"""A position that nobody on a workspace's roster holds."""

from collections.abc import Iterator

from compliance.model.problem import Level, Problem
from compliance.rulebook.lints.base import Desk, Lint, at
from compliance.rulebook.loading import DOCUMENT, LoadedRule
from compliance.yamldoc import did_you_mean
from compliance.yamldoc.nodes import Loc


def _find(desk: Desk) -> Iterator[Problem]:
    roster = desk.ground.roster.appointments if desk.ground else ()
    held = {each.position for each in roster if each.position is not None}
    if not held:
        return
    asked: dict[str, list[tuple[LoadedRule, Loc]]] = {}
    for rule in desk.rules:
        for loc, position in _named(rule):
            asked.setdefault(position, []).append((rule, loc))
    for position in sorted(asked.keys() - held):
        (rule, loc), *more = asked[position]
        others = f"; {len(more)} more {'rule asks' if len(more) == 1 else 'rules ask'} for it" if more else ""
        yield at(rule, loc, f"nobody on the roster is {position}{others}", _advice(position, held))
    for pack in desk.rulebook.packs:
        obliged = pack.document.position if pack.document else None
        if obliged is not None and obliged not in held | asked.keys():
            says = f"nobody on the roster is {obliged}, whom the document obliges"
            yield pack.places[DOCUMENT].problem(("position",), says, _advice(obliged, held))


def _named(rule: LoadedRule) -> Iterator[tuple[Loc, str]]:
    """The positions that a rule names itself; those of a parameter may be others another day."""
    position = rule.rule.bearer.position if rule.rule.bearer else None
    names = position if isinstance(position, tuple) else ()
    for place, name in enumerate(names):
        yield ("bearer", "position", *((place,) if len(names) > 1 else ())), name


def _advice(position: str, held: set[str]) -> str:
    return did_you_mean(position, sorted(held)) or "say under `positions` in the manifest which title means it"


LINT = Lint(
    id="unheld-position",
    level=Level.WARNING,
    what="With --workspace: a rule or document names a position that nobody on the roster holds, by title or by alias.",
    why="The rule looks at nothing, and a report that blames nobody looks as if all were well. Titles the other way "
    "round, which no rule names, are told by `compliance check` and by `dutybook.unmapped-title`.",
    avoid="bearer: {position: seler}    # the roster has seller",
    prefer="bearer: {position: seller}",
    find=_find,
)

"""Compare the rules, parameters and documents at two paths."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from compliance.changes.leaves import dated, leaves
from compliance.changes.model import Change, Difference, Leaf, Sort, Way
from compliance.model.problem import Problem, UserError
from compliance.rulebook import load_rulebook
from compliance.rulebook.lint import packs_of
from compliance.rulebook.loading import Rulebook
from compliance.rulebook.schema import Rule
from compliance.yamldoc import load

State: TypeAlias = Mapping[Sort, Mapping[str, Mapping[str, Leaf]]]


def compare(old: Path, new: Path) -> tuple[Change, ...]:
    """What changed from one path to the other, by sort and name; raises UserError with all that can't be read."""
    states, problems = [], []
    for path in (old, new):
        try:
            states.append(_state(path))
        except UserError as error:
            problems += [*error.problems]
    if problems:
        raise UserError(dict.fromkeys(problems))
    before, after = states
    return tuple(change for sort in Sort for change in _changes(sort, before[sort], after[sort]))


def _state(path: Path) -> State:
    """What stands at a path: one rule, or all of a folder's packs."""
    if path.is_dir():
        return _of_packs(path)
    if not path.exists():
        raise UserError(Problem(None, f"there is no file or folder {path}", "name two packs, or two rule files"))
    rule = load(path, Rule).value
    return {Sort.RULE: {rule.id: leaves(rule)}, Sort.PARAMETER: {}, Sort.DOCUMENT: {}}


def _of_packs(folder: Path) -> State:
    packs = packs_of([folder])
    if not packs:
        raise UserError(Problem(None, f"there are no rules in {folder}", "name a pack, or a folder of packs"))
    rulebook = load_rulebook(packs)
    return {
        Sort.RULE: {name: leaves(each.rule) for name, each in rulebook.rules.items()},
        Sort.PARAMETER: {name: dated(values) for name, values in rulebook.parameters.values.items()},
        Sort.DOCUMENT: _documents(rulebook),
    }


def _documents(rulebook: Rulebook) -> Mapping[str, Mapping[str, Leaf]]:
    """Every document by its id, with its pack where another has the same."""
    found: dict[str, Mapping[str, Leaf]] = {}
    for pack in rulebook.packs:
        if pack.document is not None:
            name = pack.document.id
            found[f"{name} ({pack.name})" if name in found else name] = leaves(pack.document)
    return found


def _changes(
    sort: Sort, before: Mapping[str, Mapping[str, Leaf]], after: Mapping[str, Mapping[str, Leaf]]
) -> Iterator[Change]:
    for name in sorted({*before, *after}):
        keys = tuple(_differences(before.get(name, {}), after.get(name, {})))
        if name not in before:
            yield Change(sort, name, Way.ADDED, keys)
        elif name not in after:
            yield Change(sort, name, Way.REMOVED, keys)
        elif keys:
            yield Change(sort, name, Way.CHANGED, keys)


def _differences(before: Mapping[str, Leaf], after: Mapping[str, Leaf]) -> Iterator[Difference]:
    """The keys whose value differs, in the order of the old and then of the new."""
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key), after.get(key)
        if (key in before) != (key in after) or not _same(old, new):
            yield Difference(key, old, new, was=key in before, remains=key in after)


def _same(old: Leaf, new: Leaf) -> bool:
    """Whether two values are the same: `true` is not 1, and 3 is 3.0."""
    if isinstance(old, tuple) and isinstance(new, tuple):
        return len(old) == len(new) and all(_same(*pair) for pair in zip(old, new, strict=True))
    return isinstance(old, bool) == isinstance(new, bool) and old == new

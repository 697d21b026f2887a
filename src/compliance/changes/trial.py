"""Two states of rules tried on the same records."""

from collections.abc import Sequence
from pathlib import Path

from compliance.audit import Options, audit
from compliance.changes.effects import Effects, effects
from compliance.model.audit import Audit
from compliance.model.problem import UserError
from compliance.rulebook import load_rulebook
from compliance.rulebook.lint import packs_of
from compliance.rulebook.selection import pack_folders
from compliance.workspace.manifest import load_manifest


def tried(old: Path, new: Path, workspace: Path) -> Effects:
    """What it does to the findings of a workspace when the packs at `old` give way to those at `new`.

    The workspace's other packs stay beside them. Raises UserError.
    """
    states = [_packs(path) for path in (old, new)]
    others = _others(workspace, states)
    before, after = (_audited(workspace, [*others, *packs]) for packs in states)
    return effects(before, after)


def _packs(path: Path) -> list[Path]:
    if path.is_file():
        raise UserError(f"{path} is one file", help="on records packs are compared: name the folders")
    return [each.resolve() for each in packs_of([path])]


def _others(workspace: Path, states: Sequence[Sequence[Path]]) -> list[Path]:
    """The workspace's own packs that share no rule with either state."""
    document = load_manifest(workspace)
    ids = {name for packs in states for name in load_rulebook(packs).rules}
    own = pack_folders(document, Path(document.file).parent, ())
    return [pack.resolve() for pack in own if ids.isdisjoint(load_rulebook([pack]).rules)]


def _audited(workspace: Path, packs: Sequence[Path]) -> Audit:
    return audit(workspace, Options(packs=tuple(map(str, packs)), keep_all=True)).audit

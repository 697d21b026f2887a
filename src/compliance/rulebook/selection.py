"""Which rules of the rulebook an audit runs, and what its reports say of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from compliance.model.audit import RuleInfo
from compliance.model.problem import Problem, UserError
from compliance.rulebook.loading import LoadedRule, Rulebook, assumed, pack_folder
from compliance.rulebook.planning import Planned
from compliance.workspace.manifest import Manifest, Settings
from compliance.yamldoc import Document, did_you_mean

JUDGEMENT = "judgement."
RUNNING = frozenset({"stable", "announced"})


def pack_folders(document: Document[Manifest], folder: Path, chosen: Sequence[str]) -> list[Path]:
    """The folders of the packs that were chosen, else of the manifest's, each once; raises UserError at its place."""
    if chosen:
        return _each_once(pack_folder(name, folder) for name in chosen)
    found, problems = [], []
    for index, name in enumerate(document.value.packs):
        try:
            path = pack_folder(name, folder)
        except UserError as error:
            problems += [document.problem(("packs", index), each.says, each.help) for each in error.problems]
            continue
        if not path.is_dir():
            problems.append(
                document.problem(("packs", index), f"there is no folder {name}", "name a folder of rule files")
            )
        found.append(path)
    if problems:
        raise UserError(problems)
    return _each_once(found)


def _each_once(folders: Iterable[Path]) -> list[Path]:
    """A pack that is named twice is one: read again, its own rules would have taken its ids."""
    found: dict[Path, Path] = {}
    for folder in folders:
        found.setdefault(folder.resolve(), folder)
    return [*found.values()]


def check_names(document: Document[Manifest], rulebook: Rulebook) -> None:
    """Refuse parameters and rules left out that no pack has; judgement's own parameters are looked at by judgement."""
    values = rulebook.parameters.values
    strange = [name for name in document.value.parameters if name not in values and not name.startswith(JUDGEMENT)]
    problems = [_unknown(document, ("parameters", name), "parameter", values) for name in strange]
    left_out = [name for name in document.value.without if name not in rulebook.rules]
    problems += [_unknown(document, ("without", name), "rule", rulebook.rules) for name in left_out]
    if problems:
        raise UserError(problems)


def _unknown(document: Document[Manifest], loc: tuple[str, str], what: str, known: Iterable[str]) -> Problem:
    return document.problem(loc, f"no pack has a {what} `{loc[1]}`", did_you_mean(loc[1], known), key=True)


def selected(rulebook: Rulebook, manifest: Settings) -> tuple[LoadedRule, ...]:
    """The rules that run: stable and announced ones that the manifest does not leave out."""
    return tuple(
        each for name, each in rulebook.rules.items() if name not in manifest.without and each.rule.status in RUNNING
    )


def informed(rulebook: Rulebook, planned: Iterable[Planned], *more: object) -> Mapping[str, RuleInfo]:
    """What reports say of each rule that ran, with the parameters that are only assumed."""
    told = {each.rule.rule.id: replace(each.rule.info, assumed=assumed(rulebook, each.rule)) for each in planned}
    for each in more:
        told |= getattr(each, "rulebook", {})
    return told

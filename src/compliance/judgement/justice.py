"""What a workspace is judged by: judgement rules, the law of its jurisdiction, and the waivers that it accepted."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from compliance.dossier import Waiver, load_waivers
from compliance.judgement.law import Law, load_law
from compliance.judgement.loading import load_judgement
from compliance.judgement.rules import Judgement
from compliance.model.problem import UserError
from compliance.rulebook.loading import Rulebook
from compliance.shipped import rules as shipped_rules
from compliance.workspace.manifest import BuiltInName, Manifest
from compliance.yamldoc import Document

FOLDER = "judgement"
"""The folder of the shipped judgement rules, and of a pack's own below the pack."""

LAW = "law"
"""The folder of the shipped law, a file for each jurisdiction."""


@dataclass(frozen=True)
class Justice:
    """The rules, the law and the waivers, and the files that they were read from."""

    judgement: Judgement
    law: Law | None = None
    waivers: tuple[Waiver, ...] = ()
    files: tuple[Path, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know of the law that is applied."""
        if self.law is None:
            return ("no jurisdiction is set: grades are given, but no measures and no last days",)
        if unverified := self.law.unverified:
            return (f"{self.law.title}: not verified by counsel: {', '.join(unverified)}",)
        return ()


def justice(document: Document[Manifest], folder: Path, rulebook: Rulebook) -> Justice:
    """What a workspace is judged by. Raises UserError with every problem of its files."""
    manifest = document.value
    law = _law(document)
    own = [pack.folder / FOLDER for pack in rulebook.packs if (pack.folder / FOLDER).is_dir()]
    judgement = load_judgement(
        [shipped_rules() / FOLDER, *own],
        own=manifest.parameters,
        law=law,
        tell=lambda name, says, advice: document.problem(("parameters", name), says, advice),
    )
    waivers = _waivers(document, folder, rulebook)
    return Justice(judgement, law, waivers, (*judgement.files, *_files(manifest, folder)))


def _law(document: Document[Manifest]) -> Law | None:
    name = document.value.jurisdiction
    if name is None:
        return None
    try:
        return load_law(shipped_rules() / LAW, name)
    except UserError as error:
        problems = [
            document.problem(("jurisdiction",), each.says, each.help) if each.where is None else each
            for each in error.problems
        ]
        raise UserError(problems) from None


def _waivers(document: Document[Manifest], folder: Path, rulebook: Rulebook) -> tuple[Waiver, ...]:
    name = document.value.waivers
    if name is None:
        return ()
    if not (folder / name).is_file():
        raise UserError([document.problem(("waivers",), f"there is no file {name}", "name a YAML file of waivers")])
    return load_waivers(folder / name, [*rulebook.rules, *get_args(BuiltInName)])


def _files(manifest: Manifest, folder: Path) -> Iterator[Path]:
    if manifest.jurisdiction is not None:
        yield shipped_rules() / LAW / f"{manifest.jurisdiction}.yaml"
    if manifest.waivers is not None:
        yield folder / manifest.waivers

"""All that a workspace is judged by: its rulebook, its justice, and the digest of both."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from compliance.judgement.justice import Justice, justice
from compliance.rulebook import Rulebook, load_rulebook, overridden
from compliance.rulebook.loading import digest_of
from compliance.rulebook.selection import check_names, pack_folders
from compliance.workspace.manifest import Manifest
from compliance.yamldoc import Document


@dataclass(frozen=True, slots=True)
class Code:
    """The rulebook with the organisation's own parameters, the justice, and the digest of their files."""

    rulebook: Rulebook
    justly: Justice
    digest: str


def code(document: Document[Manifest], folder: Path, packs: Sequence[str]) -> Code:
    """What a workspace is judged by; `packs` are chosen instead of the manifest's. Raises UserError."""
    rulebook = load_rulebook(pack_folders(document, folder, packs))
    check_names(document, rulebook)
    return _code(document, folder, rulebook)


class Codes:
    """What many workspaces are judged by, each file read once for all of them."""

    def __init__(self) -> None:
        self._rulebook = cache(load_rulebook)
        self._codes: dict[tuple[tuple[Path, ...], str | None], Code] = {}

    def code(self, document: Document[Manifest], folder: Path, packs: Sequence[str]) -> Code:
        """As the function `code`."""
        folders = tuple(pack_folders(document, folder, packs))
        rulebook, manifest = self._rulebook(folders), document.value
        check_names(document, rulebook)
        if manifest.parameters or manifest.waivers is not None:
            return _code(document, folder, rulebook)
        asked = folders, manifest.jurisdiction
        if asked not in self._codes:
            self._codes[asked] = _code(document, folder, rulebook)
        return self._codes[asked]


def _code(document: Document[Manifest], folder: Path, rulebook: Rulebook) -> Code:
    rulebook = overridden(rulebook, document.value.parameters)
    justly = justice(document, folder, rulebook)
    return Code(rulebook, justly, digest_of(rulebook, justly.files))

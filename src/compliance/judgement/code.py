"""All that a workspace is judged by: its rulebook, its justice, and the digest of both."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from compliance.judgement.justice import Justice, justice
from compliance.recent import Recent
from compliance.rulebook import Rulebook, load_rulebook, overridden
from compliance.rulebook.loading import digest_of
from compliance.rulebook.selection import check_names, pack_folders
from compliance.workspace.manifest import Manifest
from compliance.yamldoc import Document

_MOST = 8
"""So many packs are kept: those that ask for one come one after the other."""


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
    """What many workspaces in turn are judged by, each file read once for all of them: none may change meanwhile."""

    def __init__(self) -> None:
        self._rulebook = lru_cache(_MOST)(load_rulebook)
        self._codes = Recent[Code](_MOST)

    def code(self, document: Document[Manifest], folder: Path, packs: Sequence[str]) -> Code:
        """As the function `code`."""
        folders = tuple(pack_folders(document, folder, packs))
        rulebook, manifest = self._rulebook(folders), document.value
        check_names(document, rulebook)
        if manifest.parameters or manifest.waivers is not None:
            return _code(document, folder, rulebook)
        return self._codes.once((folders, manifest.jurisdiction), lambda: _code(document, folder, rulebook))


def _code(document: Document[Manifest], folder: Path, rulebook: Rulebook) -> Code:
    rulebook = overridden(rulebook, document.value.parameters)
    justly = justice(document, folder, rulebook)
    return Code(rulebook, justly, digest_of(rulebook, justly.files))

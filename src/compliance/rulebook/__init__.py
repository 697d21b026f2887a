"""The rulebook: packs of rules with their documents and parameters, read, checked and proof-read."""

from compliance.rulebook.lint import lint
from compliance.rulebook.loading import LoadedRule, Pack, Rulebook, load_rulebook, overridden, pack_folder

__all__ = ["LoadedRule", "Pack", "Rulebook", "lint", "load_rulebook", "overridden", "pack_folder"]

"""The rulebook: packs of rules with their documents and parameters, read and checked.

Proof-reading (`lint`) is imported by whoever asks for it: no audit has to wait until its many lints are read.
"""

from compliance.rulebook.loading import LoadedRule, Pack, Rulebook, load_rulebook, overridden, pack_folder

__all__ = ["LoadedRule", "Pack", "Rulebook", "load_rulebook", "overridden", "pack_folder"]

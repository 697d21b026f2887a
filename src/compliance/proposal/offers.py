"""What a file offers: its tables as sources, relative to the workspace that is to be."""

from dataclasses import replace
from os.path import relpath
from pathlib import Path

from compliance.model.problem import UserError
from compliance.workspace.masking import has_secret
from compliance.workspace.source import Source
from compliance.workspace.sources import LISTED, Located, SourceError, locate
from compliance.yamldoc import Misplaced

SECRET = "an address with a password would write the password into the manifest"  # noqa: S105 a sentence
_ANY = "any"  # a name of a table that is only asked with


def offered(written: str) -> tuple[tuple[Source, Located], ...]:
    """Every table of what the user wrote, as `file` or `file::Table`, seen from the current folder.

    Raises UserError where it can't be told or found; the sentence never repeats a password.
    """
    if has_secret(written):
        raise UserError(SECRET, help="leave the password out, and give it by the environment")
    try:
        return tuple((source, locate(source, Path())) for source in _sources(written))
    except Misplaced as error:
        raise UserError(f"--from {written}: {error}", help=error.help) from None
    except SourceError as error:
        raise UserError(f"--from {written}: {error.says}", help=error.help) from None


def _sources(written: str) -> tuple[Source, ...]:
    """The one source that is written, or every table of a file that has several."""
    try:
        return (Source.parse(written),)
    except Misplaced:
        several = _with_tables(written)
        if several is None:
            raise
    located = locate(several, Path())
    names = LISTED[several.kind](located.paths[0])
    if not names:
        raise SourceError(f"{written} holds no table", "name a file with tables")
    return tuple(Source(several.kind, several.path, name) for name in names)


def _with_tables(written: str) -> Source | None:
    """The source with the name of some table, where its kind has tables and can list them."""
    if "::" in written:
        return None
    try:
        source = Source.parse(f"{written}::{_ANY}")
    except Misplaced:
        return None
    return source if source.kind in LISTED else None


def seen_from(folder: Path, source: Source) -> Source:
    """The source as the manifest of a folder names it: relative, unless it was given absolute and lies outside."""
    path = Path(source.path)
    if path.is_absolute() and not path.resolve().is_relative_to(folder.resolve()):
        return source
    return replace(source, path=relpath(path.absolute(), folder.absolute()))

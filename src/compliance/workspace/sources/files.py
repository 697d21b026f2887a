"""The files that sources name: found, and known by the digest of their bytes."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from compliance.workspace.address import place_of
from compliance.workspace.source import Packing, Source, SourceKind
from compliance.workspace.sources.opened import Located, SourceError
from compliance.yamldoc import did_you_mean

_BEGINS: dict[SourceKind, tuple[bytes, str]] = {
    SourceKind.PARQUET: (b"PAR1", "a Parquet file"),
    SourceKind.XLSX: (b"PK\x03\x04", "a workbook"),
    SourceKind.SQLITE: (b"SQLite format 3\0", "an SQLite file"),
}
_PACKED: dict[Packing, tuple[bytes, str]] = {
    Packing.GZIP: (b"\x1f\x8b", "a gzip file"),
    Packing.ZSTD: (b"\x28\xb5\x2f\xfd", "a zstd file"),
}
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # what programs before 2007 wrote, and what is locked since
_WILD = frozenset("*?[")


def locate(source: Source, folder: Path) -> Located:
    """The files of a source, ordered by name; raises SourceError where there is none, or one can't be read."""
    if source.kind is SourceKind.POSTGRESQL:
        return Located((), (f"{place_of(source.path)}::{source.table}",))
    paths = tuple(_found(source, folder))
    if len(paths) > 1 and source.kind in {SourceKind.SQLITE, SourceKind.OCEL}:
        raise SourceError(f"{len(paths)} files match {source.path}", "name one: of this kind each is read by itself")
    for path in paths:
        _check(source, path)
    shown = [str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path) for path in paths]
    return Located(paths, tuple(f"{name}::{source.table}" if source.table else name for name in shown))


def _found(source: Source, folder: Path) -> list[Path]:
    path = folder / source.path
    if path.exists():
        return [path]
    if not _WILD & set(source.path):
        near = did_you_mean(path.name, [each.name for each in path.parent.iterdir()] if path.parent.is_dir() else [])
        raise SourceError(f"there is no file {source.path}", near or "name an existing file, or leave the table out")
    below, pattern = (Path("/"), source.path.lstrip("/")) if Path(source.path).is_absolute() else (folder, source.path)
    found = sorted(each for each in below.glob(pattern) if each.is_file())
    if not found:
        raise SourceError(f"no file matches {source.path}", "name existing files, or leave the table out")
    return found


def _check(source: Source, path: Path) -> None:
    """Raise unless the file can be opened and begins as its kind does."""
    if path.is_dir():
        raise SourceError(f"{source.path} is a folder", "name a file in it, or all of them with *")
    try:
        with path.open("rb") as file:
            begins = file.read(16)
    except OSError as error:
        raise SourceError(f"{path.name} can't be read: {(error.strerror or 'unknown reason').lower()}") from None
    expected, called = _PACKED[source.packing] if source.packing else _BEGINS.get(source.kind, (b"", ""))
    if source.kind is SourceKind.XLSX and begins.startswith(_COMPOUND):
        raise _locked_or_old(path)
    if not begins.startswith(expected):
        raise SourceError(f"{path.name} is not {called}, whatever its name says", "check what was exported")


def _locked_or_old(path: Path) -> SourceError:
    if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
        return SourceError(f"{path.name} is locked by a password", "save it without one")
    return SourceError(f"{path.name} is an old workbook (XLS), whatever its name says", "save it as XLSX")


def digest(paths: Iterable[Path], *texts: str) -> str:
    """The SHA-256, in hex, of texts and of files' bytes, in this order."""
    whole = hashlib.sha256()
    for text in texts:
        whole.update(hashlib.sha256(text.encode()).digest())
    for path in paths:
        with path.open("rb") as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()

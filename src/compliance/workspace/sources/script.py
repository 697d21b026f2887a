"""How a file of text is written, in which encoding and how packed; it is read piece by piece, never unpacked whole."""

import codecs
import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO, cast

import pyarrow as pa

from compliance.workspace.entry import TableEntry
from compliance.workspace.source import Packing
from compliance.workspace.sources.opened import Located, SourceError

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Script:
    """The encoding by which Python must read (None for UTF-8, which the engine reads itself), and the packing."""

    encoding: str | None = None
    packing: Packing | None = None

    def open_bytes(self, path: Path) -> BinaryIO:
        """The file's own bytes, as they were before they were packed."""
        if self.packing is None:
            return path.open("rb")
        return cast("BinaryIO", pa.input_stream(str(path), compression=self.packing.value))

    def open_text(self, path: Path, *, newline: str | None = None) -> TextIO:
        """The file's text; what is none in this encoding becomes the replacement character."""
        encoding = self.encoding or "utf-8-sig"
        return io.TextIOWrapper(self.open_bytes(path), encoding=encoding, errors="replace", newline=newline)


def script_of(entry: TableEntry) -> Script:
    """How the files of a table are written."""
    name = codecs.lookup(entry.encoding or "utf-8").name
    return Script(None if name in {"utf-8", "utf-8-sig", "ascii"} else name, entry.source.packing)


def check_whole(located: Located, packing: Packing | None) -> None:
    """Raise where a packed file can't be unpacked to its end: the engine does not compare its checksum."""
    if packing is None:
        return
    for path, shown in zip(located.paths, located.names, strict=True):
        try:
            with Script(packing=packing).open_bytes(path) as file:
                while file.read(_PIECE):
                    pass
        except OSError:
            says = f"{shown} is damaged: it can't be unpacked to its end"
            raise SourceError(says, "fetch it again, or pack it anew") from None

"""Mending in the files what needs no thought; comments and layout stay, and no file is ever half written."""

import os
import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from tempfile import NamedTemporaryFile

from compliance.model.printable import printable
from compliance.model.problem import Mend, Place, Problem, UserError
from compliance.yamldoc.nodes import lines_of, plain
from compliance.yamldoc.reading import read

_BOM = "\ufeff"


def mend(problems: Iterable[Problem]) -> list[str]:
    """Mend the files of problems that say how, and tell each change that was made.

    Raises UserError where a file can't be written.
    """
    mends = sorted(((each.where, each.mend) for each in problems if each.where and each.mend), key=lambda each: each[0])
    told: list[str] = []
    for file, found in groupby(mends, key=lambda each: each[0].file):
        told += _in(Path(file), [*found])
    return told


def _in(path: Path, mends: list[tuple[Place, Mend]]) -> Iterator[str]:
    data = path.read_bytes().decode("utf-8")
    text = data.removeprefix(_BOM)
    made: list[str] = []
    for place, each in reversed(mends):  # from the end, so that what comes before keeps its place
        changed = _changed(text, place, each)
        if changed is not None:
            text, made = changed, [*made, printable(f"{place}: {_told(each)}")]
    if made:
        _write(path.resolve(), data[: data.startswith(_BOM)] + text)
    yield from reversed(made)


def _told(mend: Mend) -> str:
    return f"`{mend.old}` is now `{mend.new}`" if mend.new else f"`{mend.old}` is removed"


def _changed(text: str, place: Place, mend: Mend) -> str | None:
    """The text with one place mended; None where it does not say there what was to be mended, or means other things."""
    start = _offset(text, place)
    end = start + len(mend.old)
    if text[start:end] != mend.old:
        return None
    if mend.new:
        return text[:start] + mend.new + text[end:]
    before = text[:start].rstrip(" \t")
    alone = not before or before[-1] in "\r\n"
    rest = re.sub(r"\A(\r\n|[\r\n])", "", text[end:]) if alone else text[end:]
    without = before + rest
    return without if plain(read(without).root) == plain(read(text).root) else None


def _offset(text: str, place: Place) -> int:
    """Where a place lies in the text."""
    before = lines_of(text)[: place.line - 1]
    offset = 0
    for line in before:
        offset += len(line)
        offset += 2 if text.startswith("\r\n", offset) else 1
    return offset + place.column - 1


def _write(path: Path, text: str) -> None:
    """Put the text in the file's place at one stroke, with the rights that the file had; raises UserError."""
    try:
        with NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name}.", delete=False) as beside:
            made = Path(beside.name)
            beside.write(text.encode("utf-8"))
            beside.flush()
            os.fsync(beside.fileno())
        _replace(path, made)
    except OSError as error:
        raise UserError(Problem(Place(str(path)), f"can't be written: {error.strerror}")) from None


def _replace(path: Path, made: Path) -> None:
    try:
        made.chmod(path.stat().st_mode & 0o7777)
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)

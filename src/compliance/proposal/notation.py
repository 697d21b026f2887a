"""How a file is written, by how it begins: its encoding, its delimiter, and which line names the columns."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from compliance.workspace.source import Packing
from compliance.workspace.sources.script import Script

GLANCE = 64 * 1024
SIGNS = ",;\t|"
TITLES = 10
"""So many rows are looked through for the one that names the columns."""
Numbered = tuple[int, Sequence[str]]
_VALUE = re.compile(r"-?[0-9]+([.,][0-9]+)?|[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*)?")
_BEYOND = re.compile(r"[^\x00-\x7f]+")
_CYRILLIC = range(0x0400, 0x0460)


def encoding(path: Path, packing: Packing | None = None) -> str | None:
    """The encoding where it is not UTF-8: that of a byte order mark, else the likelier of two old ones of Windows."""
    with Script(packing=packing).open_bytes(path) as file:
        data = file.read(GLANCE)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)  # the last character may be cut
    except UnicodeDecodeError:
        return "cp1251" if _cyrillic(data.decode("cp1251", "replace")) else "cp1252"
    return None


def _cyrillic(text: str) -> bool:
    """Whether the letters beyond ASCII are one script: they stand in words, while accents stand alone."""
    foreign = [beyond.group() for beyond in _BEYOND.finditer(text)]
    letters = sum(map(len, foreign))
    cyrillic = sum(ord(letter) in _CYRILLIC for each in foreign for letter in each)
    return cyrillic * 2 > letters and sum(len(each) for each in foreign if len(each) > 1) * 2 > letters


def delimiter(path: Path, usual: str, script: Script) -> str | None:
    """The sign between cells where it is not the usual one: the one that cuts the first lines most evenly."""
    with script.open_text(path, newline="") as file:
        lines = file.read(GLANCE).splitlines()[:20]
    best = max(SIGNS, key=lambda sign: (_evenness(lines, sign), sign == usual))
    return best if best != usual and _evenness(lines, best) else None


def _evenness(lines: list[str], sign: str) -> tuple[int, int]:
    """In how many lines the sign cuts as many cells as in the most, and how many those are; nothing for none."""
    cells = Counter(len(row) for row in csv.reader(lines, delimiter=sign) if len(row) > 1)
    if not cells:
        return 0, 0
    width, count = max(cells.items(), key=lambda item: (item[1], item[0]))
    return count, width


def names(path: Path, sign: str, script: Script) -> tuple[str, ...]:
    """Names for the columns of a file whose first line is a record: a number or a date stands in it; else none."""
    with script.open_text(path, newline="") as file:
        try:
            first = next(csv.reader(file, delimiter=sign), [])
        except csv.Error:
            return ()
    cells = [cell.strip() for cell in first]
    return tuple(f"column_{nth}" for nth, _ in enumerate(cells, start=1)) if any(map(_is_value, cells)) else ()


def first_lines(path: Path, sign: str, script: Script) -> tuple[Numbered, ...]:
    """The first records of a file, each with the line on which it begins; none where it is no CSV."""
    found: list[Numbered] = []
    with script.open_text(path, newline="") as file:
        reader, start = csv.reader(file, delimiter=sign), 1
        try:
            for cells in islice(reader, TITLES):
                found.append((start, cells))
                start = reader.line_num + 1
        except csv.Error:
            return ()
    return tuple(found)


def header(rows: Sequence[Numbered]) -> int | None:
    """The line that names the columns where titles stand above it: the first that fills all, below ones half empty."""
    filled = [sum(bool(cell.strip()) for cell in cells) for _, cells in rows]
    width = max((len(cells) for _, cells in rows), default=0)
    full = next((place for place, count in enumerate(filled) if count == width), 0)
    if not full or any(count * 2 > width for count in filled[:full]):
        return None
    number, cells = rows[full]
    return None if any(cell.strip()[0].isdigit() for cell in cells) else number


def _is_value(cell: str) -> bool:
    return bool(_VALUE.fullmatch(cell))

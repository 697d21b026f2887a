"""How a text file is written, by its first bytes: its encoding, and what stands between two cells."""

import csv
import re
from collections import Counter
from pathlib import Path

GLANCE = 64 * 1024
SIGNS = ",;\t|"
_VALUE = re.compile(r"-?[0-9]+([.,][0-9]+)?|[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*)?")
_CYRILLIC = range(0x0400, 0x0460)


def encoding(path: Path) -> str | None:
    """The encoding where it is not UTF-8: that of a byte order mark, else the likelier of two old ones of Windows."""
    with path.open("rb") as file:
        data = file.read(GLANCE)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        data.decode("utf-8", "strict") if len(data) < GLANCE else data[: data.rfind(b"\n")].decode("utf-8", "strict")
    except UnicodeDecodeError:
        foreign = [character for character in data.decode("cp1251", "replace") if ord(character) > 0x7F]  # noqa: PLR2004 beyond ASCII
        cyrillic = sum(ord(character) in _CYRILLIC for character in foreign)
        # Text of one script stands in runs of it; a few accents in Latin text do not.
        ascii_letters = sum(chr(byte).isalpha() for byte in data if byte < 0x80)  # noqa: PLR2004 ASCII
        return "cp1251" if cyrillic * 2 > len(foreign) and cyrillic * 4 > ascii_letters else "cp1252"
    return None


def delimiter(path: Path, usual: str, encoding_: str | None) -> str | None:
    """The sign between cells where it is not the usual one: the one that cuts the first lines most evenly."""
    with path.open(encoding=encoding_ or "utf-8-sig", errors="replace", newline="") as file:
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


def names(path: Path, sign: str, encoding_: str | None) -> tuple[str, ...]:
    """Names for the columns of a file whose first line is a record: a number or a date stands in it; else none."""
    with path.open(encoding=encoding_ or "utf-8-sig", errors="replace", newline="") as file:
        try:
            first = next(csv.reader(file, delimiter=sign), [])
        except csv.Error:
            return ()
    cells = [cell.strip() for cell in first]
    return tuple(f"column_{nth}" for nth, _ in enumerate(cells, start=1)) if any(map(_is_value, cells)) else ()


def _is_value(cell: str) -> bool:
    return bool(_VALUE.fullmatch(cell))

"""Titles and departments that are the same but for their letter case or blanks."""

from collections.abc import Iterator, Mapping

from compliance.check.model import Oddity
from compliance.check.oddities.looked import Looked
from compliance.check.titles import HOLDERS, spellings
from compliance.reports.words import listed


def alike_titles(looked: Looked) -> Iterator[Oddity]:
    """Spellings that differ in nothing that a reader sees, and that no alias brings together."""
    aliases = {"position": looked.manifest.positions, "department": looked.manifest.departments}
    for table in HOLDERS:
        for column, known in aliases.items():
            written = [spelling for spelling, _ in spellings(looked.books, looked.engine, table, column)]
            for alike in _alike(written, known):
                says = f"{table}.{column} is written in {len(alike)} ways: {listed([f'`{each}`' for each in alike])}"
                yield Oddity(table, says, f"bring them together under `{column}s` in the manifest")


def _alike(written: list[str], aliases: Mapping[str, str]) -> Iterator[list[str]]:
    """The spellings that differ in letter case or blanks only and mean different names; then names that do.

    A spelling beside one that an alias maps is one that the alias misses.
    """
    spelt: dict[str, list[str]] = {}
    named: dict[str, dict[str, None]] = {}
    for each in sorted(written):
        name = aliases.get(each, each)
        spelt.setdefault(_plain(each), []).append(each)
        named.setdefault(_plain(name), {})[name] = None
    found = [group for group in spelt.values() if len({aliases.get(each, each) for each in group}) > 1]
    found += [list(group) for group in named.values() if len(group) > 1]
    yield from {tuple(group): group for group in found}.values()


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()

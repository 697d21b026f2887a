"""Entries of the manifest: each table as a standard one that no other is more like, or as one of the user's own."""

import re
from collections.abc import Iterable, Mapping, Sequence

from compliance.proposal import parts
from compliance.proposal.likeness import likest, words
from compliance.proposal.model import Likeness, Proposed, Seen, Sighted
from compliance.workspace.standard import STANDARD

_DATED = re.compile(r"[-_ ]+(19|20)[0-9]{2}([-_]?[0-9]{2}){0,2}$")


def entries(tables: Sequence[Sighted]) -> tuple[Proposed, ...]:
    """An entry for every table, each under a name of its own."""
    like = _shared_out({nth: each for nth, table in enumerate(tables) if (each := likest(table))})
    names = {each.standard.name for each in like.values()}
    found = []
    for nth, table in enumerate(tables):
        if nth in like:
            found.append(_standard(table, like[nth]))
            continue
        name = _free(_own_name(table.stem), names)
        names.add(name)
        found.append(_own(table, name))
    return tuple(found)


def _shared_out(like: Mapping[int, Likeness]) -> dict[int, Likeness]:
    """Of several tables that are like one standard table, the likest only."""
    best: dict[str, int] = {}
    for nth, each in sorted(like.items(), key=lambda item: (-item[1].score, item[0])):
        best.setdefault(each.standard.name, nth)
    return {nth: like[nth] for nth in sorted(best.values())}


def _standard(table: Sighted, like: Likeness) -> Proposed:
    """As a standard table; what it has under the standard's names beside that can only be misread."""
    mapped = {each.column.name for each in like.mapped}
    names = {each.name for each in like.mapped}
    standard = like.standard
    others = [each for each in table.columns if each.name not in mapped]
    misread = [each for each in others if each.name in standard.columns]
    return Proposed(
        name=standard.name,
        table=table,
        like=like,
        key=standard.key if standard.key in names else None,
        at=standard.at,
        bearer=standard.bearer,
        types=parts.types([each for each in others if each not in misread], frozenset())
        | {renamed(each.name): each.type for each in misread},
        misread=tuple(each.name for each in misread),
    )


def renamed(name: str) -> str:
    """Another name for a column that can't be what the standard means by its own."""
    return f"source_{name}"


def _own(table: Sighted, name: str) -> Proposed:
    key = parts.key(table)
    at = parts.at(table)
    bearer = parts.bearer(table, key)
    played = frozenset(each for each in (key, bearer) if each)
    return Proposed(name, table, None, key, at, bearer, parts.types(table.columns, played))


def _own_name(stem: str) -> str:
    """The name of a file or table in small letters and underscores; a date at its end is not part of it."""
    name = "_".join(words(_DATED.sub("", stem) or stem)) or "records"
    return name if not name[0].isdigit() else f"table_{name}"


def _free(name: str, taken: Iterable[str]) -> str:
    """The name, or another where it is taken, or would promise the columns of a standard table."""
    used = {*taken, *STANDARD}
    names = (name, f"{name}_records", *(f"{name}_records_{nth}" for nth in range(2, len(used) + 3)))
    return next(each for each in names if each not in used)


def unmapped(proposed: Proposed) -> tuple[Seen, ...]:
    """The columns of a table taken for a standard one that are like none of its own, and keep their names."""
    mapped = {each.column.name for each in proposed.like.mapped} if proposed.like else set()
    return tuple(each for each in proposed.table.columns if each.name not in {*mapped, *proposed.misread})

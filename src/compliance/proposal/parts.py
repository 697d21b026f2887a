"""Which columns of a table of the user's own have a part to play: its key, when it happened, who did it."""

from collections.abc import Sequence

from compliance.model.types import ColumnType
from compliance.proposal.likeness import KEYS, WHO, person, reads, words
from compliance.proposal.model import Seen, Sighted
from compliance.workspace.cells import MOMENTS
from compliance.workspace.standard import PEOPLE, type_by_name

# The likelier stand first.
_WHEN = ("at", "when", "timestamp", "datetime", "date", "time", "on", "created", "placed", "day")
_NOT_WHEN = frozenset(
    {"due", "until", "end", "ends", "ended", "required", "birth", "birthday", "valid", "expires", "closed"}
)
PERIOD = "period"
"""A column of this name is text, be it written as a bare year."""
_MONEY = frozenset({"amount", "price", "cost", "sum", "total", "fee", "freight", "paid", "salary", "pay"})


def key(table: Sighted) -> str | None:
    """The first column that tells every row from another, if it is called so."""
    named = [each for each in table.columns if each.unique and {*words(each.name)[-1:]} & KEYS]
    return named[0].name if named else None


def at(table: Sighted) -> str | None:
    """The moment that is most likely when a row happened."""
    moments = [each for each in table.columns if each.filled and each.type in MOMENTS]
    fit = [each for each in moments if not _NOT_WHEN & {*words(each.name)}]
    return min(fit, key=_rank).name if fit else None


def _rank(column: Seen) -> int:
    own = words(column.name)
    return next((nth for nth, word in enumerate(_WHEN) if word in own), len(_WHEN))


def bearer(table: Sighted, taken: str | None) -> str | None:
    """The column that most likely names who did it; not the table's own key."""
    whole = [each for each in table.columns if not any(one.name.startswith(f"{each.name}.") for one in table.columns)]
    named = {each.name: place for each in whole if (place := person(each)) is not None}
    people = named | {each.name: len(WHO) for each in whole if each.name in PEOPLE and each.name not in named}
    return min((name for name in people if name != taken), key=people.__getitem__, default=None)


def types(columns: Sequence[Seen], parts: frozenset[str]) -> dict[str, ColumnType]:
    """The types that names don't tell, or tell wrongly; text needs none, and neither does what has a part."""
    return {
        each.name: kind
        for each in columns
        if (kind := _type(each, parts)) is not None and kind is not type_by_name(each.name)
    }


def _type(column: Seen, parts: frozenset[str]) -> ColumnType | None:
    told = type_by_name(column.name)
    if not column.filled or column.name == PERIOD or (column.name in parts and column.type not in MOMENTS):
        return None
    if told is not None:
        return None if reads(told, column) else column.type
    if words(column.name)[-1:] == ["id"]:
        return ColumnType.ID
    if column.type is ColumnType.DECIMAL and _MONEY & {*words(column.name)}:
        return ColumnType.MONEY
    return None if column.type is ColumnType.TEXT else column.type

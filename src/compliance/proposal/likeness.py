"""Which standard table a table is like, by the names of its columns and its own."""

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from functools import lru_cache

from compliance.model.types import ColumnType
from compliance.proposal.model import Likeness, Mapped, Seen, Sighted
from compliance.workspace.cells import MOMENTS
from compliance.workspace.standard import STANDARD, StandardTable
from compliance.workspace.tables import singular

ENOUGH = 0.5
"""From this score on a table is taken for a standard one."""
LIKE = 0.7
"""From this likeness on a column is taken for another."""
NEAR = 0.85
"""From this share of equal letters on a name is taken for a slip of another, by trial."""
SHORT = 5
"""Words up to this length must be the same."""

# Words that other systems have for ours; none of them is a word of another column here.
_WORDS_OF: Mapping[str, str] = {
    "client": "customer buyer account company customers",
    "employee": "staff worker seller agent rep clerk salesperson operator who user employees",
    "id": "no nr num number code key ref",
    "on": "date day",
    "at": "time when timestamp datetime moment",
    "amount": "total sum",
    "kind": "type sort",
    "position": "title job role post",
    "department": "dept division unit",
    "superior": "boss supervisor manager chief",
    "hired": "hire hiring employed since start",
    "minutes": "duration length",
    "quantity": "qty count",
    "placed": "ordered order",
}
_TABLES_OF: Mapping[str, str] = {
    "employees": "staff personnel people worker employee",
    "clients": "customer client buyer company",
    "activities": "call activity visit meeting journal log task",
    "absences": "leave vacation absence",
    "order_lines": "item detail",
}
_WORDS = {word: ours for ours, others in _WORDS_OF.items() for word in others.split()}
_TABLES = {word: ours for ours, others in _TABLES_OF.items() for word in others.split()}
KEYS = frozenset({"id", "no", "nr", "num", "number", "code", "key", "ref", "uuid", "код", "номер"})
"""Words at the end of a name for what tells one thing from another."""
WHO: tuple[str, ...] = (
    *("employee", "bearer", "staff", "seller", "agent", "clerk", "salesperson", "who", "worker", "manager"),
    *("owner", "user", "сотрудник", "менеджер"),
)
"""Words for whoever did it, the likelier first."""
_MOMENT = frozenset({"on", "at"})
_NUMBERS = frozenset({ColumnType.INTEGER, ColumnType.DECIMAL, ColumnType.MONEY, ColumnType.PERCENT})
_READS = {
    ColumnType.INTEGER: frozenset({ColumnType.INTEGER}),
    ColumnType.DECIMAL: _NUMBERS,
    ColumnType.MONEY: _NUMBERS,
    ColumnType.PERCENT: _NUMBERS,
    ColumnType.BOOLEAN: frozenset({ColumnType.BOOLEAN}),
    ColumnType.DATE: frozenset({ColumnType.DATE}),
    ColumnType.DATETIME: frozenset({ColumnType.DATE, ColumnType.DATETIME}),
}


def person(column: Seen) -> int | None:
    """The place among the words for a person of the one that a column is called by: `EmployeeID`, `Seller`, `who`."""
    own = [word for word in words(column.name) if word not in KEYS]
    return WHO.index(own[0]) if len(own) == 1 and own[0] in WHO else None


def words(name: str) -> list[str]:
    """The words of a name in small letters: `OrderID`, `order id` and `order_id` have the same."""
    return list(_words(name))


@lru_cache(maxsize=4096)  # each column's name is held against every column of every standard table
def _words(name: str) -> tuple[str, ...]:
    name = name.replace("\N{NUMERO SIGN}", " no ")
    pairs = zip(name, f"{name[1:]} ", f"{name[2:]}  ", strict=True) if len(name) > 1 else [(name, " ", " ")]
    apart = "".join(f"{one} " if _breaks(one, two, three) else one for one, two, three in pairs)
    return tuple(word.casefold() for word in re.findall(r"[^\W_]+", apart))


def _breaks(one: str, two: str, three: str) -> bool:
    """Whether a new word begins behind the first letter: in `orderId`, and in `HTTPStatus` before the S."""
    return two.isupper() and (one.islower() or one.isdigit() or (one.isupper() and three.islower()))


def reads(wanted: ColumnType, column: Seen) -> bool:
    """Whether every cell of a column can be read as this type."""
    return not column.filled or column.type in _READS.get(wanted, frozenset(ColumnType))


def likest(table: Sighted) -> Likeness | None:
    """The standard table that a table is most like; None where it is like none."""
    found = (_likeness(table, standard) for standard in STANDARD.values())
    good = [each for each in found if each.score >= ENOUGH and _holds(each)]
    return max(good, key=lambda each: each.score, default=None)


def _holds(likeness: Likeness) -> bool:
    """Whether enough is there to be one: two columns, among them the key, or when and by whom it happened."""
    names, standard = {each.name for each in likeness.mapped}, likeness.standard
    parts = {leads_from(part) for part in (standard.at, standard.bearer)}
    return len(names) > 1 and (standard.key in names or parts <= names)


def leads_from(part: str | None) -> str | None:
    """The column that a part is, or by which it is reached: `order_id` for `order.placed_at`."""
    first, _, below = (part or "").partition(".")
    return f"{first}_id" if below else part


def _likeness(table: Sighted, standard: StandardTable) -> Likeness:
    """Half by the share of the table's columns that are like the standard's, half by the table's name."""
    mapped = tuple(_mapped(table, standard))
    share = sum(each.likeness for each in mapped) / max(1, len(table.columns))
    return Likeness(standard, (share + named_alike(table.stem, standard.name)) / 2, mapped)


def named_alike(stem: str, name: str) -> float:
    """How alike the names of two tables are, whatever their number; 0 where they only share letters."""
    own = [singular(word) for word in words(stem) if not word.isdigit()]
    if not own:
        return 0.0
    wanted = [singular(word) for word in words(name)]
    if own == wanted:
        return 1.0
    if _TABLES.get(own[-1]) == name:
        return 0.9
    return 0.6 if own[-1:] == wanted[-1:] and len(wanted) == 1 else 0.0


def _mapped(table: Sighted, standard: StandardTable) -> Iterator[Mapped]:
    """The likeliest pairs, each column once, in the standard's order."""
    pairs = [
        Mapped(column, name, alike, percent=kind is ColumnType.PERCENT)
        for column in table.columns
        for name, kind in standard.columns.items()
        if (alike := _alike(column, name, table.stem, standard)) >= LIKE and reads(kind, column)
    ]
    taken: dict[str, Mapped] = {}
    for pair in sorted(pairs, key=lambda each: -each.likeness):
        if pair.name not in taken and pair.column not in [each.column for each in taken.values()]:
            taken[pair.name] = pair
    if standard.at is not None and standard.at in standard.columns and standard.at not in taken:
        taken |= _only_moment(table, standard.at, taken)
    yield from (taken[name] for name in standard.columns if name in taken)


def _only_moment(table: Sighted, at: str, taken: Mapping[str, Mapped]) -> dict[str, Mapped]:
    """The one column of moments that is left is most likely when it happened, whatever it is called."""
    used = [each.column for each in taken.values()]
    left = [each for each in table.columns if each.filled and each.type in MOMENTS and each not in used]
    return {at: Mapped(left[0], at, LIKE)} if len(left) == 1 else {}


def _alike(column: Seen, name: str, stem: str, standard: StandardTable) -> float:
    """How alike two columns are: the first of these that holds."""
    row = [singular(word) for word in words(stem) if not word.isdigit()]
    own, entity = words(column.name), words(standard.entity)
    ours = [_WORDS.get(word, word) for word in own]
    wanted = [_WORDS.get(word, word) for word in name.split("_")]
    holds = {
        1.0: own == name.split("_"),
        0.95: ours == wanted,
        0.9: name == standard.key and column.unique and ours[-1:] == ["id"] and own[:-1] in ([], entity, row),
        0.85: (wanted[-1:] == ["id"] and ours == wanted[:-1])
        or (name == "name" and ours in (["full", "name"], [*entity, "name"])),
        0.8: name == standard.bearer and person(column) is not None,
    }
    sure = next((alike for alike, is_so in holds.items() if is_so), 0.0)
    return sure or max(_moment(ours, wanted, name, standard), _near(ours, wanted))


def _moment(ours: list[str], wanted: list[str], name: str, standard: StandardTable) -> float:
    """Likeness of two moments, whatever the word for day or time, or without one; a bare one is the table's own."""
    if not _MOMENT & {*wanted[-1:]}:
        return 0.0
    stem = [word for word in ours if word not in _MOMENT]
    if stem and stem == wanted[:-1]:
        return 0.9
    if stem == ours:
        return 0.0
    bare = not stem or stem in ([standard.entity], words(standard.entity))
    return 0.8 if name == standard.at and bare else 0.0


def _near(ours: list[str], wanted: list[str]) -> float:
    """Likeness by letters, for slips and endings; short words must be the same."""
    one, other = "_".join(ours), "_".join(wanted)
    if min(len(one), len(other)) <= SHORT:
        return 0.0
    matcher = SequenceMatcher(None, one, other)
    # The quick ratios are never below the true one, and most pairs are told apart by them.
    if matcher.real_quick_ratio() < NEAR or matcher.quick_ratio() < NEAR:
        return 0.0
    ratio = matcher.ratio()
    return 0.9 * ratio if ratio >= NEAR else 0.0

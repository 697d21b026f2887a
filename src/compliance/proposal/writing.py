"""The manifest as text: every key with what it means, every guess with why."""

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap

from compliance.model.finding import Window
from compliance.model.types import ColumnType
from compliance.proposal.entries import renamed, unmapped
from compliance.proposal.likeness import leads_from
from compliance.proposal.model import Mapped, Proposed, Seen, Sighted
from compliance.proposal.scalars import scalar, told
from compliance.reports.words import plural
from compliance.workspace.standard import EMPLOYEES

WIDTH = 116
TITLES = 30
_TELLING = frozenset({ColumnType.TEXT, ColumnType.INTEGER, ColumnType.ID})
_HEAD = """\
# Proposed by `compliance init --from`. What is guessed says so: read it before anybody is judged by it.
# `compliance check .` in this folder says what can be answered with it. An unknown key is an error.
"""
_ZONE = """\
# A guess: all times without an offset are local to this zone. Write for example Europe/Berlin.
timezone: UTC
"""
_TITLES = "# Titles as they are written, and the positions that rules speak of. Only this applies a rule to a title."
_PACKS = "The rules to judge by: own ones by path, such as ./rules, shipped ones by name: {names}."


def written(
    entries: Sequence[Proposed],
    organisation: str,
    packs: Sequence[str],
    *,
    period: Window | None = None,
    records: Window | None = None,
    titles: Sequence[str] = (),
) -> str:
    """The manifest; `period` where one has to be given, `records` the one that the records cover by themselves."""
    blocks = [
        _HEAD,
        f"# The name at the head of every report.\norganisation: {scalar(organisation)}\n",
        _ZONE,
        _period(period, records),
        "# Without a country, every Monday to Friday is a working day.\n# calendar: {country: DE}\n",
        _packs(packs),
        _positions(titles),
        "tables:\n" + "\n".join("".join(f"{line}\n" for line in _entry(each)) for each in entries),
    ]
    return "\n".join(blocks)


def _period(period: Window | None, records: Window | None) -> str:
    if period is not None:
        says = "# No record tells what to audit, so this is a guess: `to` is the first day after the period."
        return f"{says}\nperiod: {{from: {period.start.date()}, to: {period.end.date()}}}\n"
    says = "# What is audited; without it the whole months that the records cover"
    if records is None:
        return f"{says}.\n# period: {{from: 2026-01-01, to: 2026-04-01}}\n"
    return f"{says}, as here.\n# period: {{from: {records.start.date()}, to: {records.end.date()}}}\n"


def _packs(packs: Sequence[str]) -> str:
    known = _comment(
        f"The rules to judge by: own ones by path, such as ./rules, shipped ones by name: {', '.join(packs)}."
    )
    return "\n".join([*known, "# `compliance check . --pack NAME` tries one.", "packs: []", ""])


def _positions(titles: Sequence[str]) -> str:
    listed = [f"#  {scalar(told(each))}: the-position" for each in titles[:TITLES]]
    more = [f"#  and {plural(len(titles) - TITLES, 'other title')}"] if len(titles) > TITLES else []
    return "\n".join([_TITLES, "positions: {}", *listed, *more, ""])


# --- tables ---------------------------------------------------------------------------------


def _entry(entry: Proposed) -> Iterator[str]:
    yield from (f"  {line}" for line in _comment(_why(entry)))
    yield f"  {scalar(entry.name)}:"
    yield f"    source: {scalar(str(entry.table.source))}"
    yield from _notation(entry.table)
    yield from _mapping(entry)
    yield from _parts(entry)
    yield from _types(entry.types)
    yield from _formats(entry)
    yield from (f"    # {told(note)}" for note in entry.notes)


def _why(entry: Proposed) -> str:
    rows = plural(entry.table.rows, "row")
    if entry.like is None:
        return f"{rows}. A guess: a table of your own, since it is like no standard one."
    like = entry.like
    share = f"{len(like.mapped)} of {plural(len(entry.table.columns), 'column')}"
    return f"{rows}. A guess: the standard table {entry.name}, since {share} could be its own ({like.score:.0%} alike)."


def _notation(table: Sighted) -> Iterator[str]:
    given = {"delimiter": table.delimiter, "encoding": table.encoding, "decimal": table.decimal}
    signs = {"\t": '"\\t"'}
    yield from (f"    {key}: {signs.get(each) or scalar(each)}  # a guess" for key, each in given.items() if each)
    if table.header:
        yield f"    header: {table.header}  # a guess: what stands above it leaves most columns empty"
    if table.names:
        yield "    header: false  # a guess: a number or a date stands in the first line"
        yield f"    names: [{', '.join(table.names)}]  # name them as you like"


def _mapping(entry: Proposed) -> Iterator[str]:
    """The columns that have another name in the standard; the others that are not mapped keep their own."""
    if entry.like is None:
        return
    others = [each for each in entry.like.mapped if each.name != each.written]
    if others or entry.misread:
        yield "    columns:  # the standard's name: your column; each a guess by its name"
        yield from (f"      {each.name}: {scalar(each.written)}{_percent(each)}" for each in others)
        says = "not what the standard means by this name"
        yield from (f"      {renamed(name)}: {scalar(name)}  # {says}" for name in entry.misread)
    rest = [each.name for each in unmapped(entry)]
    if rest:
        names = ", ".join(map(told, rest))
        yield from (f"    {line}" for line in _comment(f"Not mapped, so under their own names: {names}."))
    there = {each.name for each in entry.like.mapped}
    parts = (entry.like.standard.key, entry.like.standard.at, entry.like.standard.bearer)
    missing = [name for name in dict.fromkeys(map(leads_from, parts)) if name and name not in there]
    if missing:
        yield f"    # Missing, and worth mapping: {', '.join(missing)}."


def _percent(mapped: Mapped) -> str:
    return "  # per cent are meant, and the column holds shares of 1" if mapped.hundredfold else ""


def _parts(entry: Proposed) -> Iterator[str]:
    if entry.strangers:
        yield f"    bearer: null  # {entry.bearer} would be it, but not one of its ids is an {EMPLOYEES}.employee_id"
    if entry.like is not None:
        return
    says = {
        "key": (entry.key, "a guess: it differs in every row", "what tells one row from another"),
        "at": (entry.at, "a guess: when it happened", "when it happened"),
        "bearer": (None if entry.strangers else entry.bearer, "a guess: who did it", "who did it"),
    }
    for part, (name, guess, meaning) in says.items():
        if name is not None:
            yield f"    {part}: {scalar(name)}  # {guess}"
        elif not (part == "bearer" and entry.strangers):
            yield f"    # {part}: ...  # {meaning}; {_nothing_like(part, entry.table)}"


def _nothing_like(part: str, table: Sighted) -> str:
    """Why no column is proposed; names in a language that nobody here knows may still be of a key."""
    single = [each.name for each in table.columns if each.unique and each.type in _TELLING] if part == "key" else []
    if not single:
        return "no column looks like it"
    return f"none is called so, but of {' and '.join(single[:2])} every cell is another"


def _types(types: Mapping[str, ColumnType]) -> Iterator[str]:
    if types:
        yield "    types:  # a guess by the cells"
        yield from (f"      {scalar(name)}: {kind.value}" for name, kind in types.items())


def _formats(entry: Proposed) -> Iterator[str]:
    dated = [each for each in entry.table.columns if each.forms]
    if dated:
        yield "    format:  # a guess by the cells"
        yield from (f'      {scalar(each.name)}: "{each.forms[0]}"{_doubt(each)}' for each in dated)


def _doubt(column: Seen) -> str:
    return f'  # "{column.forms[1]}" would fit, too' if len(column.forms) > 1 else ""


def _comment(text: str) -> Iterator[str]:
    yield from (f"# {line}" for line in wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False))

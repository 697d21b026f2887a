"""A check as text: what can't be answered first, then what is missing, odd and read; the summary last."""

from collections.abc import Iterable, Iterator

from compliance.check.model import Answer, Check, ColumnSeen, RuleSeen, TableSeen, Unlock
from compliance.model.printable import printable
from compliance.reports.ink import ink
from compliance.reports.words import plural

CELL = 24
"""So many characters of a cell are shown."""
NOTHING = "\N{EN DASH}"
CAUSES = 8
PLACES = 3
NAMED = 5
"""So many rules are named for a thing that is missing."""


def render(check: Check, *, colour: bool = False, width: int | None = None) -> str:
    """Plain lines, cut to the width of a terminal where there is one; the last line is the summary."""
    blocks = (
        _head(check),
        _rules("Can't be answered", check.answered(Answer.NONE)),
        _rules("Can be answered in part", check.answered(Answer.PART)),
        _whole(check),
        _unlocks(check.unlocks),
        _titles(check),
        _oddities(check),
        *map(_table, check.tables),
        [summary(check)],
    )
    written = (_block(list(lines), colour=colour, width=width) for lines in blocks)
    return "\n\n".join(block for block in written if block) + "\n"


def summary(check: Check) -> str:
    """One line: tables, rules by answer, titles and oddities."""
    answers = ", ".join(f"{len(check.answered(answer)):,} {answer}" for answer in Answer)
    oddities = "1 oddity" if len(check.oddities) == 1 else f"{len(check.oddities):,} oddities"
    titles = plural(len(check.titles), "unmapped title")
    return f"{plural(len(check.tables), 'table')}, {plural(len(check.rules), 'rule')}: {answers}; {titles}, {oddities}"


def _block(lines: list[str], *, colour: bool, width: int | None) -> str:
    """Lines below a heading."""
    cut = [line if width is None or len(line) <= width else f"{line[: width - 1]}…" for line in lines]
    return "\n".join([*(ink(line, "strong", on=colour) for line in cut[:1]), *cut[1:]])


def _head(check: Check) -> Iterator[str]:
    yield printable(check.organisation)
    if check.period is None or check.as_of is None:
        yield "period  none: no record has a time, and the manifest gives none"
        return
    yield f"period  {check.period}"
    yield f"as of   {check.as_of.isoformat(sep=' ', timespec='minutes')}"


def _rules(heading: str, rules: Iterable[RuleSeen]) -> Iterator[str]:
    listed = list(rules)
    if not listed:
        return
    yield f"{heading}: {plural(len(listed), 'rule')}"
    for rule in listed:
        yield f"  {rule.rule}  {printable(rule.title)}"
        causes = list(rule.causes.items())
        whole = rule.answer is Answer.NONE
        yield from (f"      {'' if whole else f'{count:,}  '}{printable(cause)}" for cause, count in causes[:CAUSES])
        if len(causes) > CAUSES:
            yield f"      and {plural(len(causes) - CAUSES, 'other cause')}"


def _whole(check: Check) -> Iterator[str]:
    rules = check.answered(Answer.WHOLE)
    if not rules:
        return
    yield f"Can be answered: {plural(len(rules), 'rule')}"
    for rule in rules:
        yield f"  {rule.rule}" + ("  looks at nothing: nobody owes it, and no record is like this" if rule.idle else "")


def _unlocks(unlocks: Iterable[Unlock]) -> Iterator[str]:
    listed = list(unlocks)
    if not listed:
        return
    yield "What is missing, and what would let most rules be answered"
    wide = max(len(each.what) for each in listed)
    for each in listed:
        more = [rule for rule in each.needed_by if rule not in each.unlocks]
        parts = [f"answers {_named(each.unlocks)}"] if each.unlocks else []
        parts += [f"needed among others by {_named(more)}"] if more else []
        yield f"  {printable(each.what):<{wide}}  {'; '.join(parts)}"


def _named(rules: Iterable[str]) -> str:
    listed = list(rules)
    more = f" and {len(listed) - NAMED} more" if len(listed) > NAMED else ""
    return f"{plural(len(listed), 'rule')} ({', '.join(listed[:NAMED])}{more})"


def _titles(check: Check) -> Iterator[str]:
    if not check.titles:
        return
    yield "Titles that no rule names: map them under `positions` if a rule means them"
    for each in check.titles:
        yield f"  {printable(each.title)}  ({plural(each.rows, 'row')} of {each.table})"


def _oddities(check: Check) -> Iterator[str]:
    if not check.oddities:
        return
    yield "What looks odd"
    for each in check.oddities:
        yield f"  {printable(each.says)}"
        yield f"      {printable(each.help)}"


# --- tables ---------------------------------------------------------------------------------


def _table(table: TableSeen) -> Iterator[str]:
    account = table.account
    repeated = f" ({account.repeated:,} repeated)" if account.repeated else ""
    yield f"Table {account.table}, from {printable(table.source)}"
    yield f"  {account.read:,} read = {account.accepted:,} accepted + {account.rejected:,} rejected{repeated}"
    yield from (f"      {count:,}  {printable(reason)}" for reason, count in account.reasons.items())
    yield from (f"         {printable(place)}" for place in account.rejects[:PLACES])
    yield f"  key {' / '.join(table.key) or 'none'}, at {table.at or 'none'}, bearer {table.bearer or 'none'}"
    yield from _columns([_cells(column) for column in table.columns])


def _cells(column: ColumnSeen) -> tuple[str, ...]:
    """A column's name, type and teller, and what the first rows hold."""
    first = (NOTHING if cell is None else _short(printable(cell)) for cell in column.first)
    return printable(column.name), column.type.value, column.told.value, *first


def _short(cell: str) -> str:
    return cell if len(cell) <= CELL else f"{cell[: CELL - 1]}…"


def _columns(rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Rows of cells, each column as wide as its widest cell."""
    sizes = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    for row in rows:
        yield "  " + "  ".join(f"{cell:<{size}}" for cell, size in zip(row, sizes, strict=True)).rstrip()

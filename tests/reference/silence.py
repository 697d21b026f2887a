"""Silence: the working days on which a table with a heartbeat has no row at all."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from tests.reference.days import Span, each_day
from tests.reference.expressions import Tree, parse, unrolled, work_out
from tests.reference.people import appointment, employed
from tests.reference.records import Record, held, unreadable
from tests.reference.world import Rule, Table, Value, World, day_of


def silent(world: World, block: Rule, bearer: str | None, span: Span, *, did: str | None = None) -> bool:
    """Whether the block's table was silent on a working day of the span on which the bearer was employed.

    Where nobody answers, the department is that of who `did` the act.
    """
    table = world.tables[block["of"]]
    if not table.heartbeat:
        return False
    watched = [
        day for day in each_day(*span) if world.days.working(day) and (bearer is None or employed(world, bearer, day))
    ]
    rows = _by_day(world, table.name, block.get("where"))
    return any(_still(world, table, bearer or did, day, rows.get(day, ())) for day in watched)


@lru_cache(maxsize=20)
def _by_day(world: World, name: str, where: str | None) -> Mapping[date, list[Record]]:
    """The rows with the values that the rule fixes; what a rejected row doesn't tell may be one of them."""
    found: dict[date, list[Record]] = {}
    for each in (*held(world, name), *unreadable(world, name)):
        if each.at and _fits(world.tables[name], where, each, day_of(each.at)):
            found.setdefault(day_of(each.at), []).append(each)
    return found


def _fits(table: Table, where: str | None, row: Record, day: date) -> bool:
    fixed = _fixed(where, Record(row.world, {}, on=day))
    return all(_may_be(row, row.row.get(name), values) for name, values in fixed.items() if name in table.by)


def _still(world: World, table: Table, person: str | None, day: date, rows: Sequence[Record]) -> bool:
    """Whether nobody wrote anything on a day, or nobody of the person's department where it goes by that."""
    own = appointment(world, person, day, "department") if person and "department" in table.by else None
    return not (rows if own is None else [row for row in rows if _may_be(row, row.value("bearer.department"), [own])])


def _may_be(row: Record, value: Value, wanted: Sequence[Value]) -> bool:
    return value in wanted or (row.rejected and value is None)


def _fixed(where: str | None, seen: Record) -> Mapping[str, list[Value]]:
    """The values that a condition fixes by `=` or `in`, joined by `and` at its top; of a parameter those of the day."""
    found: dict[str, list[Value]] = {}
    for name, parts in _conjuncts(parse(where)) if where else ():
        values = list(unrolled([work_out(part, seen) for part in parts]))
        found[name] = [each for each in values if each in found.get(name, values)]
    return found


def _conjuncts(tree: Tree) -> list[tuple[str, list[Tree]]]:
    match tree:
        case ("and", left, right):
            return [*_conjuncts(left), *_conjuncts(right)]
        case ("=", ("name", column), part) if _is_told(part):
            return [(column, [part])]
        case ("in", ("name", column), *parts) if all(map(_is_told, parts)):
            return [(column, parts)]
    return []


def _is_told(tree: Tree) -> bool:
    """Whether a rule says a value itself, or names the parameter that does."""
    return tree[0] == "value" or (tree[0] == "name" and str(tree[1]).startswith(":"))

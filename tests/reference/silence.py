"""Silence: the working days on which a table with a heartbeat has no row at all."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from tests.reference.days import Span, each_day
from tests.reference.expressions import Tree, parse
from tests.reference.people import appointment, employed
from tests.reference.records import Record, held, unreadable
from tests.reference.world import Rule, Table, Value, World, day_of


def silent(world: World, block: Rule, bearer: str | None, span: Span) -> bool:
    """Whether the block's table was silent on a working day of the span on which the bearer was employed."""
    table = world.tables[block["of"]]
    if not table.heartbeat:
        return False
    watched = [
        day for day in each_day(*span) if world.days.working(day) and (bearer is None or employed(world, bearer, day))
    ]
    rows = _of_kinds(table, block, _by_day(world, table.name))
    return any(_still(world, table, bearer, day, rows.get(day, ())) for day in watched)


@lru_cache(maxsize=20)
def _by_day(world: World, name: str) -> Mapping[date, list[Record]]:
    found: dict[date, list[Record]] = {}
    for each in (*held(world, name), *unreadable(world, name)):
        if each.at:
            found.setdefault(day_of(each.at), []).append(each)
    return found


def _of_kinds(table: Table, block: Rule, days: Mapping[date, list[Record]]) -> Mapping[date, list[Record]]:
    """The rows with the values that the rule fixes; what a rejected row doesn't tell may be one of them."""
    fixed = {name: values for name, values in _fixed(block.get("where")).items() if name in table.by}
    if not fixed:
        return days
    return {
        day: [row for row in rows if all(_may_be(row, row.row.get(name), fixed[name]) for name in fixed)]
        for day, rows in days.items()
    }


def _still(world: World, table: Table, bearer: str | None, day: date, rows: Sequence[Record]) -> bool:
    """Whether nobody wrote anything on a day, or nobody of the bearer's department where it goes by that."""
    own = appointment(world, bearer, day, "department") if bearer and "department" in table.by else None
    return not (rows if own is None else [row for row in rows if _may_be(row, row.value("bearer.department"), [own])])


def _may_be(row: Record, value: Value, wanted: Sequence[Value]) -> bool:
    return value in wanted or (row.rejected and value is None)


def _fixed(where: str | None) -> Mapping[str, list[Value]]:
    """The values that a condition fixes by `=` or `in`, joined by `and` at its top."""
    found: dict[str, list[Value]] = {}
    for name, values in _conjuncts(parse(where)) if where else ():
        found[name] = [each for each in values if each in found.get(name, values)]
    return found


def _conjuncts(tree: Tree) -> list[tuple[str, list[Value]]]:
    match tree:
        case ("and", left, right):
            return [*_conjuncts(left), *_conjuncts(right)]
        case ("=", ("name", column), ("value", value)):
            return [(column, [value])]
        case ("in", ("name", column), *parts):
            return [(column, [part[1] for part in parts if part[0] == "value"])]
    return []

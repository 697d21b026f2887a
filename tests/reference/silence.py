"""Silence: the working days on which a table with a heartbeat has no row at all."""

from collections.abc import Mapping

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
    spoken = {day_of(each.at) for each in _rows(world, block, table, bearer) if each.at}
    return any(
        world.days.working(day) and day not in spoken and (bearer is None or employed(world, bearer, day))
        for day in each_day(*span)
    )


def _rows(world: World, block: Rule, table: Table, bearer: str | None) -> list[Record]:
    rows = [*held(world, table.name), *unreadable(world, table.name)]
    for column in table.by:
        if column == "department":
            rows = [each for each in rows if _department(each) == _of(world, bearer, each)]
        elif column in (fixed := _fixed(block.get("where"))):
            rows = [each for each in rows if each.row.get(column) in fixed[column]]
    return rows


def _department(record: Record) -> Value:
    return record.value("bearer.department")


def _of(world: World, bearer: str | None, record: Record) -> Value:
    on = day_of(record.at or world.as_of)
    return appointment(world, bearer, on, "department") if bearer else None


def _fixed(where: str | None) -> Mapping[str, list[Value]]:
    """The values that a condition fixes by `=` or `in`, joined by `and` at its top."""
    return dict(_conjuncts(parse(where))) if where else {}


def _conjuncts(tree: Tree) -> list[tuple[str, list[Value]]]:
    match tree:
        case ("and", left, right):
            return [*_conjuncts(left), *_conjuncts(right)]
        case ("=", ("name", column), ("value", value)):
            return [(column, [value])]
        case ("in", ("name", column), *parts):
            return [(column, [part[1] for part in parts if part[0] == "value"])]
    return []

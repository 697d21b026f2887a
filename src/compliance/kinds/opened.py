"""Opening a block: the names of its table's records, and when each of them happened."""

from sqlglot import exp

from compliance.kinds.base import Desk
from compliance.kinds.readings import BASE, Reading
from compliance.kinds.scopes import RecordScope
from compliance.language.blocks import Block
from compliance.language.expressions import TYPE_IT
from compliance.language.values import Family, Typed, in_words, literal
from compliance.sql import col, expression

Loc = tuple[str | int, ...]
ONE_TYPE = "match columns of one type; `types` in the manifest says what a column holds"
"""The advice where two columns that have to be equal can never be."""
# A text beside whole numbers: '7' is 7, while '007' and 'x' are none of them, and known to be none.
WHOLE = """
    case when cast(try_cast(:v as bigint) as varchar) = :v then try_cast(:v as bigint) when :v is not null then 0.5 end
"""


def as_kept(value: Typed, key: Typed) -> Typed:
    """A value as the column keeps it that has to be equal: a key is text, though it looks like a number elsewhere."""
    if key.family is Family.TEXT:
        return in_words(value)
    if key.family is Family.NUMBER and key.scale == 0 and value.family is Family.TEXT:
        return Typed(expression(WHOLE, v=value.sql), Family.NUMBER)
    return value


def paired(desk: Desk, loc: Loc, pair: tuple[str, str], value: Typed, key: Typed) -> Typed:
    """A value as it is equal to the other column of a pair that `match` names; two that never can be are a mistake."""
    value = as_kept(value, key)
    if Family.NULL not in {value.family, key.family} and value.family is not key.family:
        own, other = pair
        says = f"`{own}` is {value.family.value}, `{other}` is {key.family.value}"
        desk.problem(loc, says, ONE_TYPE, key=True)
    return value


def record_scope(
    desk: Desk, name: str, loc: Loc, at: str | None = None, *, timed: bool = True, states: bool = False
) -> RecordScope | None:
    """The names of a table's records; None where nobody knows the table. `at` is a block's own column of time.

    Of a history the state of `as_of` is read, with `states` every one.
    """
    found = desk.table(name, (*loc, "of"), timed=timed and at is None)
    if found is None:
        return None
    table, present = found
    ground = desk.ground
    nothing = Reading(table, ground.as_of, desk.number, 0)
    reading = ground.reading(desk.number, table, states=states) if present else nothing
    moment = col("_at", BASE) if table.has_at else literal(desk.ground.as_of).sql
    bearer = col("_bearer", BASE)
    scope = RecordScope(ground, desk.prefix, desk.needs, _day(moment), table, present, reading, bearer)
    scope.moment, scope.timed, scope.day_only = moment, table.has_at, table.at_is_date
    scope.utc = col("_instant", BASE) if table.has_at else None
    # The table's own time, written out, is still the one of which intake keeps the instant.
    own = at is None or (at == table.at and not table.ahead)
    return scope if own else _timed(desk, scope, at or "", (*loc, "at"))


def _timed(desk: Desk, scope: RecordScope, at: str, loc: Loc) -> RecordScope:
    """The scope with another column for the time; what happened after `as_of` is not seen."""
    value = desk.expression(at, scope, loc)
    if value.family not in {Family.DATE, Family.DATETIME, Family.NULL}:
        desk.problem(
            loc, f"`at` is a date or datetime, not {value.family.value}", TYPE_IT if value.family is Family.TEXT else ""
        )
    moment = exp.Cast(this=value.sql, to=exp.DataType.build("TIMESTAMP"))
    as_of, seen = literal(desk.ground.as_of).sql, "case when :m <= :as_of then :it end"
    scope.moment = expression(seen, m=moment, as_of=as_of, it=moment)
    scope.utc = None if value.instant is None else expression(seen, m=moment, as_of=as_of, it=value.instant)
    scope.known = expression("coalesce(:m <= :as_of, true)", m=moment, as_of=as_of)
    scope.timed, scope.day_only, scope.day = True, value.family is Family.DATE, _day(scope.moment)
    return scope


def needs_time(desk: Desk, scope: RecordScope, loc: Loc, advice: str) -> None:
    """Note where records have no time, neither the block's own nor their table's."""
    if not scope.timed:
        desk.needs_time(scope.table, loc, advice)


def _day(moment: exp.Expr) -> exp.Expr:
    return expression("cast(:at as date)", at=moment)


def unmatched(desk: Desk, block: Block, *loc: str | int) -> None:
    """Refuse a `match` where there is no other record to belong to."""
    if block.match:
        says = "`match` ties records to those of another block, and there is none"
        desk.problem((*loc, "match"), says, key=True)

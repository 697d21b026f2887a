"""Keys: what ties a record to a duty, its bearer or what it shares with an entity."""

from collections.abc import Iterable
from typing import TypeAlias

from sqlglot import exp

from compliance.kinds.base import Desk
from compliance.kinds.duties import bearer_of
from compliance.kinds.entities import Entities
from compliance.kinds.opened import Loc
from compliance.kinds.scopes import RecordScope
from compliance.language.blocks import NOBODY, Block
from compliance.language.moments import day
from compliance.language.values import Family, Typed

# Pairs of a record's value, as a column of its pass, and the duty's column that must be equal.
Keys: TypeAlias = tuple[tuple[exp.Expr, str], ...]


def keys(
    desk: Desk, block: Block, scope: RecordScope, each: Entities | None, loc: Loc, *, beside: bool = False
) -> Keys:
    """The keys of a block's records; `beside` allows none, where a condition ties them to the entity."""
    own = ((scope.reading.want(bearer_of(desk, scope)).sql, "bearer"),) if of_the_bearer(desk, each) else ()
    if each is None:
        return own
    for cause in () if block.match else each.lacks:
        desk.needs.lack(cause)
    shared = _given(desk, block, scope, each, loc) if block.match else _equal(scope, each.matches())
    if not shared and not beside and not each.whole:
        says = "nothing says which records belong to which entity"
        # A kind's own records are missed under `for_each`, those of a second measure where it stands.
        desk.problem((*loc, "for_each") if len(loc) == 1 else loc, says, "add `match`", key=True)
    return (*shared, *own)


def of_the_bearer(desk: Desk, each: Entities | None) -> bool:
    """Whether only the bearer's own records count: always, but for an entity's owner, for whom anybody's do."""
    if each is None:
        return True
    return not each.owned and desk.bearer is not None and desk.bearer.who != NOBODY


def _equal(scope: RecordScope, matches: Iterable[tuple[str, str]]) -> Keys:
    """Equal key columns; a standard one that the source lacks leaves the rule undetermined."""
    told = ((scope.told(own), name) for own, name in matches)
    return tuple((scope.reading.want(value).sql, name) for value, name in told if value is not None)


def _given(desk: Desk, block: Block, scope: RecordScope, each: Entities, loc: Loc) -> Keys:
    found: list[tuple[exp.Expr, str]] = []
    for own, other in block.match.items():
        value = desk.expression(own, scope, (*loc, "match"))
        path = tuple(other.split("."))
        entity = desk.guarded((*loc, "match", own), lambda path=path: each.each(path))  # type: ignore[misc]
        if isinstance(entity, Typed):
            if entity.family is Family.DATE and value.family is Family.DATETIME:
                value = day(value)
            if Family.NULL not in {value.family, entity.family} and value.family is not entity.family:
                says = f"`{own}` is {value.family.value}, `{other}` is {entity.family.value}"
                desk.problem((*loc, "match", own), says, "match columns of one type", key=True)
            found.append((scope.reading.want(value).sql, each.key(path) or entity.sql.name))
    # A value of a column is the record's own, whatever else `match` says of it.
    return (*found, *_equal(scope, (pair for pair in each.shown() if pair[0] not in block.match)))

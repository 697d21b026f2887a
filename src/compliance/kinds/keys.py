"""Keys: what ties a record to a duty, its bearer or what it shares with an entity."""

from collections.abc import Collection, Iterable
from typing import TypeAlias

from sqlglot import exp

from compliance.kinds.base import Desk
from compliance.kinds.duties import bearer_of
from compliance.kinds.entities import Entities, Part
from compliance.kinds.opened import ONE_TYPE, Loc, as_kept, paired
from compliance.kinds.scopes import RecordScope
from compliance.language.blocks import NOBODY, Block
from compliance.language.moments import MOMENTS, day
from compliance.language.values import Family, Typed

NAMELESS = frozenset({"code", "guid", "id", "key", "no", "nr", "number", "uuid"})
"""Names of keys that do not say of what: two tables may have them, and hold nothing in common."""
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
    shared = _given(desk, block, scope, each, loc) if block.match else equal_keys(desk, scope, each.parts, loc)
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


def equal(
    desk: Desk, scope: RecordScope, parts: Iterable[Part], loc: Loc, beside: Collection[str] = ()
) -> tuple[tuple[Typed, str], ...]:
    """What of a record must equal which key column; a standard one that the source lacks leaves it undetermined.

    Of a key of several columns a record has all, or says nothing of the entity. What stands in `beside` is matched.
    """
    found: list[tuple[Typed, str]] = []
    for part in parts:
        named = ((_naming(scope, part, own), name) for own, name in part.matches if own not in beside)
        told = [(own, scope.told(own), name) for own, name in named]
        if part.apart and any(value is None for _, value, _ in told):
            continue
        known = ((own, value, name) for own, value, name in told if value is not None)
        found += [(_alike(desk, value, part.values.get(name), (*loc, own)), name) for own, value, name in known]
    return tuple(found)


def _naming(scope: RecordScope, part: Part, own: str) -> str:
    """The column that names the entity: its key's, or what leads there where each table calls its key `id`."""
    table = scope.table
    if table.name == part.table or table.key_columns != (own,) or own.lower() not in NAMELESS:
        return own
    leading = [name for name, target in table.refs.items() if target == part.table]
    return leading[0] if len(leading) == 1 else own


def _alike(desk: Desk, value: Typed, key: Typed | None, loc: Loc) -> Typed:
    """A record's value beside a key: keys are text, though all that a source holds of them may look like numbers."""
    family = key.family if key is not None else Family.TEXT
    if family is value.family or Family.NULL in {family, value.family}:
        return value
    if family is Family.TEXT and (value.family is not Family.NUMBER or value.scale == 0):
        return Typed(exp.cast(value.sql, "VARCHAR"), Family.TEXT)
    if key is not None and (told := as_kept(value, key)) is not value:
        return told
    if family is Family.DATE and value.family is Family.DATETIME:
        return day(value)
    says = f"`{loc[-1]}` is {value.family.value} here, and {family.value} where it is a key"
    desk.problem(loc[:-1], says, ONE_TYPE, key=True)
    return value


def equal_keys(desk: Desk, scope: RecordScope, parts: Iterable[Part], loc: Loc, beside: Collection[str] = ()) -> Keys:
    """The same as keys of the record's pass."""
    return tuple((scope.reading.want(value).sql, name) for value, name in equal(desk, scope, parts, loc, beside))


def _given(desk: Desk, block: Block, scope: RecordScope, each: Entities, loc: Loc) -> Keys:
    found: list[tuple[exp.Expr, str]] = []
    for own, other in block.match.items():
        value = desk.expression(own, scope, (*loc, "match"))
        path = tuple(other.split("."))
        entity = desk.guarded((*loc, "match", own), lambda path=path: each.each(path))  # type: ignore[misc]
        if isinstance(entity, Typed):
            if {entity.family, value.family} == MOMENTS:
                value, entity = day(value), each.each(path, day)
            value = paired(desk, (*loc, "match", own), (own, other), value, entity)
            found.append((scope.reading.want(value).sql, each.key(path) or entity.sql.name))
    # A value of a column is the record's own, whatever else `match` says of it.
    shown = (part for part in each.parts if part.kept)
    return (*found, *equal_keys(desk, scope, shown, loc, block.match))

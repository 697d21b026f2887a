"""`for_each` on its way to entities: each of its parts, a block, a list or columns, as a query."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from sqlglot import exp

from compliance.kinds.base import Desk
from compliance.kinds.entities import Entities, Part
from compliance.kinds.linked import asked
from compliance.kinds.opened import Loc, record_scope
from compliance.kinds.readings import BEGUN, STATE
from compliance.kinds.scopes import OwedScope, RecordScope
from compliance.language.blocks import NOBODY, Each, ParameterRef
from compliance.language.scope import UnknownName
from compliance.language.values import Family, Typed, literal
from compliance.sql import all_of, col, expression, named, nothing, relation, text
from compliance.workspace.standard import STANDARD
from compliance.yamldoc import did_you_mean

DEFAULT_OWNER = "owner_id"
CREATED = ("created_at", "hired_on")


def entities(desk: Desk, for_each: Sequence[Each], records: RecordScope, counts: Typed, loc: Loc) -> Entities | None:
    """Plan the parts of `for_each`; None where one can't be planned."""
    parts = []
    for index, each in enumerate(for_each):
        place = (*loc, index) if len(for_each) > 1 else loc
        if each.of is not None:
            part = _block(desk, each, index, place)
        elif each.item is not None:
            part = _list(desk, each, index, place)
        else:
            part = _columns(desk, each, index, records, counts, place)
        if part is None:
            return None
        parts.append(part)
    table = next((part.table for part in parts if part.table), records.table.name)
    found = Entities(tuple(parts), table, rostered=desk.ground.rostered)
    return found if desk.owner is None else replace(found, owner=_named_owner(desk, found))


def _named_owner(desk: Desk, found: Entities) -> exp.Expr:
    """Whom `who` names of an entity, from the columns that it keeps."""
    # An entity has no day of its own: a parameter has the value of the audit's first.
    names = OwedScope(
        desk.ground, desk.prefix, desk.needs, literal(desk.ground.period.start.date()).sql, "o", found.each
    )
    assert desk.owner is not None  # noqa: S101 asked before
    return desk.expression(desk.owner, names, ("bearer", "who"), Family.TEXT).sql


def nobodys(desk: Desk, records: RecordScope) -> Entities | None:
    """What a rule without `for_each` asks for where nobody owes it (`who: none`): one duty over all records."""
    if desk.bearer is None or desk.bearer.who != NOBODY:
        return None

    def base(extra: Sequence[exp.Expr]) -> exp.Select:
        columns = [named(nothing("VARCHAR"), "key"), named(nothing("VARCHAR"), "owner")]
        return exp.select(*columns, named(_since(None), "since"), named(_since(None), "until"), *extra)

    return Entities((Part(0, records.table.name, base, lambda path: _known({}, path), whole=True),), records.table.name)


def _block(desk: Desk, each: Each, number: int, loc: Loc) -> Part | None:
    table, _ = desk.ground.table(each.of or "")
    stated = table is not None and table.valid_from is not None
    scope = record_scope(desk, each.of or "", loc, each.at, states=stated)
    if scope is None:
        return None
    told = asked(desk, each, scope, loc)
    reading = scope.reading
    counts = reading.want(Typed(told.stands, Family.BOOLEAN)).sql
    key = reading.technical("_key").sql
    owner = _owner(desk, each, scope, loc)
    columns = [named(key, "key"), named(reading.want(owner).sql if owner else exp.null(), "owner")]
    columns.append(named(_since(_came_to_be(each, scope)), "since"))
    columns.append(named(_since(None), "until"))
    columns += [named(reading.state(name).sql, f"state{name}") for name in STATE] if stated else []
    columns += [named(reading.want(Typed(told.open, Family.BOOLEAN)).sql, "open")] if told.open is not None else []
    reading.only(told.stands)

    def base(extra: Sequence[exp.Expr]) -> exp.Select:
        query = exp.select(*columns, *extra).from_(relation(reading.name))
        return query.where(exp.Not(this=col("_rejected")), expression("coalesce(:c, false)", c=counts))

    def column(path: tuple[str, ...]) -> Typed:
        return reading.want(scope.column(path))

    keys, lacks = scope.table.key_columns, desk.ground.keyless(scope.table) or ""
    own = keys[0] if len(keys) == 1 else STANDARD[scope.table.name].key if lacks else ""
    apart = {f"key {number} {name}": reading.want(scope.column((name,))) for name in keys if not own}
    columns += [named(value.sql, name) for name, value in apart.items()]
    matches = ((own, f"key {number}"),) if own else tuple(zip(keys, apart, strict=True))
    return Part(
        number,
        scope.table.name,
        base,
        column,
        matches,
        own,
        lacks,
        owned=owner is not None,
        stated=stated,
        opens=told.open is not None,
        called=partial(desk.ground.renamed, scope.table.name, own),
        apart=tuple(apart),
        values=apart,
    )


def _came_to_be(each: Each, scope: RecordScope) -> exp.Expr | None:
    """From when on an entity is there; None: for all we know it always was.

    A state that began within a window makes nothing new of what has it; a record without a time has not happened.
    """
    since = next((scope.column((name,)) for name in CREATED if name in scope.table.columns), None)
    created = scope.reading.want(since).sql if since is not None else None
    if scope.table.valid_from is not None and each.at is None:
        return created if created is not None else scope.reading.state(BEGUN).sql
    if not scope.timed:
        return created
    happened = expression("coalesce(:at, timestamp '9999-12-31')", at=scope.happened_at.sql)
    if created is None:
        return happened
    if each.at is not None:
        return expression("greatest(:c, :h)", c=created, h=happened)
    return expression(
        "case when :at is null then :h else coalesce(:c, :h) end", at=scope.happened_at.sql, c=created, h=happened
    )


def _since(value: exp.Expr | None) -> exp.Expr:
    return expression("cast(:v as timestamp)", v=value if value is not None else exp.null())


def _owner(desk: Desk, each: Each, scope: RecordScope, loc: Loc) -> Typed | None:
    """Who owns an entity; where the rule says that nobody owes, no owner does either."""
    nobody = desk.bearer is not None and desk.bearer.who == NOBODY
    if each.owner is not None:
        owner = desk.expression(each.owner, scope, (*loc, "owner"), Family.TEXT)
        return None if nobody else owner
    # One that lacks is nobody's choice: it is noted.
    if not nobody and desk.ground.knows(scope.table, DEFAULT_OWNER):
        owner = scope.column((DEFAULT_OWNER,))
        return owner if owner.family is Family.TEXT else Typed(exp.cast(owner.sql, "VARCHAR"), Family.TEXT)
    return None


def _list(desk: Desk, each: Each, number: int, loc: Loc) -> Part | None:
    """The members of a list; those of a parameter are owed for in windows that begin while they stand in it."""
    stretches = _stretches(desk, each, (*loc, "item"))
    if not any(members for _, _, members in stretches):
        desk.problem((*loc, "item"), "the list is empty", "name at least one member")
        return None
    families = sorted({member.family for _, _, members in stretches for member in members})
    if len(families) > 1:
        says = f"the members are {' and '.join(families)}, and can't be compared with the same"
        desk.problem((*loc, "item"), says, "put a number between words into quotes")
        return None
    rows = [
        (exp.cast(member.sql, "VARCHAR"), member.sql, literal(since).sql, literal(until).sql)
        for since, until, members in stretches
        for member in members
    ]
    values = exp.values(rows, alias="v", columns=["key", "item", "listed_from", "listed_to"])

    def base(extra: Sequence[exp.Expr]) -> exp.Select:
        owner = nothing("VARCHAR")
        columns = [named(owner, "owner"), named(_since(col("listed_from", "v")), "since")]
        columns.append(named(_since(col("listed_to", "v")), "until"))
        return exp.select(col("key", "v"), *columns, *extra).from_(values.copy())

    first = next(members for _, _, members in stretches if members)
    scale = max(member.scale for _, _, members in stretches for member in members)
    item = Typed(col("item", "v"), first[0].family, scale)
    written = [member.sql.sql() for _, _, members in stretches for member in members]
    again = len(written) > len({*written})
    return Part(number, None, base, lambda path: _known({each.named: item}, path), returning=again)


def _stretches(desk: Desk, each: Each, loc: Loc) -> list[tuple[date | None, date | None, tuple[Typed, ...]]]:
    """The members from when to when; a member that stays in the list is there once."""
    if not isinstance(each.item, ParameterRef):
        return [(None, None, tuple(literal(member) for member in each.item or ()))]
    known, name = desk.ground.parameters, each.item.parameter
    try:
        listed = known.listed(known.full_name(name, desk.prefix))
    except UnknownName as unknown:
        desk.problem((*loc, "parameter"), unknown.says, did_you_mean(name, unknown.known) or unknown.help)
        return []
    found: list[tuple[date | None, date | None, Typed]] = []
    for since, until, members in listed:
        for member in members:
            before = next((one for one in found if one[1] == since and since and one[2].sql == member.sql), None)
            if before is not None:
                found.remove(before)
            found.append((before[0] if before else since, until, member))
    return [(since, until, (member,)) for since, until, member in found]


def _columns(  # noqa: PLR0917 all that a part is made of
    desk: Desk, each: Each, number: int, records: RecordScope, counts: Typed, loc: Loc
) -> Part | None:
    """The distinct values of columns in the block's own records, each known from its first record on."""
    reading = records.reading
    found = [(name, _column(desk, name, records, (*loc, index))) for index, name in enumerate(each.columns)]
    if any(value is None for _, value in found):
        return None
    values = {name: reading.want(value) for name, value in found if value is not None}
    at = records.happened_at.sql if records.timed else None
    key = text("")
    for index, value in enumerate(values.values()):
        written = exp.cast(value.sql.copy(), "VARCHAR")
        key = written if index == 0 else expression(":a || ' / ' || :b", a=key, b=written)
    first = expression("min(cast(:at as timestamp))", at=at if at is not None else exp.null())
    # A record without a time has not happened, so that its values are not seen yet.
    needed = [*(value.sql for value in values.values()), *([at] if at is not None else [])]
    filled = all_of(*(expression(":v is not null", v=value) for value in needed))
    columns = [
        named(key, "key"),
        named(nothing("VARCHAR"), "owner"),
        named(first, "since"),
        named(_since(None), "until"),
    ]
    columns += [named(value.sql, f"k {name}") for name, value in values.items()]

    def base(extra: Sequence[exp.Expr]) -> exp.Select:
        query = exp.select(*columns, *extra).from_(relation(reading.name))
        query = query.where(exp.Not(this=col("_rejected")), expression("coalesce(:c, false)", c=counts.sql), filled)
        return query.group_by(*(value.sql.copy() for value in values.values()))

    kept = tuple(f"k {name}" for name in each.columns)
    matches = tuple(zip(each.columns, kept, strict=True))
    held = dict(zip(kept, values.values(), strict=True))
    return Part(number, records.table.name, base, lambda path: _known(values, path), matches, kept=kept, values=held)


def _column(desk: Desk, name: str, records: RecordScope, loc: Loc) -> Typed | None:
    """A column, or what a reference leads to; anything else could not be asked of a second measure's records."""
    before = len(desk.problems)
    value = desk.expression(name, records, loc)
    if len(desk.problems) > before:
        return None
    if records.told(name) is None:
        desk.problem(loc, f"`{name}` is no column", "name a column or a reference; what is worked out is mapped to one")
        return None
    return value


def _known(values: Mapping[str, Typed], path: tuple[str, ...]) -> Typed:
    name = ".".join(path)
    if name not in values:
        raise UnknownName(f"`each` has no `{name}`", tuple(values))
    return values[name]

"""Conditions on a block's records: its `where`, and the further blocks of `with` and `without`.

A further block is seen from each record; whether it has one that matches is true, false, or null where a row that could
not be read, or that nobody can place, may be the one.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from sqlglot import exp

from compliance.kinds.answers import evidence
from compliance.kinds.apiece import FURTHER, SET, Apiece, as_text, further_of, of_entity, values_of
from compliance.kinds.base import Desk
from compliance.kinds.bounds import bound_value, refused_bound
from compliance.kinds.gauge import behind, gauge, within
from compliance.kinds.measures import measure
from compliance.kinds.opened import Loc, paired, record_scope
from compliance.kinds.readings import BASE
from compliance.kinds.scopes import RecordScope
from compliance.kinds.second import OUTSIDE, Across, First, FirstRecord, FromFirst, Second, T, X, equalities, moment_of
from compliance.kinds.seek import MOST_KEYS, When, doubts, seek
from compliance.language.blocks import NOBODY, Block, Each, Linked
from compliance.language.expressions import compile_expression
from compliance.language.grammar import ExpressionError, implied, parse, paths
from compliance.language.moments import MOMENTS, day
from compliance.language.scope import UnknownName
from compliance.language.values import Family, Typed
from compliance.sql import TRUE, all_of, col, expression, inner, relation, sql, unknown, with_
from compliance.yamldoc.nodes import Sequence as List

Ties: TypeAlias = Callable[[Across], tuple[tuple[tuple[exp.Expr, exp.Expr], ...], exp.Expr | None]]
HELD = """
    select f.record_key, case when s.record_key is not null then true end as holds
    from first as f left join sure as s on s.record_key = f.record_key
        left join doubts as d on d.record_key = f.record_key
    where s.record_key is not null or d.record_key is not null
"""
JUDGED = ((), ("after",), ("before",))
"""Where the block stands that a rule begins with."""
FREE = 10_000  # records that a block without an equal column may have
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between)


class Asked(NamedTuple):
    """Whether a record counts, inside its table's pass: true, false or null.

    It `stands` until one of `without` is known to match; `open` tells that a row that nobody can read may, and is None
    where the block has no `without`.
    """

    counts: exp.Expr
    stands: exp.Expr
    open: exp.Expr | None = None


def condition(desk: Desk, block: Block | Each, scope: RecordScope, loc: Loc) -> exp.Expr:
    """Whether a record counts, inside its table's pass: true, false or null."""
    return asked(desk, block, scope, loc).counts


def asked(desk: Desk, block: Block | Each, scope: RecordScope, loc: Loc) -> Asked:
    """Whether a record counts, or stands as far as is known."""
    parts = [scope.known] if scope.known is not None and scope.reading.doubtful else []
    if block.where is not None:
        parts.append(desk.expression(block.where, scope, (*loc, "where"), Family.BOOLEAN).sql)
    if block.with_ is not None:
        parts.append(_link(desk, block, block.with_, scope, (*loc, "with")))
    if block.without is None:
        counts = _all(parts)
        return Asked(counts, counts)
    ruled_out = _link(desk, block, block.without, scope, (*loc, "without"))
    counts = _all([*parts, exp.Not(this=exp.Paren(this=ruled_out))])
    stands = _all([*parts, expression("not coalesce(:r, false)", r=ruled_out)])
    return Asked(counts, stands, expression(":r is null", r=ruled_out))


def _all(parts: Sequence[exp.Expr]) -> exp.Expr:
    return all_of(*parts) if len(parts) > 1 else parts[0] if parts else TRUE


def _link(desk: Desk, block: Block | Each, further: Linked, scope: RecordScope, loc: Loc) -> exp.Expr:
    """Whether each record has one of the further block, or its measure there is within bounds."""
    twin = record_scope(desk, block.of or "", loc[:-1], block.at)
    if twin is None:
        return exp.null()
    twin.reading.only(_own_where(desk, block, twin, loc))
    judged = desk.of_records and loc[1:-1] in JUDGED
    who = desk.bearer.who if judged and desk.bearer is not None else None
    if who is not None and who != NOBODY:
        # `bearer.` speaks of whoever answers for the record, not of who did it.
        twin.bearer = desk.expression(who, twin, ("bearer", "who"), Family.TEXT).sql
    name = held(desk, further, FirstRecord(twin), loc, shown=judged)
    return _joined(scope, name) if name is not None else exp.null()


def held(desk: Desk, further: Linked, first: FirstRecord, loc: Loc, *, shown: bool = False) -> str | None:
    """The relation that tells of which first records the further block `holds`, or may (null); None where unknown.

    `shown`: the first record is the one that is judged, so that what it rests on here is evidence.
    """
    first.keep("moment", moment_of(first.scope, in_days=False))
    found = second(desk, further, first, loc)
    if found is None:
        return None
    if found.in_days:
        first.keep("moment", moment_of(first.scope, in_days=True))
    name = f"linked {desk.number}.{len(desk.ground.views) + 1}"
    desk.ground.views[desk.number, name] = (
        _measured(desk, further, first, found, loc) if further.bounds() else _present(first, found)
    )
    desk.wanting.append(further.of)
    if shown and (further.bounds() or loc[-1] == "with"):
        desk.behind.append(_behind(further, first, found))
    return name


def _behind(further: Linked, first: FirstRecord, found: Second) -> exp.Select:
    """The further records that a breach rests on: the one that was found, or all that were measured."""
    if not further.bounds():
        return evidence(found, first.query(), seek(found, _when(found)), {})
    own = sql("select t.* from every as t where t.record_key in (select b.record_key from breaches as b)")
    return with_(behind(found, "first", _timed(found)), every=first.query(), first=own)


def _timed(found: Second) -> exp.Expr | None:
    """Whether a record of `x` is at or before that of `t`, unless the condition says itself how both lie in time."""
    return None if found.own_time else expression(":m <= t.moment", m=found.moment)


def _own_where(desk: Desk, block: Block | Each, twin: RecordScope, loc: Loc) -> exp.Expr | None:
    """What narrows the records that are looked at: their own `where`, unless it speaks of an entity or of the bearer.

    Who that is may follow from `who`, which is not asked here.
    """
    if block.where is None or speaks_of(block.where, frozenset({"each", "bearer"})):
        return None
    return desk.expression(block.where, twin, (*loc[:-1], "where"), Family.BOOLEAN).sql


def _when(found: Second) -> When:
    """At or before the record, unless the condition says itself how both lie in time."""
    return When.ANY if found.own_time else When.EVER


def _present(first: FirstRecord, found: Second) -> exp.Select:
    """The records that have one (`holds`), and those that may have (null)."""
    unsure = sql(
        "select f.* from first as f where not exists (select 1 from sure as s where s.record_key = f.record_key)"
    )
    maybe = (
        exp.select(col("record_key", "d"))
        .distinct()
        .from_(inner(doubts(found, _when(found), "unsure"), "d"), copy=False)
    )
    parts = {"first": first.query(), "sure": seek(found, _when(found)), "unsure": unsure, "doubts": maybe}
    return with_(sql(HELD), **parts)


def _measured(desk: Desk, further: Linked, first: FirstRecord, found: Second, loc: Loc) -> exp.Select:
    """The records whose measure is within bounds (`holds`), and those where it may be (null)."""
    taken = measure(desk, further.measure, found.across, (*loc, "measure"))
    sides = {
        key: bound_value(desk, given, FromFirst(found.across), (*loc, key), refused_bound(desk, (*loc, key)))
        for key, given in further.bounds()
    }
    for key, value in sides.items():
        first.keep_worked(key, value)
    if taken is None:
        return first.query()
    holds = within(taken, {key: col(key, "f") for key in sides}, measured=col("measured", "g"), maybe=col("maybe", "g"))
    rows = sql(
        "select f.record_key, :holds as holds from first as f join gauged as g on g.record_key = f.record_key",
        holds=holds,
    )
    rows = rows.where(expression("coalesce(:holds, true)", holds=holds))
    return with_(rows, first=first.query(), gauged=gauge(found, taken, "first", _timed(found)))


def _joined(scope: RecordScope, name: str) -> exp.Expr:
    """The outcome beside the record in its pass; of a rejected row nothing can be told."""
    on = exp.EQ(this=col("record_key", name), expression=col("_key", BASE))
    scope.reading.joins.setdefault(name, exp.Join(this=relation(name, name), side="LEFT", on=on))
    template = "case when :r then null when :k is null then false else :h end"
    return expression(template, r=col("_rejected", BASE), k=col("record_key", name), h=col("holds", name))


def second(
    desk: Desk, block: Block, first: First, loc: Loc, *, timed: bool = True, ties: Ties | None = None
) -> Second | None:
    """Read a second block; None where nobody knows its table. `timed`: when its records happened is asked.

    `ties` tells what ties a record to the first where there is no `match`, and which can't be any's.
    """
    scope = record_scope(desk, block.of, loc, block.at, timed=False)
    if scope is None:
        return None
    across = Across(scope, first)
    later = {key: further for key, further in further_of(block) if first.owed_for and of_entity(further)}
    block = block.model_copy(update={FURTHER[key]: None for key in later})
    joined = block.where is not None and (speaks_of(block.where, OUTSIDE) or _changes(desk, block.where))
    plain = condition(desk, block if not joined else block.model_copy(update={"where": None}), scope, loc)
    if scope.timed:
        # What has no time yet has not happened, whether its time is asked or not.
        happened = expression(":m is not null or :r", m=scope.moment, r=col("_rejected", BASE))
        plain = all_of(happened, plain) if plain is not TRUE else happened
    counts = across.seen(Typed(plain, Family.BOOLEAN)).sql if plain is not TRUE else TRUE
    unclear = across.seen(Typed(unknown(plain), Family.BOOLEAN)).sql if plain is not TRUE else exp.false()
    keys = tuple(_keys(desk, block, across, loc))
    if ties is not None and not block.match:
        keys, told = ties(across)
        counts = all_of(told, counts) if told is not None else counts
    if not keys and scope.table.accepted > FREE:
        says = f"{block.of} has {scope.table.accepted} records, and no `match` says which of them belong to which"
        desk.needs.lack(says)
    narrow, name = plain, scope.reading.name
    if later:
        name, tied, told_later = _apiece(desk, later, across, loc)
        keys, counts = (*tied, *keys), all_of(counts, *told_later)
        unclear = expression(":c is null", c=counts)
    if joined:
        met = desk.expression(block.where or "", across, (*loc, "where"), Family.BOOLEAN).sql
        more, met = equalities(met, MOST_KEYS - len(keys))
        keys = (*keys, *more)
        counts = all_of(counts, met) if counts is not TRUE else met
        unclear = expression(":c is null", c=counts)
        narrow = all_of(plain, _own_part(desk, block.where or "", scope))
    scope.reading.only(narrow if narrow is not TRUE else None)
    own_time = joined and _compares_times(block.where or "", across)
    if timed and not own_time and block.at is None:
        desk.needs_standard_time(scope.table)
    beside = any(each.table == T for each in counts.find_all(exp.Column))
    return Second(scope, across, counts, unclear, keys, beside, own_time, first.day_only or scope.day_only, name)


def _apiece(
    desk: Desk, later: Mapping[str, Linked], across: Across, loc: Loc
) -> tuple[str, tuple[tuple[exp.Expr, exp.Expr], ...], Sequence[exp.Expr]]:
    """The relation in which records stand beside what their further blocks ask of the entity; the key; the answers."""
    entities = across.first.owed_for
    assert entities is not None  # noqa: S101 asked before
    asked_of = dict.fromkeys(path for further in later.values() for path in of_entity(further))
    values = values_of(entities, asked_of)
    linked = {
        key: held(desk, further, Apiece(across.own, entities=entities, values=values), (*loc, key))
        for key, further in later.items()
    }
    known = {f"held {key}": relation_ for key, relation_ in linked.items() if relation_ is not None}
    if not values or len(known) < len(linked):
        return across.own.reading.name, (), [exp.null()]
    name = f"apiece {desk.number}.{len(desk.ground.views) + 1}"
    desk.ground.views[desk.number, name] = Apiece(across.own, entities=entities, values=values).told(known)
    tied = (as_text(across.first.column(path).sql for path in values), col(SET, X))
    answers = {key: col(f"held {key}", X) for key in linked}
    return name, (tied,), [exp.Not(this=told) if key == "without" else told for key, told in answers.items()]


def _keys(desk: Desk, block: Block, across: Across, loc: Loc) -> Sequence[tuple[exp.Expr, exp.Expr]]:
    found = []
    for own, other in block.match.items():
        spot = _spot(desk, (*loc, "match"), own)
        value = desk.expression(own, across, spot, key=spot[-1] == own)
        path = tuple(other.removeprefix("this.").split("."))
        there = desk.guarded(spot, _named(across.first, path))
        if isinstance(there, Typed):
            if {value.family, there.family} == MOMENTS:
                value, there = day(value), day(there)
            found.append((there.sql, paired(desk, spot, (own, other), value, there).sql))
    return found


def _spot(desk: Desk, loc: Loc, own: str) -> Loc:
    """Where a column of `match` stands: under its name, or in a list under its place."""
    listed = desk.source.node(loc)
    places = range(len(listed.items)) if isinstance(listed, List) else ()
    return (*loc, next((place for place in places if desk.source.written((*loc, place)) == own), own))


def _named(first: First, path: tuple[str, ...]) -> Callable[[], Typed]:
    return lambda: first.column(path)


def speaks_of(written: str, heads: frozenset[str]) -> bool:
    """Whether an expression names something that begins with one of these words."""
    try:
        return any(len(path) > 1 and path[0] in heads for path in paths(parse(written)))
    except ExpressionError:
        return False


def _changes(desk: Desk, written: str) -> bool:
    """Whether an expression names a parameter that was another before, or begins later than the audited period.

    A second record has to be what the day of the first asks, whatever its own day would.
    """
    steps = [desk.ground.parameters.stretches(name) for name in desk.parameters(written).values()]
    begun = desk.ground.period.start.date()
    return any(len(each) > 1 or (each[0][0] or begun) > begun for each in steps)


def _own_part(desk: Desk, written: str, scope: RecordScope) -> exp.Expr | None:
    """What a condition asks of the record alone, whatever the first is: it narrows the record's pass."""
    try:
        alone = implied(parse(written), lambda part: _is_own(part) and not _changes(desk, part.sql()))
        return compile_expression(alone.sql(), scope, wants=Family.BOOLEAN).sql if alone is not None else None
    except ExpressionError:
        return None


def _is_own(part: exp.Expr) -> bool:
    """Whether a part of a condition speaks of the record alone."""
    return not any(path[0] in OUTSIDE for path in paths(part))


def _compares_times(written: str, across: Across) -> bool:
    """Whether a condition compares a date or datetime of its own with one of the first's."""
    try:
        nodes = list(parse(written).find_all(*_COMPARISONS))
        return any(_is_time(node, across, first=True) and _is_time(node, across, first=False) for node in nodes)
    except (ExpressionError, UnknownName):  # told where the condition is bound
        return False


def _is_time(node: exp.Expr, across: Across, *, first: bool) -> bool:
    named_here = [path for path in paths(node) if (path[0] == "this") is first and path[0] not in {"each", "bearer"}]
    return any(across.column(path).family in MOMENTS for path in named_here)

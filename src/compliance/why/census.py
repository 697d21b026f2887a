"""The rows of a table that a verdict looked at: which counted, and why the others did not."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlglot import exp

from compliance.assess.judging import ready
from compliance.kinds.acts import acts
from compliance.kinds.apiece import further_of
from compliance.kinds.base import Desk, Kind
from compliance.kinds.duties import bearer_of
from compliance.kinds.linked import condition, second, speaks_of
from compliance.kinds.opened import record_scope
from compliance.kinds.second import T, X
from compliance.language.blocks import Block
from compliance.language.values import Family, Typed
from compliance.sql import all_of, any_of, col, expression, named, relation, text
from compliance.why.world import Judged, World

NUMBER = 9_000
"""The number under which the census reads, beyond that of any rule that is judged."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One row: its key, its local time, and whether the rule's condition holds of it (None: it can't be told)."""

    key: str
    at: datetime | None
    counts: bool | None
    rejected: bool = False


@dataclass(frozen=True)
class Rows:
    """The rows of one table that may concern a duty."""

    table: str
    where: str
    seen: tuple[Seen, ...]

    def __iter__(self) -> Iterator[Seen]:
        return iter(self.seen)


def desk_of(world: World, judged: Judged) -> Desk:
    """A desk for the rule that shares nothing with the plan that was judged."""
    rule = world.rule.rule
    stands = replace(judged.ground, readings=[], views={}, handed={})
    desk = Desk(stands, rule.id, NUMBER, world.rule.document, rule.bearer, rule.in_force.since, rule.in_force.to)
    desk.when = rule.when
    desk.heed(rule.kind)
    return desk


def block_of(kind: Kind) -> tuple[Block, tuple[str, ...]]:
    """The block of a kind that its bearers' own records are in, and where it stands."""
    for name in ("after", "before"):
        if isinstance(block := getattr(kind, name, None), Block):
            return block, (kind.name, name)
    itself: object = kind
    assert isinstance(itself, Block)  # noqa: S101 all other kinds are blocks themselves
    return itself, (kind.name,)


def second_of(kind: Kind) -> tuple[Block, tuple[str, ...]] | None:
    """The second block of a kind, where records are looked for that belong to the first."""
    for name in ("expect", "delivered", "against"):
        if isinstance(block := getattr(kind, name, None), Block):
            return block, (kind.name, name)
    return None


def own_rows(world: World, judged: Judged, who: str | None) -> Rows | None:
    """A bearer's rows of the rule's own block; None where they can't be told apart by the bearer alone."""
    key = who or ""
    if key not in judged.kept:
        judged.kept[key] = _own_rows(world, judged, who)
    found: Rows | None = judged.kept[key]
    return found


def _own_rows(world: World, judged: Judged, who: str | None) -> Rows | None:
    block, loc = block_of(world.rule.rule.kind)
    if block.of not in world.tables or (block.where and speaks_of(block.where, frozenset({"each"}))):
        return None
    desk = desk_of(world, judged)
    scope = record_scope(desk, block.of, loc, block.at)
    if scope is None or not scope.table.has_bearer:
        return None
    counts = scope.reading.want(Typed(condition(desk, block, scope, loc), Family.BOOLEAN)).sql
    bearer = scope.reading.want(bearer_of(desk, scope)).sql
    key, at = scope.reading.technical("_key").sql, scope.happened_at.sql
    scope.reading.only(None)
    if desk.problems:
        return None
    ready(desk.ground, world.engine, {NUMBER: judged.planned})
    query = exp.select(named(key, "key"), named(at, "at"), named(counts, "counts"), named(col("_rejected"), "rejected"))
    query = query.from_(relation(scope.reading.name))
    own = exp.EQ(this=bearer.copy(), expression=text(who or ""))
    maybe = exp.and_(col("_rejected"), exp.Is(this=bearer.copy(), expression=exp.null()))
    return Rows(block.of, _asks(block), _fetched(world, query.where(any_of(own, maybe)), scope.timed))


def tied_rows(world: World, judged: Judged, key: str) -> Rows | None:
    """The rows of the rule's second block that share their keys with one first record."""
    kind, given = world.rule.rule.kind, second_of(world.rule.rule.kind)
    if given is None or given[0].of not in world.tables:
        return None
    block, loc = given
    desk = desk_of(world, judged)
    first = acts(desk, *block_of(kind), {}, getattr(kind, "for_each", ()), past=True)
    found = second(desk, block, first, loc, timed=False) if first is not None else None
    if first is None or found is None or desk.problems:
        return None
    query = exp.select(named(found.key(), "key"), named(found.counts, "counts"), named(col("_rejected", X), "rejected"))
    at = found.across.seen(Typed(found.scope.moment, Family.DATETIME)).sql
    query = query.select(named(at, "at"))
    firsts = first.query()
    ready(desk.ground, world.engine, {NUMBER: judged.planned})
    same = [exp.EQ(this=t.copy(), expression=x.copy()) for t, x in found.keys]
    query = query.from_(relation("firsts", T)).join(relation(found.name, X), on=all_of(*same))
    query = query.where(expression("t.record_key = :k", k=text(key)))
    return Rows(block.of, _asks(block), _fetched(world, query.with_("firsts", as_=firsts), found.scope.timed))


def _asks(block: Block) -> str:
    """What a block asks of its records, in the rule's own words."""
    told = [f"{word} {each.of}" for word, each in further_of(block)]
    return ", ".join([block.where, *told] if block.where else told) or "every record"


def _fetched(world: World, query: exp.Select, timed: bool) -> tuple[Seen, ...]:  # noqa: FBT001 a fact about the table
    rows: list[dict[str, Any]] = world.engine.fetch(query.order_by(col("at"), col("key"))).to_pylist()
    return tuple(Seen(row["key"], row["at"] if timed else None, row["counts"], row["rejected"]) for row in rows)

"""Where a block's records meet the entities of `for_each`: what of a condition has to wait until they have.

A condition that names `each.` can't be worked out in the table's own pass; nor can a further block whose condition
does, which is asked for every pair of a record and an entity that it may belong to.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from sqlglot import exp

from compliance.kinds.apiece import FURTHER, further_of, of_entity
from compliance.kinds.base import Desk
from compliance.kinds.entities import Entities
from compliance.kinds.keys import Keys
from compliance.kinds.linked import held, speaks_of
from compliance.kinds.opened import Loc
from compliance.kinds.scopes import RecordScope
from compliance.kinds.second import FirstRecord, T
from compliance.language.blocks import Block, Linked
from compliance.language.expressions import compile_expression
from compliance.language.grammar import ExpressionError, conjuncts, parse, paths
from compliance.language.scope import UnknownName
from compliance.language.values import Family, Listed, Typed, kept
from compliance.sql import all_of, col, expression, named, not_false, relation, sql

OF_ENTITY = frozenset({"each"})
# No key holds what stands between those of a record and its entity, and that entity's state.
PAIR = "cast(:k as varchar) || chr(31) || o.record_key"
STATE = " || coalesce(chr(31) || cast(o.state_since as varchar), '')"
HELD = "case when _rejected then null when :pair in :sure then true when :pair in :maybe then null else false end"
SURE, MAYBE = "select l.record_key from linked as l where l.holds", "select l.record_key from linked as l"


def names_each(written: str) -> bool:
    """Whether an expression speaks of the entity, so that it can't be worked out in the table's own pass."""
    return speaks_of(written, OF_ENTITY)


def waits(block: Block, heads: frozenset[str] = OF_ENTITY) -> bool:
    """Whether a block's condition has to wait until its records have met their entities.

    `heads` are the words that its own `where` then can't begin a name with.
    """
    own = block.where is not None and speaks_of(block.where, heads)
    return own or any(of_entity(further) for _, further in further_of(block))


def alone(block: Block, heads: frozenset[str] = OF_ENTITY) -> Block:
    """The block without what has to wait."""
    later: dict[str, None] = {FURTHER[key]: None for key, further in further_of(block) if of_entity(further)}
    if block.where is not None and speaks_of(block.where, heads):
        later["where"] = None
    return block.model_copy(update=later) if later else block


def met(  # noqa: PLR0917 what meets what, and where that stands
    desk: Desk, block: Block, names: "Beside", tied: Keys, loc: Loc, heads: frozenset[str] = OF_ENTITY
) -> exp.Expr:
    """What had to wait: whether a record counts beside its entity, true, false or null."""
    found = _waiting(desk, block, names, tied, loc, heads)
    return all_of(*(exp.Not(this=exp.Paren(this=each)) if key == "without" else each for key, each in found))


def standing(  # noqa: PLR0917 as above
    desk: Desk, block: Block, names: "Beside", tied: Keys, loc: Loc, heads: frozenset[str] = OF_ENTITY
) -> tuple[exp.Expr, exp.Expr | None]:
    """The same of what stands until a row of `without` is known to rule it out, and whether one may."""
    found = dict(_waiting(desk, block, names, tied, loc, heads))
    ruled_out = found.pop("without", None)
    if ruled_out is None:
        return all_of(*found.values()), None
    free = expression("not coalesce(:r, false)", r=ruled_out)
    return all_of(*found.values(), free), expression(":r is null", r=ruled_out)


def _waiting(  # noqa: PLR0917 as above
    desk: Desk, block: Block, names: "Beside", tied: Keys, loc: Loc, heads: frozenset[str]
) -> Iterator[tuple[str, exp.Expr]]:
    """Whether a record meets what had to wait, by its key: `where`, `with` and `without`."""
    if block.where is not None and speaks_of(block.where, heads):
        yield "where", desk.expression(block.where, names, (*loc, "where"), Family.BOOLEAN).sql
    pairs = Pairs(names.records, entities=names.entities, tied=tied, narrow=tuple(_of_pairs(block.where or "", names)))
    for key, further in further_of(block):
        if of_entity(further):
            yield key, _linked(desk, further, replace(pairs, columns={}, worked={}, beside={}), (*loc, key))


def _of_pairs(where: str, names: "Beside") -> Iterator[exp.Expr]:
    """The parts of a block's own condition, joined by `and` at its top, that pairs tell: without one nobody asks more.

    Who the bearer is may follow from `who`, which is not asked here; a condition that is wrong is told elsewhere.
    """
    try:
        parts = [each.sql() for each in conjuncts(parse(where)) if all(path[0] != "bearer" for path in paths(each))]
        yield from [compile_expression(each, names, wants=Family.BOOLEAN).sql for each in parts]
    except ExpressionError:
        return


def _linked(desk: Desk, further: Linked, pairs: "Pairs", loc: Loc) -> exp.Expr:
    name = held(desk, further, pairs, loc)
    if name is None:
        return exp.null()
    found = {key: exp.Subquery(this=sql(asked, {"linked": name})) for key, asked in (("sure", SURE), ("maybe", MAYBE))}
    return expression(HELD, pair=_pair(pairs.scope, pairs.entities), **found)


def _pair(records: RecordScope, entities: Entities) -> exp.Expr:
    own = records.reading.technical("_key").sql
    return expression(PAIR + STATE if entities.stated else PAIR, k=own)


@dataclass
class Beside:
    """The names of a record beside its entity: both are known only after the pass."""

    records: RecordScope
    entities: Entities

    def column(self, path: tuple[str, ...]) -> Typed:
        """`each.x` of the entity, all else of the record."""
        if path[0] == "each":
            return self.entities.each(path[1:])
        return self.records.reading.want(self.records.column(path))

    def parameter(self, name: str) -> Typed | Listed:
        """By the day of the record, worked out in its pass."""
        found, want = self.records.parameter(name), self.records.reading.want
        if isinstance(found, Typed):
            return want(found)
        told = [(None if when is None else want(Typed(when, Family.BOOLEAN)).sql, each) for when, each in found.steps]
        return Listed(tuple(told))

    def call(self, name: str, arguments: Sequence[Typed]) -> Typed:
        """`nth` counts the record's own columns, all else takes what it is given."""
        if name != "nth":
            return self.records.call(name, arguments)
        raw = [replace(each, sql=self.records.reading.unfolded(each.sql)) for each in arguments]
        return self.records.reading.want(self.records.call(name, raw))

    def instant(self, local: exp.Expr) -> exp.Expr:
        """As for the record."""
        return self.records.instant(local)

    def local(self, instant: exp.Expr) -> exp.Expr:
        """As for the record."""
        return self.records.local(instant)


@dataclass
class Pairs(FirstRecord):
    """Each record beside each entity that it may belong to, as the first of a further block.

    What is `narrow` is not false of any of these pairs.
    """

    entities: Entities = field(kw_only=True)
    tied: Keys = field(kw_only=True)
    narrow: tuple[exp.Expr, ...] = field(kw_only=True)
    beside: dict[str, exp.Expr] = field(default_factory=dict)

    @property
    def owed_for(self) -> Entities:
        """The entities that the records may belong to."""
        return self.entities

    def column(self, path: tuple[str, ...]) -> Typed:
        """`each.x` of the entity, all else of the record."""
        if path[0] == "each":
            return kept(self.entities.each(path[1:]), " ".join(path), self._hold_beside)
        if path[0] == "bearer" and self.entities.owned:
            raise UnknownName(
                "`bearer` can't stand in a further block that speaks of `each`; its owner is `each.owner_id`"
            )
        return super().column(path)

    def _hold_beside(self, name: str, value: exp.Expr) -> exp.Expr:
        self.beside[name] = value
        return col(name, T)

    def query(self) -> exp.Select:
        """The accepted records beside their entities; one whose key is not known may belong to any."""
        listed = [named(_pair(self.scope, self.entities), "record_key")]
        listed += [named(value.sql, name) for name, value in self.columns.items()]
        listed += [named(value, name) for name, value in self.beside.items()]
        shared = [pair for pair in self.tied if pair[1] != "bearer"]
        same = all_of(*(expression(":v is null or :v = :k", v=value, k=col(name, "o")) for value, name in shared))
        query = exp.select(*listed).from_(relation(self.scope.reading.name), copy=False)
        query = query.join(relation("entities", "o"), on=same, copy=False)
        query = query.where(exp.not_(col("_rejected")), *map(not_false, self.narrow), copy=False)
        return self.with_worked(query.with_("entities", as_=self.entities.query(), copy=False))

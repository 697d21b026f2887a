"""A second block whose further blocks speak of the entity that the first record belongs to.

The second record alone does not tell what they ask, so it is asked beside every set of values that entities have for
it; the values then tie the second to the first, as keys do. All is worked out once for entities that are alike.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from compliance.kinds.entities import Entities
from compliance.kinds.second import FirstRecord, T, X
from compliance.language.blocks import Block, Each, Linked
from compliance.language.grammar import ExpressionError, parse, paths
from compliance.language.scope import UnknownName
from compliance.language.values import Typed, kept
from compliance.sql import col, copied, expression, inner, named, relation, text

FURTHER = {"with": "with_", "without": "without"}
SET = "set"  # the column that tells one set of values from all others
# Of a rejected row nothing can be told; else it is null where a row that nobody can read may be the one.
HOLDS = "case when x._rejected then null when :l is null then false else :h end"

Path = tuple[str, ...]


def further_of(block: Block | Each) -> Iterator[tuple[str, Linked]]:
    """The further blocks of a block, by their keys."""
    for key, further in (("with", block.with_), ("without", block.without)):
        if further is not None:
            yield key, further


def of_entity(further: Linked) -> tuple[Path, ...]:
    """What a further block asks of the entity, those inside it included: `each.tier` is `('each', 'tier')`."""
    bounds = [bound.expression for _, bound in further.bounds() if bound.expression is not None]
    written = [each for each in (further.where, *further.match.values(), *bounds) if each is not None]
    own = [path for each in written for path in _named(each) if path[0] == "each" and len(path) > 1]
    inside = [path for _, each in further_of(further) for path in of_entity(each)]
    return tuple(dict.fromkeys([*own, *inside]))


def _named(written: str) -> tuple[Path, ...]:
    try:
        return paths(parse(written))
    except ExpressionError:  # told where it is bound
        return ()


@dataclass
class Apiece(FirstRecord):
    """Each second record beside each set of values of entities, as the first of a further block."""

    entities: Entities = field(kw_only=True)
    values: Mapping[Path, Typed] = field(kw_only=True)

    @property
    def owed_for(self) -> Entities:
        """The entities of which the values are."""
        return self.entities

    def column(self, path: Path) -> Typed:
        """`each.x` of the entity, all else of the record."""
        if path[0] != "each":
            return super().column(path)
        return kept(self.values[path] if path in self.values else self.entities.each(path[1:]), " ".join(path), _of_set)

    def query(self) -> exp.Select:
        """The accepted records beside every set."""
        listed = [named(value.sql, name) for name, value in self.columns.items()]
        query = exp.select(named(self._key(), "record_key"), *listed, *(col(name, "o") for name in self._held()))
        return self.with_worked(self._beside(query).where(exp.not_(col("_rejected")), copy=False))

    def told(self, linked: Mapping[str, str]) -> exp.Select:
        """All records beside every set, each with whether what a relation of `linked` tells `holds`, by its name."""
        query = self._beside(exp.select("x.*", col(SET, "o")))
        for name, of in linked.items():
            holds = expression(HOLDS, l=col("record_key", name), h=col("holds", name))
            same = exp.EQ(this=self._key(), expression=col("record_key", name))
            query = query.select(named(holds, name), copy=False)
            query = query.join(relation(of, name), on=same, join_type="left", copy=False)
        return query

    def _key(self) -> exp.Expr:
        """What tells a record beside a set from all others."""
        own = col(self.scope.reading.technical("_key").sql.name, X)
        return expression("cast(:k as varchar) || :s", k=own, s=col(SET, "o"))

    def _beside(self, query: exp.Select) -> exp.Select:
        query = query.from_(relation(self.scope.reading.name, X), copy=False)
        return query.join(self._sets(), join_type="cross", copy=False)

    def _held(self) -> dict[str, exp.Expr]:
        """What a set holds, by the column's name."""
        found: dict[str, exp.Expr] = {}
        for path, value in self.values.items():
            name = " ".join(path)
            told = {name: value.sql, f"{name} instant": value.instant, f"{name} unread": value.unread}
            found |= {each: held for each, held in told.items() if held is not None}
        return found

    def _sets(self) -> exp.Expr:
        """Every set of values once, with what tells it apart."""
        held = [named(value, name) for name, value in self._held().items()]
        written = named(as_text(value.sql for value in self.values.values()), SET)
        sets = exp.select(*held, written).distinct(copy=False)
        return inner(sets.from_(inner(self.entities.query(), "o", quoted=True), copy=False), "o", quoted=True)


def as_text(values: Iterable[exp.Expr]) -> exp.Expr:
    """A set of values as one text, which no other set has: neither sign stands in a text that somebody wrote."""
    whole = text("")
    for value in values:
        told = expression("chr(31) || coalesce(chr(30) || cast(:v as varchar), '')", v=copied(value))
        whole = expression(":a || :b", a=whole, b=told)
    return whole


def values_of(entities: Entities, asked: Iterable[Path]) -> dict[Path, Typed]:
    """What is asked of an entity, as columns of `o`; a name that it has not is told where it stands."""
    found: dict[Path, Typed] = {}
    for path in asked:
        try:
            found[path] = entities.each(path[1:])
        except UnknownName:
            continue
    return found


def _of_set(name: str, _: exp.Expr) -> exp.Expr:
    return col(name, T)

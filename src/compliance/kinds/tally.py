"""What was done: a block's records on their way to a measure per duty, and those that may count without our knowing."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from compliance.kinds.base import Desk
from compliance.kinds.duties import bucket, ever_admitted
from compliance.kinds.entities import Entities
from compliance.kinds.keys import Keys, keys
from compliance.kinds.lengths import standing_day
from compliance.kinds.linked import asked
from compliance.kinds.measures import Aggregate, Measure
from compliance.kinds.meeting import Beside, alone, standing, waits
from compliance.kinds.opened import Loc, needs_time, paired, unmatched
from compliance.kinds.readings import BASE, Reading
from compliance.kinds.scopes import RecordScope
from compliance.language.blocks import Block
from compliance.language.grammar import ExpressionError, conjuncts, parse, path_of
from compliance.language.values import Family, Typed, literal
from compliance.sql import TRUE, all_of, any_of, col, copied, expression, free, named, relation, sql, text
from compliance.windows import Per

LACKS_TIME = "say in the manifest which column of the table tells it, with `at`, or leave `per` out"
LOOSE = "select * from seen where :doubtful and coalesce(:counts, true)"
WEIGHED = (
    "select b.*, :measured as measured, coalesce(d.maybe, 0) as maybe from bound as b left join done as d on :same"
)
CURED = "select w.duty, sum(l.n) as n from weighed as w join loose as l on :fits where :short group by w.duty"


def equals_each(written: str, name: str) -> bool:
    """Whether an expression asks, whatever else, that a record be equal to a member of a list (`kind = each.item`)."""
    try:
        tree = parse(written)
    except ExpressionError:
        return False
    equal = (each for each in conjuncts(tree) if isinstance(each, exp.EQ))
    return any(("each", name) in {*map(_path, each.unnest_operands())} for each in equal)


def _path(node: exp.Expr) -> tuple[str, ...]:
    return path_of(node) if isinstance(node, exp.Column | exp.Dot) else ()


@dataclass(frozen=True)
class Tally:
    """A block's records: whether each counts, and the keys that tie them to a duty (record's value, duty's column).

    `beside` tells that `counts` speaks of the entity too, so that records meet entities before they are counted;
    `shared` are then the keys that they meet by. `stands` is `counts` where a row that nobody can read does not rule a
    record out; None where none can. `cut` tells that windows may be cut by a change of position: then a
    record belongs to the part that its day lies in. `where` is the block's condition as it is written.
    """

    desk: Desk
    scope: RecordScope
    per: Per | None
    counts: Typed
    keys: Keys
    entities: Entities | None = None
    beside: bool = False
    shared: Keys = ()
    cut: bool = False
    where: str | None = None
    stands: Typed | None = None

    @property
    def seen(self) -> str:
        """The relation of the table's one pass."""
        return self.scope.reading.name

    @property
    def start(self) -> exp.Expr:
        """The first day of the window that a record lies in."""
        if self.per is None:
            return literal(standing_day(self.desk.ground.as_of)).sql
        start = bucket(self.per, self.scope.happened_at.sql)
        return exp.Coalesce(this=col("since", "cuts"), expressions=[start]) if self.cut else start

    @property
    def loose_start(self) -> exp.Expr:
        """The same of a record that may count for we know not whom or when."""
        return self.start

    def _placed(self, query: exp.Select) -> exp.Select:
        """The records beside the part of a window that each lies in, where its bearer's is cut."""
        if not self.cut:
            return query
        bearer = next(value for value, name in self.keys if name == "bearer")
        day = expression("cast(:at as date)", at=self.scope.happened_at.sql)
        then = expression("cuts.bearer = :b and :day >= cuts.since and :day < cuts.until", b=bearer, day=day)
        return query.join(relation("cuts"), on=then, join_type="left")

    @property
    def happened(self) -> exp.Expr:
        """Whether the record has happened; a table without time is judged as it stands."""
        if not self.scope.timed:
            return exp.true()
        return expression(":at is not null", at=self.scope.happened_at.sql)

    def done(self, taken: Measure) -> exp.Select:
        """The measure of each bearer's (or entity's) records by window, and how many may count besides."""
        counts = self.counts.sql
        maybe = expression("count(*) filter (where :u)", u=taken.unclear(counts))
        every = exp.Count(this=exp.Star())
        query = exp.select(named(taken.sql(counts), "measured"), named(maybe, "maybe"), named(every, "n"))
        query = self._placed(query.from_(relation(self.seen), copy=False))
        if self.stands is not None:
            query = query.select(named(taken.sql(self.stands.sql), "standing"), copy=False)
        if (untold := taken.untold(counts)) is not None:
            query = query.select(named(untold, "untold"), copy=False)
        keys = [(value, f"k{index}") for index, (value, _) in enumerate(self.keys)]
        if self.entities is not None and self.beside:
            same = (exp.EQ(this=value.copy(), expression=col(name, "o")) for value, name in self.shared)
            query = query.join(self.entities.met(), on=all_of(*same, *self._state()), copy=False)
        query = query.where(exp.not_(col("_rejected")), self.happened, *self._somebodys(), copy=False)
        if self.beside or not self.scope.reading.passes(counts):
            query = query.where(expression("coalesce(:c, true)", c=counts), copy=False)
        taken_by = (*(named(value, name) for value, name in keys), named(self.start, "start_day"))
        query = query.select(*taken_by, copy=False)
        return query.group_by(*(copied(value) for value, _ in keys), free(self.start), copy=False)

    def _somebodys(self) -> Iterator[exp.Expr]:
        """Whose records are counted: theirs who may owe. Of a log that all write, one position's is a small part."""
        for value, name in self.keys:
            admitted = ever_admitted(self.desk, value.copy()) if name == "bearer" else None
            if admitted is not None:
                yield admitted

    def weighed(self, taken: Measure) -> exp.Select:
        """Each duty beside what was done for it; count and sum of nothing are 0."""
        zero = taken.aggregate.counted or taken.aggregate is Aggregate.SUM
        measured = expression("coalesce(d.measured, 0)" if zero else "d.measured")
        same = all_of(of_duty(self.keys, "d", "b"), expression("d.start_day = b.start_day"))
        query = sql(WEIGHED, measured=measured, same=same)
        if taken.passes is not None:
            query = query.select(named(expression("coalesce(d.untold, false)"), "untold"), copy=False)
        return query if self.stands is None else query.select(col("standing", "d"), copy=False)

    def loose(self, done: str = "done") -> exp.Query | None:
        """Rows that may count for we know not whom or when: rejected ones, and somebody's whose match is null.

        Those are found in `done`, the relation of what it measured.
        """
        unknown = [index for index, (_, name) in enumerate(self.keys) if name != "bearer"]
        if self.entities is not None and self.beside:
            return self._met_later(self.entities)
        rejected = self._rows(col("_rejected"), self.counts.sql) if self.scope.reading.doubtful else None
        if not unknown:
            return rejected
        keyless = exp.select(*(col(f"k{index}") for index, _ in enumerate(self.keys)), col("start_day"), col("n"))
        somebodys = [exp.not_(_is_null(col(f"k{index}"))) for index in range(len(self.keys)) if index not in unknown]
        keyless = keyless.from_(relation(done)).where(any_of(*(_is_null(col(f"k{index}")) for index in unknown)))
        accepted = keyless.where(*somebodys)
        return exp.union(accepted, rejected, distinct=False) if rejected is not None else accepted

    def _met_later(self, each: Entities) -> exp.Select:
        """The same where records meet entities only after the pass: each with the entities that it may be about."""
        bearers = [exp.not_(_is_null(value)) for value, name in self.keys if name == "bearer"]
        unknown = [all_of(_is_null(value), self.happened, *bearers) for value, _ in self.shared]
        query = self._rows(any_of(col("_rejected"), *unknown), self.counts.sql)
        fits = [may_be(value, col(name, "o")) for value, name in self.shared]
        if each.stated:
            # What has no time may be of the time of any state, and counts for what is owed in that one.
            query = query.select(named(col("state_since", "o"), "state")).group_by(col("state_since", "o"))
            fits += [any_of(_is_null(self.loose_start), *self._state())]
        return query.join(each.met(), on=all_of(*fits))

    def _state(self) -> list[exp.Expr]:
        """The state of an entity that a record meets: that of the last day of the record's window."""
        if self.entities is None or not self.entities.stated:
            return []
        as_of = self.desk.ground.as_of
        unit = {"quarter": "3 month"}.get(self.per.unit, f"1 {self.per.unit}") if self.per else ""
        stop = expression(f"cast(:s as timestamp) + interval '{unit}'", s=self.start) if unit else literal(as_of).sql
        found = self.entities.then("o", stop, as_of)
        return [found] if found is not None else []

    def _rows(self, doubtful: exp.Expr, counts: exp.Expr) -> exp.Select:
        query = self._placed(sql(LOOSE, {"seen": self.seen}, doubtful=doubtful, counts=counts))
        keys = [named(value, f"k{index}") for index, (value, _) in enumerate(self.keys)]
        every = exp.Count(this=exp.Star())
        query = query.select(*keys, named(self.loose_start, "start_day"), named(every, "n"), append=False)
        return query.group_by(*(value.copy() for value, _ in self.keys), self.loose_start)

    def cured(self, short: exp.Expr) -> exp.Select:
        """How many loose rows may belong to each duty that was missed."""
        fits = [may_be(col(f"k{index}", "l"), col(name, "w")) for index, (_, name) in enumerate(self.keys)]
        fits.append(expression("l.start_day is null or l.start_day = w.start_day"))
        if self.beside and self.entities is not None and self.entities.stated:
            fits.append(may_be(col("state", "l"), col("state_since", "w")))
        return sql(CURED, fits=all_of(*fits), short=short)

    def evidence(self) -> exp.Select | None:
        """The records that were counted for each breach; none for combinations of entities."""
        reading = self.scope.reading
        if self.beside or not self.keys or (self.entities is not None and len(self.entities.parts) > 1):
            return None
        told = col("record_key", "b")
        known = self.entities.called(told) if self.entities is not None else told
        same = [
            expression("cast(:v as varchar) = :b", v=value, b=col("bearer", "b") if name == "bearer" else known)
            for value, name in self.keys
        ]
        key, at = reading.technical("_key").sql, self.scope.happened_at.sql
        if self.per is not None:
            same.append(expression(":at >= b.start and :at < b.stop", at=at))
        query = exp.select(named(col("number", "b"), "number"), named(text(reading.table.name), "record_table"))
        query = query.select(named(key, "record_key"), named(at, "happened")).from_(relation("breaches", "b"))
        query = query.join(relation(self.seen), on=all_of(*same))
        return query.where(exp.not_(col("_rejected")), expression("coalesce(:c, false)", c=self.counts.sql))

    def close(self) -> Reading | None:
        """The pass, if the records behind a breach are its bearer's own of its day."""
        reading = self.scope.reading
        if self.beside or self.per is None or not self.per.daily or [name for _, name in self.keys] != ["bearer"]:
            return None
        told = [reading.unfolded(value) for value in (self.keys[0][0], self.scope.happened_at.sql)]
        own = told == [col("_bearer", BASE), col("_at", BASE)]
        return reading if own and reading.plain else None


def counted(desk: Desk, block: Block, scope: RecordScope, loc: Loc, *, entities: bool) -> Typed:
    """Whether a record counts, as a column of the pass; where there are entities, what speaks of them has to wait."""
    return counted_or_standing(desk, block, scope, loc, entities=entities)[0]


def counted_or_standing(
    desk: Desk, block: Block, scope: RecordScope, loc: Loc, *, entities: bool
) -> tuple[Typed, Typed | None]:
    """The same, and whether it stands as far as is known; None where no row may rule it out, or only one that waits."""
    found = asked(desk, alone(block) if entities else block, scope, loc)
    scope.reading.only(found.counts if found.counts is not TRUE else None)
    counts = scope.reading.want(Typed(found.counts, Family.BOOLEAN))
    if found.open is None:
        return counts, None
    return counts, scope.reading.want(Typed(found.stands, Family.BOOLEAN))


def tally(  # noqa: PLR0913, PLR0917 what a tally is made of
    desk: Desk,
    block: Block,
    scope: RecordScope,
    per: Per | None,
    counts: Typed,
    each: Entities | None,
    loc: Loc = ("quota",),
    *,
    beside: bool = False,
    whose: str | None = None,
    stands: Typed | None = None,
) -> Tally:
    """Tie the records to duties: by their bearer, or by what they share with an entity.

    `beside` tells that what is measured speaks of the entity, as `where` may; `whose` is the column of a first measure
    that names the bearer, to which a second one's `match` may speak; `stands` is as `counted_or_standing` tells it.
    """
    if per is not None:
        needs_time(desk, scope, (*loc, "per") if len(loc) == 1 else loc, LACKS_TIME)
    if each is None:
        own = _of_the_bearer(desk, block, scope, loc, whose)
        return Tally(desk, scope, per, counts, own, where=block.where, stands=stands)
    asked = waits(block)
    tied = keys(desk, block, scope, each, loc, beside=asked)
    if not asked and not beside:
        return Tally(desk, scope, per, counts, tied, each, where=block.where, stands=stands)
    if asked:
        later, may_fall = standing(desk, block, Beside(scope, each), tied, loc)
        if may_fall is not None or stands is not None:
            stands = Typed(all_of((stands or counts).sql, later), Family.BOOLEAN)
        joined = expression(":l and not nullif(:f, true)", l=later, f=may_fall) if may_fall is not None else later
        counts = Typed(all_of(counts.sql, joined), Family.BOOLEAN)
    shared = tuple(key for key in tied if key[1] != "bearer")
    own = tuple(key for key in tied if key[1] == "bearer")
    tied = ((col("record_key", "o"), "record_key"), *own)
    return Tally(desk, scope, per, counts, tied, each, beside=True, shared=shared, where=block.where, stands=stands)


def _of_the_bearer(desk: Desk, block: Block, scope: RecordScope, loc: Loc, whose: str | None) -> Keys:
    """By the bearer's own records, or by what `match` says is equal to the bearer of the first measure."""
    if whose is None or set(block.match.values()) - {whose}:
        unmatched(desk, block, *loc)
    named_ = [name for name in block.match if name != scope.table.bearer]
    if whose is None or not named_:
        return keys(desk, block, scope, None, loc)
    spot, bearer = (*loc, "match"), Typed(exp.null(), Family.TEXT)
    values = (paired(desk, spot, (name, whose), desk.expression(name, scope, spot), bearer) for name in named_)
    return tuple((scope.reading.want(value).sql, "bearer") for value in values)


def of_duty(tied: Keys, records: str, duties: str) -> exp.Expr:
    """Whether a tally's row, with its keys k0, k1 and so on, belongs to a duty; the window is not asked."""
    pairs = (
        exp.EQ(this=col(f"k{index}", records), expression=col(name, duties)) for index, (_, name) in enumerate(tied)
    )
    return all_of(*pairs)


def _is_null(value: exp.Expr) -> exp.Expr:
    return exp.Is(this=value.copy(), expression=exp.null())


def may_be(known: exp.Expr, wanted: exp.Expr) -> exp.Expr:
    """Whether what is known of a row, null where it can't be read, fits what is wanted."""
    return expression(":k is null or :k = :w", k=known, w=wanted)

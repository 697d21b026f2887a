"""Seeking: for each first record, the nearest second one that belongs to it, in one sweep over both.

The first at or after a moment, or the last at or before it, is a running minimum or maximum over both tables together,
in the order of time within equal keys; so it costs the same whoever has most of the records. Only where a condition
speaks of both records at once are they put side by side.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from itertools import combinations, product

from sqlglot import exp

from compliance.kinds.second import Second, T, X
from compliance.sql import all_of, any_of, col, copied, expression, free, inner, named, nothing, relation

Pairs = tuple[tuple[exp.Expr, exp.Expr], ...]


MOST_KEYS = 2  # up to which equalities of a condition become keys; the others are asked of each pair
MOST_UNKNOWN = 3  # keys of which every choice may be unknown at once; each further one triples the questions


class When(Enum):
    """Which of the second's records is sought, by time: `moment` of the first is where the search begins."""

    AFTER = "the first at or after"
    BEFORE = "the last at or before"
    EVER = "any at or before: the first of all"
    ANY = "the first of all"
    LAST = "the last of all"


def seek(found: Second, when: When, first: str = "first") -> exp.Select:
    """For each record of `first` that has one: `record_key`, and the moment `found`."""
    rows = all_of(exp.Not(this=col("_rejected", X)), expression("coalesce(:c, false)", c=found.counts))
    return _search(found, when, first, Loose(found.keys, rows))


def doubts(found: Second, when: When, first: str) -> exp.Query:
    """The same for records that may be the one: rejected, or of an uncertain kind, or for we know not whom.

    `found` is null where the time can't be read. A record of `first` may stand there more than once.
    """
    parts = [part for loose in uncertain(found) for part in _both(found, when, first, loose)]
    query: exp.Query = parts[0]
    for part in parts[1:]:
        query = exp.union(query, part, distinct=False, copy=False)
    return query


@dataclass(frozen=True)
class Loose:
    """Records that may belong to a first one: those for which `rows` holds, by the keys that are known of both.

    `of` limits the first's records to those that can't tell the other keys themselves.
    """

    keys: Pairs
    rows: exp.Expr
    of: exp.Expr | None = None


def uncertain(found: Second) -> Iterator[Loose]:
    """The ways in which a record may belong; those of an uncertain kind, whose keys are all known, come first."""
    maybe = expression("coalesce(:c, true)", c=found.counts)
    unclear = any_of(col("_rejected", X), found.unclear)
    yield Loose(found.keys, all_of(maybe, unclear))
    for gone in _some(found.keys):
        left = tuple(pair for pair in found.keys if pair not in gone)
        # Of each of these keys, it is the second record or only the first that does not tell it: no record twice.
        for untold in product((True, False), repeat=len(gone)):
            told = (":k is null" if second else ":k is not null" for second in untold)
            there = [expression(each, k=x) for (_, x), each in zip(gone, told, strict=True)]
            here = [expression(":k is null", k=t) for (t, _), second in zip(gone, untold, strict=True) if not second]
            yield Loose(left, all_of(maybe, *there), all_of(*here) if here else None)


def _some(keys: Pairs) -> Iterator[Pairs]:
    """Every choice of keys that may be unknown at once; of many keys, two at a time."""
    most = len(keys) if len(keys) <= MOST_UNKNOWN else 2
    for count in range(1, most + 1):
        yield from combinations(keys, count)


def _both(found: Second, when: When, first: str, loose: Loose) -> Iterator[exp.Select]:
    """Those with a time, and those whose time can't be read: at any."""
    yield _search(found, when, first, loose)
    if found.scope.timed and found.scope.reading.doubtful:
        timeless = all_of(loose.rows, col("_rejected", X), expression(":m is null", m=found.moment))
        yield _search(found, None, first, replace(loose, rows=timeless))


def _search(found: Second, when: When | None, first: str, among: Loose) -> exp.Select:
    """Without `when`, time is not asked."""
    if found.joined:
        return _side_by_side(found, when, first, among)
    if when in {When.AFTER, When.BEFORE}:
        return _sweep(found, when, first, among)
    return _by_key(found, when, first, among)


def _side_by_side(found: Second, when: When | None, first: str, among: Loose) -> exp.Select:
    nearest = exp.Max if when in {When.BEFORE, When.LAST} else exp.Min
    met, moment = together(among), free(found.moment)
    sought: exp.Expr = relation(found.name, X)
    if when not in {When.AFTER, When.BEFORE}:
        sought, moment = _alike(found, when, met, nearest), col("found", X)
    order = {When.AFTER: ":m >= t.moment", When.BEFORE: ":m <= t.moment", When.EVER: ":m <= t.moment"}
    timed = [expression(order.get(when, ":m is not null"), m=moment)] if when else []
    query = exp.select(named(col("record_key", T), "record_key"), named(nearest(this=copied(moment)), "found"))
    query = query.from_(relation(first, T), copy=False).join(sought, on=all_of(met, *timed), copy=False)
    return query.group_by(col("record_key", T), copy=False)


def _alike(found: Second, when: When | None, met: exp.Expr, nearest: type[exp.AggFunc]) -> exp.Expr:
    """The second's records, those that are alike in all that is asked of them as one: the nearest of them is enough.

    A log has a great many records in which nobody wrote what a condition asks, and each may be the one.
    """
    asked = {each.name: each for each in met.find_all(exp.Column) if each.table == X}.values()
    alike = exp.select(*(copied(each) for each in asked), named(nearest(this=free(found.moment)), "found"))
    alike = alike.from_(relation(found.name, X), copy=False)
    if when is not None:
        alike = alike.where(expression(":m is not null", m=found.moment), copy=False)
    alike = alike.group_by(*(copied(each) for each in asked), copy=False)
    return inner(alike if asked else alike.having(expression("count(*) > 0")), X)


def together(among: Loose) -> exp.Expr:
    """Whether a record of `x` may belong to one of `t`."""
    same = [exp.EQ(this=copied(t), expression=copied(x)) for t, x in among.keys]
    return all_of(*same, among.rows, among.of)


def _by_key(found: Second, when: When | None, first: str, among: Loose) -> exp.Select:
    timed = [expression(":m is not null", m=found.moment)] if when else []
    listed = [named(x, f"k{index}") for index, (_, x) in enumerate(among.keys)]
    nearest = exp.Max if when is When.LAST else exp.Min
    of_all = exp.select(*listed, named(nearest(this=free(found.moment)), "found"))
    of_all = of_all.from_(relation(found.name, X), copy=False)
    of_all = of_all.where(free(among.rows), *timed, *_wanted(first, among), copy=False)
    of_all = of_all.group_by(*(copied(x) for _, x in among.keys), copy=False)
    if not among.keys:
        of_all = of_all.having(expression("count(*) > 0"))
    equal = [exp.EQ(this=copied(t), expression=col(f"k{index}", "a")) for index, (t, _) in enumerate(among.keys)]
    same = all_of(*equal, expression("a.found <= t.moment") if when is When.EVER else None)
    query = exp.select(named(col("record_key", T), "record_key"), expression("a.found").as_("found"))
    query = query.from_(relation(first, T), copy=False).join(inner(of_all, "a"), on=same, copy=False)
    return query.where(free(among.of), copy=False) if among.of is not None else query


def _sweep(found: Second, when: When, first: str, among: Loose) -> exp.Select:
    names = [f"k{index}" for index, _ in enumerate(among.keys)]
    both = exp.union(_seekers(first, among, names), _sought(found, first, among, names), distinct=False, copy=False)
    # What looks ahead runs down the times: a frame that only grows is worked out in one go.
    nearest = exp.Window(
        this=exp.Min(this=col("found", "s")) if when is When.AFTER else exp.Max(this=col("found", "s")),
        partition_by=[col(name, "s") for name in names],
        order=exp.Order(expressions=[exp.Ordered(this=col("m", "s"), desc=when is When.AFTER)]),
        spec=exp.WindowSpec(kind="RANGE", start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW"),
    )
    swept = exp.select(col("record_key", "s"), named(nearest, "found"))
    swept = swept.from_(inner(both, "s"), copy=False)
    query = exp.select(col("record_key", "w"), col("found", "w")).from_(inner(swept, "w"), copy=False)
    return query.where(expression("w.record_key is not null and w.found is not null"), copy=False)


def _seekers(first: str, among: Loose, names: list[str]) -> exp.Select:
    """The first's records, on their way into the sweep."""
    there = [expression(":k is not null", k=t) for t, _ in among.keys]
    keys = (named(t, name) for name, (t, _) in zip(names, among.keys, strict=True))
    unfound = named(nothing("TIMESTAMP"), "found")
    query = exp.select(*keys, named(col("moment", T), "m"), col("record_key", T), unfound)
    query = query.from_(relation(first, T), copy=False)
    of = () if among.of is None else (free(among.of),)
    return query.where(expression("t.moment is not null"), *there, *of, copy=False)


def _sought(found: Second, first: str, among: Loose, names: list[str]) -> exp.Select:
    """The second's records, on their way into the sweep; none where there is nobody to seek them."""
    known = [expression(":k is not null", k=x) for _, x in among.keys]
    keys = (named(x, name) for name, (_, x) in zip(names, among.keys, strict=True))
    nobody = named(nothing("VARCHAR"), "record_key")
    query = exp.select(*keys, named(found.moment, "m"), nobody, named(found.moment, "found"))
    query = query.from_(relation(found.name, X), copy=False)
    timed = expression(":m is not null", m=found.moment)
    return query.where(free(among.rows), timed, *known, *_wanted(first, among), copy=False)


def _wanted(first: str, among: Loose) -> Iterator[exp.Expr]:
    """Whether any of the first's records seeks one with these keys: a log holds far more than those."""
    seekers = exp.select(*(copied(t) for t, _ in among.keys)).from_(relation(first, T), copy=False)
    if among.of is not None:
        seekers = seekers.where(free(among.of), copy=False)
    if among.keys:
        own = [copied(x) for _, x in among.keys]
        value = own[0] if len(own) == 1 else exp.Tuple(expressions=own)
        yield exp.In(this=value, query=exp.Subquery(this=seekers))
    elif among.of is not None:
        yield exp.Exists(this=seekers.select("1", copy=False))

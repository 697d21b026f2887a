"""Gauging: a measure over the second records that belong to each first one, and how many more may belong."""

from collections.abc import Mapping

from sqlglot import exp

from compliance.kinds.measures import Measure
from compliance.kinds.second import Second, T, X
from compliance.kinds.seek import Loose, together, uncertain
from compliance.sql import all_of, any_of, col, expression, inner, named, relation, text, with_


def gauge(found: Second, taken: Measure, first: str, timed: exp.Expr | None) -> exp.Select:
    """For each record of `first`: `record_key`, `measured`, and `maybe`, how many may count besides.

    Where a number may pass 38 digits, `untold` tells that one did: then the measure is null.
    `timed` says which records lie in the right time, over `t` and `x`.
    """
    there = expression("not x._rejected")
    sure = all_of(there, found.counts)
    unclear = any_of(col("_rejected", X), taken.unclear(found.counts))
    maybe = exp.Filter(
        this=exp.Count(this=exp.Star()),
        expression=exp.Where(this=all_of(expression("x._rejected is not null"), unclear)),
    )
    _, *others = uncertain(found)
    belongs = all_of(together(Loose(found.keys, expression("coalesce(:c, true)", c=found.counts))), _timely(timed))
    query = exp.select(col("record_key", T), named(taken.known(sure), "measured"), named(maybe, "maybe"))
    query = query.from_(relation(first, T)).join(relation(found.name, X), on=belongs, join_type="left")
    query = query.group_by(col("record_key", T))
    if (untold := taken.untold(sure)) is not None:
        query = query.select(named(untold, "untold"))
    if not others:
        return query
    gauged = _with_others(query, found, first, others, timed)
    return gauged if untold is None else gauged.select(expression("g.untold").as_("untold"))


def behind(found: Second, first: str, timed: exp.Expr | None) -> exp.Select:
    """The records that were measured for each breach, as evidence."""
    rows = exp.select(col("number", "b"), named(text(found.scope.table.name), "record_table"))
    rows = rows.select(named(found.key(), "record_key"), named(found.moment, "happened")).from_(
        relation("breaches", "b")
    )
    rows = rows.join(relation(first, T), on=expression("t.record_key = b.record_key"))
    same = (exp.EQ(this=t.copy(), expression=x.copy()) for t, x in found.keys)
    sure = expression("not x._rejected and coalesce(:c, false)", c=found.counts)
    return rows.join(relation(found.name, X), on=all_of(*same, sure, *([timed.copy()] if timed is not None else [])))


def _with_others(
    gauged: exp.Select, found: Second, first: str, others: list[Loose], timed: exp.Expr | None
) -> exp.Select:
    """Add those of which a key is not known."""
    parts = [
        exp.select(col("record_key", T), named(exp.Count(this=exp.Star()), "n"))
        .from_(relation(first, T))
        .join(relation(found.name, X), on=all_of(together(each), _timely(timed)))
        .group_by(col("record_key", T))
        for each in others
    ]
    loose: exp.Query = parts[0]
    for part in parts[1:]:
        loose = exp.union(loose, part, distinct=False, copy=False)
    rows = exp.select(expression("g.record_key").as_("record_key"), expression("g.measured").as_("measured"))
    more = expression("g.maybe + coalesce(l.n, 0)")
    rows = rows.select(named(more, "maybe")).from_(relation("known", "g"))
    rows = rows.join(relation("unknown", "l"), on=expression("l.record_key = g.record_key"), join_type="left")
    summed = exp.select(col("record_key", "p"), named(exp.Sum(this=col("n", "p")), "n"))
    summed = summed.from_(inner(loose, "p"), copy=False).group_by(col("record_key", "p"), copy=False)
    return with_(rows, known=gauged, unknown=summed)


def _timely(timed: exp.Expr | None) -> exp.Expr | None:
    """In the right time, or, for a row whose time can't be read, at any."""
    return None if timed is None else expression("coalesce(:t, x._rejected)", t=timed)


def within(taken: Measure, bounds: Mapping[str, exp.Expr], *, measured: exp.Expr, maybe: exp.Expr) -> exp.Expr:
    """Whether a measure is within its bounds: null where rows that may count could change that."""
    tests = {"at_least": ":m >= :b", "more_than": ":m > :b", "at_most": ":m <= :b", "less_than": ":m < :b"}
    sides = []
    for key, bound in bounds.items():
        now = expression(tests[key], m=measured, b=bound)
        most = expression(":a + :b", a=measured, b=maybe)
        if taken.aggregate.counted:
            then = expression(tests[key], m=most, b=bound)
            sides.append(expression("case when :now = :then then :now end", now=now, then=then))
        else:
            sides.append(expression("case when :d = 0 then :now end", d=maybe, now=now))
    return all_of(*sides)

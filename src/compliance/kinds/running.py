"""The records behind a running sum: what each belongs to, by how much it moves the sum, and what bounds it then."""

from sqlglot import exp

from compliance.kinds.acts import Acts
from compliance.kinds.base import Desk
from compliance.kinds.beyond import Beyond, bounded, why
from compliance.kinds.bounds import bound_value, refused_bound
from compliance.kinds.measures import Measure
from compliance.language.blocks import Bounds
from compliance.language.values import literal
from compliance.sql import all_of, any_of, col, expression, inner, named, nothing, packed, sql, unpacked

# What happened at one instant is one step; the bounds of its first record by key hold for it.
SUMS = "select e.slice, e.moment, coalesce(sum(e.step), 0) as step from entered as e group by e.slice, e.moment"
# The level before a step is the level less the step, so that one sort of all steps is enough; what was bound before
# comes from the row before.
STEPS = """
    select s.*, sum(s.step) over (partition by s.slice order by s.moment) as level,
        lag(s.moment) over (partition by s.slice order by s.moment) as earlier
    from sums as s
"""
MOMENT = "moment"
PERHAPS = "perhaps"
"""Up to where authority that can't be read might reach beyond the upper bound."""
OF_SECONDS = ("why", "silent", "second", "least")
"""What is told of a bound that is a second measure: `…_why` as in `beyond`, and what explains it."""


class Steps:
    """The records of a level: to which entity or bearer each belongs, and by how much it moves the level.

    `seconds` are the bounds that are second measures, by their side.
    """

    def __init__(self, desk: Desk, bounds: Bounds, found: Acts, taken: Measure, seconds: dict[str, Beyond]) -> None:
        self._desk, self._bounds, self._found, self.seconds = desk, bounds, found, seconds
        found.beside |= {"slice": self._slice(), "entity": self._entity(), "own_key": found.own_key.sql}
        found.beside["step"] = taken.over.sql if taken.over else exp.null()
        found.beside |= {"passes": taken.passes.sql} if taken.passes is not None else {}

    @property
    def moving(self) -> tuple[str, ...]:
        """What of the bounds may differ from step to step, as columns of it."""
        told = [side for side, (_, bound) in self._bounds.sides.items() if bound.number is None]
        told += [PERHAPS] if PERHAPS in self._found.columns else []
        told += [f"{side}_{name}" for side in self.seconds for name in OF_SECONDS]
        return tuple(told)

    @property
    def of_each_bearer(self) -> bool:
        """Whether a bearer's own records make a level, also where it is one of each entity."""
        asked = self._desk.bearer
        each = self._found.each
        return each is None or not (each.owned or asked is None or asked.who is not None)

    def _entity(self) -> exp.Expr:
        return col("record_key", "o") if self._found.each else nothing("VARCHAR")

    def _slice(self) -> exp.Expr:
        """What a level is kept for: a bearer, or an entity; where the rule names bearers only, of each of them."""
        own = expression("coalesce(:b, '')", b=self._found.columns["bearer"].sql)
        if self._found.each is None:
            return own
        return expression("o.record_key || ' / ' || :b", b=own) if self.of_each_bearer else self._entity()

    def records(self) -> exp.Select:
        """Every record that counts, whose it is, and whether the rule binds it."""
        return _counted(self._found.query())

    def entered(self) -> exp.Select:
        """The same with what bounds each step."""
        if not self.seconds:
            return self.records()
        whys = (named(why(side, each, "e"), f"{side}_why") for side, each in self.seconds.items())
        return _counted(bounded(self._desk, self._found.query(), self.seconds), *whys)

    def sums(self) -> exp.Select:
        """The steps, each with the bounds that hold for it, where they are not the same for all."""
        query = sql(SUMS)
        if not self.moving:
            return query
        first = exp.ArgMin(
            this=packed({name: col(name, "e") for name in self.moving}), expression=col("record_key", "e")
        )
        query = query.select(named(first, "bound"))
        told = (named(unpacked(col("bound", "f"), name), name) for name in self.moving)
        return exp.select("f.slice", "f.moment", "f.step", *told).from_(inner(query, "f"))

    def levels(self) -> exp.Select:
        """The level after each step, and the bounds for it and for the step before.

        A bound that is the same for all is written beside the sorted steps, not sorted with them.
        """
        query = sql(STEPS)
        for side, (key, bound) in self._bounds.sides.items():
            if bound.number is not None:
                loc = ("level", key)
                value = bound_value(self._desk, bound, self._found.scope, loc, refused_bound(self._desk, loc)).sql
                query = query.select(named(value, side), named(value.copy(), f"{side}_before"))
        for name in self.moving:
            before = expression(f"lag(s.{name}) over (partition by s.slice order by s.moment)")
            query = query.select(named(before, f"{name}_before"))
        return query

    def last(self) -> exp.Expr:
        """Whom a level that was kept is told of: the bearer of its last record."""
        each = self._found.each
        told = self._desk.bearer is not None and self._desk.bearer.who is not None
        if each is not None and not self.of_each_bearer and (told or each.stated):
            when = packed({"moment": col(MOMENT, "e"), "key": col("record_key", "e")})
            return unpacked(exp.ArgMax(this=packed({"bearer": col("bearer", "e")}), expression=when), "bearer")
        return expression("min(e.bearer)")

    def period(self) -> dict[str, exp.Expr]:
        """The audited period as moments compare here."""
        period = self._desk.ground.period
        ends = {"since": literal(period.start).sql, "until": literal(period.end).sql}
        if self._found.day_only:
            return ends
        return {name: self._found.scope.instant(moment) for name, moment in ends.items()}

    def loose(self) -> exp.Select:
        """Rows that may have moved a level: rejected, of an uncertain kind, or by how much is not known."""
        told = {name: value.sql for name, value in self._found.columns.items()} | self._found.beside
        columns = {"moment": told[MOMENT], "whose": told["bearer"], "entity": told["entity"]}
        columns["unread"] = col("_rejected")
        unclear = [expression("_rejected or :c is null or :x is null", c=told["counts"], x=told["step"])]
        unclear += [told[name] for name in ("open", "passes") if name in told]
        unclear += [expression(":v is null", v=value) for value, _ in self._found.tied]
        known = expression("_rejected or :m is not null", m=told[MOMENT])
        counts = expression("coalesce(:c, true)", c=told["counts"])
        return self._found.loose(columns, any_of(*unclear), known, counts)

    def may_move(self) -> exp.Expr | None:
        """Whether a loose row may be of an excursion's level: one that can't be read, and names nobody, may."""
        entity = expression("l.entity = x.entity") if self._found.each else None
        theirs = expression("(l.whose is null and l.unread) or l.whose is not distinct from x.bearer")
        return all_of(entity, theirs if self.of_each_bearer else None)


def _counted(query: exp.Query, *more: exp.Expr) -> exp.Select:
    """What of a query counts and has happened, with more columns."""
    rows = exp.select(exp.Star(), *more).from_(inner(query, "e"), copy=False)
    return rows.where(expression("e.counts"), expression("e.moment is not null"), copy=False)

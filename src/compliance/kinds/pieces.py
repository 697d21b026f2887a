"""The acts that a split amount was added up from, as evidence for what stands beyond the bound."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from compliance.language.durations import Duration, Unit
from compliance.language.parameters import between
from compliance.sql import all_of, any_of, col, expression, relation, sql, text


@dataclass(frozen=True, slots=True)
class Back:
    """From which day on, and to which, acts are looked back from, how far, and the `columns` that must be equal."""

    since: date | None
    until: date | None
    far: Duration
    columns: tuple[str, ...]

    def on(self, day: exp.Expr) -> exp.Expr | None:
        """Whether a day is one of these; None where every day is."""
        return between(day, self.since, self.until)


# An act of which nobody can tell whether it counts is judged with what came before it.
PIECES = """
    select b.number, :table as record_table, :key as record_key, p.at as happened
    from breaches as b join placed as a on a.record_key = b.record_key
        join placed as p on :same and (p.counts or p.record_key = a.record_key) and p.instant <= a.instant
    where :within
"""


def lookback(back: Duration) -> str:
    """The relation that tells how far days of the calendar reach back."""
    return f"lookback {back}"


def pieces(table: str, key: str, backs: Sequence[Back], whose: Sequence[str]) -> exp.Select:
    """The acts of the same bearer with equal columns in the look-back of each breached one."""
    pairs = [expression(":a is not distinct from :p", a=col(name, "a"), p=col(name, "p")) for name in whose]
    columns = {each.columns for each in backs}
    always = backs[0].columns if len(columns) == 1 else ()
    pairs += _equal(always)
    within = any_of(*(_within(each, f"l{index}", always) for index, each in enumerate(backs)))
    query = sql(PIECES, table=text(table), key=col(key, "p"), same=all_of(*pairs), within=within)
    for index, back in enumerate(backs):
        if (far := back.far.normal()).unit not in {Unit.MINUTES, Unit.DAYS}:
            day = expression(":l = cast(a.at as date)", l=col("day", f"l{index}"))
            query = query.join(relation(lookback(far), f"l{index}"), on=day, join_type="left")
    return query


def both(one: exp.Query | None, other: exp.Query) -> exp.Query:
    """The evidence of two sorts."""
    if one is None:
        return other
    return exp.union(*(exp.select("s.*").from_(each.subquery("s")) for each in (one, other)), distinct=False)


def _equal(columns: Sequence[str]) -> list[exp.Expr]:
    return [exp.EQ(this=col(name, "a"), expression=col(name, "p")) for name in columns]


def _within(each: Back, days: str, asked_already: Sequence[str]) -> exp.Expr:
    far = each.far.normal()
    asked = [each.on(expression("cast(a.at as date)")), *_equal([] if asked_already else each.columns)]
    if far.unit is Unit.MINUTES:
        span = exp.Interval(this=text(str(far.count)), unit=exp.Var(this="MINUTE"))
        return all_of(*asked, expression("p.instant >= a.instant - :s", s=span))
    if far.unit is Unit.DAYS:
        return all_of(*asked, expression("p.place >= a.place - :n", n=exp.Literal.number(far.count)))
    return all_of(*asked, expression("cast(p.at as date) >= :f", f=col("first_day", days)))

"""The bound of a single act that is a second measure: of records that belong to it, perhaps in a time that it names."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from sqlglot import exp

from compliance.kinds.acts import Acts
from compliance.kinds.base import Desk
from compliance.kinds.bounds import bound_value, refused_bound, times
from compliance.kinds.duties import concerned_then
from compliance.kinds.gauge import behind, gauge
from compliance.kinds.heartbeat import silence
from compliance.kinds.keys import equal, of_the_bearer
from compliance.kinds.linked import second
from compliance.kinds.measures import measure
from compliance.kinds.opened import Loc
from compliance.kinds.readings import BASE
from compliance.kinds.second import Across, FromFirst, T
from compliance.kinds.spans import inside, keep_window, windowed
from compliance.language.blocks import Bound, Bounds, ParameterRef
from compliance.language.values import Family, Typed, literal
from compliance.sql import all_of, col, expression, named, relation, sql, text, with_

HUSHED = """
    select j.record_key, min(s.told) as silent from first as j join silence as s
        on s.day >= j.first_day and s.day < j.stop_day
    where :concerned
    group by j.record_key
"""


@dataclass(frozen=True)
class Beyond:
    """A second measure as a bound: its query of `record_key`, `measured` and `maybe` over `first {side}`.

    `behind` gives the records that were measured for each breach, over `first {side}` too. `value` is the bound, over
    `measured`, the second measure itself, and the acts; `bounded_below` tells that it has a minimum, `timed` that it
    has a window, and `hushed` which acts have a silent day in theirs.
    """

    query: exp.Query
    first: exp.Query
    value: Typed
    measured: exp.Expr
    bounded_below: bool
    timed: bool
    counted: bool
    hushed: exp.Query | None
    behind: exp.Select


def seconds(desk: Desk, bounds: Bounds, found: Acts, loc: Loc) -> dict[str, Beyond]:
    """The bounds that are a second measure, by their side."""
    asked = {side: given for side, given in bounds.sides.items() if given[1].of is not None}
    made = {side: _beyond(desk, bound, found, (*loc, key), side) for side, (key, bound) in asked.items()}
    return {side: each for side, each in made.items() if each is not None}


def _beyond(desk: Desk, bound: Bound, found: Acts, loc: Loc, side: str) -> Beyond | None:
    """Plan a second measure beside the acts; None where it can't be planned."""
    block = bound.second
    assert block is not None  # noqa: S101 asked before
    window = f"window {side}"
    keep_window(desk, bound.window, found, (*loc, "window"), window)
    ties = partial(_ties, desk, found, loc)
    given = second(desk, block, found, loc, timed=bound.window is not None, ties=ties)
    if given is None:
        return None
    taken = measure(desk, bound.measure, given.across, (*loc, "measure"))
    if taken is None:
        return None
    least = None
    if bound.minimum is not None:
        lowest = bound.minimum
        as_bound = Bound(parameter=lowest.parameter) if isinstance(lowest, ParameterRef) else Bound(number=lowest)
        place = (*loc, "minimum")
        least = bound_value(desk, as_bound, FromFirst(given.across), place, refused_bound(desk, place))
        found.keep_worked(f"{side} minimum", least)
    in_window = inside(given) if bound.window else None
    query = gauge(given, taken, f"first {side}", in_window)
    measured = Typed(col("measured", f"gauged {side}"), Family.NUMBER, taken.scale)
    value = times(desk, bound, measured, FromFirst(given.across), loc)
    for column in value.sql.find_all(exp.Column):
        if column.table == T:
            column.set("table", exp.to_identifier("a"))
    timed = bound.window is not None
    quiet = silence(desk, given.scope.table, bound.where) if timed else None
    concerned = concerned_then(desk, "j", desk.ground.whose)
    hushed = sql(HUSHED, {"first": f"first {side}", "silence": quiet}, concerned=concerned) if quiet else None
    return Beyond(
        query,
        windowed(desk, "raw", window),
        value,
        measured=measured.sql,
        bounded_below=least is not None,
        timed=timed,
        counted=taken.aggregate.counted,
        hushed=hushed,
        behind=behind(given, f"first {side}", in_window),
    )


def _ties(
    desk: Desk, found: Acts, loc: Loc, across: Across
) -> tuple[tuple[tuple[exp.Expr, exp.Expr], ...], exp.Expr | None]:
    """What the records share with the act: the entity's key columns, and the bearer where only the own ones count."""
    each, own = found.each, across.own
    for cause in each.lacks if each else ():
        desk.needs.lack(cause)
    pairs = [
        (found.keep_beside(name, Typed(col(name, "o"), Family.TEXT)).sql, across.seen(value).sql)
        for value, name in equal(desk, own, each.parts if each else (), loc)
    ]
    if of_the_bearer(desk, each) and own.table.has_bearer:
        whose = across.seen(Typed(col("_bearer", BASE), Family.TEXT)).sql
        # A row that was accepted without a bearer is nobody's, whoever might have made it.
        return (*pairs, (col("bearer", T), whose)), expression(":b is not null or x._rejected", b=whose)
    if of_the_bearer(desk, each):
        desk.needs_standard_bearer(own.table)
    if each and each.matches() and not pairs:
        desk.problem(loc, "nothing says which records belong to which entity", "add `match`", key=True)
    return tuple(pairs), None


def bounded(desk: Desk, acts: exp.Query, seconds: Mapping[str, Beyond]) -> exp.Query:
    """The acts with each second measure as `lower` or `upper`, and what must be known of it beside it.

    `…_maybe` are the rows that may count, `…_below` tells that it stays under its minimum, `…_running` that its window
    is not over, `…_hushed` that its table was silent in it, `…_silent` when first; `…_second` and `…_least` are the
    measure and its minimum.
    """
    if not seconds:
        return acts
    query = exp.select(exp.Column(this=exp.Star(), table=exp.to_identifier("a"))).from_(relation("raw", "a"))
    parts: dict[str, exp.Query] = {"raw": acts}
    for side, each in seconds.items():
        alias, window = f"gauged {side}", f"windowed {side}"
        parts |= {f"first {side}": each.first, alias: each.query}
        told = expression(":d is not null", d=col("first_day", window)) if each.timed else exp.true()
        query = query.select(
            named(exp.Case(ifs=[exp.If(this=told, true=each.value.sql)]), side),
            named(col("maybe", alias), f"{side}_maybe"),
            named(all_of(told, _below(each, side)), f"{side}_below"),
            named(_running(desk, each, window), f"{side}_running"),
            named(_hushed(each, side), f"{side}_hushed"),
            named(col("silent", f"hushed {side}") if each.hushed else exp.null(), f"{side}_silent"),
            named(each.measured, f"{side}_second"),
            named(col(f"{side} minimum", "a") if each.bounded_below else exp.null(), f"{side}_least"),
        )
        for other in (alias, *([f"first {side}"] if each.timed else []), *([f"hushed {side}"] if each.hushed else [])):
            shown = window if other.startswith("first") else other
            same = expression(":k = a.record_key", k=col("record_key", shown))
            query = query.join(relation(other, shown), on=same, join_type="left")
        if each.hushed:
            parts[f"hushed {side}"] = each.hushed
    return with_(query, **parts)


def _below(each: Beyond, side: str) -> exp.Expr:
    if not each.bounded_below:
        return exp.false()
    return expression("coalesce(:m < :l, false)", m=col("measured", f"gauged {side}"), l=col(f"{side} minimum", "a"))


def _running(desk: Desk, each: Beyond, window: str) -> exp.Expr:
    """Whether the window is not over: a bound by a second measure is decided only at its end."""
    if not each.timed:
        return exp.false()
    stop, as_of = col("stop_day", window), literal(desk.ground.as_of).sql
    return expression("coalesce(cast(:s as timestamp) > :as_of, false)", s=stop, as_of=as_of)


def _hushed(each: Beyond, side: str) -> exp.Expr:
    return expression(":k is not null", k=col("record_key", f"hushed {side}")) if each.hushed else exp.false()


def why(side: str, each: Beyond, alias: str) -> exp.Expr:
    """What is to be known of such a bound where `bounded` tells it; null where it asks what it says.

    Its window is `running`, or it binds `none`; more rows may move it to the bearer's good: the table was `quiet`, or
    there is `doubt`. They never lower a count.
    """
    tests: list[tuple[exp.Expr, str]] = [
        (col(f"{side}_running", alias), "running"),
        (col(f"{side}_below", alias), "none"),
    ]
    if side == "upper":
        tests.append((col("upper_hushed", alias), "quiet"))
    if side == "upper" or not each.counted:
        tests.append((expression(":m > 0", m=col(f"{side}_maybe", alias)), "doubt"))
    return exp.Case(ifs=[exp.If(this=test, true=text(then)) for test, then in tests])


def measured_by(found: Acts, side: str, each: Beyond) -> exp.Select:
    """The records of which the bound of each breach was measured."""
    return with_(each.behind, **{"raw": found.query(), f"first {side}": each.first.copy()})

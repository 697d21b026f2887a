"""The bound of a single act that is a second measure: of records that belong to it, perhaps in a time that it names."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from compliance.kinds.acts import Acts
from compliance.kinds.base import Desk
from compliance.kinds.bounds import bound_value, refused_bound, times
from compliance.kinds.gauge import gauge
from compliance.kinds.linked import second
from compliance.kinds.measures import measure
from compliance.kinds.opened import Loc
from compliance.kinds.second import FromFirst, T
from compliance.kinds.spans import inside, keep_window, windowed
from compliance.language.blocks import Bound, ParameterRef
from compliance.language.values import Family, Typed
from compliance.sql import col, expression, named, relation, with_


@dataclass(frozen=True)
class Beyond:
    """A second measure as a bound: its query of `record_key`, `measured` and `maybe` over `first {side}`.

    `value` is the bound, over `measured` and the acts; `bounded_below` tells that it has a minimum.
    """

    query: exp.Query
    first: exp.Query
    value: Typed
    bounded_below: bool


def beyond(desk: Desk, bound: Bound, found: Acts, loc: Loc, side: str) -> Beyond | None:
    """Plan a second measure beside the acts; None where it can't be planned."""
    block = bound.second
    assert block is not None  # noqa: S101 asked before
    keep_window(desk, bound.window, found, (*loc, "window"))
    given = second(desk, block, found, loc, timed=bound.window is not None, of_bearer=True)
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
    query = gauge(given, taken, f"first {side}", inside(given) if bound.window else None)
    measured = Typed(col("measured", f"gauged {side}"), Family.NUMBER, taken.scale)
    value = times(desk, bound, measured, FromFirst(given.across), loc)
    for column in value.sql.find_all(exp.Column):
        if column.table == T:
            column.set("table", exp.to_identifier("a"))
    return Beyond(query, windowed(desk, "raw"), value, least is not None)


def bounded(acts: exp.Query, seconds: Mapping[str, Beyond]) -> exp.Query:
    """The acts with each second measure as `lower` or `upper`, and `…_maybe` and `…_below` beside it."""
    if not seconds:
        return acts
    query = exp.select(exp.Column(this=exp.Star(), table=exp.to_identifier("a"))).from_(relation("raw", "a"))
    parts: dict[str, exp.Query] = {"raw": acts}
    for side, each in seconds.items():
        alias = f"gauged {side}"
        parts |= {f"first {side}": each.first, alias: each.query}
        below: exp.Expr = exp.false()
        if each.bounded_below:
            below = expression("coalesce(:m < :l, false)", m=col("measured", alias), l=col(f"{side} minimum", "a"))
        query = query.select(
            named(each.value.sql, side),
            named(col("maybe", alias), f"{side}_maybe"),
            named(below, f"{side}_below"),
        )
        same = expression(":k = a.record_key", k=col("record_key", alias))
        query = query.join(relation(alias), on=same, join_type="left")
    return with_(query, **parts)

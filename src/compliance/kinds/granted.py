"""What is required of a single act: a bound that is said, or the authority of whoever answers for it on its day."""

from sqlglot import exp

from compliance.kinds.acts import BesideOwner, Builder, Names, Whose
from compliance.kinds.base import Desk
from compliance.kinds.behalf import ON_BEHALF_OF, higher, lends, lent, perhaps
from compliance.kinds.bounds import authority_relation, bound_value, times
from compliance.kinds.meeting import Beside
from compliance.kinds.opened import Loc
from compliance.kinds.readings import BASE
from compliance.kinds.scopes import RecordScope
from compliance.language.blocks import Bound, Bounds
from compliance.language.exact import decimal_type
from compliance.language.values import Family, Typed, literal
from compliance.sql import col, expression, relation


def bounds_of_act(desk: Desk, bounds: Bounds, loc: Loc) -> dict[str, Builder]:
    """What builds `lower` and `upper`, but for second measures.

    And `perhaps`: up to where rows of `authority` that can't be read might reach beyond the upper one.
    """
    found = {side: _required(desk, *given, loc) for side, given in bounds.sides.items() if given[1].of is None}
    if given := doubted(desk, bounds):
        found["perhaps"] = _reaching(desk, *given, loc)
    return found


def _required(desk: Desk, key: str, bound: Bound, loc: Loc) -> Builder:
    def build(names: Names) -> Typed:
        place = (*loc, key)
        return bound_value(desk, bound, names, place, lambda asked: _authority(desk, names, asked, place))

    return build


def _reaching(desk: Desk, key: str, bound: Bound, loc: Loc) -> Builder:
    def build(names: Names) -> Typed:
        place = (*loc, key)
        return times(desk, bound, _authority(desk, names, bound, place, reach=True), names, place)

    return build


def doubted(desk: Desk, bounds: Bounds) -> tuple[str, Bound] | None:
    """The upper bound, where rows that can't be read may give more authority than is known."""
    if bounds.upper is None or bounds.upper[1].authority is None or not desk.ground.doubts_authority:
        return None
    return bounds.upper


def _authority(desk: Desk, names: Names, bound: Bound, loc: Loc, *, reach: bool = False) -> Typed:
    """The authority at the time of the act: the bearer's, or that of whom the bearer stood in for, if it is higher.

    `reach` asks up to where rows that can't be read might reach beyond it.
    """
    name = bound.authority
    if name is None:
        kind = "a plan" if bound.plan else "an earlier window"
        advice = "use a number, a parameter, an authority or a second measure"
        desk.problem(loc, f"{kind} is for a period, not for a single act", advice)
        return literal(None)
    if isinstance(names, BesideOwner):
        return _granted(desk, names.records, name, loc, names.whose, reach=reach)
    if isinstance(names, Beside):
        return names.records.reading.want(_authority(desk, names.records, bound, loc, reach=reach))
    own = Whose(names.bearer, col(ON_BEHALF_OF, BASE), names.day, names.reading.joins)
    return _granted(desk, names, name, loc, own, reach=reach)


def _granted(desk: Desk, scope: RecordScope, name: str, loc: Loc, whose: Whose, *, reach: bool) -> Typed:
    """Up to which value somebody may do an act, joined to where the act stands."""
    granted = authority_relation(desk, name, loc)
    if granted is None:
        return Typed(exp.Cast(this=exp.Null(), to=decimal_type(4)), Family.NUMBER, 4)
    alias = f"authority {name}"
    on = expression("a.bearer = :bearer and :day >= a.since and :day < a.until", bearer=whose.bearer, day=whose.day)
    for column in on.find_all(exp.Column):
        if column.table == "a":
            column.set("table", exp.to_identifier(alias, quoted=True))
    whose.joins.setdefault(alias, exp.Join(this=relation(granted, alias), side="LEFT", on=on))
    if not lends(desk.ground, scope.table):
        return Typed(col("perhaps" if reach else "at_most", alias), Family.NUMBER, 4)
    other = f"lent {name}"
    whose.joins.setdefault(other, lent(granted, other, doer=whose.bearer, absent=whose.absent, day=whose.day))
    return Typed((perhaps if reach else higher)(alias, other), Family.NUMBER, 4)

"""Rules whose bounds are measured themselves: by other records, by earlier windows, by plans, by dated parameters."""

from typing import Any

from hypothesis import strategies as st
from tests.reference.pieces import FEW, Draw, answers, bearer, force, keys, some, where

OTHERS = {
    "activities": ("count", "sum(minutes)", "max(minutes)", "avg(minutes)", "count(distinct kind)"),
    "checks": ("count", "count(distinct category)", "share(kind = 'fire')"),
    "complaints": ("count", "count(distinct client_id)"),
    "expenses": ("count", "sum(amount)", "min(amount)"),
}
SHARED = {
    "client_id": ("activities", "complaints"),
    "kind": ("activities", "checks", "complaints", "expenses"),
    "employee_id": ("activities", "checks", "complaints", "expenses"),
}
CLIENTS = ({"of": "clients"}, {"of": "clients", "where": "category = 'main'"})
PEOPLE = ({"of": "employees", "owner": "superior_id"}, {"of": "employees", "owner": "employee_id"})
LISTS = ({"item": ["fire", "stock"]}, {"item": {"parameter": "own.kinds"}})
WHERE = "kind = 'fire'"
PERS = ("week", "month", "month", "quarter", None)


@st.composite
def quotas(draw: Draw) -> dict[str, Any]:
    """What is done against what others did, or one did oneself before, or was planned."""
    column = draw(some(*SHARED, None, None))
    table = draw(st.sampled_from(SHARED[column or "kind"]))
    per = draw(st.sampled_from(PERS))
    body = {"of": table, "measure": draw(st.sampled_from(OTHERS[table])), **keys(draw, {"per": some(per)})}
    shape = _shape(draw, column)
    listed = "item" in str(shape)
    found = where(draw, table)
    asked = ["kind = each.item"] * listed + [f"({each})" for each in (found,) if each and "nth" not in each]
    body |= {"where": " and ".join(asked)} if asked else {}
    body |= {"for_each": shape} if shape else {}
    rule = {**bearer(draw), **force(draw)}
    if shape is None and per is None:
        rule = answers(draw, table, rule)
    return {**rule, "quota": body | _bounds(draw, column, per, listed=listed)}


def _shape(draw: Draw, column: str | None) -> Any:  # noqa: ANN401 what stands under `for_each`
    shapes: dict[str | None, tuple[Any, ...]] = {
        "client_id": (*CLIENTS, ["client_id"]),
        "kind": (*LISTS, ["kind"]),
        "employee_id": PEOPLE,
        None: (None,),
    }
    return draw(st.sampled_from(shapes[column]))


def _bounds(draw: Draw, column: str | None, per: str | None, *, listed: bool) -> dict[str, Any]:
    """One bound that is measured, sometimes beside one that is written out."""
    measured = [_second(draw, column, listed=listed), _second(draw, column, listed=listed), FEW]
    if per:
        earlier = {"previous": draw(some(1, 1, 2, 12)), **keys(draw, {"times": some(None, 1.5, 0.5)})}
        measured += [earlier, {"plan": "work", **keys(draw, {"times": some(None, 2)})}]
    lower, upper = draw(some("at_least", "more_than")), draw(some("at_most", "less_than"))
    form = draw(some("lower", "lower", "upper", "both", "two"))
    one, other = draw(st.sampled_from(measured)), draw(st.sampled_from((*measured, 3)))
    if form in {"lower", "upper"}:
        return {lower if form == "lower" else upper: one}
    return {lower: 1, upper: one} if form == "both" else {lower: one, upper: other}


def _second(draw: Draw, column: str | None, *, listed: bool) -> dict[str, Any]:
    of = draw(st.sampled_from(SHARED[column or "employee_id"]))
    block = {"of": of, "measure": draw(st.sampled_from(OTHERS[of]))}
    asked = "kind = each.item" if listed else draw(some(None, "kind = 'fire'", "kind <> 'note'"))
    block |= {"where": asked} if asked else {}
    return block | keys(draw, {"times": some(None, 2, 0.5), "minimum": some(None, None, 1, 2)})


@st.composite
def on_record(draw: Draw) -> dict[str, Any]:
    """What is done against the clients that one has, or that are of a category, and what the post allows."""
    column = draw(some(None, None, "category"))
    table = "checks" if column else draw(some("activities", "checks"))
    second: dict[str, Any] = {"of": "clients", **keys(draw, {"where": some(None, None, "category = 'main'")})}
    second |= keys(draw, {"times": some(None, 2, 0.5), "minimum": some(None, None, 1)})
    body = {"of": table, "per": draw(some("week", "month", "quarter")), **keys(draw, {"where": some(None, WHERE)})}
    body |= {"for_each": [column]} if column else {}
    bounds: dict[str, Any] = {draw(some("at_least", "at_most", "more_than")): second}
    if "at_most" not in bounds and draw(st.booleans()):
        bounds["at_most"] = {"authority": "order", **keys(draw, {"times": some(None, 0.5)})}
    return {**bearer(draw), **force(draw), "quota": body | bounds}

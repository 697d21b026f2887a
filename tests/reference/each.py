"""Rules of kinds whose duties are owed for each entity: limits with a second measure, intervals, sequences, claims."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st
from tests.reference.columns import TYPES
from tests.reference.pieces import EARLY, Draw, answers, bearer, force, further, keys, ruled_out, some, where

CLIENTS: tuple[Mapping[str, Any], ...] = ({"of": "clients"}, {"of": "clients", "where": "category = 'main'"})
LISTS: tuple[Mapping[str, Any], ...] = ({"item": ["fire", "stock"]}, {"item": {"parameter": "own.kinds"}})
PEOPLE: tuple[Mapping[str, Any], ...] = ({"of": "employees"}, {"of": "employees", "owner": "superior_id"})
SHAPES: Mapping[str, tuple[Any, ...]] = {
    "orders": (*CLIENTS, ["client_id"], [*CLIENTS[:1], ["deferral_days"]]),
    "expenses": (*LISTS, ["kind"], *PEOPLE),
    "complaints": (*CLIENTS, *LISTS, ["client_id"], ["kind"], [CLIENTS[0], LISTS[0]]),
    "checks": (*LISTS, ["kind"], ["category"], PEOPLE[0], [LISTS[0], ["category"]]),
    "activities": (*CLIENTS, *LISTS, ["client_id"]),
    "claims": (*PEOPLE, ["period"], LISTS[0]),
}


def _block(draw: Draw, table: str, *, listed: bool = True) -> dict[str, Any]:
    """A block with `for_each`, and the condition that a list's members ask for, where lists are asked for."""
    found = where(draw, table)
    shape = draw(st.sampled_from([each for each in SHAPES[table] if listed or each not in LISTS]))
    if shape in CLIENTS and table in {"complaints", "activities"}:
        shape = {**shape, **ruled_out(draw)}
    asked = [found] if found else []
    if "item" in str(shape) and table != "claims":
        asked = ["kind = each.item", *(f"({each})" for each in asked)]
    block: dict[str, Any] = {"of": table, "for_each": shape, **further(draw, table)}
    return block | ({"where": " and ".join(asked)} if asked else {})


def _rule(draw: Draw, shape: Any) -> dict[str, Any]:  # noqa: ANN401 what stands under `for_each`
    """Whom it asks, and when it is in force; a list says more often than not who owes its members."""
    asked = bearer(draw)
    if not asked and "item" in str(shape) and draw(st.booleans()):
        asked = {"bearer": {"where": "bearer.level = 1 or bearer.level is null"}}
    return {**asked, **force(draw)}


@st.composite
def limits(draw: Draw) -> dict[str, Any]:
    """A limit for each entity, or by a second measure, or both."""
    table = draw(some("orders", "orders", "expenses", "claims"))
    plain = draw(st.integers(0, 2)) == 0
    block = _block(draw, table)
    if plain:
        del block["for_each"]
        block.pop("where", None)
    shape = block.get("for_each")
    block["value"] = "value" if table == "claims" else "amount"
    block |= _bounds(draw, table, shape)
    if table != "claims" and draw(st.integers(0, 2)) == 0:
        same = draw(some(["client_id"], []) if table == "orders" else some(["kind"], []))
        block["split"] = {"same": same, "within": draw(some("7 days", "2 working_days", "24 hours", "1 month"))}
    if table == "orders" and draw(st.booleans()):
        block["unless"] = "approved"
    return {**_rule(draw, shape), "limit": block | keys(draw, {"if_null": some(None, None, "breached")})}


def _bounds(draw: Draw, table: str, shape: Any) -> dict[str, Any]:  # noqa: ANN401 as above
    named = [10, {"parameter": "own.few", "times": 3}, "case when bearer.level = 2 then 20 else 5 end"]
    if "clients" in str(shape):
        named += ["case when each.category = 'main' then 100 else 2 end"]
    if table == "orders":
        named += [{"authority": "order"}]
    second = _second(draw, table, shape)
    upper, lower = draw(some("at_most", "less_than")), draw(some("at_least", "more_than"))
    form = draw(some("upper", "upper", "lower", "both", "named"))
    if form == "named":
        return {"at_most": draw(st.sampled_from(named))}
    if form == "both":
        return {lower: draw(some(0, 1, 2.5)), upper: second}
    return {upper if form == "upper" else lower: second}


def _second(draw: Draw, table: str, shape: Any) -> dict[str, Any]:  # noqa: ANN401 as above
    """What other records come to, in a window or in all, from a least of them on."""
    of, measures = draw(
        some(
            ("activities", ("count", "sum(minutes)", "max(minutes)", "count(distinct kind)")),
            ("checks", ("count", "count(distinct kind)")),
            ("expenses", ("count", "sum(amount)", "min(amount)", "avg(amount)")),
        )
    )
    match = {"activities": (["employee_id"], ["client_id"] if table == "orders" else ["employee_id"], None, None)}
    block = {"of": of, **keys(draw, {"match": st.sampled_from(match.get(of, (["employee_id"], None)))})}
    if "match" not in block and shape is not None and _keyless(shape, of):
        block["match"] = ["employee_id"]
    asked = {"where": some(None, "kind = 'fire'", "kind <> 'note'"), "measure": st.sampled_from((None, *measures))}
    block |= keys(draw, asked | {"times": some(None, 2, 0.5), "minimum": some(None, None, 2)})
    window = {"orders": "placed_at", "expenses": "spent_on", "claims": "period"}[table]
    return block | keys(draw, {"window": some(None, window)})


def _keyless(shape: Any, of: str) -> bool:  # noqa: ANN401 as above
    """Whether records of the second table can't tell to which entity they belong."""
    names = [name for part in (shape if isinstance(shape, list) else [shape]) for name in _keys_of(part)]
    return bool(names) and not any(name in TYPES[of] for name in names)


def _keys_of(part: Any) -> list[str]:  # noqa: ANN401 as above
    if isinstance(part, str):
        return [part]
    if isinstance(part, list):
        return part
    return [next(iter(TYPES[part["of"]]))] if "of" in part else []


@st.composite
def levels(draw: Draw) -> dict[str, Any]:
    """What orders or expenses come to, of each entity or bearer, within any bound that a single act may have."""
    table = draw(some("orders", "orders", "expenses"))
    # An excursion is known by its record alone, which may be one of two members' levels.
    block = _block(draw, table, listed=False)
    if draw(st.integers(0, 2)) == 0:
        del block["for_each"]
    if draw(st.booleans()) or "for_each" not in block:
        block.pop("where", None)
    shape = block.get("for_each")
    summed = draw(some("amount", "amount", "case when bearer.level = 2 then 0 - amount else amount end"))
    block |= {"measure": f"sum({summed})", **_bounds(draw, table, shape)}
    asked = {**bearer(draw), **force(draw)} if shape is None else _rule(draw, shape)
    return {**answers(draw, table, asked), "level": block}


@st.composite
def intervals(draw: Draw) -> dict[str, Any]:
    """Never longer than this between two records of an entity, or without one since it exists."""
    table = draw(some("complaints", "complaints", "checks", "activities"))
    block = _block(draw, table)
    shape = block["for_each"]
    rule = _rule(draw, shape)
    block["at_most"] = draw(some("5 days", "10 days", "3 working_days", "48 hours", "1 month"))
    if shape in CLIENTS and draw(st.booleans()):
        block["from"] = "each.created_at"
    elif "bearer" in rule and "item" in str(shape) and "clients" not in str(shape) and draw(st.booleans()):
        block["from"] = "bearer.hired_on"
    if table == "checks" and draw(st.integers(0, 2)) == 0:
        block["until"] = "good_to"
    return {**rule, "interval": block}


@st.composite
def sequences(draw: Draw) -> dict[str, Any]:
    """Kinds of records of a case in their order, for each entity."""
    table, case = draw(some(("complaints", "client_id"), ("complaints", "employee_id"), ("checks", "employee_id")))
    also = {"complaints": (*CLIENTS, ["client_id"], ["employee_id"]), "checks": (["category"], *PEOPLE)}
    order = draw(some(["fire", "stock", "gift"], ["fire", "stock?", "gift"], ["stock", "fire"]))
    found = where(draw, table)
    body = {"of": table, "case": case, "stage": "kind", "order": order, **({"where": found} if found else {})}
    listed = {"item": draw(some(["main", "small"], {"parameter": "own.sorts"}))}
    shape = draw(st.sampled_from((*also[table], *([listed, [listed, ["employee_id"]]] if table == "checks" else ()))))
    if "item" in str(shape):
        asked = f" and ({found})" if found else ""
        body["where"] = f"category = each.item{asked}"
    return {**_rule(draw, shape), "sequence": {**body, "for_each": shape}}


@st.composite
def reconciliations(draw: Draw) -> dict[str, Any]:
    """Claims of how much was done in a period, against the log, for each entity."""
    block = _block(draw, "claims")
    of = draw(some("checks", "activities", "checks"))
    against = {"of": of, "match": ["employee_id"], "window": "period"}
    listed = "item" in str(block["for_each"])
    against |= keys(
        draw,
        {
            "where": some("kind = each.item") if listed else some(None, "kind = 'fire'"),
            "measure": some(None, "count", "count(distinct kind)"),
        },
    )
    body = {**block, "declared": "value", "against": against}
    rule = _rule(draw, block["for_each"])
    return {**rule, "reconciliation": body | keys(draw, {"tolerance": some(None, None, 1, 0.5)})}


APIECE: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "clients": (
        {"of": "checks", "match": ["employee_id"], "where": "category = each.category"},
        {
            "of": "checks",
            "match": ["employee_id"],
            "where": "category = each.category and kind <> 'note'",
            "at_most": 1,
        },
        {"of": "complaints", "match": ["client_id"], "where": "employee_id = each.owner_id"},
    ),
    "item": (
        {"of": "checks", "match": ["employee_id"], "where": "kind = each.item"},
        {"of": "checks", "match": ["employee_id"], "where": "kind <> each.item", "at_least": 2},
        {"of": "complaints", "match": ["employee_id"], "where": "kind = each.item and received_at > this.at"},
    ),
}
"""What may, or may not, stand beside a second record, and speaks of the entity that the first one belongs to."""


def _beside(draw: Draw, shape: Any) -> dict[str, Any]:  # noqa: ANN401 as above
    """A second block whose further block asks of the entity."""
    of, matches = draw(
        some(("activities", (["employee_id"], ["employee_id"], ["client_id"])), ("checks", (["employee_id"],)))
    )
    apiece = APIECE["clients" if "clients" in str(shape) else "item"]
    words = draw(some(("with",), ("with",), ("without",), ("with", "without")))
    further_ = {word: {**draw(st.sampled_from(apiece[: 2 if of == "checks" else None]))} for word in words}
    return {
        "of": of,
        "match": draw(st.sampled_from(matches)),
        **further_,
        **keys(draw, {"where": some(None, "kind <> 'note'")}),
    }


@st.composite
def responses(draw: Draw) -> dict[str, Any]:
    """An answer of which more is asked, entity by entity."""
    first, shape = _first(draw, "complaints")
    body: dict[str, Any] = {"for_each": shape, "after": first, "expect": _beside(draw, shape)}
    body["within"] = draw(some("1 month", "1 month", "2 working_days", "24 hours"))
    return {**_rule(draw, shape), "response": body | keys(draw, {"early": some(None, *EARLY)})}


@st.composite
def precedences(draw: Draw) -> dict[str, Any]:
    """What has to come before an act, and of which more is asked, entity by entity."""
    first, shape = _first(draw, draw(some("orders", "complaints")))
    body: dict[str, Any] = {"for_each": shape, "before": first, "expect": _beside(draw, shape)}
    return {**_rule(draw, shape), "precedence": body | keys(draw, {"within": some(None, None, "1 month", "7 days")})}


def _first(draw: Draw, table: str) -> tuple[dict[str, Any], Any]:
    """The first block, and what its records belong to."""
    shape = draw(st.sampled_from((*CLIENTS, *LISTS)))
    asked = where(draw, table) if draw(st.integers(0, 3)) == 0 else None
    return {"of": table, **({"where": asked} if asked else {})}, shape

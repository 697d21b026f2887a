"""Tables that are histories: one row for each key and state, and rules that ask for the state of a time."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from tests.reference import extras
from tests.reference.days import ONE
from tests.reference.pieces import Draw, bearer, force, keys, some
from tests.reference.setting import CATEGORIES, Setting
from tests.reference.world import Row

CLIENTS: tuple[Mapping[str, Any], ...] = ({"of": "clients"}, {"of": "clients", "where": "category = 'main'"})
WHERES: Mapping[str, Sequence[str]] = {
    "complaints": ("client.category = 'main'", "employee_id = client.owner_id", "client.category is null"),
    "activities": ("client.category = 'main' and kind <> 'note'", "employee_id = client.owner_id", "kind <> 'note'"),
    "orders": ("client.category = 'main'", "client.owner_id is null", "employee_id <> client.owner_id"),
}


def states(
    draw: Draw, setting: Setting, name: str, people: Sequence[str], made: Mapping[str, list[Row]]
) -> Mapping[str, list[Row]]:
    """Every client in one state to three: its owner and category change within the period, or after it."""
    length = (setting.end - setting.start).days
    rows: list[Row] = []
    for client in made["clients"]:
        first = draw(st.sampled_from((date(2019, 1, 1), date(2019, 1, 1), setting.start + 4 * ONE)))
        days = draw(st.sets(st.integers(5, length + 3), max_size=2))
        for since in (first, *(setting.start + timedelta(days=day) for day in sorted(days))):
            owner = draw(st.sampled_from((*people, *people, None)))
            category = draw(st.sampled_from((*CATEGORIES, None)))
            rows.append({**client, "owner_id": owner, "category": category, "since": since})
    return {"clients": rows, **extras.plans(draw, setting, name, people, made)}


def _where(draw: Draw, table: str) -> dict[str, Any]:
    return {"where": draw(st.sampled_from(WHERES[table]))}


@st.composite
def quotas(draw: Draw) -> dict[str, Any]:
    """A count for each client by its state, or of records by the state of their clients."""
    table = draw(some("complaints", "activities"))
    body: dict[str, Any] = {"of": table, **keys(draw, {"per": some("week", "month", "day", None)})}
    if draw(st.integers(0, 2)):
        body["for_each"] = draw(st.sampled_from(CLIENTS))
        body |= draw(some({}, {"where": "employee_id = each.owner_id"}, {"where": "each.category = 'main'"}))
    else:
        body |= _where(draw, table)
    limit = draw(some({"at_least": 1}, {"at_most": 1}, {"at_least": 2}))
    return {**bearer(draw), **force(draw), "quota": {**body, **limit}}


@st.composite
def deadlines(draw: Draw) -> dict[str, Any]:
    """Something for each client, owed by its owner on the due day."""
    table = draw(some("complaints", "activities"))
    by = draw(some({"day": 3}, {"day": 15}, {"day": 28, "month": 0}, "2 working_days"))
    body: dict[str, Any] = {"of": table, "for_each": draw(st.sampled_from(CLIENTS)), "every": "month", "by": by}
    body |= draw(some({}, {"where": "employee_id = each.owner_id"}))
    return {**bearer(draw), **force(draw), "deadline": body}


@st.composite
def limits(draw: Draw) -> dict[str, Any]:
    """What an order may come to, by the state of its client, for each or split over a stretch."""
    block: dict[str, Any] = {"of": "orders", "value": "amount", **keys(draw, {"where": some(None, *WHERES["orders"])})}
    named = ["case when each.category = 'main' then 10 else 2 end"]
    if draw(st.integers(0, 2)):
        block["for_each"] = draw(st.sampled_from(CLIENTS))
    block["at_most"] = draw(some(10, 5, *(named if "for_each" in block else ())))
    if draw(st.booleans()):
        block["split"] = {"same": draw(some([], ["client_id"])), "within": draw(some("7 days", "2 working_days"))}
    return {**bearer(draw), **force(draw), "limit": block}


@st.composite
def intervals(draw: Draw) -> dict[str, Any]:
    """Never longer without a record of a client than this, by its owner or by the state of its client."""
    table = draw(some("complaints", "activities"))
    body: dict[str, Any] = {"of": table, **_where(draw, table)}
    if draw(st.booleans()):
        body = {
            "of": table,
            "for_each": draw(st.sampled_from(CLIENTS)),
            **keys(draw, {"from": some(None, "each.created_at")}),
        }
    return {**bearer(draw), "interval": {**body, "at_most": draw(some("5 days", "3 working_days", "48 hours"))}}


@st.composite
def sequences(draw: Draw) -> dict[str, Any]:
    """Kinds of a client's complaints in their order, by the client's state or for each client."""
    order = draw(some(["fire", "stock", "gift"], ["stock", "fire"]))
    body: dict[str, Any] = {"of": "complaints", "case": "client_id", "stage": "kind", "order": order}
    body |= draw(
        st.sampled_from(({"for_each": CLIENTS[0]}, {"for_each": CLIENTS[1]}, {"where": WHERES["complaints"][0]}))
    )
    return {**force(draw), "sequence": body}


@st.composite
def conditions(draw: Draw) -> dict[str, Any]:
    """A condition on the clients themselves, as they are as of now."""
    who = {"bearer": {"who": draw(some("owner_id", "none"))}} if draw(st.booleans()) else {}
    must = draw(some("category = 'main'", "owner_id is not null", "category is not null"))
    return {
        **who,
        "condition": {"of": "clients", "must": must, **keys(draw, {"where": some(None, "category = 'small'")})},
    }


@st.composite
def prohibitions(draw: Draw) -> dict[str, Any]:
    """What must not be done for clients of a kind, or for another's."""
    table = draw(some("orders", "complaints"))
    block: dict[str, Any] = {"of": table, **_where(draw, table)}
    who = draw(some(None, None, "client.owner_id"))
    rule = {"bearer": {"who": who}} if who else bearer(draw)
    if draw(st.booleans()):
        block["for_each"] = draw(st.sampled_from(CLIENTS))
    return {**rule, **force(draw), "prohibition": block}


@st.composite
def responses(draw: Draw) -> dict[str, Any]:
    """What is asked for a client's complaint, of its owner or by the state of the client."""
    body: dict[str, Any] = {"after": {"of": "complaints", **keys(draw, {"where": some(None, *WHERES["complaints"])})}}
    expect: dict[str, Any] = {"of": "activities", "match": draw(some(["client_id"], ["client_id", "employee_id"]))}
    body["expect"] = expect | keys(draw, {"where": some(None, "kind <> 'note'", "client.category = 'main'")})
    body["within"] = draw(some("1 day", "2 working_days", "24 hours", "1 month"))
    if draw(st.integers(0, 2)):
        body["for_each"] = draw(st.sampled_from(CLIENTS))
    return {**bearer(draw), **force(draw), "response": body}


@st.composite
def precedences(draw: Draw) -> dict[str, Any]:
    """What had to be done for a client before an order, by its owner of the day or by anybody."""
    body: dict[str, Any] = {"before": {"of": "orders", **keys(draw, {"where": some(None, *WHERES["orders"])})}}
    match = draw(some(["client_id"], {"employee_id": "client.owner_id"}))
    body["expect"] = {"of": "activities", "match": match, **keys(draw, {"where": some(None, *WHERES["activities"])})}
    if draw(st.integers(0, 2)):
        body["for_each"] = draw(st.sampled_from(CLIENTS))
    return {
        **bearer(draw),
        **force(draw),
        "precedence": body | keys(draw, {"within": some(None, "7 days", "2 working_days")}),
    }


@st.composite
def fulfilments(draw: Draw) -> dict[str, Any]:
    """What an order comes to is worked off for its client, by the client's state of the order's time."""
    body: dict[str, Any] = {"of": "orders", **keys(draw, {"where": some(None, *WHERES["orders"])})}
    body |= {"due": draw(some("placed_at + interval '5 days'", "placed_at")), "quantity": "amount"}
    body["delivered"] = {"of": "activities", "at": "at", "quantity": "minutes", "match": ["client_id"]}
    if draw(st.integers(0, 2)):
        body["for_each"] = draw(st.sampled_from(CLIENTS))
    return {**bearer(draw), **force(draw), "fulfilment": body}


@st.composite
def levels(draw: Draw) -> dict[str, Any]:
    """What a client's orders come to stays within bounds, while the client changes hands."""
    body: dict[str, Any] = {"of": "orders", "measure": "sum(amount)"}
    body |= keys(draw, {"for_each": st.sampled_from((*CLIENTS, *CLIENTS, ["client_id"], None))})
    named = "case when each.category = 'main' then 50 else 2 end" if "of" in body.get("for_each", ()) else 5
    body |= keys(draw, {"where": some(None, "amount < 50"), "at_most": some(10, 20, named)})
    return {**bearer(draw), **force(draw), "level": body}

"""Rules of several kinds in one audit: of what they find on one record, or of one bearer and window, some go first."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from tests.reference.pieces import Draw, answers, bearer, force, keys, several, some, where

CLIENTS = ({"of": "clients"}, {"of": "clients", "where": "category = 'main'"})
ORDER = ["fire", "stock", "gift"]
OFTEN = st.sampled_from(((0, 1, 2, 3), (0, 3), (1, 2), (0,), (3,), ()))
"""To which rules one yields, as far as they come before it."""


def _block(draw: Draw, table: str) -> dict[str, Any]:
    found = where(draw, table) if draw(st.booleans()) else None
    return {"of": table, **({"where": found} if found else {})}


def _sometimes_for_each(draw: Draw) -> dict[str, Any]:
    return {"for_each": draw(st.sampled_from(CLIENTS))} if draw(st.integers(0, 2)) == 0 else {}


# --- rules over orders, over complaints, and by windows -------------------------------------


@st.composite
def orders(draw: Draw) -> dict[str, Any]:
    """What is asked of an order, whatever the kind."""
    body = _block(draw, "orders")
    each = _sometimes_for_each(draw)
    kinds: dict[str, dict[str, Any]] = {
        "prohibition": body | each,
        "condition": body | each | {"must": "amount >= 10"},
        "limit": body | each | {"value": "amount", "at_most": 10},
        "precedence": {"before": body, "expect": {"of": "activities", "match": ["client_id"]}} | each,
        "level": {"of": "orders", "measure": "sum(amount)", "at_most": 10} | each,
    }
    kind = draw(st.sampled_from(tuple(kinds)))
    asked = {**bearer(draw), **force(draw)}
    return {**(asked if each or kind == "level" else answers(draw, "orders", asked)), kind: kinds[kind]}


@st.composite
def complaints(draw: Draw) -> dict[str, Any]:
    """What is asked of a complaint, or of what comes after it."""
    body = _block(draw, "complaints")
    each = _sometimes_for_each(draw)
    kinds: dict[str, dict[str, Any]] = {
        "prohibition": body | each,
        "condition": body | each | {"must": "resolved_at is not null"},
        "response": {
            "after": body,
            "expect": {"of": "activities", "match": ["client_id"]},
            "within": draw(some("1 day", "2 working_days", "24 hours")),
        }
        | each,
        "interval": body | each | {"at_most": draw(some("5 days", "48 hours"))},
        "sequence": body | {"case": "client_id", "stage": "kind", "order": ORDER},
    }
    kind = draw(st.sampled_from(tuple(kinds)))
    asked = {**bearer(draw), **force(draw)}
    return {**(asked if each or kind == "sequence" else answers(draw, "complaints", asked)), kind: kinds[kind]}


@st.composite
def windows(draw: Draw) -> dict[str, Any]:
    """What is owed in a window, of a bearer or for each client; and what is asked of the clients themselves."""
    table = draw(some("checks", "complaints", "complaints"))
    per = draw(some("week", "month"))
    each = _sometimes_for_each(draw) if table == "complaints" else {}
    body = _block(draw, table) | each
    kinds: dict[str, dict[str, Any]] = {
        "quota": body | {"per": per} | draw(some({"at_least": 1}, {"at_most": 1}, {"at_least": 2})),
        "deadline": body | {"every": per, "by": {"day": draw(some(1, 3, 7))}},
        "interval": body | {"at_most": "5 days", **({} if each else keys(draw, {"from": some("bearer.hired_on")}))},
        "condition": {"of": "clients", "must": draw(some("category = 'main'", "owner_id is not null"))},
    }
    kind = draw(some("quota", "quota", "deadline", "deadline", *kinds))
    asked = {**bearer(draw), **force(draw)}
    return {**({} if kind == "condition" else asked), kind: kinds[kind]}


THEMES: tuple[Callable[[], st.SearchStrategy[dict[str, Any]]], ...] = (orders, complaints, windows)


def of_several_kinds() -> st.SearchStrategy[list[dict[str, Any]]]:
    """A few rules about the same records, or the same windows."""
    return st.one_of(*(several(theme(), OFTEN) for theme in THEMES))

"""What most worlds have too little of for a verdict to hang on it: absences, papers, silent departments, levels."""

from typing import Any

from hypothesis import strategies as st
from tests.reference.pieces import Draw, answers, bearer, force, keys, some
from tests.reference.rules import COMPETENT, HIGH, IN_FORCE

SPOILED = {"damaged": True, "rostered": True, "empty": False, "lacking": False}
"""Of what a setting is where absences are spoiled."""
APART = {"beat": ("department",), "history": True, "rostered": True, "empty": False, "lacking": False}
"""Of what a setting is where departments are silent one by one, and people go from one to another."""
STOOD_IN = {"deputised": True, "rostered": True, "empty": False, "lacking": False}
"""Of what a setting is where one acts in another's name."""


# --- absences that can't be read ------------------------------------------------------------


@st.composite
def quotas(draw: Draw) -> dict[str, Any]:
    """Something that everybody owes, so that whoever was away may owe less of it."""
    per = draw(some("month", "month", "week", "quarter", "working_day"))
    bound = draw(some({"at_least": 1}, {"at_least": 3}, {"at_least": 4}, {"more_than": 2}, {"at_most": 1}))
    body = {"of": "checks", "per": per, **keys(draw, {"where": some(None, "kind = 'fire'")}), **bound}
    return {**force(draw), "quota": body}


@st.composite
def deadlines(draw: Draw) -> dict[str, Any]:
    """Something that falls due, perhaps in an absence."""
    every = draw(some("week", "month", "working_day"))
    by: dict[str, Any] = {"time": "18:00"} if every == "working_day" else {"day": draw(some(1, 3, 5))}
    return {**force(draw), "deadline": {"of": draw(some("reports", "checks")), "every": every, "by": by}}


@st.composite
def responses(draw: Draw) -> dict[str, Any]:
    """An answer that falls due, perhaps in an absence."""
    expect = {"of": "checks", "match": ["employee_id"], "where": "kind = 'stock'"}
    body = {
        "after": {"of": "complaints"},
        "expect": expect,
        "within": draw(some("2 working_days", "6 days", "48 hours")),
    }
    return {**force(draw), "response": body}


@st.composite
def intervals(draw: Draw) -> dict[str, Any]:
    """A gap that becomes too long, perhaps in an absence."""
    body = {"of": "checks", "at_most": draw(some("3 days", "5 days", "3 working_days"))}
    return {**force(draw), "interval": body | keys(draw, {"from": some(None, "bearer.hired_on")})}


# --- silence by department ------------------------------------------------------------------


@st.composite
def watched(draw: Draw) -> dict[str, Any]:
    """A quota that falls short, perhaps since nobody of a department wrote anything."""
    body = {
        "of": "activities",
        "per": draw(some("week", "working_day", "day", "month")),
        "at_least": draw(some(1, 2, 9)),
    }
    return {**bearer(draw), "quota": body | keys(draw, {"where": some(None, "kind = 'fire'", "minutes > 2")})}


# --- papers of several kinds, signed in another's name --------------------------------------


@st.composite
def papers(draw: Draw) -> dict[str, Any]:
    """An order on a paper of a kind that is beyond the post, unless it was approved."""
    asked = " and ".join((COMPETENT, *draw(some((), (IN_FORCE,), (HIGH,), (IN_FORCE, HIGH)))))
    body = {"of": "orders", draw(some("without", "without", "with")): {"of": "authority", "where": asked}}
    rule = answers(draw, "orders", force(draw))
    nobody = rule.get("bearer", {}).get("who") == "none"
    return {**rule, "prohibition": body if nobody else body | keys(draw, {"unless": some(None, "approved")})}


@st.composite
def amounts(draw: Draw) -> dict[str, Any]:
    """An amount beyond what the post may sign of that kind of paper, or beyond the authority of the absent person."""
    asked = draw(some(COMPETENT, f"{COMPETENT} and {IN_FORCE}"))
    bounds: tuple[dict[str, Any], ...] = (
        {"authority": "order"},
        {"of": "authority", "where": asked, "measure": "max(at_most)"},
    )
    body = {"of": "orders", "value": "amount", "at_most": draw(st.sampled_from(bounds))}
    body |= keys(draw, {"where": some(None, "document_kind = 'deed'", "document_kind <> 'deed'")})
    return {**answers(draw, "orders", force(draw)), "limit": body}


# --- rules that go after a level ------------------------------------------------------------


@st.composite
def beside_levels(draw: Draw) -> dict[str, Any]:
    """What clients' orders come to, and what is asked of each order and of each client."""
    each = draw(
        some({}, {"for_each": {"of": "clients"}}, {"for_each": {"of": "clients", "where": "category = 'main'"}})
    )
    kinds: dict[str, dict[str, Any]] = {
        "level": {"of": "orders", "measure": "sum(amount)", draw(some("at_most", "less_than")): 50} | each,
        "prohibition": {"of": "orders", **keys(draw, {"where": some(None, "amount > 5")})},
        "condition": {"of": "clients", "must": draw(some("category = 'main'", "owner_id is not null"))},
    }
    kind = draw(some("level", "level", *kinds))
    return {**force(draw), kind: kinds[kind]}
